package import AdminCore
import Content
import M365
package import Store

/// Sends one mail: look who has opted out, draft, attachments, send, read back, note the use.
///
/// Opt-outs are looked up when the mail is planned and once more here, because an approval may have taken its time.
/// Whoever has opted out is left out; where nobody is left there is no mail, and that is a success.
///
/// A draft has an id that never changes, and its header names the operation. So after a lost reply or a crash it can be
/// told whether there is a draft, whether it was sent, or that nobody knows; and no second mail goes out.
package struct SendMailWorkflow: Workflow {
  package static let name = "send_from_template"
  package static let version = 1

  package let mail: OutgoingMail
  private let services: WorkflowServices

  package init(_ mail: OutgoingMail, services: WorkflowServices) {
    self.mail = mail
    self.services = services
  }

  package init(journalled input: JSONObject, services: WorkflowServices) throws(AdminError) {
    guard let mail = OutgoingMail(journalled: input) else { throw .malformedJournal(Self.name) }
    self.init(mail, services: services)
  }

  package var input: JSONObject { mail.journalled }

  package var target: AuditTarget { .person("mailbox", mail.sender.text) }

  package var auditDetail: JSONObject {
    [
      "template": .string(mail.templateID.text), "templateVersion": .int(mail.templateVersion),
      "category": .string(mail.category.rawValue), "recipients": .strings(mail.recipients.map(\.text)),
      "attachments": .int(mail.attachments.count),
    ]
  }

  package var steps: [Step] {
    let check = mail.category.honouredOptOuts.isEmpty ? [] : [checkOptOuts]
    return check + [createDraft] + mail.attachments.indices.map(attach) + [send, readBack, recordUse]
  }

  package func output(of context: StepContext) -> JSONObject {
    let sent = mail.leavingOut(context.optedOut)
    let seen = context.output("read_back")
    let isSent = !sent.recipients.isEmpty
    return [
      "internetMessageId": seen?["internetMessageId"] ?? context.output("create_draft")?["internetMessageId"] ?? .null,
      "state": isSent ? seen?["state"] ?? "queued" : .null, "sentAt": seen?["sentAt"] ?? .null,
      "recipients": .int(sent.recipients.count), "sent": .int(sent.recipients.count),
      "optedOut": .strings(sent.optedOut.map(\.text)),
    ]
  }

  private var checkOptOuts: Step {
    let (mail, services) = (mail, services)
    return Step("check_opt_outs", "Look who has opted out", effect: .none) { _ throws(AdminError) in
      let found = try await services.optOuts.optedOut(
        of: mail.category.honouredOptOuts, among: mail.recipients.map(\.normalized))
      return ["optedOut": .strings(found.sorted())]
    }
  }

  private var mailbox: UserReference { UserReference(mail.mailbox) }
}

extension StepContext {
  /// Normalized addresses of those who have opted out by now.
  fileprivate var optedOut: Set<String> {
    Set(output("check_opt_outs")?["optedOut"]?.arrayValue?.compactMap(\.stringValue) ?? [])
  }

  /// Whether there is nobody to send to.
  fileprivate var isWithoutMail: Bool { output("create_draft")?["nobody"] == true }

  fileprivate func draft() throws(AdminError) -> String {
    guard let id = output("create_draft")?["draftId"]?.stringValue else {
      throw AdminError(.internalFault, "The operation does not know its draft.")
    }
    return id
  }
}

// MARK: - The draft

extension SendMailWorkflow {
  private var createDraft: Step {
    let (mail, services, mailbox) = (mail, services, mailbox)
    return Step(
      "create_draft", "Create the draft",
      effect: .once { context throws(AdminError) in
        if mail.leavingOut(context.optedOut).recipients.isEmpty { return .didNotHappen }
        let found = try await Self.find(context, mailbox, services)
        return found.map { .happened($0) } ?? .didNotHappen
      },
      undo: Step.Undo(
        { _ in "the draft was deleted" },
        manualAction: { _ in "delete the draft “\(mail.subject)” in the mailbox of \(mail.sender)" }
      ) { context throws(AdminError) in
        if context.isWithoutMail { return }
        try await services.graph().deleteDraft(context.draft(), in: mailbox)
      }, reversal: .none
    ) { context throws(AdminError) in
      let mail = mail.leavingOut(context.optedOut)
      if mail.recipients.isEmpty { return ["nobody": true] }
      let graph = try await services.graph()
      let operation = context.operationID.text
      let draft =
        if mail.needsMIME {
          try await graph.createDraft(in: mailbox, mime: mail.mime(operation: operation, at: services.timekeeper.now()))
        } else {
          try await graph.createDraft(in: mailbox, mail.message(operation: operation))
        }
      return Self.output(draft)
    }
  }

