import Access
import AdminCore
import Content
import M365
import MCPProtocol
import Store
import Workflows

/// Sends a mail made from a template.
struct SendFromTemplate: ChangingTool {
  static let name = "send_from_template"
  static let title = "Send a mail from a template"
  static let summary = """
    Render a template and send it. Bank details, more than ten recipients and recipients outside the approved domains \
    need approval. Who has opted out is left out of marketing. An unclear outcome never leads to a second mail.
    """
  static let role = Role.send
  static let permissions: [GraphPermission] = [.mailSend, .mailReadWrite, .userRead, .organizationRead]
  static let isDestructive = true
  static let isIdempotent = false
  static let clientHints: JSONObject = ["anthropic/requiresUserInteraction": true]

  struct Input: ToolInput {
    @Param("The template.", .length(36...36)) var templateId: String
    @Param("Recipients.", .count(1...500), .length(3...320)) var to: [String]
    @Param("Values by name.") var variables: JSONObject
    @Param("Mailbox that sends; the configured one when absent.", .length(3...320)) var from: String?
    @Param("Copies.", .count(0...500), .length(3...320)) var cc: [String] = []
    @Param("Blind copies.", .count(0...500), .length(3...320)) var bcc: [String] = []
    @Param("Ask for a read receipt.") var readReceipt: Bool = false
    @Param("Ask for a delivery receipt.") var deliveryReceipt: Bool = false
    @Param("File names in the attachment folder.", .count(0...10), .length(1...255)) var attachments: [String] = []
  }

  enum State: String, Choice {
    case sent, queued, unknown
  }

  struct Output: ToolOutput {
    let internetMessageId: String?
    let state: State?
    let sentAt: String?
    let recipients: Int
    let sent: Int
    let optedOut: [String]

    static let descriptions = FieldDescriptions(
      CodingKeys.self,
      [
        .state: "Absent when everybody has opted out.", .sent: "Recipients the mail went to.",
        .optedOut: "Left out, because they have opted out.",
      ])
  }

  static func prepare(
    _ input: Input, _ call: ToolCall
  ) async throws(AdminError) -> PreparedChange<SendMailWorkflow> {
    let store = try await call.store()
    let template = try await store.templates.template(.template(input.templateId))
    let recipients = try Recipients(input)
    let sender = try await Sender.resolve(input.from, call)
    let builtIn = try template.content.knownCategory.builtInValues(call.services.configuration, sender: sender.address)
    let rendered = try MailTemplate(template.content).render(input.variables.merging(builtIn))
    let attachments = try attachments(input.attachments, call.services.configuration)

    var mail = OutgoingMail(
      templateID: template.id, templateVersion: template.version, category: template.content.knownCategory,
      mailbox: sender.userID, sender: sender.address, to: recipients.to, subject: rendered.subject.description,
      html: rendered.html, text: rendered.text,
      needsMIME: template.content.bodyText != nil || template.content.knownCategory == .marketing,
      variables: input.variables, author: call.caller.actor)
    mail.cc = recipients.cc
    mail.bcc = recipients.bcc
    mail.requestsReadReceipt = input.readReceipt
    mail.requestsDeliveryReceipt = input.deliveryReceipt
    mail.attachments = attachments
    mail.unsubscribeURL = call.services.configuration.unsubscribeURL
    mail = mail.leavingOut(
      try await store.workflowServices.optOuts.optedOut(
        of: mail.category.honouredOptOuts, among: mail.recipients.map(\.normalized)))
    let plan = try await SendPlan(mail: mail, template: template, organization: sender.organization)
      .make(lastSent: store.config.value(for: SendMailWorkflow.lastSentKey(template.id)), call.services.configuration)
    return PreparedChange(
      plan, SendMailWorkflow(mail, services: store.workflowServices),
      warnings: plan.warnings + removalWarnings(rendered))
  }

  static func output(
    _ operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> Output {
    let sent = operation.output
    return Output(
      internetMessageId: sent["internetMessageId"]?.stringValue,
      state: sent["state"]?.stringValue.flatMap(State.init), sentAt: sent["sentAt"]?.stringValue,
      recipients: sent["recipients"]?.intValue ?? 0, sent: sent["sent"]?.intValue ?? 0,
      optedOut: sent["optedOut"]?.arrayValue?.compactMap(\.stringValue) ?? [])
  }

  static let foresees = true

  /// What Exchange knows of the recipients before the mail is sent.
  static func foresee(_ prepared: PreparedChange<SendMailWorkflow>, _ call: ToolCall) async -> [String] {
    let mail = prepared.change.mail
    guard !mail.recipients.isEmpty else { return [] }
    do throws(AdminError) {
      let tips = try await call.graph().mailTips(
        for: mail.recipients.map(\.text), from: UserReference(mail.mailbox))
      return tips.flatMap(RecipientTips.warnings)
    } catch {
      return ["The recipients could not be looked at beforehand: \(error.message)"]
    }
  }

  /// An outcome nobody knows has a code of its own, because whoever reads it must not simply send again.
  static func explain(_ error: AdminError, _ operation: OperationReport) -> AdminError {
    guard operation.state == .blocked else { return error }
    var details = error.details?.objectValue ?? [:]
    details["state"] = .string(State.unknown.rawValue)
    return AdminError(
      .mailOutcomeUnknown,
      "It cannot be told whether the mail was sent. Look into the sender's Sent Items before sending anything again, then "
        + "say what you have found: m365-admin-mcp resolve \(operation.operationID) happened, or did-not-happen.",
      details: .object(details), cause: error.cause)
  }

  private static func attachments(
    _ names: [String], _ configuration: Configuration
  ) throws(AdminError) -> [AttachmentReference] {
    guard !names.isEmpty else { return [] }
    let folder = try AttachmentFolder(configuration)
    var references: [AttachmentReference] = []
    for name in names where !references.contains(where: { $0.name == name }) {
      references.append(try folder.reference(to: name))
    }
    return references
  }

  private static func removalWarnings(_ mail: RenderedMail) -> [String] {
    guard !mail.removed.isEmpty else { return [] }
    return ["The values put \(mail.removed.count) things into the mail that were removed as unsafe; preview it."]
  }
}
