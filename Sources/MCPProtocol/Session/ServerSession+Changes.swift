import AdminCore

/// Who is told that something changed.
extension ServerSession {
  func announce(_ announcement: ChangeFeed.Announcement) {
    switch announcement {
    case .change(let change): announce(change)
    case .resources(let isAffected):
      for uri in watchedResources.filter(isAffected).sorted() { announce(.resource(uri)) }
    }
  }

  /// Addresses that somebody in this session watches, in either era.
  private var watchedResources: Set<String> {
    exclusively { state in
      var watched = state.watched
      for (_, filter) in state.requests.streams {
        for case .resource(let uri) in filter.hears { watched.insert(uri) }
      }
      return watched
    }
  }

  private func announce(_ change: Change) {
    guard change.isAnnounced(by: server.capabilities) else { return }
    exclusively { state in
      guard state.phase == .serving else { return }
      if Self.isHeard(change, by: state) { notify(change.line(for: nil), &state) }
      for (ticket, filter) in state.requests.streams where filter.hears.contains(change) {
        transport.append(change.line(for: ticket.id))
      }
    }
  }

  private static func isHeard(_ change: Change, by state: SessionState) -> Bool {
    if case .resource(let uri) = change { state.watched.contains(uri) } else { true }
  }

  /// `resources/subscribe` and `resources/unsubscribe`.
  func watch(_ request: ServedRequest) throws(JSONRPCError) -> [UInt8] {
    let uri = try request.uri(server.limits)
    if request.method == .unsubscribe {
      exclusively { _ = $0.watched.remove(uri) }
      return handler.frame.complete(request)
    }
    guard server.catalogue.reader(of: uri) != nil else { throw .resourceNotFound(uri, in: request.revision) }
    let limit = server.limits.watchedResources
    let isTaken = exclusively { state in
      guard state.watched.count < limit || state.watched.contains(uri) else { return false }
      state.watched.insert(uri)
      return true
    }
    guard isTaken else { throw .invalidParams("One session watches at most \(limit) resources.") }
    return handler.frame.complete(request)
  }

  /// Opens a stream. It has no answer until one side ends it.
  func listen(_ request: ServedRequest) throws(JSONRPCError) {
    let filter = try StreamFilter(
      request.params["notifications"], capabilities: server.capabilities, limits: server.limits)
    let limit = server.limits.openStreams
    let isOpen = exclusively { state in
      guard state.requests.streams.count < limit else { return false }
      _ = state.requests.insert(request.id, scope: request.scope, batch: nil, work: .stream(filter))
      transport.append(filter.acknowledgement(for: request.id))
      return true
    }
    guard isOpen else {
      throw JSONRPCError(.internalError, "At most \(limit) streams may be open at once; end one first.")
    }
  }
}
