package import AdminCore

/// What a mailbox does when a sender asks to be told that a message was read. Holds for Outlook on the web and the new
/// Outlook; classic Outlook has a setting of its own.
package struct ReadReceiptResponse: ExchangeState {
  package enum Answer: String, CaseIterable, Sendable {
    /// The owner decides each time.
    case ask = "DoNotAutomaticallySend"
    case always = "AlwaysSend"
    case never = "NeverSend"
  }

  package typealias Reader = GetMailboxMessageConfiguration
  package typealias Writer = SetMailboxMessageConfiguration

  package static let title = "answer to read receipt requests"
  package static let propagation = Duration.seconds(900)

  package var answer: Answer

  package init(_ answer: Answer) { self.answer = answer }

  package init?(_ row: JSONObject) {
    guard let answer = row.text("ReadReceiptResponse").flatMap(Answer.init(rawValue:)) else { return nil }
    self.answer = answer
  }

  package var parameters: ExchangeParameters<SetMailboxMessageConfiguration> {
    [.readReceiptResponse: .text(answer.rawValue)]
  }
}
