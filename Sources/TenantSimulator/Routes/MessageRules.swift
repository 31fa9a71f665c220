import AdminCore

/// What Exchange demands of a message, and how a body becomes one.
enum MessageRules {
  static let maximumHeaders = 5

  /// A new draft from the JSON of a message.
  static func draft(
    _ body: JSONObject, in mailbox: Mailbox, _ state: inout TenantState
  ) throws(GraphFailure) -> MailMessage {
    try checkHeaders(body["internetMessageHeaders"])
    var message = empty(in: mailbox, &state)
    if let id = body["internetMessageId"]?.stringValue {
      guard id.hasPrefix("<"), id.hasSuffix(">"), id.contains("@") else {
        throw GraphFailure(400, "ErrorInvalidInternetMessageId", "The internet message id '\(id)' is invalid.")
      }
      message.internetMessageID = id
    }
    try apply(body, to: &message)
    for header in body["internetMessageHeaders"]?.arrayValue ?? [] {
      message.headers.append(
        MailMessage.Header(
          name: header["name"]?.stringValue ?? "", value: header["value"]?.stringValue ?? ""))
    }
    for value in body["attachments"]?.arrayValue ?? [] {
      guard let object = value.objectValue else { continue }
      message.attachments.append(try attachment(object, &state))
    }
    return message
  }

  /// A new draft from a message in MIME form, in base64.
  static func draft(
    mime body: [UInt8], in mailbox: Mailbox, _ state: inout TenantState
  ) throws(GraphFailure) -> MailMessage {
    let text = body.filter { $0 != 0x0D && $0 != 0x0A }
    guard let bytes = Base64.decode(String(decoding: text, as: UTF8.self)), !bytes.isEmpty else {
      throw GraphFailure(
        400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME content.")
    }
    let parsed: MIMEMessage
    do {
      parsed = try MIMEMessage(bytes)
    } catch {
      throw GraphFailure(400, "ErrorMimeContentInvalid", "Invalid MIME content. \(error.message)")
    }
    var message = empty(in: mailbox, &state)
    message.subject = parsed.subject
    message.from = parsed.from ?? message.from
    (message.recipients, message.replyTo) = (parsed.recipients, parsed.replyTo)
    message.internetMessageID = parsed.messageID ?? message.internetMessageID
    (message.isHTML, message.content) = parsed.html.map { (true, $0) } ?? (false, parsed.text ?? "")
    message.alternativeText = parsed.html == nil ? nil : parsed.text
    (message.headers, message.importance) = (parsed.otherHeaders, parsed.importance)
    (message.wantsReadReceipt, message.wantsDeliveryReceipt) = (parsed.wantsReadReceipt, parsed.wantsDeliveryReceipt)
    for attachment in parsed.attachments {
      message.attachments.append(
        MailAttachment(
          id: state.identifiers.token(bytes: 16), name: attachment.name, contentType: attachment.contentType,
          isInline: attachment.isInline, contentID: attachment.contentID, bytes: attachment.bytes,
          modifiedAt: state.now))
    }
    message.mime = bytes
    return message
  }

  private static func empty(in mailbox: Mailbox, _ state: inout TenantState) -> MailMessage {
    let now = state.now
    var message = MailMessage(
      id: state.identifiers.token(bytes: 24), folder: .drafts,
      internetMessageID: "<\(state.identifiers.guid())@\(state.organization.defaultDomain)>",
      conversationID: state.identifiers.token(bytes: 16), createdAt: now, modifiedAt: now, receivedAt: now, sentAt: now)
    message.from = MailAddress(
      address: mailbox.address, name: state.users[mailbox.ownerID]?.displayName ?? mailbox.address)
    return message
  }

  static func checkHeaders(_ value: JSONValue?) throws(GraphFailure) {
    let headers = value?.arrayValue ?? []
    guard headers.count <= maximumHeaders else {
      throw GraphFailure(
        400, "InvalidInternetMessageHeaderCollection",
        "Maximum number of headers in one message should be less than or equal to \(maximumHeaders).")
    }
    for header in headers {
      let name = header["name"]?.stringValue ?? ""
      guard name.lowercased().hasPrefix("x-"), name.utf8.count > 2 else {
        throw GraphFailure(
          400, "InvalidInternetMessageHeader",
          "The internet message header name '\(VisibleText.excerpt(name))' should start with 'x-' or 'X-'.")
      }
      let value = header["value"]?.stringValue ?? ""
      guard name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3A }), !value.isEmpty,
        value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }), value.utf8.count <= 995
      else {
        throw GraphFailure(
          400, "InvalidInternetMessageHeader", "The internet message header '\(VisibleText.excerpt(name))' is invalid.")
      }
    }
  }

  /// Sets what `body`, which the model has passed, says.
  static func apply(_ body: JSONObject, to message: inout MailMessage) throws(GraphFailure) {
    for member in body {
      let value = member.value
      switch member.key {
      case "subject": message.subject = value.stringValue ?? ""
      case "importance": message.importance = value.stringValue ?? "normal"
      case "categories": message.categories = (value.arrayValue ?? []).compactMap(\.stringValue)
      case "isDeliveryReceiptRequested": message.wantsDeliveryReceipt = value.boolValue ?? false
      case "isReadReceiptRequested": message.wantsReadReceipt = value.boolValue ?? false
      case "isRead": message.isRead = value.boolValue ?? message.isRead
      case "body":
        message.isHTML = value["contentType"]?.stringValue == "html"
        message.content = value["content"]?.stringValue ?? ""
      case "from": message.from = try address(value) ?? message.from
      case "toRecipients": message.recipients.to = try addresses(value)
      case "ccRecipients": message.recipients.cc = try addresses(value)
      case "bccRecipients": message.recipients.bcc = try addresses(value)
      case "replyTo": message.replyTo = try addresses(value)
      case "flag": message.flag = value["flagStatus"]?.stringValue ?? message.flag
      default: break
      }
    }
  }

  private static func addresses(_ value: JSONValue) throws(GraphFailure) -> [MailAddress] {
    var addresses: [MailAddress] = []
    for element in value.arrayValue ?? [] {
      guard let address = try address(element) else {
        throw GraphFailure(400, "ErrorInvalidRecipients", "At least one recipient isn't valid., It has no address.")
      }
      addresses.append(address)
    }
    return addresses
  }

  private static func address(_ value: JSONValue) throws(GraphFailure) -> MailAddress? {
    guard !value.isNull else { return nil }
    guard let text = value["emailAddress"]?["address"]?.stringValue, !text.isEmpty else { return nil }
    return MailAddress(address: text, name: value["emailAddress"]?["name"]?.stringValue ?? text)
  }

  static func attachment(_ object: JSONObject, _ state: inout TenantState) throws(GraphFailure) -> MailAttachment {
    guard let name = object["name"]?.stringValue, !name.isEmpty,
      let bytes = object["contentBytes"]?.stringValue.flatMap({ Base64.decode($0) })
    else {
      throw GraphFailure(400, "ErrorInvalidRequest", "An attachment needs 'name' and 'contentBytes'.")
    }
    return MailAttachment(
      id: state.identifiers.token(bytes: 16), name: name,
      contentType: object["contentType"]?.stringValue ?? "application/octet-stream",
      isInline: object["isInline"]?.boolValue ?? false, contentID: object["contentId"]?.stringValue, bytes: bytes,
      modifiedAt: state.now)
  }
}
