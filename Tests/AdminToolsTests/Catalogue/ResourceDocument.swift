import AdminCore
import AdminTools
import MCPProtocol

/// `docs/resources.md`, made from the resources and prompts.
struct ResourceDocument {
  private let catalogue: Catalogue

  init(services: AdminServices) throws { catalogue = try AdminCatalogue.catalogue(services) }

  var text: String {
    var lines = [
      "# Resources and prompts", "",
      "Made from the code by `scripts/record`; a test compares. Every resource is JSON. `resources/list` names those with a",
      "fixed address, the templates and the newest operations; the others are read by their address, which completion helps",
      "to type. What is marked `?` may be left out.", "", "## Resources", "", "| address | what it shows |",
      "|---|---|",
    ]
    let addresses =
      catalogue.resources.map { ($0.entry.uri, $0.entry.presentation) }
      + catalogue.templates.map { ($0.template.text, $0.presentation) }
    lines += addresses.map { "| `\($0.0)` | \($0.1.description ?? "") |" }
    lines.append("")
    for (address, _) in addresses {
      guard let schema = Resources.shapes[address] else { continue }
      lines += ["### `\(address)`", "", "| field | type | meaning |", "|---|---|---|"]
      lines += fields(of: schema, prefix: "")
      lines.append("")
    }
    return (lines + Self.subscriptions + prompts).joined(separator: "\n") + "\n"
  }

  private static let subscriptions = [
    "## Subscriptions", "",
    "Every resource can be subscribed to. Within about half a second of a change `notifications/resources/updated`",
    "tells of it, whichever process on the same store made it: of a template that was changed, deleted, brought back",
    "or sent; of an operation, step by step; of a persona's configuration; of `m365://health` when an unfinished",
    "operation comes, goes or changes its state. Of users, teams and the tracking settings it tells when an operation",
    "of this store that changed them has ended. Watch a user by id or by sign-in name: other addresses are not known",
    "to operations.",
    "",
    "What others change in the tenant is not told, and neither is what shows only when it is asked, such as whether",
    "it answers: read again what must be current. `resources/list_changed` is neither advertised nor sent.",
    "",
  ]

  private func fields(of schema: JSONValue, prefix: String) -> [String] {
    let required = Set(schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? [])
    return (schema["properties"]?.objectValue ?? [:]).flatMap { member -> [String] in
      let name = "`\(prefix)\(member.key)`\(required.contains(member.key) ? "" : "?")"
      let meaning = member.value["description"]?.stringValue ?? ""
      let inner = member.value["type"] == "array" ? member.value["items"] ?? .null : member.value
      let mark = member.value["type"] == "array" ? "[]" : ""
      let row = "| \(name) | \(type(of: member.value)) | \(meaning) |"
      return [row] + fields(of: inner, prefix: "\(prefix)\(member.key)\(mark).")
    }
  }

  private func type(of schema: JSONValue) -> String {
    if let choices = schema["enum"]?.arrayValue {
      return choices.map { "`\($0.stringValue ?? $0.text)`" }.joined(separator: " \\| ")
    }
    let name = schema["type"]?.stringValue ?? "any"
    guard name == "array", let items = schema["items"] else { return name }
    return type(of: items) + "[]"
  }

  private var prompts: [String] {
    var lines = ["## Prompts", "", "| prompt | arguments | what it starts |", "|---|---|---|"]
    lines += catalogue.prompts.map { prompt in
      let arguments = prompt.arguments.map { "`\($0.name)`\($0.isRequired ? "!" : "")" }.joined(separator: ", ")
      return "| `\(prompt.name)` | \(arguments) | \(prompt.presentation.description ?? "") |"
    }
    return lines
  }
}