  private static func output(_ message: MailMessage) -> JSONObject {
    ["draftId": .string(message.id), "internetMessageId": .optional(message.internetMessageID)]
  }

  /// Looks for what an earlier attempt has left, in drafts and in sent items. New mail takes a moment to be listed, so a
  /// mail that is not there is looked for more than once.
  private static func find(
    _ context: StepContext, _ mailbox: UserReference, _ services: WorkflowServices
  ) async throws(AdminError) -> JSONObject? {
    let graph = try await services.graph()
    let operation = context.operationID.text
    return try await services.timekeeper.poll(for: .seconds(6), every: [.seconds(2)]) {
      () async throws(AdminError) -> JSONObject? in
      let found = try await graph.findMail(ofOperation: operation, in: mailbox, since: context.createdAt)
      return (found.sent.first ?? found.drafts.first).map(Self.output)
    }
  }

  private func attach(_ index: Int) -> Step {
    let (services, mailbox, reference) = (services, mailbox, mail.attachments[index])
    return Step(
      "attach_\(index + 1)", "Attach \(VisibleText.excerpt(reference.name, limit: 60))",
      effect: .once { context throws(AdminError) in
        if context.isWithoutMail { return .happened([:]) }
        let names = try await services.graph().attachmentNames(of: context.draft(), in: mailbox)
        return names.contains(reference.name) ? .happened([:]) : .didNotHappen
      }
    ) { context throws(AdminError) in
      if context.isWithoutMail { return [:] }
      let folder = try AttachmentFolder(services.configuration)
      let bytes = try folder.contents(of: reference)
      let file = try Content.MailAttachment(name: reference.name, bytes: bytes)
      let attachment = M365.MailAttachment(
        name: file.name, contentType: file.mediaType.text, bytes: file.bytes)
      try await services.graph().attach(attachment, to: context.draft(), in: mailbox)
      return ["size": .int(bytes.count)]
    }
  }
}

// MARK: - Sending

extension SendMailWorkflow {
  private var send: Step {
    let (services, mailbox) = (services, mailbox)
    return Step(
      "send", "Send the mail",
      effect: .once { context throws(AdminError) in
        context.isWithoutMail ? .happened([:]) : try await Self.wasSent(context, mailbox, services)
      },
      isPivot: true, reversal: .never("a mail that was sent cannot be taken back")
    ) { context throws(AdminError) in
      if context.isWithoutMail { return [:] }
      try await services.graph().sendDraft(context.draft(), in: mailbox)
      return [:]
    }
  }

  /// Whether the draft has become a sent mail. One that is still a draft after some time was not sent; one that is
  /// nowhere may be on its way, and nobody can tell.
  private static func wasSent(
    _ context: StepContext, _ mailbox: UserReference, _ services: WorkflowServices
  ) async throws(AdminError) -> Step.ProbeAnswer {
    let graph = try await services.graph()
    let draft = try context.draft()
    var isDraft = false
    let answer = try await services.timekeeper.poll(for: .seconds(12), every: [.seconds(2), .seconds(4)]) {
      () async throws(AdminError) -> Step.ProbeAnswer? in
      do throws(AdminError) {
        isDraft = try await graph.message(draft, in: mailbox).isDraft
        return isDraft ? nil : .happened([:])
      } catch  where error.graphFault == .notFound {
        isDraft = false
        let found = try await graph.findMail(
          ofOperation: context.operationID.text, in: mailbox, since: context.createdAt)
        return found.sent.isEmpty ? nil : .happened([:])
      }
    }
    return answer ?? (isDraft ? .didNotHappen : .unknown("the draft is gone and the mail is not in Sent Items"))
  }

