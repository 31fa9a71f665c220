import Access
import AdminCore
import AdminTools
import M365
import MCPProtocol

/// `docs/tools.md`, made from the tools.
struct ToolDocument {
  private let catalogue: Catalogue

  init(services: AdminServices) throws { catalogue = try AdminCatalogue.catalogue(services) }

  var text: String {
    var lines = [
      "# Tools", "",
      "Made from the code by `scripts/record`; a test compares. `!` marks what must be given. Every changing tool also",
      "takes `dryRun` (return the plan and change nothing), `idempotencyKey` (the same key is the same call) and `confirm`",
      "(a confirmation token, where the site allows tokens), and answers `operationId`, `verified`, `pending` and",
      "`warnings` besides its own fields.", "",
    ]
    for toolset in Toolset.allCases {
      let tools = AdminCatalogue.tools.filter { $0.toolset == toolset }
      guard !tools.isEmpty else { continue }
      lines += ["## Toolset `\(toolset.rawValue)`", "", toolset.summary, ""]
      lines += ["| tool | changes | what it does |", "|---|---|---|"]
      lines += tools.map { "| [`\($0.name)`](#\($0.name)) | \($0.workflow == nil ? "no" : "yes") | \($0.title) |" }
      lines.append("")
      for tool in tools { lines += section(tool) }
    }
    return lines.joined(separator: "\n")
  }

  private func section(_ tool: any AdminTool.Type) -> [String] {
    guard let definition = catalogue.tool(named: tool.name) else { return [] }
    let schemas = definition.schemas(.full)
    var lines = ["### `\(tool.name)`", "", tool.summary, ""]
    lines += ["Role `\(tool.role.rawValue)`" + permissions(tool) + ".", ""]
    if !tool.aliases.isEmpty {
      lines += ["Also answers to " + tool.aliases.map { "`\($0)`" }.joined(separator: ", ") + ".", ""]
    }
    let options = tool.workflow == nil ? [] : ["dryRun", "idempotencyKey", "confirm"]
    lines += table("argument", of: schemas.input, leavingOut: options)
    let common = tool.workflow == nil ? [] : ["operationId", "verified", "pending", "warnings", "plan"]
    lines += table("answer", of: schemas.output ?? [:], leavingOut: common)
    return lines
  }

  private func permissions(_ tool: any AdminTool.Type) -> String {
    let optional =
      tool.optionalPermissions.isEmpty ? "" : "; more for single features and connections ([features](features.md))"
    guard !tool.permissions.isEmpty else { return optional.isEmpty ? "; needs nothing of the tenant" : optional }
    return "; application permissions " + tool.permissions.map { "`\($0.rawValue)`" }.joined(separator: ", ") + optional
  }

  private func table(_ head: String, of schema: JSONValue, leavingOut names: [String]) -> [String] {
    let required = Set(schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? [])
    let rows = (schema["properties"]?.objectValue ?? [:]).filter { !names.contains($0.key) }.map { member in
      let mark = head == "argument" && required.contains(member.key) ? "!" : ""
      return "| `\(member.key)`\(mark) | \(type(of: member.value)) | \(meaning(of: member.value)) |"
    }
    guard !rows.isEmpty else { return head == "argument" ? ["Takes no arguments.", ""] : [] }
    return ["| \(head) | type | meaning |", "|---|---|---|"] + rows + [""]
  }

  private func type(of schema: JSONValue) -> String {
    if let choices = schema["enum"]?.arrayValue {
      return choices.map { "`\($0.stringValue ?? $0.text)`" }.joined(separator: " \\| ")
    }
    let name = schema["type"]?.stringValue ?? "any"
    guard name == "array", let items = schema["items"] else { return name }
    return type(of: items) + "[]"
  }

  private func meaning(of schema: JSONValue) -> String {
    var parts = [schema["description"]?.stringValue].compactMap { $0 }
    if let value = schema["default"] { parts.append("Default \(value.text).") }
    return parts.joined(separator: " ").replacing("|", with: "\\|").replacing("\n", with: " ")
  }
}

/// `docs/errors.md`, made from the codes.
enum ErrorDocument {
  static var text: String {
    var lines = [
      "# Errors", "",
      "Made from the code by `scripts/record`; a test compares. A failed call answers `isError: true` and",
      "`{code, message, retryable, retryAfterMs?, correlationId, details?}`. The message says what to do next; programs",
      "branch on the code. The correlation id stands in the audit trail and in the log.", "",
      "| code | meaning | may succeed later unchanged |", "|---|---|---|",
    ]
    lines += ErrorCode.allCases.map {
      "| `\($0.rawValue)` | \($0.meaning) | \($0.isRetryable ? "yes" : "if it says so") |"
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
