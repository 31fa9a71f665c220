import AdminCore

/// What the server says of its own accord while it serves a request: progress, log messages, questions.
struct SessionChannel: ClientChannel {
  let session: ServerSession
  let ticket: InFlightRequests.Ticket
  let scope: RequestScope

  func report(_ progress: ProgressReport) { session.report(progress, for: ticket) }
  func listens(to severity: LogSeverity) -> Bool { session.listens(to: severity, scope) }

  func log(_ severity: LogSeverity, logger: String?, _ data: JSONValue) {
    session.log(severity, logger: logger, data, for: ticket, scope)
  }

  func ask(_ request: InputRequest) async -> Result<JSONValue, ChannelFailure> {
    await session.ask(request, for: ticket, scope)
  }
}

extension ServerSession {
  func report(_ progress: ProgressReport, for ticket: InFlightRequests.Ticket) {
    let now = server.timekeeper.uptime()
    exclusively { state in
      guard state.phase != .closed, let entry = state.requests[ticket], var gate = entry.progress else { return }
      if let admitted = gate.admit(progress, at: now, isCongested: transport.isCongested) {
        transport.append(gate.line(admitted, for: entry.scope.revision))
      }
      state.requests[ticket]?.progress = gate
    }
  }

  // MARK: Log

  func listens(to severity: LogSeverity, _ scope: RequestScope) -> Bool {
    guard server.capabilities.offersLogging else { return false }
    if scope.revision.isModern { return scope.logLevel.map { severity >= $0 } ?? false }
    return exclusively { severity >= $0.logLevel }
  }

  func log(
    _ severity: LogSeverity, logger: String?, _ data: JSONValue, for ticket: InFlightRequests.Ticket,
    _ scope: RequestScope
  ) {
    let line = OutgoingMessage.notification("notifications/message") { params in
      params.member("level", .string(severity.rawValue))
      if let logger { params.member("logger", .string(logger)) }
      params.key("data")
      params.fragment(JSONFragment(cleaning: data).bytes)
    }
    exclusively { state in
      guard state.phase != .closed, state.requests[ticket] != nil, !transport.isCongested else { return }
      if scope.revision.isModern {
        transport.append(line)
      } else {
        notify(line, &state)
      }
    }
  }

  func setLogLevel(_ request: ServedRequest) throws(JSONRPCError) -> [UInt8] {
    guard let level = LogSeverity(rawValue: try request.string("level")) else {
      throw .invalidParams("level is none of \(LogSeverity.names).")
    }
    exclusively { $0.logLevel = level }
    return handler.frame.complete(request)
  }

  /// Sends a notification of the handshake era, or keeps it until the client has confirmed the handshake.
  func notify(_ line: [UInt8], _ state: inout SessionState) {
    guard let session = state.lifecycle.session, state.phase != .closed else { return }
    if session.isInitialized {
      transport.append(line)
    } else if state.heldBack.count < server.limits.heldBackMessages, !state.heldBack.contains(line) {
      state.heldBack.append(line)
    }
  }

  // MARK: Questions of the handshake era

  func ask(
    _ request: InputRequest, for ticket: InFlightRequests.Ticket, _ scope: RequestScope
  ) async -> Result<JSONValue, ChannelFailure> {
    let id = exclusively { $0.questions.makeID() }
    let line = OutgoingMessage.request(
      id: .string(id), request.method, request.params(for: scope.revision, elicitationID: id))
    let timekeeper = server.timekeeper
    let limit = server.limits.askTimeout
    let timeout = Task { [weak self] in
      guard (try? await timekeeper.sleep(for: limit)) != nil else { return }
      self?.giveUp(id, .timedOut, reason: "Nobody answered in time.")
    }
    defer { timeout.cancel() }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isAsked = exclusively { state in
          guard state.phase == .serving, !Task.isCancelled, state.requests[ticket] != nil,
            let session = state.lifecycle.session, session.capabilities == scope.capabilities,
            session.revision == scope.revision
          else { return false }
          state.questions.add(
            id, .init(continuation: continuation, isSent: session.isInitialized, line: line))
          if session.isInitialized { transport.append(line) }
          releaseReader(&state)
          return true
        }
        if !isAsked { continuation.resume(returning: .failure(ChannelFailure(.abandoned))) }
      }
    } onCancel: {
      giveUp(id, .abandoned, reason: "The request it belongs to was cancelled.")
    }
  }

  func take(_ response: JSONRPCResponse) {
    guard case .string(let id)? = response.id else { return }
    let question = exclusively { $0.questions.remove(id) }
    question?.continuation.resume(
      returning: response.outcome.mapError { error in ChannelFailure(.refused(error)) })
  }

  private func giveUp(_ id: String, _ reason: Unavailability, reason text: String) {
    let question = exclusively { state -> PendingQuestions.Question? in
      guard let question = state.questions.remove(id) else { return nil }
      if question.isSent, state.phase != .closed {
        transport.append(Self.cancellation(of: .string(id), reason: text))
      }
      return question
    }
    question?.continuation.resume(returning: .failure(ChannelFailure(reason)))
  }
}
