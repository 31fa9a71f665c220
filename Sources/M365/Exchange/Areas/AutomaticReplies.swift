package import AdminCore

/// Automatic replies, where Graph's mailbox settings cannot be used.
package struct AutomaticReplies: ExchangeState {
  package enum Status: String, CaseIterable, Sendable {
    case disabled = "Disabled"
    case enabled = "Enabled"
    case scheduled = "Scheduled"
  }

  package enum Audience: String, CaseIterable, Sendable {
    case none = "None"
    case known = "Known"
    case all = "All"
  }

  package typealias Reader = GetMailboxAutoReplyConfiguration
  package typealias Writer = SetMailboxAutoReplyConfiguration

  package static let title = "automatic replies"
  package static let propagation = Duration.seconds(300)

  package var status: Status
  package var audience: Audience
  package var internalMessage: String
  package var externalMessage: String
  package var start: Timestamp?
  package var end: Timestamp?

  package init(_ status: Status, audience: Audience = .none, internalMessage: String = "", externalMessage: String = "")
  {
    self.status = status
    self.audience = audience
    self.internalMessage = internalMessage
    self.externalMessage = externalMessage
  }

  package init?(_ row: JSONObject) {
    guard let status = row.text("AutoReplyState").flatMap(Status.init(rawValue:)) else { return nil }
    self.init(
      status, audience: row.text("ExternalAudience").flatMap(Audience.init(rawValue:)) ?? .none,
      internalMessage: row.text("InternalMessage") ?? "", externalMessage: row.text("ExternalMessage") ?? "")
    start = row.time("StartTime")
    end = row.time("EndTime")
  }

  package var parameters: ExchangeParameters<SetMailboxAutoReplyConfiguration> {
    [
      .state: .text(status.rawValue), .externalAudience: .text(audience.rawValue),
      .internalMessage: .text(internalMessage), .externalMessage: .text(externalMessage),
      .startTime: start.map { .time($0) }, .endTime: end.map { .time($0) },
    ]
  }

  /// Exchange gives messages back as whole documents; what counts is what is in them.
  package static func == (left: AutomaticReplies, right: AutomaticReplies) -> Bool {
    left.status == right.status && left.audience == right.audience
      && (left.status != .scheduled || (left.start == right.start && left.end == right.end))
      && content(left.internalMessage) == content(right.internalMessage)
      && content(left.externalMessage) == content(right.externalMessage)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(status)
    hasher.combine(audience)
    hasher.combine(Self.content(internalMessage))
  }

  private static func content(_ text: String) -> String {
    let tags = ["<html>", "</html>", "<body>", "</body>"]
    let bare = tags.reduce(text) { $0.replacing($1, with: "") }
    return bare.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
