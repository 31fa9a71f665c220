import Access
import AdminCore
import Content
import M365
import Store
import Workflows

/// What a person has to know before a mail leaves: to whom exactly, from whom, and what it says.
struct SendPlan {
  /// More recipients than these are asked about.
  private static let unquestionedRecipients = 10

  let mail: OutgoingMail
  let template: EmailTemplate
  let organization: Organization

  /// - Parameter lastSent: the version of the template that was last sent; `nil` when it never was.
  func make(lastSent: String?, _ configuration: Configuration) -> Plan {
    Plan(
      "Send “\(template.content.name)” to \(mail.recipients.count) recipient\(mail.recipients.count == 1 ? "" : "s")",
      facts: facts, calls: calls, permissions: SendFromTemplate.permissions.map(\.rawValue),
      risks: risks(configuration), warnings: warnings(lastSent),
      basis: [
        "template": .string(template.id.text), "version": .int(template.version), "html": .string(mail.html),
        "text": .string(mail.text),
      ])
  }

  private var facts: [Plan.Fact] {
    func list(_ addresses: [EmailAddress]) -> String { addresses.map(\.text).joined(separator: ", ") }
    var facts = [Plan.Fact("From", mail.sender.text), Plan.Fact("To", list(mail.to))]
    if !mail.cc.isEmpty { facts.append(Plan.Fact("Cc", list(mail.cc))) }
    if !mail.bcc.isEmpty { facts.append(Plan.Fact("Bcc", list(mail.bcc))) }
    facts.append(Plan.Fact("Subject", mail.subject))
    facts.append(Plan.Fact("Template", "version \(template.version) of \(template.updatedAt.isoDate)"))
    for file in mail.attachments { facts.append(Plan.Fact("Attached", "\(file.name) (\(file.size) bytes)")) }
    facts.append(Plan.Fact("Text", mail.text.split(whereSeparator: \.isNewline).joined(separator: " / ")))
    return facts
  }

  private var calls: [Plan.Call] {
    let attach = mail.attachments.map { file in
      Plan.Call("POST /users/{id}/messages/{id}/attachments", "Attach \(file.name)", undo: "deleted with the draft")
    }
    return [Plan.Call("POST /users/{id}/messages", "Create the draft", undo: "the draft is deleted")] + attach + [
      Plan.Call("POST /users/{id}/messages/{id}/send", "Send it"),
      Plan.Call("GET /users/{id}/messages/{id}", "Find it in Sent Items", undo: "nothing is changed"),
    ]
  }

  private func risks(_ configuration: Configuration) -> [Risk] {
    var risks: [Risk] = []
    if mail.category == .wiring { risks.append(.sendsBankDetails) }
    if mail.recipients.count > Self.unquestionedRecipients { risks.append(.manyRecipients(mail.recipients.count)) }
    let approved = Set(configuration.approvedRecipientDomains ?? organization.domains.map(\.name))
    let outside = Set(mail.recipients.map(\.domain.ascii)).subtracting(approved).sorted()
    if !outside.isEmpty { risks.append(.sendsOutside(domains: outside)) }
    return risks
  }

  private func warnings(_ lastSent: String?) -> [String] {
    guard mail.category == .wiring else { return [] }
    guard let lastSent else { return ["This template has not been sent before; compare every bank detail."] }
    guard lastSent != String(template.version) else { return [] }
    return [
      "The template was CHANGED since it was last sent (version \(lastSent) then, \(template.version) now, "
        + "\(template.updatedAt.isoDate)); compare every bank detail."
    ]
  }
}
