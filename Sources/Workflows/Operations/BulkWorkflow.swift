package import AdminCore
package import Store

/// Runs one tool's workflow over many items, each as an operation of its own, one after the other.
///
/// An item that fails takes back what it did itself and leaves the others alone. After a crash the next process goes on
/// with the item that was under way and with those after it.
package struct BulkWorkflow: Workflow {
  package static let name = "run_bulk"
  package static let version = 1

  package enum OnError: String, Sendable {
    /// Go on with the other items.
    case `continue`
    /// Leave the items after the first that failed alone.
    case stop
  }

  /// One item, planned: the workflow that will be run for it, or why it cannot be.
  package struct Item: Sendable {
    /// For people: what the plan says will be done.
    package let summary: String
    package let work: Result<any Workflow, AdminError>
    /// Those of the call the item stands for, without what is secret.
    package let arguments: JSONObject

    package init(summary: String, work: Result<any Workflow, AdminError>, arguments: JSONObject) {
      self.summary = summary
      self.work = work
      self.arguments = arguments
    }
  }

  package let tool: String
  private let tenant: String?
  package let items: [Item]
  private let onError: OnError

  package init(tool: String, tenant: String?, items: [Item], onError: OnError) {
    self.tool = tool
    self.tenant = tenant
    self.items = items
    self.onError = onError
  }

  package var target: AuditTarget { .object("tool", tool) }

  package var auditDetail: JSONObject { ["tool": .string(tool), "items": .int(items.count)] }

  /// The name under which an item's secret is given to the operation.
  package static func secretName(_ name: String, ofItem index: Int) -> String { "\(index)/\(name)" }

  package var steps: [Step] { items.indices.map(step) }

  private func step(_ index: Int) -> Step {
    let (item, tool, tenant, onError) = (items[index], tool, tenant, onError)
    // The item is an operation of its own, with its own journal and audit records; this step sees it through.
    return Step(
      "item_\(index + 1)", "\(index + 1) of \(items.count): \(item.summary)", effect: .none,
      reversal: .never("it is an operation of its own; undo that one by the id in the result")
    ) { context throws(AdminError) in
      if onError == .stop, Self.hasFailure(before: index, in: context) { return ["state": "skipped"] }
      let workflow: any Workflow
      switch item.work {
      case .success(let planned): workflow = planned
      case .failure(let error): return ["state": "failed", "error": .object(error.json)]
      }
      guard let operations = context.operations else { throw AdminError(.internalFault, "There is no engine.") }
      let report = try await operations.run(
        .init(
          key: String(index + 1), tool: tool, workflow: workflow, arguments: .object(item.arguments), tenant: tenant),
        secrets: context.secrets(ofItem: index)
      ) { context.report($0.message) }
      // Told to end, the process gives the whole back; the next one goes on with this item.
      guard report.state != .interrupted else { throw .cancelled }
      return Self.result(of: report, but: type(of: workflow).shortfall(of: report))
    }
  }

  private static func result(of report: OperationReport, but shortfall: AdminError?) -> JSONObject {
    let state = report.state == .completed && shortfall != nil ? .failed : report.state
    var result: JSONObject = [
      "state": .string(state.rawValue), "operationId": .string(report.operationID.text),
      "output": .object(report.output),
    ]
    if let error = report.error ?? shortfall { result["error"] = .object(error.json) }
    if !report.pending.isEmpty { result["pending"] = .strings(report.pending) }
    if !report.left.isEmpty { result["left"] = .strings(report.left.map { "\($0.step): \($0.action)" }) }
    return result
  }

  private static func hasFailure(before index: Int, in context: StepContext) -> Bool {
    (0..<index).contains { number in
      let state = context.output("item_\(number + 1)")?["state"]
      return state != nil && state != "completed"
    }
  }

  package func output(of context: StepContext) -> JSONObject {
    let results = items.indices.map { index -> JSONObject in
      let own = context.output("item_\(index + 1)") ?? ["state": "skipped"]
      let head: JSONObject = ["item": .int(index + 1), "summary": .string(items[index].summary)]
      return head.merging(own)
    }
    func count(_ state: String) -> JSONValue { .int(results.count { $0["state"] == .string(state) }) }
    return [
      "tool": .string(tool), "total": .int(items.count), "completed": count("completed"), "skipped": count("skipped"),
      "results": .array(results.map(JSONValue.object)),
    ]
  }

  package func partialOutput(of context: StepContext) -> JSONObject { output(of: context) }
}

extension StepContext {
  /// The secrets of one item, under the names its own workflow knows them by.
  fileprivate func secrets(ofItem index: Int) -> [String: Secret<String>] {
    let prefix = BulkWorkflow.secretName("", ofItem: index)
    return Dictionary(
      secretNames.filter { $0.hasPrefix(prefix) }.compactMap { name in
        secret(name).map { (String(name.dropFirst(prefix.count)), $0) }
      }
    ) { first, _ in first }
  }
}

// MARK: - The journalled form

extension BulkWorkflow {
  package var input: JSONObject {
    [
      "tool": .string(tool), "tenant": .optional(tenant), "onError": .string(onError.rawValue),
      "items": .array(items.map { .object($0.journalled) }),
    ]
  }

  package init(journalled input: JSONObject, services: WorkflowServices) throws(AdminError) {
    guard let tool = input["tool"]?.stringValue, let onError = input["onError"]?.stringValue.flatMap(OnError.init),
      let list = input["items"]?.arrayValue
    else { throw .malformedJournal(Self.name) }
    var items: [Item] = []
    for entry in list { items.append(try Item(journalled: entry, services)) }
    self.init(tool: tool, tenant: input["tenant"]?.stringValue, items: items, onError: onError)
  }
}

extension BulkWorkflow.Item {
  fileprivate var journalled: JSONObject {
    var json: JSONObject = ["summary": .string(summary), "arguments": .object(arguments)]
    switch work {
    case .success(let workflow):
      json["name"] = .string(type(of: workflow).name)
      json["version"] = .int(type(of: workflow).version)
      json["input"] = .object(workflow.input)
    case .failure(let error): json["error"] = .object(error.json)
    }
    return json
  }

  fileprivate init(journalled json: JSONValue, _ services: WorkflowServices) throws(AdminError) {
    guard let summary = json["summary"]?.stringValue, let arguments = json["arguments"]?.objectValue else {
      throw .malformedJournal(BulkWorkflow.name)
    }
    if let error = json["error"].flatMap(AdminError.init(journalled:)) {
      self.init(summary: summary, work: .failure(error), arguments: arguments)
      return
    }
    guard let name = json["name"]?.stringValue, let version = json["version"]?.intValue,
      let input = json["input"]?.objectValue,
      let workflow = try services.workflow(named: name, version: version, input: input)
    else { throw .malformedJournal(BulkWorkflow.name) }
    self.init(summary: summary, work: .success(workflow), arguments: arguments)
  }
}
