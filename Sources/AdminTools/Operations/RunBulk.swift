import Access
import AdminCore
import M365
import MCPProtocol
import Store
import Workflows

/// Runs one changing tool over many items: one plan, one approval, one report.
struct RunBulk: ChangingTool {
  static let name = "run_bulk"
  static let title = "Run a tool over many items"
  static let summary = """
    Run any changing tool over up to 200 items with one dry run and one approval for all. Items are independent \
    operations; a crash in the middle is gone on from.
    """
  static let role = Role.provision
  static let isDestructive = true
  static let isIdempotent = false
  static let clientHints: JSONObject = [
    "anthropic/requiresUserInteraction": true, "anthropic/maxResultSizeChars": 200_000,
  ]

  enum OnError: String, Choice {
    case `continue`, stop
  }

  struct Input: ToolInput {
    @Param("A changing tool of this server.", .length(1...64)) var tool: String
    @Param("Its arguments, item by item.", .count(1...200)) var items: [JSONObject]
    @Param("When an item fails: go on with the others, or stop.") var onError: OnError = .continue
  }

  struct Output: ToolOutput {
    let tool: String
    let total: Int
    let completed: Int
    let failed: Int
    let skipped: Int
    let results: [FreeForm]
  }

  static func prepare(_ input: Input, _ call: ToolCall) async throws(AdminError) -> PreparedChange<BulkWorkflow> {
    let tool = try tool(named: input.tool, call)
    try call.require(tool)
    var bulk = Bulk(tool: tool)
    for (index, arguments) in input.items.enumerated() {
      call.report(OperationProgress(done: index, total: input.items.count, message: "Checking item \(index + 1)"))
      if let twin = input.items.firstIndex(of: arguments), twin < index {
        bulk.refuse(.sameItem(twin + 1))
      } else {
        try await bulk.add(arguments, call)
      }
    }
    let tenant = tool.permissions.isEmpty ? nil : call.services.configuration.tenant
    if !tool.permissions.isEmpty { try await call.requireOwnTenant() }
    return PreparedChange(
      bulk.plan,
      BulkWorkflow(
        tool: tool.name, tenant: tenant, items: bulk.items, onError: input.onError == .stop ? .stop : .continue),
      secrets: bulk.secrets, warnings: bulk.failures)
  }

  /// So many items are looked at beforehand, and so many lines tell of it: each item may mean several questions to the
  /// tenant and a line for each recipient.
  private static let foreseenItems = 20
  private static let foreseenLines = 40

  /// What the tool itself foresees, item by item.
  static func foresee(_ prepared: PreparedChange<BulkWorkflow>, _ call: ToolCall) async -> [String] {
    let bulk = prepared.change
    let found = AdminCatalogue.tools.first { $0.name == bulk.tool }
    guard let tool = found as? any ChangingTool.Type, tool.foresees else { return [] }
    // What will fail anyway is not asked about.
    let items = bulk.items.enumerated().compactMap { index, item in
      (try? item.work.get()).map { (number: index + 1, work: $0) }
    }
    let first = items.prefix(foreseenItems)
    var notes = ItemNotes()
    for (done, item) in first.enumerated() {
      call.report(OperationProgress(done: done, total: first.count, message: "Looking ahead for item \(item.number)"))
      for note in await foreseen(by: tool, item.work, call) { notes.add(note, item: item.number) }
    }
    guard items.count > first.count else { return notes.lines(atMost: foreseenLines) }
    let rest = "All items were planned; what else \(tool.name) foresees was asked for the first \(first.count) alone."
    return notes.lines(atMost: foreseenLines) + [rest]
  }

  private static func foreseen<Tool: ChangingTool>(
    by tool: Tool.Type, _ work: any Workflow, _ call: ToolCall
  ) async -> [String] {
    guard let change = work as? Tool.Change else { return [] }
    return await tool.foresee(PreparedChange(Plan("Run \(tool.name)"), change), call)
  }

