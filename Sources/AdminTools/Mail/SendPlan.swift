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
  /// A fact shows 2000.
  private static let charactersInFact = 1900
  /// So much of a file's SHA-256 is shown, for a person to compare.
  private static let digitsOfDigest = 12

  private let mail: OutgoingMail
  private let template: EmailTemplate
  private let organization: Organization
  private let shownByHTML: String?
  /// By what the mail says, and not only by what its template is called.
  private let holdsBankDetails: Bool

  init(mail: OutgoingMail, template: EmailTemplate, organization: Organization) {
    (self.mail, self.template, self.organization) = (mail, template, organization)
    let shown = try? PlainText.derive(fromHTML: mail.html)
    shownByHTML = shown
    holdsBankDetails =
      mail.category == .wiring || [mail.subject, mail.text, shown ?? ""].contains(where: BankDetails.areNamed)
  }

  /// - Parameter lastSent: the version of the template that was last sent; `nil` when it never was.
  func make(lastSent: String?, _ configuration: Configuration) -> Plan {
    Plan(
      mail.recipients.isEmpty
        ? "Send “\(template.content.name)” to nobody: every recipient has opted out"
        : "Send “\(template.content.name)” to \(mail.recipients.count) recipient\(mail.recipients.count == 1 ? "" : "s")",
      facts: facts, calls: calls, permissions: SendFromTemplate.permissions.map(\.rawValue),
      risks: risks(configuration), warnings: warnings(lastSent), basis: basis)
  }

  /// Attachments by all of their digest: a file is easily replaced by another of the same name and size.
  private var basis: JSONValue {
    let files = mail.attachments.map { file -> JSONValue in
      ["name": .string(file.name), "sha256": .string(Hex.encode(file.digest))]
    }
    return [
      "template": .string(template.id.text), "version": .int(template.version), "html": .string(mail.html),
      "text": .string(mail.text), "attachments": .array(files),
    ]
  }

  private var facts: [Plan.Fact] {
    var facts = [Plan.Fact("From", mail.sender.text)]
    facts += list("To", mail.to) + list("Cc", mail.cc) + list("Bcc", mail.bcc)
    facts += list("Left out (opted out)", mail.optedOut)
    facts.append(Plan.Fact("Subject", mail.subject))
    facts.append(Plan.Fact("Template", "version \(template.version) of \(template.updatedAt.isoDate)"))
    for file in mail.attachments {
      let digest = Hex.encode(file.digest).prefix(Self.digitsOfDigest)
      facts.append(Plan.Fact("Attached", "\(file.name) (\(file.size) bytes), SHA-256 \(digest)…"))
    }
    facts += pieces("Text", of: mail.text)
    // What one kind of mail program shows is the HTML, and what was approved has to be what anybody sees.
    if holdsBankDetails, let shown = shownByHTML, Self.words(shown) != Self.words(mail.text) {
      facts += pieces("Text of the HTML", of: shown)
    }
    return facts
  }

  private static func words(_ text: String) -> [Substring] { text.split { $0.isWhitespace || "*_<>[]|-".contains($0) } }

  /// Every address: a fact shows so many characters and no more, so a long list becomes several.
  private func list(_ label: String, _ addresses: [EmailAddress]) -> [Plan.Fact] {
    var lines: [String] = []
    for address in addresses.map(\.text) {
      if let last = lines.last, last.unicodeScalars.count + address.unicodeScalars.count + 2 <= Self.charactersInFact {
        lines[lines.count - 1] += ", " + address
      } else {
        lines.append(address)
      }
    }
    return Self.facts(label, lines)
  }

  /// The text on one line; bank details may stand anywhere in it, so of a mail with some all is shown.
  private func pieces(_ label: String, of text: String) -> [Plan.Fact] {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " / ")
    guard holdsBankDetails else { return [Plan.Fact(label, line)] }
    var lines: [String] = []
    var rest = line.unicodeScalars[...]
    while !rest.isEmpty {
      lines.append(String(rest.prefix(Self.charactersInFact)))
      rest = rest.dropFirst(Self.charactersInFact)
    }
    return Self.facts(label, lines)
  }

  private static func facts(_ label: String, _ lines: [String]) -> [Plan.Fact] {
    lines.enumerated().map { Plan.Fact($0.offset == 0 ? label : "\(label), continued", $0.element) }
  }

  private var calls: [Plan.Call] {
    if mail.recipients.isEmpty { return [] }
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
    if holdsBankDetails { risks.append(.sendsBankDetails) }
    if mail.recipients.count > Self.unquestionedRecipients { risks.append(.manyRecipients(mail.recipients.count)) }
    let approved = Set(configuration.approvedRecipientDomains ?? organization.domains.map(\.name))
    let outside = Set(mail.recipients.map(\.domain.ascii)).subtracting(approved).sorted()
    if !outside.isEmpty { risks.append(.sendsOutside(domains: outside)) }
    return risks
  }

  private func warnings(_ lastSent: String?) -> [String] {
    var warnings: [String] = []
    if mail.category != .wiring, !mail.optedOut.isEmpty {
      let names = mail.optedOut.map(\.text).joined(separator: ", ")
      warnings.append("Left out, because they have opted out: \(names).")
    }
    guard holdsBankDetails else { return warnings }
    let name = VisibleText.excerpt(template.content.name, limit: 80)
    if mail.category != .wiring {
      warnings.append("The template “\(name)” is not of the category wiring, and the mail holds bank details.")
    }
    guard let lastSent else {
      return warnings + ["The template “\(name)” has not been sent before; compare every bank detail."]
    }
    guard lastSent != String(template.version) else { return warnings }
    return warnings + [
      "The template “\(name)” was CHANGED since it was last sent (version \(lastSent) then, \(template.version) now, "
        + "\(template.updatedAt.isoDate)); compare every bank detail."
    ]
  }
}
