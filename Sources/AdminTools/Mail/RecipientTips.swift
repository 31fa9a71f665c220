import AdminCore
import Content
import M365

/// What Exchange knows of a recipient, as somebody wants to hear it before a mail is sent.
enum RecipientTips {
  static func warnings(_ tips: MailTips) -> [String] {
    let name = VisibleText.excerpt(tips.address)
    var warnings: [String] = []
    if let error = tips.error { warnings.append("\(name): the tenant knows no such recipient (\(error))") }
    if tips.isMailboxFull { warnings.append("\(name): the mailbox is full, and the mail would bounce") }
    if tips.isDeliveryRestricted { warnings.append("\(name): does not take mail from this sender") }
    if let reply = tips.automaticReply {
      let text = (try? PlainText.derive(fromHTML: String(reply.prefix(20_000)))) ?? reply
      warnings.append("\(name): answers automatically: “\(VisibleText.excerpt(text, limit: 160))”")
    }
    return warnings
  }
}
