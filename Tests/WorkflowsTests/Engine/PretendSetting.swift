import AdminCore
import Store
import Synchronization
import Workflows

/// A setting somewhere, that shows what was written at once, late, or as something else.
final class PretendSetting: Sendable {
  enum Showing: Sendable {
    case atOnce
    /// After so many readings.
    case after(Int)
    case never
    case otherwise(JSONObject)
  }

  struct State: Sendable {
    var value: JSONObject
    /// What is read; lags behind `value`.
    var shown: JSONObject
    var showing = Showing.atOnce
    var readingsLeft = 0
    var writes: [JSONObject] = []
    var reads = 0
    var dies = false
  }

  private let state: Mutex<State>

  init(_ value: JSONObject) { state = Mutex(State(value: value, shown: value)) }

  var now: State { state.withLock { $0 } }
  func change(_ body: @Sendable (inout State) -> Void) { state.withLock { body(&$0) } }

  var access: SettingAccess {
    SettingAccess(
      read: { [self] _ throws(AdminError) in
        state.withLock { state in
          state.reads += 1
          if case .after = state.showing {
            state.readingsLeft -= 1
            if state.readingsLeft <= 0 { state.shown = state.value }
          }
          return state.shown
        }
      },
      write: { [self] values, _ throws(AdminError) in
        state.withLock { state in
          state.writes.append(values)
          state.value = state.value.merging(values)
          switch state.showing {
          case .atOnce: state.shown = state.value
          case .after(let readings): state.readingsLeft = readings
          case .never: break
          case .otherwise(let other): state.shown = other
          }
        }
      })
  }

  private static let all = Mutex<[String: PretendSetting]>([:])
  static func named(_ id: String) -> PretendSetting? { all.withLock { $0[id] } }
  func register(_ id: String) { Self.all.withLock { $0[id] = self } }
}

/// Gives a pretended setting a value, then does what a pretended world lets it.
struct SettingWorkflow: Workflow {
  static let name = "pretend_setting"
  static let version = 1

  let id: String
  let wanted: JSONObject
  let world: PretendWorld
  let timekeeper: any Timekeeper

  init(_ id: String, to wanted: JSONObject, _ world: PretendWorld, timekeeper: any Timekeeper) {
    (self.id, self.wanted, self.world, self.timekeeper) = (id, wanted, world, timekeeper)
  }

  init(journalled input: JSONObject, services: WorkflowServices) throws(AdminError) {
    guard let world = input["world"]?.stringValue.flatMap(PretendWorld.named) else {
      throw AdminError(.internalFault, "no such world")
    }
    self.init(
      input["id"]?.stringValue ?? "", to: input["wanted"]?.objectValue ?? [:], world, timekeeper: services.timekeeper)
  }

  var input: JSONObject { ["id": .string(id), "wanted": .object(wanted), "world": .string(world.id)] }
  var target: AuditTarget { .object("setting", id) }

  var steps: [Step] {
    guard let setting = PretendSetting.named(id) else { return [] }
    let world = world
    return Step.setting(
      "set", "the setting", to: wanted, setting.access, propagation: "up to an hour", timekeeper: timekeeper)
      + [
        Step("after", "Go on", effect: .once(probe: { _ throws(AdminError) in world.probe("after") })) {
          _ throws(AdminError) in
          try await world.perform("after")
          return [:]
        }
      ]
  }

  func output(of context: StepContext) -> JSONObject { context.output("set") ?? [:] }
}
