import Access
import AdminCore
import MCPProtocol
import Store
import Workflows

/// Shows what became of an operation: its steps, what was done, undone and left.
struct GetOperation: ReadingTool {
  static let name = "get_operation"
  static let title = "Get an operation"
  static let summary = "Show one operation: state, steps, result, and what is left for a person."
  static let role = Role.read

  struct Input: ToolInput {
    @Param("The operation.", .length(36...36)) var operationId: String
    @Param("Everything, however long it is.") var all: Bool = false
  }

  struct Output: ToolOutput {
    struct Step: ToolOutput {
      let id: String
      let state: String
      let attempts: Int
      let undo: String?
      let error: FreeForm?
    }

    let operationId: String
    let tool: String
    let state: String
    let requestedBy: String
    let createdAt: String
    let updatedAt: String
    let steps: [Step]
    let result: FreeForm?
    let error: FreeForm?
    let report: FreeForm?
    let isCut: Bool?

    static let descriptions = FieldDescriptions(
      CodingKeys.self, [.isCut: "true where something long was left out; all: true shows it."])

    /// - Parameter isBrief: what is long is cut, so that the answer fits into a conversation.
    init(_ detail: OperationDetail, isBrief: Bool = false) {
      let record = detail.record
      var cut = Shortening(isOn: isBrief)
      operationId = record.id.text
      tool = record.tool
      state = record.state.rawValue
      requestedBy = record.requestedBy.identifier
      createdAt = record.createdAt.iso8601
      updatedAt = record.updatedAt.iso8601
      steps = cut.steps(detail.steps).map { step in
        Step(
          id: step.id, state: step.state.rawValue, attempts: step.attempt,
          undo: step.compensation == .none ? nil : step.compensation.rawValue,
          error: step.error.map { FreeForm(cut.value($0, to: 300)) })
      }
      result = record.output.map { FreeForm(cut.value($0, to: 2_000)) }
      error = record.error.map { FreeForm(cut.value($0, to: 1_000)) }
      report = record.report.map { FreeForm(cut.value($0, to: 1_500)) }
      isCut = cut.hasCut ? true : nil
    }
  }

  static func run(_ input: Input, _ call: ToolCall) async throws(AdminError) -> Output {
    Output(try await call.store().journal.operation(.operation(input.operationId)), isBrief: !input.all)
  }
}

/// Takes the length out of what an operation has to tell.
private struct Shortening {
  private static let steps = 24
  /// Members of a list and letters of a text, less and less.
  private static let bounds = [(40, 600), (20, 300), (10, 200), (5, 120), (2, 60), (1, 20)]

  let isOn: Bool
  private(set) var hasCut = false

  init(isOn: Bool) { self.isOn = isOn }

  /// Those that did not simply succeed come first where not all are shown.
  mutating func steps(_ steps: [StepRecord]) -> [StepRecord] {
    guard isOn, steps.count > Self.steps else { return steps }
    hasCut = true
    let notable = steps.filter { $0.state != .succeeded }
    return Array((notable + steps.filter { $0.state == .succeeded }).prefix(Self.steps))
  }

  mutating func value(_ value: JSONValue, to bytes: Int) -> JSONValue {
    guard isOn, value.serialized.count > bytes else { return value }
    hasCut = true
    var shorter = value
    for (members, letters) in Self.bounds {
      shorter = Self.cut(value, members, letters)
      if shorter.serialized.count <= bytes { break }
    }
    return shorter
  }

  private static func cut(_ value: JSONValue, _ members: Int, _ letters: Int) -> JSONValue {
    switch value {
    case .string(let text): return .string(VisibleText.excerpt(text, limit: letters))
    case .array(let items):
      let shown = items.prefix(members).map { cut($0, members, letters) }
      return .array(items.count > members ? shown + [.string("\(items.count - members) more")] : shown)
    case .object(let object):
      return .object(
        JSONObject(object.map { JSONObject.Member(key: $0.key, value: cut($0.value, members, letters)) }))
    default: return value
    }
  }
}

extension LocalID {
  /// The id of an operation as a caller gives it.
  static func operation(_ text: String) throws(AdminError) -> LocalID {
    guard let id = LocalID(text) else {
      throw AdminError(
        .operationNotFound,
        "There is no operation \(VisibleText.excerpt(text, limit: 60)); list_operations shows those there are.")
    }
    return id
  }
}
