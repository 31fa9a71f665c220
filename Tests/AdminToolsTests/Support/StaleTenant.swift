import AdminCore
import AdminTools
import M365
import Synchronization
import TenantSimulator
import TestSupport
import Testing

/// A tenant that accepts what is written and goes on showing what was there before.
///
/// There are two tenants, alike in everything, ids included. As long as the truth is shown both get every request.
/// Afterwards writes go to the real one alone, which answers them as it always does, and what is read comes from its
/// twin, which has never heard of them.
struct StaleTenant {
  let harness: AdminHarness
  let network: StaleTransport

  init(settings: [Setting: String] = [:], seed: Seed? = nil) async throws {
    let clock = VirtualTimekeeper(.automatic)
    let options = SimulatedTenant.Options(seed: seed, lags: Lags.none, timekeeper: clock)
    let real = try SimulatedTenant(options)
    let network = StaleTransport(InProcessTransport(real), twin: InProcessTransport(try SimulatedTenant(options)))
    harness = try await AdminHarness(
      real, try StoreFixture(), clock, settings: settings, network: { _ in network })
    self.network = network
  }
}

/// The network in front of the two.
final class StaleTransport: HTTPTransport {
  enum Showing: Sendable {
    case truth
    /// What was there before the writes.
    case old
    /// Where a text or a number was changed, one that is neither the old nor the new; besides that as `old`.
    case third
  }

  private struct State {
    var showing = Showing.truth
    var isForgotten: @Sendable (HTTPRequest) -> Bool = { _ in true }
    var written: [(line: String, isCreation: Bool)] = []
  }

  private let real: InProcessTransport
  private let twin: InProcessTransport
  private let state = Mutex(State())

  init(_ real: InProcessTransport, twin: InProcessTransport) {
    self.real = real
    self.twin = twin
  }

  /// - Parameter isForgotten: which of the writes do not show; all of them unless given.
  func show(_ showing: Showing, forgetting isForgotten: @escaping @Sendable (HTTPRequest) -> Bool = { _ in true }) {
    state.withLock { state in
      state.showing = showing
      state.isForgotten = isForgotten
      if showing != .truth { state.written = [] }
    }
  }

  /// The writes that were accepted and do not show, since something else than the truth was last shown.
  var written: [String] { state.withLock { $0.written.map(\.line) } }

  /// What was made more than once, though making it was accepted.
  var madeTwice: [String] {
    let made = state.withLock { $0.written.filter(\.isCreation).map(\.line) }
    return Set(made).filter { line in made.count { $0 == line } > 1 }.sorted()
  }

  func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
    let (showing, isForgotten) = state.withLock { ($0.showing, $0.isForgotten) }
    let answer = try await real.send(request)
    guard showing != .truth else {
      _ = try? await twin.send(request)
      return answer
    }
    if request.isWrite {
      guard isForgotten(request) else {
        _ = try? await twin.send(request)
        return answer
      }
      if answer.isSuccess { note(request) }
      return answer
    }
    let before = try await twin.send(request)
    return showing == .third ? Self.third(before, answer) : before
  }

  private func note(_ request: HTTPRequest) {
    let cmdlet = request.headers["X-CmdletName"]
    let what = cmdlet ?? "\(request.method.rawValue) \(request.url.path)"
    let line = "\(what) \(String(decoding: request.body, as: UTF8.self))"
    let isCreation = cmdlet?.hasPrefix("New-") ?? (request.method == .post)
    state.withLock { $0.written.append((line, isCreation)) }
  }

  // MARK: Third values

  private static let passing: Set<String> = [
    "id", "Guid", "Identity", "Name", "version", "lastModifiedDateTime", "modifiedDateTime", "createdDateTime",
  ]

  private static func third(_ before: HTTPResponse, _ now: HTTPResponse) -> HTTPResponse {
    guard before.isSuccess, now.isSuccess, let old = try? JSONParser.parse(before.body),
      let new = try? JSONParser.parse(now.body)
    else { return before }
    var response = before
    response.body = third(old, new).serialized
    return response
  }

  private static func third(_ old: JSONValue, _ new: JSONValue) -> JSONValue {
    if old == new { return old }
    switch (old, new) {
    case (.object(let old), .object(let new)):
      return .object(
        JSONObject(
          old.map { member in
            guard !passing.contains(member.key), !member.key.contains("@"), let other = new[member.key] else {
              return member
            }
            return JSONObject.Member(key: member.key, value: third(member.value, other))
          }))
    case (.array(let old), .array(let new)) where old.count == new.count:
      return .array(zip(old, new).map { third($0, $1) })
    case (.string(let old), .string): return .string("\(old)x")
    case (.number, .number): return .int(max(old.intValue ?? 0, new.intValue ?? 0) + 17)
    default: return old
    }
  }
}
