import AdminCore
import Store
import Workflows

/// Steps one, two, three in a pretend world; how they are made, the input says.
struct PretendWorkflow: Workflow {
  static let name = "pretend"
  static let version = 1

  struct Options: Sendable {
    var steps = ["one", "two", "three"]
    var idempotent: Set<String> = []
    var withoutUndo: Set<String> = []
    /// Taken along by another step's undo.
    var goingAlong: Set<String> = []
    var needingSecret: Set<String> = []
    var waits: Set<String> = []
    var pivot: String?
    var pending: [String: String] = [:]
  }

  let world: PretendWorld
  let options: Options
  let timekeeper: any Timekeeper

  var input: JSONObject {
    [
      "world": .string(world.id), "steps": .strings(options.steps), "idempotent": .strings(options.idempotent.sorted()),
      "withoutUndo": .strings(options.withoutUndo.sorted()), "goingAlong": .strings(options.goingAlong.sorted()),
      "needingSecret": .strings(options.needingSecret.sorted()), "waits": .strings(options.waits.sorted()),
      "pivot": .optional(options.pivot),
      "pending": .object(JSONObject(options.pending.map { .init(key: $0, value: .string($1)) })),
    ]
  }

  init(_ world: PretendWorld, _ options: Options = Options(), timekeeper: any Timekeeper) {
    self.world = world
    self.options = options
    self.timekeeper = timekeeper
  }

  init(journalled input: JSONObject, services: WorkflowServices) throws(AdminError) {
    guard let world = input["world"]?.stringValue.flatMap(PretendWorld.named) else {
      throw AdminError(.internalFault, "no such world")
    }
    func set(_ key: String) -> Set<String> { Set(input[key]?.arrayValue?.compactMap(\.stringValue) ?? []) }
    var options = Options()
    options.steps = input["steps"]?.arrayValue?.compactMap(\.stringValue) ?? []
    options.idempotent = set("idempotent")
    options.withoutUndo = set("withoutUndo")
    options.goingAlong = set("goingAlong")
    options.needingSecret = set("needingSecret")
    options.waits = set("waits")
    options.pivot = input["pivot"]?.stringValue
    for member in input["pending"]?.objectValue ?? [:] { options.pending[member.key] = member.value.stringValue }
    self.init(world, options, timekeeper: services.timekeeper)
  }

  var target: AuditTarget { .object("world", world.id) }
  var steps: [Step] { options.steps.map(step) }

  func output(of context: StepContext) -> JSONObject {
    [
      "finished": .strings(options.steps.filter { context.output($0) != nil }), "resumed": .bool(context.isResumed),
      "failed": .strings(options.steps.compactMap { context.failure($0)?.message }),
    ]
  }

  private func step(_ id: String) -> Step {
    let (world, timekeeper) = (world, timekeeper)
    let pending = options.pending[id]
    let effect: Step.Effect =
      if options.waits.contains(id) {
        .none
      } else if options.idempotent.contains(id) {
        .idempotent
      } else {
        .once(probe: { _ throws(AdminError) in world.probe(id) })
      }
    let isWait = options.waits.contains(id)
    return Step(
      id, "Do \(id)", effect: effect, needsSecret: options.needingSecret.contains(id), isPivot: options.pivot == id,
      verify: { _ throws(AdminError) in pending.map { .pending($0) } ?? .verified },
      undo: options.withoutUndo.union(options.goingAlong).contains(id)
        ? nil
        : Step.Undo({ _ in "\(id) was undone" }, manualAction: { _ in "undo \(id) by hand" }) {
          _ throws(AdminError) in try await world.undo(id)
        }, reversal: options.goingAlong.contains(id) ? .none : .asUndo
    ) { context throws(AdminError) in
      if let secret = context.secret("password") { world.sawSecret(secret.reveal()) }
      if isWait { try await timekeeper.pause(for: .seconds(30)) }
      try await world.perform(id)
      return ["step": .string(id)]
    }
  }
}
