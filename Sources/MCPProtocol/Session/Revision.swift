/// A revision of the Model Context Protocol, in the order in which they appeared.
package enum Revision: String, CaseIterable, Comparable, Sendable {
  case v20241105 = "2024-11-05"
  case v20250326 = "2025-03-26"
  case v20250618 = "2025-06-18"
  case v20251125 = "2025-11-25"
  case v20260728 = "2026-07-28"

  /// What a client gets that asks for a revision nobody knows.
  package static let newestLegacy = Revision.v20251125
  package static let modern = Revision.v20260728
  package static let newestFirst: [Revision] = allCases.reversed()

  package static func < (left: Revision, right: Revision) -> Bool { left.rawValue < right.rawValue }

  /// Whether requests stand for themselves instead of belonging to a session that a handshake opened.
  package var isModern: Bool { self >= .modern }
}

/// What each revision knows. A field is sent only where it is known.
extension Revision {
  var hasBatches: Bool { self == .v20250326 }

  var hasToolAnnotations: Bool { self >= .v20250326 }
  var hasCompletionsCapability: Bool { self >= .v20250326 }
  var hasAudio: Bool { self >= .v20250326 }
  var hasProgressMessages: Bool { self >= .v20250326 }

  var hasTitles: Bool { self >= .v20250618 }
  var hasStructuredContent: Bool { self >= .v20250618 }
  var hasResourceLinks: Bool { self >= .v20250618 }
  var hasObjectMeta: Bool { self >= .v20250618 }
  var hasLastModified: Bool { self >= .v20250618 }
  package var hasElicitation: Bool { self >= .v20250618 }

  var hasIcons: Bool { self >= .v20251125 }
  var hasImplementationDetails: Bool { self >= .v20251125 }
  package var hasURLElicitation: Bool { self >= .v20251125 }
  /// Titled and multiple choices, and defaults of every kind, in elicitation forms.
  var hasRichForms: Bool { self >= .v20251125 }
}
