package import AdminCore
package import Content
package import Store

/// A mail that is ready to be sent: rendered, checked, its recipients fixed. Journalled, sealed, so that another process
/// would send exactly this one.
package struct OutgoingMail: Sendable {
  package var templateID: LocalID
  package var templateVersion: Int
  package var category: TemplateCategory
  /// The mailbox that sends: its id in the directory, and its address.
  package var mailbox: String
  package var sender: EmailAddress
  package var to: [EmailAddress]
  package var cc: [EmailAddress]
  package var bcc: [EmailAddress]
  /// Who was asked for and has opted out of mail of this category.
  package var optedOut: [EmailAddress]
  package var subject: String
  package var html: String
  package var text: String
  /// Both bodies, or header fields that Graph's own form does not know, are needed.
  package var needsMIME: Bool
  package var unsubscribeURL: String?
  package var requestsReadReceipt: Bool
  package var requestsDeliveryReceipt: Bool
  package var attachments: [AttachmentReference]
  /// For the record of use, which keeps a keyed hash of them.
  package var variables: JSONObject
  package var author: String

  package init(
    templateID: LocalID, templateVersion: Int, category: TemplateCategory, mailbox: String, sender: EmailAddress,
    to: [EmailAddress], subject: String, html: String, text: String, needsMIME: Bool, variables: JSONObject,
    author: String
  ) {
    self.templateID = templateID
    self.templateVersion = templateVersion
    self.category = category
    self.mailbox = mailbox
    self.sender = sender
    self.to = to
    self.subject = subject
    self.html = html
    self.text = text
    self.needsMIME = needsMIME
    self.variables = variables
    self.author = author
    cc = []
    bcc = []
    optedOut = []
    requestsReadReceipt = false
    requestsDeliveryReceipt = false
    attachments = []
  }

  package var recipients: [EmailAddress] { to + cc + bcc }

  /// The mail without those who have opted out.
  ///
  /// - Parameter optedOut: normalized addresses.
  package func leavingOut(_ optedOut: Set<String>) -> OutgoingMail {
    guard !optedOut.isEmpty else { return self }
    var mail = self
    func stays(_ address: EmailAddress) -> Bool { !optedOut.contains(address.normalized) }
    mail.to = to.filter(stays)
    mail.cc = cc.filter(stays)
    mail.bcc = bcc.filter(stays)
    mail.optedOut += recipients.filter { !stays($0) }
    return mail
  }
}

extension TemplateCategory {
  /// The opt-outs that keep mail of the category from somebody. Where to send money is told to everybody.
  package var honouredOptOuts: [OptOut.Scope] {
    switch self {
    case .marketing: [.marketing, .all]
    case .customerCommunication: [.all]
    case .wiring: []
    }
  }
}

extension OutgoingMail {
  var journalled: JSONObject {
    func texts(_ addresses: [EmailAddress]) -> JSONValue { .strings(addresses.map(\.text)) }
    return [
      "templateId": .string(templateID.text), "templateVersion": .int(templateVersion),
      "category": .string(category.rawValue), "mailbox": .string(mailbox), "sender": .string(sender.text),
      "to": texts(to), "cc": texts(cc), "bcc": texts(bcc), "optedOut": texts(optedOut), "subject": .string(subject),
      "html": .string(html),
      "text": .string(text), "mime": .bool(needsMIME), "unsubscribeUrl": .optional(unsubscribeURL),
      "readReceipt": .bool(requestsReadReceipt), "deliveryReceipt": .bool(requestsDeliveryReceipt),
      "attachments": .array(attachments.map(\.journalled)), "variables": .object(variables), "author": .string(author),
    ]
  }

  init?(journalled json: JSONObject) {
    func addresses(_ key: String) -> [EmailAddress] {
      (json[key]?.arrayValue ?? []).compactMap { $0.stringValue.flatMap { EmailAddress($0) } }
    }
    guard let templateID = json["templateId"]?.stringValue.flatMap(LocalID.init),
      let version = json["templateVersion"]?.intValue,
      let category = json["category"]?.stringValue.flatMap(TemplateCategory.init),
      let mailbox = json["mailbox"]?.stringValue,
      let sender = json["sender"]?.stringValue.flatMap({ EmailAddress($0) }),
      let subject = json["subject"]?.stringValue, let html = json["html"]?.stringValue,
      let text = json["text"]?.stringValue, let mime = json["mime"]?.boolValue, let author = json["author"]?.stringValue
    else { return nil }
    self.init(
      templateID: templateID, templateVersion: version, category: category, mailbox: mailbox, sender: sender,
      to: addresses("to"), subject: subject, html: html, text: text, needsMIME: mime,
      variables: json["variables"]?.objectValue ?? [:], author: author)
    cc = addresses("cc")
    bcc = addresses("bcc")
    optedOut = addresses("optedOut")
    unsubscribeURL = json["unsubscribeUrl"]?.stringValue
    requestsReadReceipt = json["readReceipt"]?.boolValue ?? false
    requestsDeliveryReceipt = json["deliveryReceipt"]?.boolValue ?? false
    attachments = (json["attachments"]?.arrayValue ?? []).compactMap(AttachmentReference.init(journalled:))
  }
}
