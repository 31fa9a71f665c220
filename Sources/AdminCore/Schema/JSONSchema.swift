/// A JSON Schema (2020-12) in the part of the language that this product uses, compiled once and checked often.
///
/// Supported: `type`, `enum`, `const`, `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `minLength`,
/// `maxLength`, `items`, `minItems`, `maxItems`, `uniqueItems`, `properties`, `required`, `additionalProperties`,
/// `minProperties`, `maxProperties`, `anyOf`, `allOf`, `oneOf`. Annotations are kept and ignored. Any other keyword is
/// refused when the schema is compiled, because a rule that is silently not checked is worse than none.
package struct JSONSchema: Sendable {
  package struct Malformed: Error, Hashable, Sendable {
    /// RFC 6901 pointer to the offending keyword.
    package let path: String
    package let message: String
  }

  /// The schema as it was written.
  package let json: JSONValue
  private let root: SchemaNode

  package init(_ json: JSONValue, maximumDepth: Int = 32) throws(Malformed) {
    self.json = json
    root = try SchemaCompiler(maximumDepth: maximumDepth).compile(json, path: "", depth: 0)
  }

  /// Everything that is wrong with `value`, in the order of the document; at most `limit` problems are listed.
  package func problems(in value: JSONValue, limit: Int = 20) -> [AdminError.Problem] {
    var report = SchemaReport(limit: limit)
    root.check(value, path: "", into: &report)
    return report.problems
  }
}

/// One compiled schema: its assertions and its parts.
final class SchemaNode: Sendable {
  let assertions: [SchemaAssertion]
  let properties: [String: SchemaNode]
  let propertyNames: [String]
  let required: [String]
  let additional: Additional
  let items: SchemaNode?
  let anyOf: [SchemaNode]
  let allOf: [SchemaNode]
  let oneOf: [SchemaNode]

  enum Additional: Sendable {
    case allowed
    case refused
    case matching(SchemaNode)
  }

  init(
    assertions: [SchemaAssertion], properties: [(String, SchemaNode)], required: [String], additional: Additional,
    items: SchemaNode?, anyOf: [SchemaNode], allOf: [SchemaNode], oneOf: [SchemaNode]
  ) {
    self.assertions = assertions
    self.properties = Dictionary(properties) { $1 }
    propertyNames = properties.map(\.0)
    self.required = required
    self.additional = additional
    self.items = items
    self.anyOf = anyOf
    self.allOf = allOf
    self.oneOf = oneOf
  }

  func check(_ value: JSONValue, path: String, into report: inout SchemaReport) {
    for assertion in assertions {
      if let complaint = assertion.complaint(about: value) {
        report.add(path, complaint.keyword, complaint.message)
        // A value of the wrong type breaks every other rule as well; saying so once is enough.
        if complaint.keyword == "type" { return }
      }
    }
    switch value {
    case .object(let object): check(object, path: path, into: &report)
    case .array(let elements):
      guard let items else { break }
      for (index, element) in elements.enumerated() where !report.isFull {
        items.check(element, path: "\(path)/\(index)", into: &report)
      }
    default: break
    }
    checkCombinations(value, path: path, into: &report)
  }

  private func check(_ object: JSONObject, path: String, into report: inout SchemaReport) {
    for name in required where object[name] == nil {
      report.add(path + JSONPointer.token(name), "required", "is required")
    }
    for member in object where !report.isFull {
      if let node = properties[member.key] {
        node.check(member.value, path: path + JSONPointer.token(member.key), into: &report)
        continue
      }
      // A name nobody has declared may be of any length and hold anything.
      let memberPath = path + JSONPointer.token(VisibleText.excerpt(member.key, limit: 64))
      switch additional {
      case .allowed: break
      case .refused:
        let hint = Suggestion.nearest(to: member.key, among: propertyNames).map { "; did you mean \($0)?" } ?? ""
        report.add(memberPath, "additionalProperties", "is not known here\(hint)")
      case .matching(let node): node.check(member.value, path: memberPath, into: &report)
      }
    }
  }

  private func checkCombinations(_ value: JSONValue, path: String, into report: inout SchemaReport) {
    for node in allOf { node.check(value, path: path, into: &report) }
    if !anyOf.isEmpty, !anyOf.contains(where: { $0.accepts(value) }) {
      report.add(path, "anyOf", "fits none of the allowed forms")
    }
    if !oneOf.isEmpty {
      let fitting = oneOf.count { $0.accepts(value) }
      if fitting != 1 { report.add(path, "oneOf", "must fit exactly one of the allowed forms, fits \(fitting)") }
    }
  }

  func accepts(_ value: JSONValue) -> Bool {
    var report = SchemaReport(limit: 1)
    check(value, path: "", into: &report)
    return report.problems.isEmpty
  }
}

/// The problems found so far, bounded.
struct SchemaReport {
  let limit: Int
  private(set) var problems: [AdminError.Problem] = []

  init(limit: Int) { self.limit = limit }

  var isFull: Bool { problems.count >= limit }

  mutating func add(_ path: String, _ rule: String, _ message: String) {
    guard !isFull else { return }
    problems.append(AdminError.Problem(path: path, rule: rule, message: message))
  }
}

/// RFC 6901.
package enum JSONPointer {
  /// `/name`, with `~` and `/` escaped.
  package static func token(_ name: String) -> String {
    let isPlain = !name.utf8.contains { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }
    return isPlain ? "/" + name : "/" + name.replacing("~", with: "~0").replacing("/", with: "~1")
  }
}
