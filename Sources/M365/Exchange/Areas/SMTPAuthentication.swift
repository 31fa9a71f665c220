package import AdminCore

/// Whether a mailbox may sign in to SMTP AUTH, or goes by what the organisation says.
package struct SMTPAuthentication: ExchangeState {
  package enum Choice: String, CaseIterable, Sendable {
    case inherited, allowed, refused
  }

  package typealias Reader = GetCASMailbox
  package typealias Writer = SetCASMailbox

  package static let title = "SMTP AUTH"

  package var choice: Choice

  package init(_ choice: Choice) { self.choice = choice }

  package init?(_ row: JSONObject) {
    choice =
      row.flag(SetCASMailbox.smtpClientAuthenticationDisabled.rawValue).map { $0 ? .refused : .allowed }
      ?? .inherited
  }

  package var parameters: ExchangeParameters<SetCASMailbox> {
    let value: ExchangeValue =
      switch choice {
      case .inherited: .cleared
      case .allowed: false
      case .refused: true
      }
    return [.smtpClientAuthenticationDisabled: value]
  }
}
