import AdminCore
import M365
import Workflows

/// `docs/features.md`, made from the declarations of features and connections.
enum FeatureDocument {
  static var text: String {
    var lines = [
      "# Features and connections", "",
      "Made from the code by `scripts/record`; a test compares. `enable_feature` switches what stands in the first part,",
      "`connect_service` makes what stands in the second. `enabled: true` always makes the named thing available. Names may",
      "be written in any case and with any joint: `externalSenderTag` is `external_sender_tag`. Every change is read back,",
      "does nothing where everything is so already, and is taken back by `undo_operation` unless it says otherwise.",
      "",
      "## Features", "",
    ]
    for area in Feature.Area.allCases {
      let features = FeatureCatalogue.all.filter { $0.area == area }
      guard !features.isEmpty else { continue }
      lines += ["### \(area.rawValue)", "", "| feature | for | what holds when it is enabled |", "|---|---|---|"]
      lines += features.map { feature in
        "| [`\(feature.name)`](#\(feature.name)) | \(feature.scopes.map(\.rawValue).joined(separator: ", ")) | "
          + "\(cell(feature.summary)) |"
      }
      lines.append("")
      for feature in features { lines += section(feature) }
    }
    lines += ["### What cannot be switched", "", "| names | why |", "|---|---|"]
    lines += RefusedFeature.all.map { "| \(names($0.names)) | \(cell($0.reason)) |" }
    lines += ["", "## Connections", "", "| from | to | what holds then |", "|---|---|---|"]
    lines += ConnectionCatalogue.all.map { connection in
      "| `\(connection.source)` | [`\(connection.target)`](#\(anchor(connection))) | \(cell(connection.summary)) |"
    }
    lines.append("")
    for connection in ConnectionCatalogue.all { lines += section(connection) }
    lines += ["### What cannot be connected", "", "| services | why |", "|---|---|"]
    lines += RefusedConnection.all.map { "| \(names($0.services)) | \(cell($0.reason)) |" }
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: Parts

  private static func section(_ feature: Feature) -> [String] {
    var facts = ["Application permissions \(names(feature.permissions.map(\.rawValue)))."]
    if let license = feature.license { facts.append("Needs \(license.name).") }
    facts.append("Shows after \(feature.propagation).")
    if let permanence = feature.permanence { facts.append("**Cannot be taken back**: \(permanence).") }
    let aliases = feature.aliases.filter { !$0.isOpposite }.map(\.name)
    if !aliases.isEmpty { facts.append("Also \(names(aliases)).") }
    let opposites = feature.aliases.filter(\.isOpposite).map(\.name)
    if !opposites.isEmpty { facts.append("The opposite is \(names(opposites)).") }
    return ["#### `\(feature.name)`", "", facts.joined(separator: " "), ""]
      + table(feature.configuration, "configuration", "! needed, + needed to enable")
  }

  private static func section(_ connection: ServiceConnection) -> [String] {
    var facts = [
      "Application permissions \(names(connection.permissions.map(\.rawValue)))."
    ]
    if let license = connection.license { facts.append("Needs \(license.name).") }
    facts.append("Works after \(connection.propagation). Undone: \(connection.inverse).")
    if connection.needsConsentSetting { facts.append("Off unless `M365_ALLOW_APP_CONSENT=true`.") }
    if connection.makesClientState { facts.append("Shows `clientState` once.") }
    return ["### \(connection.name)", "", facts.joined(separator: " "), ""]
      + table(connection.configuration, "connectionConfig", "! needed")
  }

  private static func table(_ schema: ConfigurationSchema, _ head: String, _ marks: String) -> [String] {
    guard !schema.fields.isEmpty else { return [] }
    let rows = schema.fields.map { field in
      "| `\(field.name)`\(mark(field.need)) | \(type(field.kind)) | \(cell(field.meaning)) |"
    }
    return ["| `\(head)` (\(marks)) | type | meaning |", "|---|---|---|"] + rows + [""]
  }

  private static func mark(_ need: ConfigurationField.Need) -> String {
    switch need {
    case .optional: ""
    case .enabling: " +"
    case .always: " !"
    }
  }

  private static func type(_ kind: ConfigurationField.Kind) -> String {
    switch kind {
    case .text, .lines: "text"
    case .flag: "boolean"
    case .number(let range): "\(range.lowerBound) to \(range.upperBound)"
    case .choice(let choices): choices.map { "`\($0)`" }.joined(separator: ", ")
    case .texts: "texts"
    case .address: "address"
    case .addresses: "addresses"
    case .domain: "domain"
    case .domains: "domains"
    case .guid: "GUID"
    case .url: "https address"
    case .objects(let fields, _): "objects of " + fields.map { "`\($0.name)`\(mark($0.need))" }.joined(separator: ", ")
    }
  }

  private static func names(_ names: [String]) -> String { names.map { "`\($0)`" }.joined(separator: ", ") }

  private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }

  private static func anchor(_ connection: ServiceConnection) -> String {
    connection.name.replacing(" ", with: "-").lowercased()
  }
}
