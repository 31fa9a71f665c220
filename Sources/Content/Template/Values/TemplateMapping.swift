/// A dictionary: keys in the order in which they were first set, found by Python's equality.
final class TemplateMapping: Sendable {
  struct Entry: Sendable {
    let key: TemplateValue
    let value: TemplateValue
  }

  /// Below this size looking at every key is faster than hashing one.
  private static let indexThreshold = 8

  let entries: [Entry]
  let depth: Int
  private let index: [TemplateKey: Int]

  /// - Parameter entries: with keys that are all different.
  init(_ entries: [Entry], index: [TemplateKey: Int]?, depth: Int) {
    self.entries = entries
    self.depth = depth
    if entries.count <= Self.indexThreshold {
      self.index = [:]
    } else if let index {
      self.index = index
    } else {
      var made: [TemplateKey: Int] = [:]
      made.reserveCapacity(entries.count)
      for (position, entry) in entries.enumerated() {
        if let key = TemplateKey(known: entry.key) { made[key] = position }
      }
      self.index = made
    }
  }

  var count: Int { entries.count }

  subscript(name: String) -> TemplateValue? {
    if index.isEmpty {
      for entry in entries {
        if case .text(let key) = entry.key, key.string.hasSameScalars(as: name) { return entry.value }
      }
      return nil
    }
    return index[TemplateKey(name)].map { entries[$0].value }
  }

  subscript(key: TemplateKey) -> TemplateValue? {
    if index.isEmpty {
      return entries.first { TemplateKey(known: $0.key) == key }?.value
    }
    return index[key].map { entries[$0].value }
  }

  /// The keys that are texts, for suggestions.
  var names: [String] {
    entries.compactMap { entry in
      if case .text(let key) = entry.key { key.string } else { nil }
    }
  }
}

/// A value as a key: equal to another by the rules of Python's dictionaries, where `1`, `1.0` and `True` are one key.
struct TemplateKey: Hashable, Sendable {
  private enum Form: Sendable {
    case none
    case integer(Int64)
    case float(Double)
    case text(String)
    case tuple([TemplateKey])
    /// The value of an inline `if` without `else`: all of them are equal.
    case undefined
    case iterator(Int)
    case loop(Int)
  }

  private let form: Form

  init(_ name: String) { form = .text(name) }

  /// - Throws: for what Python cannot hash: lists, mappings, and undefined values.
  init(_ value: TemplateValue) throws(TemplateFault) {
    switch value {
    case .undefined(let undefined) where !undefined.isLenient: throw undefined.fault
    case .list, .mapping: throw .value("\(value.kind) cannot be a key")
    case .tuple(let sequence):
      var keys: [TemplateKey] = []
      for element in sequence.elements { keys.append(try TemplateKey(element)) }
      form = .tuple(keys)
    default:
      guard let key = TemplateKey(known: value) else { throw .value("\(value.kind) cannot be a key") }
      self = key
    }
  }

  /// A value that is a key already.
  init?(known value: TemplateValue) {
    switch value {
    case .undefined: form = .undefined
    case .none: form = .none
    case .boolean(let value): form = .integer(value ? 1 : 0)
    case .integer(let value): form = .integer(value)
    case .float(let value): form = Int64(exactly: value).map(Form.integer) ?? .float(value)
    case .text(let text): form = .text(text.string)
    case .list, .mapping: return nil
    case .tuple(let sequence):
      var keys: [TemplateKey] = []
      for element in sequence.elements {
        guard let key = TemplateKey(known: element) else { return nil }
        keys.append(key)
      }
      form = .tuple(keys)
    case .iterator(let number): form = .iterator(number)
    case .loop(let number): form = .loop(number)
    }
  }

  static func == (left: TemplateKey, right: TemplateKey) -> Bool {
    switch (left.form, right.form) {
    case (.none, .none), (.undefined, .undefined): true
    case (.integer(let left), .integer(let right)): left == right
    case (.float(let left), .float(let right)): left == right
    case (.text(let left), .text(let right)): left.hasSameScalars(as: right)
    case (.tuple(let left), .tuple(let right)): left == right
    case (.iterator(let left), .iterator(let right)), (.loop(let left), .loop(let right)): left == right
    default: false
    }
  }

  func hash(into hasher: inout Hasher) {
    switch form {
    case .none: hasher.combine(0)
    case .undefined: hasher.combine(1)
    case .integer(let value): hasher.combine(value)
    case .float(let value): hasher.combine(value)
    case .text(let string):
      var string = string
      string.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    case .tuple(let keys): hasher.combine(keys)
    case .iterator(let number), .loop(let number): hasher.combine(number)
    }
  }
}
