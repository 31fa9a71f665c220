import AdminCore
import Dispatch
import Synchronization

/// Serves one connection in both eras.
///
/// Messages are taken one after the other on the thread that reads them, so their order holds where it matters: a
/// handshake is settled before the next line is looked at, and a cancellation overtakes the work it is meant for. Each
/// request that needs work then runs in a task of its own. Answers leave through the one queue of the transport, always
/// appended under the session's lock, so that what belongs together leaves in order and nothing leaves twice.
package final class ServerSession: Sendable {
  /// Why a session ended.
  package enum End: Hashable, Sendable {
    case inputEnded
    case outputBroken
    case shutdown
  }

  let server: MCPServer
  let handler: RequestHandler
  let transport: any Transport
  private let state: Mutex<SessionState>
  private let room = DispatchSemaphore(value: 0)
  private let ended = Latch<End>()

  package init(_ server: MCPServer, over transport: any Transport) {
    self.server = server
    self.transport = transport
    handler = RequestHandler(server)
    state = Mutex(SessionState(lifecycle: Lifecycle(server.capabilities)))
  }

  /// Serves until the input ends, the output breaks or `shutdown` is called; then lets running requests finish within
  /// the bounds given and says what can still be said.
  @discardableResult
  package func run() async -> End {
    let attachment = server.changes.attach { [weak self] announcement in self?.announce(announcement) }
    transport.start { [self] event in receive(event) }
    let end = await ended.wait() ?? .shutdown
    await drain(end)
    server.changes.detach(attachment)
    let limits = server.limits
    await transport.close(within: limits.flushGrace, timekeeper: server.timekeeper)
    return end
  }

  /// Ends the session from the server's side, as for a signal to terminate. Returns at once; `run` does the rest.
  package func shutdown() { ended.set(.shutdown) }

  // MARK: The lock

  /// Changes the state, and sends whatever that queued.
  func exclusively<Value: Sendable>(_ body: (inout SessionState) -> Value) -> Value {
    let value = state.withLock { state in body(&state) }
    transport.flush()
    return value
  }

  // MARK: Receiving

  private func receive(_ event: TransportEvent) {
    switch event {
    case .line(let line):
      handle(JSONRPCMessage.decode(line), size: line.count, batch: nil)
      waitForRoom()
    case .tooLong: deliver(OutgoingMessage.error(.invalidRequest("The line is too long."), id: nil), batch: nil)
    case .end: ended.set(.inputEnded)
    case .broken: ended.set(.outputBroken)
    }
  }

  /// - Parameter batch: the batch the message is a member of; such a member must be settled exactly once.
  private func handle(_ message: JSONRPCMessage, size: Int, batch: Int?) {
    switch message {
    case .request(let request): dispatch(request, size: size, batch: batch)
    case .notification(let notification):
      take(notification)
      if batch != nil { deliver(nil, batch: batch) }
    case .response(let response):
      take(response)
      if batch != nil { deliver(nil, batch: batch) }
    case .invalid(let error, let id): deliver(OutgoingMessage.error(error, id: id), batch: batch)
    case .batch(let members):
      guard batch == nil, let opened = openBatch(of: members) else {
        return deliver(OutgoingMessage.error(.invalidRequest("No batch is allowed here."), id: nil), batch: batch)
      }
      for member in members { handle(JSONRPCMessage(member), size: size / members.count, batch: opened) }
    }
  }

  private func openBatch(of members: [JSONValue]) -> Int? {
    guard (1...server.limits.batchMembers).contains(members.count) else { return nil }
    return exclusively { state in
      guard state.lifecycle.session?.revision.hasBatches == true else { return nil }
      return state.batches.open(members: members.count)
    }
  }

  /// Sends an answer that belongs to no request in flight, or ends a batch's member without one.
  func deliver(_ line: [UInt8]?, batch: Int?) {
    exclusively { state in
      guard state.phase != .closed else { return }
      send(line, batch: batch, &state)
    }
  }

  func send(_ line: [UInt8]?, batch: Int?, _ state: inout SessionState) {
    if let batch {
      if let whole = state.batches.settle(batch, line) { transport.append(whole) }
    } else if let line {
      transport.append(line)
    }
  }

  // MARK: Room for more

  /// Holds up the reading thread while too many requests wait; see `SessionLimits.waitingRequests`.
  private func waitForRoom() {
    let mustWait = state.withLock { state in
      state.readerWaits =
        state.phase == .serving && state.isFull(server.limits) && state.questions.isEmpty
      return state.readerWaits
    }
    if mustWait { room.wait() }
  }

  /// Lets the reading thread go on where the reason for holding it up is gone.
  func releaseReader(_ state: inout SessionState) {
    guard state.readerWaits,
      state.phase != .serving || !state.isFull(server.limits) || !state.questions.isEmpty
    else { return }
    state.readerWaits = false
    room.signal()
  }

  // MARK: The end

  private func drain(_ end: End) async {
    let (abandoned, drained) = exclusively { state in
      state.phase = .draining
      for (ticket, _) in state.requests.streams {
        _ = state.requests.remove(ticket)
        transport.append(handler.frame.streamEnd(ticket.id))
        transport.append(Self.cancellation(of: ticket.id, reason: "The server is shutting down."))
      }
      releaseReader(&state)
      let drained = state.isIdle ? nil : Latch<Bool>()
      state.drained = drained
      return (end == .shutdown ? [] : state.questions.removeAll(), drained)
    }
    for question in abandoned { question.continuation.resume(returning: .failure(ChannelFailure(.abandoned))) }
    let grace = end == .outputBroken ? .zero : server.limits.drainGrace
    // Whoever only ends its input may wait for the answers; whoever tells the process to end does not.
    let lastMoments = end == .inputEnded ? grace / 3 : grace
    var isIdle = drained == nil
    if end == .inputEnded { isIdle = await hasDrained(drained, within: grace - lastMoments) }
    server.willStop()
    if !isIdle { isIdle = await hasDrained(drained, within: lastMoments) }
    if !isIdle {
      for task in state.withLock({ $0.requests.runningTasks }) { task.cancel() }
      _ = await hasDrained(drained, within: server.limits.cancellationGrace)
    }
    let left = exclusively { state in
      state.phase = .closed
      for line in state.batches.abandon() { transport.append(line) }
      releaseReader(&state)
      return state.questions.removeAll()
    }
    for question in left { question.continuation.resume(returning: .failure(ChannelFailure(.abandoned))) }
  }

  private func hasDrained(_ drained: Latch<Bool>?, within time: Duration) async -> Bool {
    guard let drained else { return true }
    return await drained.wait(atMost: time, server.timekeeper) != nil
  }

  static func cancellation(of id: RequestID, reason: String) -> [UInt8] {
    OutgoingMessage.notification("notifications/cancelled") { params in
      params.key("requestId")
      id.write(to: &params)
      params.member("reason", .string(reason))
    }
  }
}
