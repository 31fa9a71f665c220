package import AdminCore

/// How long something is held.
package enum HoldDuration: Hashable, Sendable {
  case unlimited
  case days(Int)

  /// - Parameter text: `Unlimited`, whole days, or a span of .NET.
  init?(_ text: String) {
    if text.lowercased() == "unlimited" {
      self = .unlimited
    } else if let days = Int(text), days > 0 {
      self = .days(days)
    } else if let span = ExchangeSpan.duration(text), span >= .seconds(86_400) {
      self = .days(Int(span.components.seconds / 86_400))
    } else {
      return nil
    }
  }

  var text: String {
    switch self {
    case .unlimited: "Unlimited"
    case .days(let days): String(days)
    }
  }
}

/// Keeps everything in a mailbox, deleted items too, from being destroyed. Needs Exchange Online Plan 2 or archiving
/// (Business Premium has it). Ending one leaves a delay hold of 30 days behind.
package struct LitigationHold: ExchangeState {
  package typealias Reader = GetMailbox
  package typealias Writer = SetMailbox

  package static let title = "litigation hold"
  package static let propagation = Duration.seconds(4 * 3600)
  package static let properties = [
    "LitigationHoldEnabled", "LitigationHoldDuration", "LitigationHoldOwner", "RetentionComment", "RetentionUrl",
  ]

  package var isOn: Bool
  package var duration: HoldDuration
  package var owner: String?
  /// Shown to the mailbox's owner.
  package var comment: String?
  package var url: String?

  package init(isOn: Bool, duration: HoldDuration = .unlimited) {
    self.isOn = isOn
    self.duration = duration
  }

  package init?(_ row: JSONObject) {
    guard let isOn = row.flag("LitigationHoldEnabled") else { return nil }
    self.isOn = isOn
    duration = row.text("LitigationHoldDuration").flatMap(HoldDuration.init) ?? .unlimited
    owner = row.value("LitigationHoldOwner")
    comment = row.value("RetentionComment")
    url = row.value("RetentionUrl")
  }

  package var parameters: ExchangeParameters<SetMailbox> {
    [
      .litigationHold: .flag(isOn), .litigationHoldDuration: .text(duration.text),
      .litigationHoldOwner: .optional(owner), .retentionComment: .optional(comment), .retentionURL: .optional(url),
    ]
  }
}
