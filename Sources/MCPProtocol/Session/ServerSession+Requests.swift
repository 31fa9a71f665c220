import AdminCore

/// From a request to its answer.
extension ServerSession {
  func dispatch(_ request: JSONRPCRequest, size: Int, batch: Int?) {
    var request = request
    let credential = server.credentialKey.flatMap { request.params.takeOutOfMeta($0) }
    let route = route(request, isInBatch: batch != nil)
    switch route {
    case .refuse(let error): deliver(OutgoingMessage.error(error, id: request.id), batch: batch)
    case .ping: deliver(OutgoingMessage.response(to: request.id) { $0.object { _ in } }, batch: batch)
    case .handshake(let session): deliver(handler.handshake(request.id, session), batch: batch)
    case .serve(let method, let scope):
      let params = request.params.members ?? [:]
      serve(
        ServedRequest(
          id: request.id, method: method, scope: scope, params: params, size: size,
          credential: credential.map(Secret.init)),
        batch: batch)
    }
  }

  private func route(_ request: JSONRPCRequest, isInBatch: Bool) -> Lifecycle.Route {
    let (route, abandoned) = exclusively { state -> (Lifecycle.Route, [PendingQuestions.Question]) in
      guard state.phase == .serving else {
        return (.refuse(JSONRPCError(.internalError, "The server is shutting down.")), [])
      }
      guard !state.requests.contains(request.id) else {
        return (.refuse(.invalidRequest("A request with this id is still being served.")), [])
      }
      guard !isInBatch || request.method != Method.initialize.rawValue else {
        return (.refuse(.invalidRequest("initialize must not be part of a batch.")), [])
      }
      let route = state.lifecycle.route(request)
      switch route {
      case .handshake: return (route, state.resetLegacy())
      case .serve(_, let scope) where isInBatch && scope.revision.isModern:
        return (.refuse(.invalidRequest("Requests of \(scope.revision.rawValue) are not sent in batches.")), [])
      default: return (route, [])
      }
    }
    for question in abandoned { question.continuation.resume(returning: .failure(ChannelFailure(.abandoned))) }
    return route
  }

  private func serve(_ request: ServedRequest, batch: Int?) {
    do throws(JSONRPCError) {
      switch request.method {
      case .setLogLevel: deliver(try setLogLevel(request), batch: batch)
      case .subscribe, .unsubscribe: deliver(try watch(request), batch: batch)
      case .listen: try listen(request)
      default:
        if let line = try handler.answerAtOnce(request) {
          deliver(line, batch: batch)
        } else {
          try work(on: request, batch: batch)
        }
      }
    } catch {
      deliver(OutgoingMessage.error(error, id: request.id), batch: batch)
    }
  }

  // MARK: Work

  private func work(on request: ServedRequest, batch: Int?) throws(JSONRPCError) {
    let isTaken = exclusively { state in
      // The reader waits rather than refuse, except while it must look for the client's own answers.
      guard !state.isFull(server.limits) else { return false }
      let ticket = state.requests.insert(request.id, scope: request.scope, batch: batch, work: .waiting)
      state.waiting.append(
        WaitingRequests.Request(ticket: ticket, size: request.size) { [self] in start(request, ticket) })
      state.requestBytes += request.size
      startWaiting(&state)
      return true
    }
    guard isTaken else {
      throw JSONRPCError(.internalError, "Too many requests at once; send this one again later.")
    }
  }

  private func startWaiting(_ state: inout SessionState) {
    while state.runningTasks < server.limits.runningRequests, let next = state.waiting.next() {
      // A request that was cancelled while it waited is not begun.
      guard state.requests[next.ticket] != nil else {
        state.requestBytes -= next.size
        continue
      }
      state.runningTasks += 1
      state.requests[next.ticket]?.work = .running(next.start())
    }
  }

  private func start(_ request: ServedRequest, _ ticket: InFlightRequests.Ticket) -> Task<Void, Never> {
    Task(executorPreference: server.executor) { [self] in
      let channel = SessionChannel(session: self, ticket: ticket, scope: request.scope)
      finish(ticket, size: request.size, await handler.answer(request, through: channel))
    }
  }

  /// Sends the answer, unless the request was cancelled in the meantime; then it is dropped.
  private func finish(_ ticket: InFlightRequests.Ticket, size: Int, _ line: [UInt8]) {
    exclusively { state in
      state.runningTasks -= 1
      state.requestBytes -= size
      if let entry = state.requests.remove(ticket), state.phase != .closed {
        if let progress = entry.progress, let unsent = progress.unsent {
          transport.append(progress.line(unsent, for: entry.scope.revision))
        }
        send(line, batch: entry.batch, &state)
      }
      startWaiting(&state)
      releaseReader(&state)
      if state.isIdle { state.drained?.set(true) }
    }
  }

  // MARK: Notifications from the client

  func take(_ notification: JSONRPCNotification) {
    switch notification.method {
    case "notifications/cancelled":
      let id = notification.params.members?["requestId"].flatMap(RequestID.init)
      if let id { cancel(id) }
    case "notifications/initialized":
      exclusively { state in
        guard state.lifecycle.confirmHandshake() else { return }
        for line in state.heldBack + state.questions.sendUnsent() { transport.append(line) }
        state.heldBack = []
      }
    default: break
    }
  }

  /// Forgets the request, so that nothing more is sent for it, and tells its work to stop.
  private func cancel(_ id: RequestID) {
    let task = exclusively { state -> Task<Void, Never>? in
      guard let entry = state.requests.remove(cancelled: id) else { return nil }
      if entry.batch != nil { send(nil, batch: entry.batch, &state) }
      return if case .running(let task) = entry.work { task } else { nil }
    }
    task?.cancel()
  }
}
