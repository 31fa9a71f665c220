package import AdminCore

/// A form for the person at the client: a message and a flat list of fields. Never asks for a secret. What it shows is
/// cleaned of what nobody can see, because a person decides by it.
package struct ElicitationForm: Hashable, Sendable {
  package struct Choice: Hashable, Sendable {
    package let value: String
    package let title: String?

    package init(_ value: String, title: String? = nil) {
      self.value = value
      self.title = title
    }

    fileprivate var shown: String { VisibleText.clean(title ?? value) }
  }

  package enum TextFormat: String, Sendable {
    case email, uri, date
    case dateTime = "date-time"
  }

  package enum Kind: Hashable, Sendable {
    case text(length: ClosedRange<Int>? = nil, format: TextFormat? = nil, default: String? = nil)
    case number(ClosedRange<Double>? = nil, default: Double? = nil)
    case integer(ClosedRange<Int>? = nil, default: Int? = nil)
    case flag(default: Bool? = nil)
    case oneOf([Choice], default: String? = nil)
    /// Not before 2025-11-25.
    case severalOf([Choice], count: ClosedRange<Int>? = nil, default: [String]? = nil)
  }

  package struct Field: Hashable, Sendable {
    package let name: String
    package let title: String?
    package let description: String?
    package let isRequired: Bool
    package let kind: Kind

    package init(
      _ name: String, _ kind: Kind, title: String? = nil, description: String? = nil, isRequired: Bool = true
    ) {
      self.name = name
      self.kind = kind
      self.title = title
      self.description = description
      self.isRequired = isRequired
    }
  }

  package let message: String
  package let fields: [Field]

  package init(message: String, fields: [Field]) {
    self.message = message
    self.fields = fields
  }

  /// Whether the revision can show every field.
  func isExpressible(in revision: Revision) -> Bool {
    guard revision.hasElicitation else { return false }
    return revision.hasRichForms
      || !fields.contains { field in
        if case .severalOf = field.kind { true } else { false }
      }
  }

  func params(for revision: Revision) -> JSONObject {
    var params: JSONObject = ["message": .string(VisibleText.clean(message)), "requestedSchema": schema(for: revision)]
    if revision.hasRichForms { params["mode"] = "form" }
    return params
  }

  func schema(for revision: Revision) -> JSONValue {
    var properties = JSONObject()
    for field in fields { properties[field.name] = .object(field.schema(for: revision)) }
    var schema: JSONObject = ["type": "object", "properties": .object(properties)]
    let required = fields.filter(\.isRequired).map(\.name)
    if !required.isEmpty { schema["required"] = .strings(required) }
    return .object(schema)
  }
}

extension ElicitationForm.Field {
  fileprivate func schema(for revision: Revision) -> JSONObject {
    var schema = JSONObject()
    var initial: JSONValue?
    switch kind {
    case .text(let length, let format, let value):
      schema["type"] = "string"
      schema["minLength"] = length.map { .int($0.lowerBound) }
      schema["maxLength"] = length.map { .int($0.upperBound) }
      schema["format"] = format.map { .string($0.rawValue) }
      initial = value.map(JSONValue.string)
    case .number(let range, let value):
      schema["type"] = "number"
      schema["minimum"] = range.map { JSONValue(floatLiteral: $0.lowerBound) }
      schema["maximum"] = range.map { JSONValue(floatLiteral: $0.upperBound) }
      initial = value.map(JSONValue.init(floatLiteral:))
    case .integer(let range, let value):
      schema["type"] = "integer"
      schema["minimum"] = range.map { .int($0.lowerBound) }
      schema["maximum"] = range.map { .int($0.upperBound) }
      initial = value.map { .int($0) }
    case .flag(let value):
      schema["type"] = "boolean"
      schema["default"] = value.map(JSONValue.bool)
    case .oneOf(let choices, let value):
      schema["type"] = "string"
      schema = schema.merging(Self.choices(choices, key: "oneOf", for: revision))
      initial = value.map(JSONValue.string)
    case .severalOf(let choices, let count, let value):
      schema["type"] = "array"
      schema["items"] = .object(Self.items(choices, for: revision))
      schema["minItems"] = count.map { .int($0.lowerBound) }
      schema["maxItems"] = count.map { .int($0.upperBound) }
      initial = value.map(JSONValue.strings)
    }
    if revision.hasRichForms, let initial { schema["default"] = initial }
    schema["title"] = title.map { .string(VisibleText.clean($0)) }
    schema["description"] = description.map { .string(VisibleText.clean($0)) }
    return schema
  }

