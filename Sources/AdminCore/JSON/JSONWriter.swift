/// Writes JSON as compact UTF-8 bytes, without a tree in between where the caller has none.
///
/// Never emits a raw line feed, so one value is one line; U+2028 and U+2029 are escaped too, because some readers take
/// them for line ends.
package struct JSONWriter: Sendable {
  package private(set) var bytes: [UInt8]
  private var needsComma = false
  private let escapesLineSeparators: Bool

  package init(reserving capacity: Int = 256) { self.init(reserving: capacity, escapingLineSeparators: true) }

  init(reserving capacity: Int = 256, escapingLineSeparators: Bool) {
    bytes = []
    bytes.reserveCapacity(capacity)
    escapesLineSeparators = escapingLineSeparators
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

  private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
    var index = copyCommon(text, from: 0)
    while index < text.count {
      if let escape = escape(for: text, at: index) {
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(escape.letter)
        if escape.letter == UInt8(ascii: "u") { appendHexDigits(of: escape.codePoint) }
        index += escape.length
      } else {
        bytes.append(text[index])
        index += 1
      }
      index = copyCommon(text, from: index)
    }
  }

  /// Copies what stands as it is, and quotes and backslashes with a backslash before each: of those a JSON text that is
  /// itself a string has one in every few bytes.
  ///
  /// - Returns: the index of the first byte that needs a closer look.
  private mutating func copyCommon(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    guard let source = text.baseAddress, start < text.count else { return start }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1024) { chunk in
      guard let target = chunk.baseAddress else { return start }
      var index = start
      var filled = 0
      while index < text.count {
        if filled > chunk.count - 16 {
          bytes.append(contentsOf: UnsafeBufferPointer(rebasing: chunk[..<filled]))
          filled = 0
        }
        if index + 8 <= text.count {
          // All eight are copied, and as many of them count as stand as they are.
          let eight = EightBytes(at: source + index)
          UnsafeMutableRawPointer(target + filled).storeBytes(of: eight.word, as: UInt64.self)
          let special = eight.below(0x20) | eight.equal(to: 0x22) | eight.equal(to: 0x5C) | eight.equal(to: 0xE2)
          let plain = special.trailingZeroBitCount / 8
          index += plain
          filled += plain
          if special == 0 { continue }
        }
        let byte = source[index]
        if byte < 0x20 || byte == 0xE2 { break }
        if byte == 0x22 || byte == 0x5C {
          target[filled] = 0x5C
          filled += 1
        }
        target[filled] = byte
        index += 1
        filled += 1
      }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: chunk[..<filled]))
      return index
    }
  }

  private typealias Escape = (letter: UInt8, codePoint: UInt16, length: Int)

  /// How the character at `index` is escaped, and how many bytes it takes in the text; `nil` when it stands as it is.
  private func escape(for text: UnsafeBufferPointer<UInt8>, at index: Int) -> Escape? {
    let byte = text[index]
    switch byte {
    case 0x22, 0x5C: return (byte, 0, 1)
    case 0x0A: return (UInt8(ascii: "n"), 0, 1)
    case 0x0D: return (UInt8(ascii: "r"), 0, 1)
    case 0x09: return (UInt8(ascii: "t"), 0, 1)
    case 0x08: return (UInt8(ascii: "b"), 0, 1)
    case 0x0C: return (UInt8(ascii: "f"), 0, 1)
    case 0..<0x20: return (UInt8(ascii: "u"), UInt16(byte), 1)
    default: break
    }
    // U+2028 and U+2029 are E2 80 A8 and E2 80 A9.
    guard escapesLineSeparators, index + 2 < text.count, text[index + 1] == 0x80, text[index + 2] & 0xFE == 0xA8 else {
      return nil
    }
    return (UInt8(ascii: "u"), 0x2028 | UInt16(text[index + 2] & 1), 3)
  }

  private mutating func appendHexDigits(of codePoint: UInt16) {
    for shift in [12, 8, 4, 0] { bytes.append(Self.hexDigit(UInt8(truncatingIfNeeded: codePoint >> shift) & 0xF)) }
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
