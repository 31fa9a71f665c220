package import AdminCore

/// A server as its host puts it together: what is offered, and what it works with.
package struct MCPServer: Sendable {
  package var implementation: Implementation
  /// Shown to models once; clients cut it off at 2048 characters.
  package var instructions: String?
  package let catalogue: Catalogue
  package var capabilities: ServerCapabilities
  package var cacheHints = CacheHints()
  package var limits = SessionLimits()
  package var sealer: StateSealer
  /// The member of a request's `_meta` in which callers prove who they are; `nil` where there is none. It is taken out
  /// before anything else looks at the request, and reaches the handlers as a secret apart from it.
  package var credentialKey: String?
  /// Where the host announces changes.
  package var changes = ChangeFeed()
  /// Called once, when no request is taken any more: after the end of the input when all are answered, or when two thirds
  /// of `SessionLimits.drainGrace` are over; at once where the process is told to end. Long work then stops at the next
  /// place from which it can go on later, and has the rest of the grace to get there.
  package var willStop: @Sendable () -> Void = {}
  package var log = Log.none
  package var timekeeper: any Timekeeper = SystemTimekeeper()
  /// Where requests are worked on; `nil` for the runtime's shared threads, which must never block.
  package var executor: WorkerPool?

  package init(
    implementation: Implementation, instructions: String? = nil, catalogue: Catalogue,
    capabilities: ServerCapabilities? = nil, sealer: StateSealer
  ) {
    self.implementation = implementation
    self.instructions = instructions
    self.catalogue = catalogue
    self.capabilities = capabilities ?? catalogue.capabilities()
    self.sealer = sealer
  }
}
