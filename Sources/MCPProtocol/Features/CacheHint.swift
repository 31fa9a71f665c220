import AdminCore

/// How long, and for whom, a client may keep a result. Modern revisions carry it with each result that can be kept.
package struct CacheHint: Hashable, Sendable {
  package enum Scope: String, Sendable {
    case shared = "public"
    case personal = "private"
  }

  package var milliseconds: Int64
  package var scope: Scope

  package init(_ duration: Duration, _ scope: Scope) {
    milliseconds = max(0, duration.milliseconds)
    self.scope = scope
  }

  /// Ask again each time.
  package static let none = CacheHint(.zero, .personal)
}

/// The hints for each kind of result that can be kept; what is read says its own.
package struct CacheHints: Hashable, Sendable {
  package var discovery = CacheHint.none
  package var tools = CacheHint.none
  package var prompts = CacheHint.none
  package var resources = CacheHint.none
  package var resourceTemplates = CacheHint.none

  package init() {}
}