  private var readBack: Step {
    let (services, mailbox, sender) = (services, mailbox, mail.sender)
    return Step(
      "read_back", "Find the mail in Sent Items", effect: .none,
      verify: { context throws(AdminError) in
        guard context.output("read_back")?["state"] == "queued" else { return .verified }
        return .pending("Exchange has taken the mail and does not show it in Sent Items of \(sender) yet")
      }
    ) { context throws(AdminError) in
      if context.isWithoutMail { return [:] }
      let graph = try await services.graph()
      let draft = try context.draft()
      let sent = try await services.timekeeper.poll(
        for: .seconds(30), every: [.seconds(1), .seconds(2), .seconds(4)]
      ) { () async throws(AdminError) -> MailMessage? in
        do throws(AdminError) {
          let message = try await graph.message(draft, in: mailbox)
          return message.isDraft ? nil : message
        } catch  where error.graphFault == .notFound {
          return nil
        }
      }
      guard let sent else { return ["state": "queued"] }
      return [
        "state": "sent", "internetMessageId": .optional(sent.internetMessageID),
        "sentAt": .optional(sent.sentAt?.iso8601),
      ]
    }
  }

  private var recordUse: Step {
    let (mail, services) = (mail, services)
    return Step("record_use", "Note the use of the template", effect: .idempotent) { context throws(AdminError) in
      if context.isWithoutMail { return [:] }
      let mail = mail.leavingOut(context.optedOut)
      let messageID =
        context.output("read_back")?["internetMessageId"]?.stringValue
        ?? context.output("create_draft")?["internetMessageId"]?.stringValue
      var use = TemplateUse(
        templateID: mail.templateID, version: mail.templateVersion, sentBy: mail.sender.text,
        sentTo: mail.recipients.map(\.text), variables: mail.variables, messageID: messageID)
      use.id = context.operationID
      try await services.templates.recordUse(use)
      try await services.config.set(Self.lastSentKey(mail.templateID), to: String(mail.templateVersion))
      return [:]
    }
  }

  /// Under which the store remembers the version that was last sent, so that a change since can be announced.
  package static func lastSentKey(_ template: LocalID) -> String { "template_last_sent/\(template)" }
}

// MARK: - The two forms

extension OutgoingMail {
  fileprivate func message(operation: String) -> OutgoingMessage {
    func addresses(_ list: [EmailAddress]) -> [MailAddress] { list.map { MailAddress($0.text) } }
    var message = OutgoingMessage(subject: subject, body: .html(html), to: addresses(to))
    message.cc = addresses(cc)
    message.bcc = addresses(bcc)
    message.requestsReadReceipt = requestsReadReceipt
    message.requestsDeliveryReceipt = requestsDeliveryReceipt
    message.headers = [HTTPHeaders.Field(name: OutgoingMessage.operationHeader, value: operation)]
    return message
  }

  fileprivate func mime(operation: String, at now: Timestamp) throws(AdminError) -> [UInt8] {
    let from = Mailbox(sender)
    var message = MIMEMessage(
      from: from, to: to.map { Mailbox($0) }, subject: try MailSubject.parse(subject), date: now, text: text, html: html
    )
    message.cc = cc.map { Mailbox($0) }
    message.bcc = bcc.map { Mailbox($0) }
    if requestsReadReceipt { message.readReceiptTo = from }
    if requestsDeliveryReceipt { message.deliveryReceiptTo = from }
    if category == .marketing { message.unsubscribe = try Unsubscribe(url: unsubscribeURL, address: sender) }
    guard let value = try? HeaderText(operation),
      let header = MIMEMessage.CustomHeader(name: OutgoingMessage.operationHeader, value: value)
    else { throw AdminError(.internalFault, "The operation's id does not fit a header field.") }
    message.customHeaders = [header]
    var random = SystemRandomNumberGenerator()
    return try message.rendered(using: &random)
  }
}
