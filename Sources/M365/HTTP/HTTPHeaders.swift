/// Header fields in their order, found by name without regard to case.
package struct HTTPHeaders: Sendable {
  package struct Field: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  package private(set) var fields: [Field]

  package init() { fields = [] }

  /// The first value of that name; setting one replaces all of them.
  package subscript(name: String) -> String? {
    get { fields.first { Self.isSame($0.name, name) }?.value }
    set {
      fields.removeAll { Self.isSame($0.name, name) }
      if let newValue { fields.append(Field(name: name, value: newValue)) }
    }
  }

  package func values(_ name: String) -> [String] { fields.filter { Self.isSame($0.name, name) }.map(\.value) }

  package mutating func add(_ name: String, _ value: String) { fields.append(Field(name: name, value: value)) }

  static func isSame(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count
      && zip(left.utf8, right.utf8).allSatisfy { lowered($0) == lowered($1) }
  }

  private static func lowered(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte + 0x20 : byte }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map { Field(name: $0, value: $1) }
  }
}

extension HTTPHeaders {
  /// Fields that the transport writes itself, or that would change how the message is framed.
  private static let reserved = [
    "host", "content-length", "transfer-encoding", "connection", "te", "upgrade", "expect", "proxy-authorization",
    "accept-encoding",
  ]

  /// What keeps these fields from being sent; `nil` when nothing does. A line break in a value would let data of the
  /// tenant add fields of its own (RFC 9110 section 5.5), so a request with one never leaves.
  var flaw: String? {
    for field in fields {
      guard !field.name.isEmpty, field.name.utf8.allSatisfy(Self.isTokenByte) else {
        return "a header field's name is not a token"
      }
      guard !Self.reserved.contains(field.name.lowercased()) else {
        return "the header field \(field.name) is the transport's own"
      }
      guard field.value.utf8.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }) else {
        return "the value of header field \(field.name) holds control characters"
      }
    }
    return fields.count > 64 ? "there are more than 64 header fields" : nil
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
