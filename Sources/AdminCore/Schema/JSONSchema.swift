/// A JSON Schema (2020-12) in the part of the language that this product uses, compiled once and checked often.
///
/// Supported: `type`, `enum`, `const`, `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `minLength`,
/// `maxLength`, `pattern`, `items`, `minItems`, `maxItems`, `uniqueItems`, `properties`, `required`,
/// `additionalProperties`, `minProperties`, `maxProperties`, `anyOf`, `allOf`, `oneOf`, `$defs`, and `$ref` within the
/// document. Annotations are kept and ignored. Any other keyword is refused when the schema is compiled, because a rule
/// that is silently not checked is worse than none.
package struct JSONSchema: Sendable {
  package struct Malformed: Error, Hashable, Sendable {
    /// RFC 6901 pointer to the offending keyword.
    package let path: String
    package let message: String
  }

  /// What a schema may be made of.
  package struct Limits: Sendable {
    package var depth = 32
    package var subschemas = 10_000
    package var patternLength = 1000

    package init() {}

    /// For schemas that somebody gave us.
    package static let foreign: Limits = {
      var limits = Limits()
      limits.subschemas = 500
      limits.patternLength = 256
      return limits
    }()
  }

  /// The schema as it was written.
  package let json: JSONValue
  private let root: SchemaNode
  private let references: [String: SchemaNode]

  package init(_ json: JSONValue, limits: Limits = Limits()) throws(Malformed) {
    self.json = json
    var compiler = SchemaCompiler(json, limits: limits)
    (root, references) = try compiler.compile()
  }

  /// Everything that is wrong with `value`, in the order of the document; at most `limit` problems are listed.
  package func problems(in value: JSONValue, at path: String = "", limit: Int = 20) -> [AdminError.Problem] {
    var budget = SchemaBudget.unlimited
    return problems(in: value, at: path, limit: limit, within: &budget)
  }

  /// The same; a check that would take more than the budget is broken off, which is itself a problem.
  package func problems(
    in value: JSONValue, at path: String = "", limit: Int = 20, within budget: inout SchemaBudget
  ) -> [AdminError.Problem] {
    var report = SchemaReport(limit: limit, references: references, budget: budget)
    root.check(value, path: path, into: &report)
    budget = report.budget
    guard budget.isExhausted else { return report.problems }
    return report.problems + [
      AdminError.Problem(path: path, rule: "budget", message: "takes too long to be checked against its schema")
    ]
  }
}

/// One compiled schema: its assertions and its parts.
final class SchemaNode: Sendable {
  /// Schemas that refer to each other without ever looking deeper into the value would go round for ever.
  private static let deepest = 512

  let assertions: [SchemaAssertion]
  /// Where in the document the schema stands that holds as well.
  let reference: String?
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
    assertions: [SchemaAssertion], reference: String? = nil, properties: [(String, SchemaNode)] = [],
    required: [String] = [], additional: Additional = .allowed, items: SchemaNode? = nil, anyOf: [SchemaNode] = [],
    allOf: [SchemaNode] = [], oneOf: [SchemaNode] = []
  ) {
    self.assertions = assertions
    self.reference = reference
    self.properties = Dictionary(properties) { $1 }
    propertyNames = properties.map(\.0)
    self.required = required
    self.additional = additional
    self.items = items
    self.anyOf = anyOf
    self.allOf = allOf
    self.oneOf = oneOf
  }

  /// The schemas that look at the same value.
  func inPlace(_ references: [String: SchemaNode]) -> [SchemaNode] {
    anyOf + allOf + oneOf + (reference.flatMap { references[$0] }.map { [$0] } ?? [])
  }

  func check(_ value: JSONValue, path: String, into report: inout SchemaReport) {
    guard report.depth < Self.deepest, report.budget.spend(1 + assertions.count) else { return report.giveUp() }
    report.depth += 1
    defer { report.depth -= 1 }
    for assertion in assertions {
      if let complaint = assertion.complaint(about: value, within: &report.budget) {
        report.add(path, complaint.keyword, complaint.message)
        // A value of the wrong type breaks every other rule as well; saying so once is enough.
        if complaint.keyword == "type" { return }
      }
    }
    if let reference, let node = report.references[reference] { node.check(value, path: path, into: &report) }
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
    if !anyOf.isEmpty, !anyOf.contains(where: { $0.accepts(value, &report) }) {
      report.add(path, "anyOf", "fits none of the allowed forms")
    }
    if !oneOf.isEmpty {
      let fitting = oneOf.count { $0.accepts(value, &report) }
      if fitting != 1 { report.add(path, "oneOf", "must fit exactly one of the allowed forms, fits \(fitting)") }
    }
  }

  private func accepts(_ value: JSONValue, _ report: inout SchemaReport) -> Bool {
    var trial = SchemaReport(limit: 1, references: report.references, budget: report.budget, depth: report.depth)
    check(value, path: "", into: &trial)
    report.budget = trial.budget
    return trial.problems.isEmpty
  }
}

/// The problems found so far, bounded, and what is left to spend.
struct SchemaReport {
  let limit: Int
  let references: [String: SchemaNode]
  var budget: SchemaBudget
  /// How many checks are under way inside each other.
  var depth = 0
  private(set) var problems: [AdminError.Problem] = []

  init(limit: Int, references: [String: SchemaNode], budget: SchemaBudget, depth: Int = 0) {
    self.limit = limit
    self.references = references
    self.budget = budget
    self.depth = depth
  }

  var isFull: Bool { problems.count >= limit || budget.isExhausted }

  mutating func add(_ path: String, _ rule: String, _ message: String) {
    guard problems.count < limit else { return }
    problems.append(AdminError.Problem(path: path, rule: rule, message: message))
  }

  /// What could not be looked at does not count as good.
  mutating func giveUp() {
    if !budget.isExhausted { add("", "depth", "is nested too deeply for its schema") }
  }
}

/// RFC 6901.
package enum JSONPointer {
  /// `/name`, with `~` and `/` escaped.
  package static func token(_ name: String) -> String {
    let isPlain = !name.utf8.contains { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }
    return isPlain ? "/" + name : "/" + name.replacing("~", with: "~0").replacing("/", with: "~1")
  }

  /// The value that a pointer leads to; `nil` where there is none.
  package static func value(at pointer: Substring, in root: JSONValue) -> JSONValue? {
    guard !pointer.isEmpty else { return root }
    guard pointer.first == "/" else { return nil }
    var value = root
    for token in pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      let name = token.replacing("~1", with: "/").replacing("~0", with: "~")
      let next = value.arrayValue == nil ? value[String(name)] : Int(name).flatMap { value[$0] }
      guard let next else { return nil }
      value = next
    }
    return value
  }
}
