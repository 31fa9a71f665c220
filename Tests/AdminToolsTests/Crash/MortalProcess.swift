import AdminCore
import Dispatch
import M365
import Synchronization

/// Decides when a pretended process dies: at the nth moment at which its death could matter.
///
/// A process that is dead does nothing more: its tasks wait, or hold their thread, until it is buried.
final class Fate: Sendable {
  /// What counts as a moment.
  enum Moments: Sendable {
    /// Just before and just after each request to the tenant, and each look at the clock, which the journal takes
    /// before every write.
    case all
    /// Just before and just after each request that can change something in the tenant.
    case writes
  }

  private struct State {
    var moments = 0
    var isDead = false
    var isBuried = false
    var blocked = 0
  }

  let moments: Moments
  private let deathAt: Int?
  private let state = Mutex(State())
  private let dead = Mutex<[CheckedContinuation<Void, Never>]>([])
  private let tomb = DispatchSemaphore(value: 0)

  /// - Parameter deathAt: the number of the moment, from 1 on; `nil` for a process that lives.
  init(deathAt: Int? = nil, _ moments: Moments = .all) {
    self.deathAt = deathAt
    self.moments = moments
  }

  var isDead: Bool { state.withLock { $0.isDead } }

  /// - Parameter counts: it is a moment at which the process may die.
  /// - Returns: whether the process is dead now.
  private func pass(_ counts: Bool) -> Bool {
    state.withLock { state in
      guard !state.isBuried else { return false }
      if counts { state.moments += 1 }
      if counts, state.moments == deathAt { state.isDead = true }
      return state.isDead
    }
  }

  /// For code that may wait.
  ///
  /// - Parameter isWrite: it is about a request that can change something.
  func meet(isWrite: Bool) async {
    guard pass(moments == .all || isWrite) else { return }
    await withCheckedContinuation { continuation in
      let isBuried = state.withLock { state in
        if !state.isBuried { dead.withLock { $0.append(continuation) } }
        return state.isBuried
      }
      if isBuried { continuation.resume() }
    }
  }

  /// For code that may not: the thread stands still.
  func meetBlocking() {
    guard pass(moments == .all) else { return }
    state.withLock { $0.blocked += 1 }
    tomb.wait()
  }

  /// Gives threads and tasks of the dead back, once nobody looks at its world any more.
  func bury() {
    let blocked = state.withLock { state in
      state.isBuried = true
      return state.blocked
    }
    for _ in 0..<blocked { tomb.signal() }
    let waiting = dead.withLock { dead in
      defer { dead = [] }
      return dead
    }
    for continuation in waiting { continuation.resume() }
  }
}

/// The clock of a process that may die when it looks at it.
struct MortalTimekeeper: Timekeeper {
  let fate: Fate
  let clock: any Timekeeper

  func now() -> Timestamp {
    fate.meetBlocking()
    return clock.now()
  }

  func uptime() -> Duration { clock.uptime() }

  var bootID: String? { clock.bootID }

  func sleep(for duration: Duration) async throws(CancellationError) { try await clock.sleep(for: duration) }
}

/// The network of a process that may die before a request leaves, or after the tenant has done what was asked.
struct MortalTransport: HTTPTransport {
  let fate: Fate
  let transport: any HTTPTransport

  func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
    let isWrite = request.isWrite
    await fate.meet(isWrite: isWrite)
    let outcome: Result<HTTPResponse, HTTPFailure>
    do throws(HTTPFailure) {
      outcome = .success(try await transport.send(request))
    } catch {
      outcome = .failure(error)
    }
    await fate.meet(isWrite: isWrite)
    return try outcome.get()
  }
}

extension HTTPRequest {
  /// Whether it can change something in the tenant, as far as its method, its address and its cmdlet tell.
  var isWrite: Bool {
    if let cmdlet = headers["X-CmdletName"] { return !cmdlet.hasPrefix("Get-") }
    guard method != .get, !url.path.hasSuffix("/token") else { return false }
    guard url.path.hasSuffix("/$batch") else { return true }
    let calls = (try? JSONParser.parse(body))?["requests"]?.arrayValue ?? []
    return calls.contains { $0["method"] != "GET" }
  }
}
