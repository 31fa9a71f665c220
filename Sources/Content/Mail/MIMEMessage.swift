package import AdminCore

/// A mail in the form of RFC 5322 and MIME: what Graph takes where its JSON cannot say enough (two bodies, and headers that
/// do not begin with `x-`).
package struct MIMEMessage: Sendable {
  /// Identifies a message: two dot-atoms around an @, in angle brackets when written.
  package struct MessageID: Hashable, Sendable {
    package let text: String

    package init(left: LocalID, domain: DomainName) { text = "<\(left.text)@\(domain.ascii)>" }
  }

  /// A header of our own. Its name begins with `X-`.
  package struct CustomHeader: Hashable, Sendable {
    package let name: String
    package let value: HeaderText

    package init?(name: String, value: HeaderText) {
      guard name.lowercased().hasPrefix("x-"), (3...76).contains(name.utf8.count),
        name.utf8.allSatisfy({ AttributeValue.isAlphanumeric($0) || $0 == UInt8(ascii: "-") })
      else { return nil }
      self.name = name
      self.value = value
    }
  }

  package var from: Mailbox
  package var sender: Mailbox?
  package var replyTo: [Mailbox] = []
  package var to: [Mailbox] = []
  package var cc: [Mailbox] = []
  /// Written as a header: Graph takes blind recipients of a MIME message from there and removes it.
  package var bcc: [Mailbox] = []
  package var subject: MailSubject
  package var date: Timestamp
  package var messageID: MessageID?
  /// Who gets a note when a recipient has read the mail (RFC 8098).
  package var readReceiptTo: Mailbox?
  /// Who gets a note when the mail has been delivered; Exchange reads this header though no standard has it.
  package var deliveryReceiptTo: Mailbox?
  package var unsubscribe: Unsubscribe?
  package var customHeaders: [CustomHeader] = []

  package var text: String
  package var html: String?
  package var inlineImages: [InlineImage] = []
  package var attachments: [MailAttachment] = []

  package init(from: Mailbox, to: [Mailbox], subject: MailSubject, date: Timestamp, text: String, html: String? = nil) {
    self.from = from
    self.to = to
    self.subject = subject
    self.date = date
    self.text = text
    self.html = html
  }

  // MARK: - Writing

  /// More than Exchange Online delivers; Graph's own limit for one request is far lower.
  package static let maximumSize = 150 << 20

  /// The message as bytes: seven bits, lines ended by CRLF, none longer than 998.
  ///
  /// - Parameter random: for the boundaries; the same numbers give the same bytes.
  package func rendered(using random: inout some RandomNumberGenerator) throws(AdminError) -> [UInt8] {
    try check()
    let files = attachments.map(\.bytes.count) + inlineImages.map(\.file.bytes.count)
    let size = files.reduce(0) { $0 + $1 / 57 * 78 } + text.utf8.count + (html?.utf8.count ?? 0)
    guard size <= Self.maximumSize else {
      throw AdminError(
        .tooLarge,
        "The mail would have \(size >> 20) MiB; at most \(Self.maximumSize >> 20) can be sent. Share the files.")
    }
    var output: [UInt8] = []
    output.reserveCapacity(size + 4_096)
    for field in fields { output += field.lines.utf8 }
    output += HeaderField("MIME-Version", pieces: ["1.0"]).lines.utf8
    output += body(using: &random).written
    guard output.count <= Self.maximumSize else {
      throw AdminError(
        .tooLarge, "The mail has \(output.count >> 20) MiB; at most \(Self.maximumSize >> 20) can be sent.")
    }
    return output
  }

  private func check() throws(AdminError) {
    guard !(to.isEmpty && cc.isEmpty && bcc.isEmpty) else {
      throw AdminError(.invalidAddress, "The mail has no recipient. Give at least one.")
    }
    let ids = inlineImages.map(\.contentID)
    guard Set(ids).count == ids.count else {
      throw AdminError(.invalidAddress, "Two images of the mail have the same content id. Give each its own.")
    }
  }

  private var fields: [HeaderField] {
    var fields = [
      HeaderField("Date", pieces: MailDate.pieces(date)),
      HeaderField("From", mailboxes: [from]),
    ]
    if let sender { fields.append(HeaderField("Sender", mailboxes: [sender])) }
    for (name, mailboxes) in [("Reply-To", replyTo), ("To", to), ("Cc", cc), ("Bcc", bcc)] where !mailboxes.isEmpty {
      fields.append(HeaderField(name, mailboxes: mailboxes))
    }
    fields.append(HeaderField("Subject", text: subject.header))
    if let messageID { fields.append(HeaderField("Message-ID", pieces: [messageID.text])) }
    if let readReceiptTo { fields.append(HeaderField("Disposition-Notification-To", mailboxes: [readReceiptTo])) }
    if let deliveryReceiptTo { fields.append(HeaderField("Return-Receipt-To", mailboxes: [deliveryReceiptTo])) }
    if let unsubscribe { fields += unsubscribe.fields }
    return fields + customHeaders.map { HeaderField($0.name, text: $0.value) }
  }

  /// `mixed(alternative(text, related(html, images)), attachments)`, each level only where there is something in it.
  private func body(using random: inout some RandomNumberGenerator) -> MIMEPart {
    var part = MIMEPart.text(text, subtype: "plain")
    if let html {
      var shown = MIMEPart.text(html, subtype: "html")
      if !inlineImages.isEmpty {
        let images = inlineImages.map { MIMEPart.file($0.file, contentID: $0.contentID) }
        shown = .multipart("related", [shown] + images, parameters: ["type=\"text/html\";"], using: &random)
      }
      part = .multipart("alternative", [part, shown], using: &random)
    }
    guard !attachments.isEmpty else { return part }
    return .multipart("mixed", [part] + attachments.map { MIMEPart.file($0) }, using: &random)
  }
}