  private static func items(_ choices: [ElicitationForm.Choice], for revision: Revision) -> JSONObject {
    let isTitled = choices.contains { $0.title != nil }
    let plain: JSONObject = isTitled ? [:] : ["type": "string"]
    return plain.merging(Self.choices(choices, key: "anyOf", for: revision))
  }

  /// Titled choices under `key` where the revision knows that, under `enumNames` before.
  private static func choices(
    _ choices: [ElicitationForm.Choice], key: String, for revision: Revision
  ) -> JSONObject {
    let values = JSONValue.strings(choices.map(\.value))
    guard choices.contains(where: { $0.title != nil }) else { return ["enum": values] }
    guard revision.hasRichForms else {
      return ["enum": values, "enumNames": .strings(choices.map(\.shown))]
    }
    return [
      key: .array(choices.map { ["const": .string($0.value), "title": .string($0.shown)] })
    ]
  }
}

// MARK: - Answers

/// What a person filled in, checked against the form again.
package struct FormContent: Hashable, Sendable {
  package let values: JSONObject

  package func text(_ name: String) -> String? { values[name]?.stringValue }
  package func flag(_ name: String) -> Bool? { values[name]?.boolValue }
  package func integer(_ name: String) -> Int? { values[name]?.intValue }
  package func number(_ name: String) -> Double? { values[name]?.doubleValue }
  package func texts(_ name: String) -> [String]? { values[name]?.arrayValue?.compactMap(\.stringValue) }
}

extension ElicitationForm {
  /// The values of the form's own fields; `nil` when one is missing or breaks its rules. Others are left out.
  func content(from answer: JSONValue?) -> FormContent? {
    guard case .object(let given)? = answer, let schema = try? JSONSchema(validationSchema) else { return nil }
    guard schema.problems(in: .object(given), limit: 1).isEmpty else { return nil }
    var values = JSONObject()
    for field in fields {
      guard let value = given[field.name] else { continue }
      guard field.acceptsFormat(of: value) else { return nil }
      values[field.name] = value
    }
    return FormContent(values: values)
  }

  /// As for the newest revision, with plain choices, which say the same and are understood by the checker.
  private var validationSchema: JSONValue {
    let plain = fields.map { field in
      Field(field.name, field.kind.withoutTitles, isRequired: field.isRequired)
    }
    return ElicitationForm(message: "", fields: plain).schema(for: .modern)
  }
}

extension ElicitationForm.Kind {
  fileprivate var withoutTitles: ElicitationForm.Kind {
    switch self {
    case .oneOf(let choices, let value): .oneOf(choices.map { .init($0.value) }, default: value)
    case .severalOf(let choices, let count, let value):
      .severalOf(choices.map { .init($0.value) }, count: count, default: value)
    default: self
    }
  }
}

extension ElicitationForm.Field {
  fileprivate func acceptsFormat(of value: JSONValue) -> Bool {
    guard case .text(_, let format?, _) = kind, case .string(let text) = value else { return true }
    return switch format {
    case .email: text.split(separator: "@", omittingEmptySubsequences: false).count == 2 && !text.contains(" ")
    case .uri: text.contains(":") && !text.contains(" ")
    case .date: text.utf8.count == 10 && Timestamp(iso8601: text) != nil
    case .dateTime: text.utf8.count > 10 && Timestamp(iso8601: text) != nil
    }
  }
}
