import Glibc

/// A value of the language. The kinds and their behaviour are Python's, since Jinja2's are.
enum TemplateValue: Sendable {
  case undefined(TemplateUndefined)
  case none
  case boolean(Bool)
  case integer(Int64)
  case float(Double)
  case text(TemplateText)
  case list(TemplateSequence)
  case tuple(TemplateSequence)
  case mapping(TemplateMapping)
  /// What `map`, `select`, `batch` and their like give: elements that are made when asked for, once. The number names
  /// an entry in the renderer's table.
  case iterator(Int)
  /// The variable `loop`, by its number in the renderer's table.
  case loop(Int)
}

/// A text, which Python counts and compares by code points, and whether it is markup that must not be escaped again.
struct TemplateText: Sendable {
  let string: String
  let isMarkup: Bool

  init(_ string: String, isMarkup: Bool = false) {
    self.string = string
    self.isMarkup = isMarkup
  }

  static let empty = TemplateText("")

  /// Bytes, for bounds and budgets.
  var size: Int { string.utf8.count }

  /// Code points.
  var count: Int { string.scalarCount }

  var scalars: String.UnicodeScalarView { string.unicodeScalars }

  /// The code points from `lower` up to `upper`, both within bounds.
  func slice(_ lower: Int, _ upper: Int) -> TemplateText {
    guard lower < upper else { return TemplateText("", isMarkup: isMarkup) }
    var string = string
    let part = string.withUTF8 { bytes in
      let start = Self.offset(of: lower, in: bytes, from: 0)
      let end = Self.offset(of: upper - lower, in: bytes, from: start)
      return String(decoding: bytes[start..<end], as: UTF8.self)
    }
    return TemplateText(part, isMarkup: isMarkup)
  }

  /// Where the code point begins that is `count` of them behind the one at `start`.
  private static func offset(of count: Int, in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var (index, remaining) = (start, count)
    while index < bytes.count {
      if bytes[index] & 0xC0 != 0x80 {
        if remaining == 0 { return index }
        remaining -= 1
      }
      index += 1
    }
    return index
  }
}

extension String {
  var scalarCount: Int {
    let done = utf8.withContiguousStorageIfAvailable { bytes in
      var count = 0
      for byte in bytes where byte & 0xC0 != 0x80 { count += 1 }
      return count
    }
    return done ?? unicodeScalars.count
  }

  /// Equality of code points. `==` would also take texts for equal that only look the same.
  func hasSameScalars(as other: String) -> Bool {
    utf8.count == other.utf8.count && compareBytes(with: other) == 0
  }

  /// Python's order of strings, by code points, which is the order of the UTF-8 bytes.
  func scalarsPrecede(_ other: String) -> Bool {
    let order = compareBytes(with: other)
    return order < 0 || (order == 0 && utf8.count < other.utf8.count)
  }

  /// The order of the bytes as far as both texts reach; 0 when one is the beginning of the other.
  private func compareBytes(with other: String) -> Int32 {
    var (left, right) = (self, other)
    return left.withUTF8 { left in
      right.withUTF8 { right in
        guard let leftStart = left.baseAddress, let rightStart = right.baseAddress else { return 0 }
        return memcmp(leftStart, rightStart, min(left.count, right.count))
      }
    }
  }

  var isASCII: Bool { utf8.allSatisfy { $0 < 0x80 } }
}

/// The elements of a list or a tuple. A class because Python's lists have an identity, which `sameas` can see.
final class TemplateSequence: Sendable {
  let elements: [TemplateValue]
  /// Levels of lists and mappings, this one included.
  let depth: Int
  /// Whether this is a group of `groupby`, whose two elements are also called `grouper` and `list`.
  let isGroup: Bool

  init(_ elements: [TemplateValue], depth: Int, isGroup: Bool = false) {
    self.elements = elements
    self.depth = depth
    self.isGroup = isGroup
  }

  static let empty = TemplateSequence([], depth: 1)
}

/// Why there is no value.
final class TemplateUndefined: Sendable {
  /// As the template names it: `name`, `customer.name`, or a description of what was looked for.
  let path: String
  /// The whole message, where "… is not defined" would not say it.
  let reason: String?
  let offset: Int
  /// Names among which the meant one may be; `nil` for a variable, whose candidates the renderer knows.
  let candidates: [String]?
  /// An inline `if` without `else` that came out false: it prints as nothing and counts as false and empty, where any
  /// other undefined value is an error in every use but `default` and `is defined`.
  let isLenient: Bool

  init(
    path: String, reason: String? = nil, offset: Int, candidates: [String]? = nil, isLenient: Bool = false
  ) {
    self.path = path
    self.reason = reason
    self.offset = offset
    self.candidates = candidates
    self.isLenient = isLenient
  }

  var fault: TemplateFault {
    var fault = TemplateFault(.undefined, reason ?? "'\(path)' is not defined", at: offset)
    fault.variable = path
    fault.candidates = candidates
    return fault
  }
}

extension TemplateValue {
  static func text(_ string: String) -> TemplateValue { .text(TemplateText(string)) }
  static func markup(_ string: String) -> TemplateValue { .text(TemplateText(string, isMarkup: true)) }

  /// Levels of lists and mappings within.
  var depth: Int {
    switch self {
    case .list(let sequence), .tuple(let sequence): sequence.depth
    case .mapping(let mapping): mapping.depth
    default: 0
    }
  }

  var undefined: TemplateUndefined? {
    if case .undefined(let undefined) = self { undefined } else { nil }
  }

  /// The kind, in words for messages.
  var kind: String {
    switch self {
    case .undefined: "an undefined value"
    case .none: "none"
    case .boolean: "a truth value"
    case .integer: "a whole number"
    case .float: "a number"
    case .text: "a text"
    case .list: "a list"
    case .tuple: "a tuple"
    case .mapping: "a mapping"
    case .iterator: "a sequence made by a filter"
    case .loop: "the loop"
    }
  }
}
