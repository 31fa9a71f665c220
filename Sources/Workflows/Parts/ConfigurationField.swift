package import AdminCore
import Content
import M365

/// One member of the configuration of a feature or a connection: the schema, the checks and the documents follow from
/// this.
package struct ConfigurationField: Sendable {
  package enum Kind: Sendable {
    case text(maximum: Int)
    /// A text that may have several lines.
    case lines(maximum: Int)
    case flag
    case number(ClosedRange<Int>)
    case choice([String])
    case texts(maximum: Int)
    case address
    case addresses(maximum: Int)
    case domain
    case domains(maximum: Int)
    case guid
    /// An https address of a public host.
    case url
    case objects([ConfigurationField], maximum: Int)
  }

  package enum Need: Sendable {
    case optional
    /// Needed to make the thing available, not to take it away.
    case enabling
    case always
  }

  package let name: String
  package let kind: Kind
  package let meaning: String
  package let need: Need

  init(_ name: String, _ kind: Kind, _ meaning: String, _ need: Need = .optional) {
    self.name = name
    self.kind = kind
    self.meaning = meaning
    self.need = need
  }

  /// As JSON Schema has it.
  var schema: JSONObject {
    switch kind {
    case .text(let maximum), .lines(let maximum): ["type": "string", "minLength": 1, "maxLength": .int(maximum)]
    case .flag: ["type": "boolean"]
    case .number(let range):
      ["type": "integer", "minimum": .int(range.lowerBound), "maximum": .int(range.upperBound)]
    case .choice(let choices): ["type": "string", "enum": .strings(choices)]
    case .texts(let maximum), .addresses(let maximum), .domains(let maximum):
      [
        "type": "array", "minItems": 1, "maxItems": .int(maximum),
        "items": ["type": "string", "minLength": 1, "maxLength": 320],
      ]
    case .address, .domain, .guid: ["type": "string", "minLength": 1, "maxLength": 320]
    case .url: ["type": "string", "minLength": 1, "maxLength": 2000]
    case .objects(let fields, let maximum):
      [
        "type": "array", "minItems": 1, "maxItems": .int(maximum),
        "items": ConfigurationSchema(fields).json(isEnabling: true),
      ]
    }
  }

  /// What a schema cannot say.
  fileprivate func problems(in value: JSONValue, at path: String) -> [AdminError.Problem] {
    func problem(_ rule: String, _ message: String) -> [AdminError.Problem] {
      [AdminError.Problem(path: path, rule: rule, message: message)]
    }
    let texts = value.arrayValue?.compactMap(\.stringValue) ?? [value.stringValue].compactMap { $0 }
    switch kind {
    case .text, .texts, .choice:
      return texts.allSatisfy(Self.isLine) ? [] : problem("text", "must be one line without control characters")
    case .lines:
      let isText = texts.allSatisfy { text in text.split(whereSeparator: \.isNewline).allSatisfy { Self.isLine($0) } }
      return isText ? [] : problem("text", "must not hold control characters")
    case .address, .addresses:
      return texts.allSatisfy { EmailAddress($0) != nil } ? [] : problem("address", "must be a mail address")
    case .domain, .domains:
      let areDomains = texts.allSatisfy { UserPrincipalName("a@\($0)") != nil }
      return areDomains ? [] : problem("domain", "must be a domain such as contoso.com")
    case .guid: return texts.allSatisfy { GUID($0) != nil } ? [] : problem("guid", "must be a GUID")
    case .url: return texts.allSatisfy(PublicAddress.isOne) ? [] : problem("url", PublicAddress.rule)
    case .objects(let fields, _):
      return (value.arrayValue ?? []).enumerated().flatMap { index, element in
        fields.flatMap { field in
          element[field.name].map { field.problems(in: $0, at: "\(path)/\(index)/\(field.name)") } ?? []
        }
      }
    case .flag, .number: return []
    }
  }

  private static func isLine(_ text: some StringProtocol) -> Bool {
    text.unicodeScalars.allSatisfy {
      $0.properties.generalCategory != .control && $0.value != 0x2028 && $0.value != 0x2029
    }
  }
}

/// The configuration of a feature or a connection.
package struct ConfigurationSchema: Sendable {
  package let fields: [ConfigurationField]

  package init(_ fields: [ConfigurationField]) { self.fields = fields }

  /// - Parameter isEnabling: whether the thing is to be made available.
  package func json(isEnabling: Bool) -> JSONValue {
    let needed = fields.filter { $0.isNeeded(isEnabling) }.map(\.name)
    var schema: JSONObject = [
      "type": "object",
      "properties": .object(
        JSONObject(
          fields.map { field in
            JSONObject.Member(
              key: field.name, value: .object(field.schema.merging(["description": .string(field.meaning)])))
          })), "additionalProperties": false,
    ]
    if !needed.isEmpty { schema["required"] = .strings(needed) }
    return .object(schema)
  }

  /// Finds everything that is wrong with a configuration, at once.
  ///
  /// - Parameter argument: where it stands in the call: `configuration`.
  package func check(_ configuration: JSONObject, in argument: String, isEnabling: Bool) throws(AdminError) {
    let schema: JSONSchema
    do throws(JSONSchema.Malformed) {
      schema = try JSONSchema(json(isEnabling: isEnabling))
    } catch {
      throw AdminError(.internalFault, "The schema of a configuration is malformed.", cause: "\(error)")
    }
    var problems = schema.problems(in: .object(configuration)).map { problem in
      AdminError.Problem(path: "/\(argument)\(problem.path)", rule: problem.rule, message: problem.message)
    }
    if problems.isEmpty {
      problems = fields.flatMap { field in
        configuration[field.name].map { field.problems(in: $0, at: "/\(argument)/\(field.name)") } ?? []
      }
    }
    guard problems.isEmpty else { throw AdminError(problems: problems) }
  }
}

extension ConfigurationField {
  fileprivate func isNeeded(_ isEnabling: Bool) -> Bool {
    switch need {
    case .optional: false
    case .enabling: isEnabling
    case .always: true
    }
  }
}

/// Addresses that Microsoft 365 is to call or to show: of public hosts, encrypted.
enum PublicAddress {
  static let rule = "must be an https address of a public host, such as https://hooks.contoso.com/m365"

  static func isOne(_ text: String) -> Bool {
    guard text.lowercased().hasPrefix("https://"), let url = HTTPURL(text) else { return false }
    let host = url.origin.host.lowercased()
    let labels = host.split(separator: ".", omittingEmptySubsequences: false)
    let isLocal = ["localhost", "local", "internal", "lan", "home", "arpa"].contains(labels.last.map(String.init) ?? "")
    // A name, and not a number: hosts by address are private ones or a mistake.
    return labels.count >= 2 && !isLocal && UserPrincipalName("a@\(host)") != nil
      && labels.last?.contains(where: \.isLetter) == true
  }
}
