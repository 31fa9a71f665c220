/// Writes JSON as compact UTF-8 bytes, without a tree in between where the caller has none.
///
/// Never emits a raw line feed, so one value is one line; U+2028 and U+2029 are escaped too, because some readers take
/// them for line ends.
package struct JSONWriter: Sendable {
  package private(set) var bytes: [UInt8]
  private var needsComma = false

  package init(reserving capacity: Int = 256) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  // MARK: Values

  package mutating func null() { raw("null") }

  package mutating func bool(_ value: Bool) { raw(value ? "true" : "false") }

  package mutating func number(_ value: JSONNumber) {
    separate()
    bytes.append(contentsOf: value.text.utf8)
  }

  package mutating func int(_ value: Int64) {
    separate()
    bytes.append(contentsOf: String(value).utf8)
  }

  package mutating func string(_ value: String) {
    separate()
    quote(value.utf8)
  }

  /// A JSON text that is already serialised, spliced in as it stands.
  package mutating func fragment(_ json: some Collection<UInt8>) {
    separate()
    bytes.append(contentsOf: json)
  }

  /// Bytes of valid UTF-8 as a JSON string.
  package mutating func string(utf8 value: [UInt8]) {
    separate()
    quote(value)
  }

  package mutating func value(_ value: JSONValue) {
    switch value {
    case .null: null()
    case .bool(let value): bool(value)
    case .number(let value): number(value)
    case .string(let value): string(value)
    case .array(let elements):
      array { writer in
        for element in elements { writer.value(element) }
      }
    case .object(let object):
      self.object { writer in
        for member in object { writer.member(member.key, member.value) }
      }
    }
  }

  // MARK: Containers

  package mutating func object(_ body: (inout JSONWriter) -> Void) {
    open(UInt8(ascii: "{"))
    body(&self)
    close(UInt8(ascii: "}"))
  }

  package mutating func array(_ body: (inout JSONWriter) -> Void) {
    open(UInt8(ascii: "["))
    body(&self)
    close(UInt8(ascii: "]"))
  }

  package mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    needsComma = false
  }

  package mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  /// The key of the next value.
  package mutating func key(_ key: String) {
    separate()
    quote(key.utf8)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  package mutating func member(_ key: String, _ value: JSONValue) {
    self.key(key)
    self.value(value)
  }

  // MARK: Bytes

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func raw(_ word: StaticString) {
    separate()
    word.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  private mutating func quote(_ text: some Collection<UInt8>) {
    bytes.append(UInt8(ascii: "\""))
    let done: Void? = text.withContiguousStorageIfAvailable { escape($0) }
    if done == nil { Array(text).withUnsafeBufferPointer { escape($0) } }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Copies runs of plain bytes at once; only what must be escaped is looked at alone.
  private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
    var runStart = 0
    var index = 0
    while index < text.count {
      let byte = text[index]
      if byte >= 0x20 && byte != 0x22 && byte != 0x5C && byte != 0xE2 {
        index += 1
        continue
      }
      let length = Self.escapedLength(in: text, at: index)
      guard length > 0 else {
        index += 1
        continue
      }
      bytes.append(contentsOf: text[runStart..<index])
      escape(byte, last: text[index + length - 1])
      index += length
      runStart = index
    }
    bytes.append(contentsOf: text[runStart...])
  }

  /// How many bytes at `index` are escaped together; 0 for none. U+2028 and U+2029 are E2 80 A8 and E2 80 A9.
  private static func escapedLength(in text: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
    guard text[index] == 0xE2 else { return 1 }
    return index + 2 < text.count && text[index + 1] == 0x80 && text[index + 2] & 0xFE == 0xA8 ? 3 : 0
  }

  private mutating func escape(_ byte: UInt8, last: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case 0x22, 0x5C: bytes.append(byte)
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0x08: bytes.append(UInt8(ascii: "b"))
    case 0x0C: bytes.append(UInt8(ascii: "f"))
    case 0xE2:
      bytes.append(contentsOf: "u202".utf8)
      bytes.append(Self.hexDigit(last & 0xF))
    default:
      bytes.append(contentsOf: "u00".utf8)
      bytes.append(Self.hexDigit(byte >> 4))
      bytes.append(Self.hexDigit(byte & 0xF))
    }
  }

  private static func hexDigit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
  }
}

extension JSONValue {
  /// The value as compact UTF-8.
  package var serialized: [UInt8] {
    var writer = JSONWriter()
    writer.value(self)
    return writer.bytes
  }

  /// The value as compact text.
  package var text: String { String(decoding: serialized, as: UTF8.self) }
}