  static func output(
    _ operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> Output {
    let output = operation.output
    let name = output["tool"]?.stringValue ?? ""
    let tool = AdminCatalogue.tools.first { $0.name == name }
    var room = outputBytes
    let results = try (output["results"]?.arrayValue ?? []).enumerated().map { index, result throws(AdminError) in
      FreeForm(try shown(result, ofItem: index, tool, secrets, &room))
    }
    let (total, completed) = (output["total"]?.intValue ?? 0, output["completed"]?.intValue ?? 0)
    let skipped = output["skipped"]?.intValue ?? 0
    return Output(
      tool: name, total: total, completed: completed, failed: total - completed - skipped, skipped: skipped,
      results: results)
  }

  static func explain(_ error: AdminError, _ operation: OperationReport) -> AdminError {
    var error = error
    error.details = .object((error.details?.objectValue ?? [:]).merging(operation.output))
    return error
  }

  /// So many bytes of what items answered are shown; the rest is in their operations.
  private static let outputBytes = 4096

  /// What an item answered, as its own tool would have shown it, secrets of this call included. Those are shown here and
  /// never again, however long the whole gets.
  private static func shown(
    _ result: JSONValue, ofItem index: Int, _ tool: (any AdminTool.Type)?, _ secrets: [String: Secret<String>],
    _ room: inout Int
  ) throws(AdminError) -> JSONValue {
    var shown = result.objectValue ?? [:]
    guard shown["state"] == "completed", let tool, let id = shown["operationId"]?.stringValue.flatMap(LocalID.init)
    else {
      shown["output"] = nil
      return .object(shown)
    }
    var report = OperationReport(operationID: id, state: .completed)
    report.output = shown["output"]?.objectValue ?? [:]
    let prefix = BulkWorkflow.secretName("", ofItem: index)
    let own = secrets.filter { $0.key.hasPrefix(prefix) }.map { (String($0.key.dropFirst(prefix.count)), $0.value) }
    let answer = try tool.answer(of: report, secrets: Dictionary(own) { first, _ in first })
    room -= answer.serialized.count
    shown["output"] = room >= 0 || !own.isEmpty ? answer : "left out; get_operation shows it"
    return .object(shown)
  }

  private static func tool(named name: String, _ call: ToolCall) throws(AdminError) -> any AdminTool.Type {
    let offered = AdminCatalogue.offeredTools(call.services.configuration)
    let changing = offered.filter { $0.workflow != nil && $0.name != Self.name }
    guard let tool = changing.first(where: { $0.name == name || $0.aliases.contains(name) }) else {
      let hint = Suggestion.nearest(to: name, among: changing.map { $0.name }).map { " Did you mean \($0)?" } ?? ""
      throw AdminError(problems: [
        AdminError.Problem(path: "/tool", rule: "tool", message: "is not a changing tool of this server.\(hint)")
      ])
    }
    return tool
  }
}

extension AdminError {
  /// Twice the same is a slip, and for a mail one that cannot be taken back.
  fileprivate static func sameItem(_ number: Int) -> AdminError {
    AdminError(.invalidArgument, "It is the same as item \(number), which is done once.")
  }
}

/// What is to be said of items: each text once, with the numbers of the items that it is about.
private struct ItemNotes {
  private var notes: [(text: String, numbers: [Int])] = []

  mutating func add(_ text: String, item number: Int) {
    if let place = notes.firstIndex(where: { $0.text == text }) {
      notes[place].numbers.append(number)
    } else {
      notes.append((text, [number]))
    }
  }

  var lines: [String] {
    notes.map { note in
      let few = note.numbers.prefix(10).map(String.init).joined(separator: ", ")
      let more = note.numbers.count > 10 ? " and \(note.numbers.count - 10) more" : ""
      return "\(note.text) (item\(note.numbers.count == 1 ? "" : "s") \(few)\(more))"
    }
  }

  func lines(atMost limit: Int) -> [String] {
    let all: [String] = lines
    guard all.count > limit else { return all }
    let rest = "… and \(all.count - limit) more; a dry run of a single item shows all of its own."
    return Array(all.prefix(limit)) + [rest]
  }
}

/// Items that are being planned, and the plan for all of them.
private struct Bulk {
  private struct Planned {
    /// The item's own, counted from 1: those that will fail have numbers too.
    let number: Int
    let plan: Plan
  }

  /// So many items without risk are described in the plan; the others are counted.
  private static let described = 20

  let tool: any AdminTool.Type
  private(set) var items: [BulkWorkflow.Item] = []
  private(set) var secrets: [String: Secret<String>] = [:]
  private(set) var failures: [String] = []
  private var plans: [Planned] = []

  init(tool: any AdminTool.Type) { self.tool = tool }

  mutating func add(_ arguments: JSONObject, _ call: ToolCall) async throws(AdminError) {
    let index = items.count
    do throws(AdminError) {
      let planned = try await tool.planned(arguments, call)
      plans.append(Planned(number: index + 1, plan: planned.plan))
      items.append(
        .init(summary: planned.plan.summary, work: .success(planned.change), arguments: planned.arguments))
      for (name, secret) in planned.secrets {
        secrets[BulkWorkflow.secretName(name, ofItem: index)] = secret
      }
    } catch  where !error.isRetryable {
      refuse(error)
    }
  }

  mutating func refuse(_ error: AdminError) {
    let number = items.count + 1
    failures.append("Item \(number) will fail: \(error.code.rawValue) \(error.message)")
    items.append(.init(summary: "item \(number)", work: .failure(error), arguments: [:]))
  }

  /// None is left out, since any may be the one that matters.
  private var warnings: [String] {
    var notes = ItemNotes()
    for planned in plans {
      for text in planned.plan.warnings { notes.add(text, item: planned.number) }
    }
    return notes.lines
  }

  var plan: Plan {
    var risks: [Risk] = []
    for risk in plans.flatMap(\.plan.risks) where !risks.contains(risk) { risks.append(risk) }
    var calls: [Plan.Call] = []
    for call in plans.flatMap(\.plan.calls) where !calls.contains(where: { $0.operation == call.operation }) {
      calls.append(Plan.Call(call.operation, "\(call.purpose) (for each item)", undo: call.undo))
    }
    // Whatever somebody has to approve is shown, each with its recipients or whatever else it is about.
    let shown = plans.enumerated().filter { $0.offset < Self.described || $0.element.plan.needsApproval }.map(\.element)
    let more = plans.count - shown.count
    let facts = shown.flatMap { planned in
      [Plan.Fact("\(planned.number)", planned.plan.summary)]
        + (planned.plan.needsApproval ? planned.plan.facts.map { Plan.Fact("   \($0.label)", $0.value) } : [])
    }
    return Plan(
      "Run \(tool.name) over \(items.count) items",
      facts: facts + (more > 0 ? [Plan.Fact("…", "and \(more) more")] : []),
      calls: calls, permissions: tool.permissions.map(\.rawValue), risks: risks,
      warnings: failures + warnings,
      basis: .array(plans.map { ["plan": .object($0.plan.json), "basis": $0.plan.basis] }))
  }
}
