package import AdminCore
package import MCPProtocol
import Synchronization

/// An MCP client for tests, over any transport: an in-memory pair or the pipes of a child process. It speaks both eras,
/// keeps everything it sent and received, and answers the server's own requests when told how.
package final class MCPTestClient: Sendable {
  package struct TimedOut: Error, CustomStringConvertible {
    package let description: String
  }

  package enum Direction: String, Sendable {
    case sent = "in"
    case received = "out"
  }

  /// How a request is dressed.
  package enum Dress: Sendable {
    /// Bare, as in the handshake era.
    case legacy
    case modern(capabilities: JSONObject = [:], extra: JSONObject = [:])
  }

  package typealias Responder = @Sendable (_ method: String, _ params: JSONValue?) -> JSONValue?

  private struct Waiter {
    let fits: @Sendable (JSONValue) -> Bool
    let latch: Latch<JSONValue>
  }

  private struct State {
    var transcript: [(Direction, JSONValue)] = []
    var unreadable: [[UInt8]] = []
    var waiters: [Waiter] = []
    var nextID = 0
    var responder: Responder?
    var hasEnded = false
  }

  private let transport: any Transport
  private let state = Mutex(State())
  private let ended = Latch<Bool>()

  package init(_ transport: any Transport) {
    self.transport = transport
    transport.start { [self] event in receive(event) }
  }

  // MARK: Sending

  package func send(_ message: JSONValue) {
    state.withLock { $0.transcript.append((.sent, message)) }
    sendBytes(message.serialized)
  }

  package func send(text: String) {
    if let message = try? JSONParser.parse(text) { state.withLock { $0.transcript.append((.sent, message)) } }
    sendBytes(Array(text.utf8))
  }

  package func sendBytes(_ line: [UInt8]) {
    transport.append(line)
    transport.flush()
  }

  package func notify(_ method: String, _ params: JSONObject? = nil) {
    var message: JSONObject = ["jsonrpc": "2.0", "method": .string(method)]
    message["params"] = params.map(JSONValue.object)
    send(.object(message))
  }

  package func cancel(_ id: RequestID) { notify("notifications/cancelled", ["requestId": id.json]) }

  /// Sends a request and does not wait.
  @discardableResult
  package func begin(
    _ method: String, _ params: JSONObject? = nil, as dress: Dress = .legacy, id: RequestID? = nil
  ) -> RequestID {
    let id =
      id
      ?? state.withLock { state in
        state.nextID += 1
        return RequestID(state.nextID)
      }
    var params = params
    if case .modern(let capabilities, let extra) = dress {
      var meta: JSONObject = [
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": .object(capabilities),
      ]
      meta = meta.merging(extra)
      params = (params ?? [:]).merging(["_meta": .object(meta)])
    }
    var message: JSONObject = ["jsonrpc": "2.0", "id": id.json, "method": .string(method)]
    message["params"] = params.map(JSONValue.object)
    send(.object(message))
    return id
  }

  /// Sends a request and waits for its whole response.
  package func request(
    _ method: String, _ params: JSONObject? = nil, as dress: Dress = .legacy, id: RequestID? = nil
  ) async throws -> JSONValue {
    try await response(to: begin(method, params, as: dress, id: id))
  }

  /// The result of a request; null when the answer is an error.
  package func result(
    _ method: String, _ params: JSONObject? = nil, as dress: Dress = .legacy, id: RequestID? = nil
  ) async throws -> JSONValue {
    try await request(method, params, as: dress, id: id)["result"] ?? .null
  }

  /// The code of the error that a request is answered with; `nil` when it succeeds.
  package func errorCode(
    _ method: String, _ params: JSONObject? = nil, as dress: Dress = .legacy, id: RequestID? = nil
  ) async throws -> Int? {
    try await request(method, params, as: dress, id: id)["error"]?["code"]?.intValue
  }

  /// The handshake, confirmed.
  @discardableResult
  package func initialize(_ revision: String = "2025-11-25", capabilities: JSONObject = [:]) async throws -> JSONValue {
    let answer = try await open(revision, capabilities: capabilities)
    notify("notifications/initialized")
    return answer
  }

  /// The handshake, not confirmed yet.
  package func open(_ revision: String = "2025-11-25", capabilities: JSONObject = [:]) async throws -> JSONValue {
    try await request(
      "initialize",
      [
        "protocolVersion": .string(revision), "capabilities": .object(capabilities),
        "clientInfo": ["name": "test", "version": "1"],
      ])
  }

  package func answerRequests(_ responder: Responder?) { state.withLock { $0.responder = responder } }

  /// Ends the stream towards the server.
  package func close() async {
    await transport.close(within: .seconds(10), timekeeper: SystemTimekeeper())
  }

  // MARK: Receiving

  package func response(to id: RequestID) async throws -> JSONValue {
    try await message("the response to \(id.json.text)") { message in
      message["method"] == nil && message["id"].flatMap(RequestID.init) == id
    }
  }

  package func notification(_ method: String) async throws -> JSONValue {
    try await message(method) { $0["method"]?.stringValue == method && $0["id"] == nil }
  }

  /// The first message received so far, or from now on, that fits.
  package func message(
    _ what: String, where fits: @escaping @Sendable (JSONValue) -> Bool
  ) async throws -> JSONValue {
    let latch = Latch<JSONValue>()
    state.withLock { state in
      if let found = state.transcript.first(where: { $0.0 == .received && fits($0.1) }) {
        latch.set(found.1)
      } else {
        state.waiters.append(Waiter(fits: fits, latch: latch))
      }
    }
    guard let message = await latch.wait(atMost: .seconds(60), SystemTimekeeper()) else {
      throw TimedOut(description: "\(what) did not come; received: \(received.map(\.text).suffix(10))")
    }
    return message
  }

  /// Sends a ping and waits for its answer, so that everything the server sent before has arrived.
  package func settle() async throws {
    let id = state.withLock { state in
      state.nextID += 1
      return RequestID.string("settle-\(state.nextID)")
    }
    _ = try await request("ping", id: id)
  }

  package func waitForEnd() async -> Bool { await ended.wait(atMost: .seconds(60), SystemTimekeeper()) ?? false }

  package var received: [JSONValue] {
    state.withLock { state in state.transcript.filter { $0.0 == .received }.map(\.1) }
  }

  package func notifications(_ method: String) -> [JSONValue] {
    received.filter { $0["method"]?.stringValue == method && $0["id"] == nil }
  }

  package func responses(to id: RequestID) -> [JSONValue] {
    received.filter { $0["method"] == nil && $0["id"].flatMap(RequestID.init) == id }
  }

  /// Lines that were no JSON, of which there should be none.
  package var unreadable: [[UInt8]] { state.withLock { $0.unreadable } }

  /// One JSON line for each message, as the contract checker reads it.
  package var transcript: String {
    state.withLock { state in
      state.transcript.map { direction, message in
        JSONValue.object(["dir": .string(direction.rawValue), "message": message]).text + "\n"
      }
      .joined()
    }
  }

  private func receive(_ event: TransportEvent) {
    switch event {
    case .line(let line):
      guard let message = try? JSONParser.parse(line) else {
        state.withLock { $0.unreadable.append(line) }
        return
      }
      take(message)
    case .end: ended.set(true)
    case .tooLong, .broken: break
    }
  }

  private func take(_ message: JSONValue) {
    let (latches, responder) = state.withLock { state in
      state.transcript.append((.received, message))
      let fitting = state.waiters.filter { $0.fits(message) }
      state.waiters.removeAll { $0.fits(message) }
      return (fitting.map(\.latch), state.responder)
    }
    for latch in latches { latch.set(message) }
    guard let method = message["method"]?.stringValue, let id = message["id"], let responder,
      let answer = responder(method, message["params"])
    else { return }
    let member = answer["code"] == nil ? "result" : "error"
    var reply: JSONObject = ["jsonrpc": "2.0", "id": id]
    reply[member] = answer
    send(.object(reply))
  }
}
