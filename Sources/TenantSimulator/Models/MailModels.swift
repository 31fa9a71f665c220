/// The types of Exchange, as far as the simulator knows them.
enum MailModel {
  static let emailAddress = ModelType(
    "emailAddress",
    [
      ModelProperty("name", .text, filter: .full), ModelProperty("address", .text, filter: .full),
    ])

  static let recipient = ModelType(
    "recipient", [ModelProperty("emailAddress", .complex(emailAddress), filter: .full)])

  static let itemBody = ModelType(
    "itemBody",
    [ModelProperty("contentType", .enumeration(["text", "html"])), ModelProperty("content", .text)])

  static let internetMessageHeader = ModelType(
    "internetMessageHeader", [ModelProperty("name", .text), ModelProperty("value", .text)])

  static let dateTimeTimeZone = ModelType(
    "dateTimeTimeZone", [ModelProperty("dateTime", .text), ModelProperty("timeZone", .text)])

  static let followupFlag = ModelType(
    "followupFlag",
    [
      ModelProperty("flagStatus", .enumeration(["notFlagged", "complete", "flagged"])),
      ModelProperty("startDateTime", .complex(dateTimeTimeZone)),
      ModelProperty("dueDateTime", .complex(dateTimeTimeZone)),
      ModelProperty("completedDateTime", .complex(dateTimeTimeZone)),
    ])

  static let fileAttachment = ModelType(
    "fileAttachment",
    [
      ModelProperty("id", .text, .byDefault),
      ModelProperty("lastModifiedDateTime", .dateTime, .byDefault),
      ModelProperty("name", .text, [.byDefault, .onCreate]),
      ModelProperty("contentType", .text, [.byDefault, .onCreate]),
      ModelProperty("size", .int32, .byDefault),
      ModelProperty("isInline", .boolean, [.byDefault, .onCreate]),
      ModelProperty("contentId", .text, [.byDefault, .onCreate]),
      ModelProperty("contentLocation", .text, [.byDefault]),
      ModelProperty("contentBytes", .binary, [.byDefault, .onCreate]),
    ])

  static let attachmentItem = ModelType(
    "attachmentItem",
    [
      ModelProperty("attachmentType", .enumeration(["file", "item", "reference"])),
      ModelProperty("contentId", .text), ModelProperty("contentType", .text), ModelProperty("isInline", .boolean),
      ModelProperty("name", .text), ModelProperty("size", .int32),
    ])

  static let message = ModelType(
    "message",
    [
      ModelProperty("id", .text, .byDefault, filter: .full),
      ModelProperty("createdDateTime", .dateTime, [.byDefault, .sortable], filter: .full),
      ModelProperty("lastModifiedDateTime", .dateTime, [.byDefault, .sortable], filter: .full),
      ModelProperty("changeKey", .text, .byDefault),
      ModelProperty("categories", .collection(.text), [.byDefault, .writable], filter: .full),
      ModelProperty("receivedDateTime", .dateTime, [.byDefault, .sortable], filter: .full),
      ModelProperty("sentDateTime", .dateTime, [.byDefault, .sortable], filter: .full),
      ModelProperty("hasAttachments", .boolean, .byDefault, filter: .full),
      ModelProperty("internetMessageId", .text, [.byDefault, .onCreate], filter: .full),
      ModelProperty("subject", .string(maximum: 255), [.byDefault, .writable, .sortable, .searchable], filter: .full),
      ModelProperty("bodyPreview", .text, .byDefault, filter: .full),
      ModelProperty(
        "importance", .enumeration(["low", "normal", "high"]), [.byDefault, .writable, .sortable], filter: .full),
      ModelProperty("parentFolderId", .text, .byDefault, filter: .full),
      ModelProperty("conversationId", .text, .byDefault, filter: .full),
      ModelProperty("isDeliveryReceiptRequested", .boolean, [.byDefault, .writable], filter: .full),
      ModelProperty("isReadReceiptRequested", .boolean, [.byDefault, .writable], filter: .full),
      ModelProperty("isRead", .boolean, [.byDefault, .writable], filter: .full),
      ModelProperty("isDraft", .boolean, .byDefault, filter: .full),
      ModelProperty("webLink", .text, .byDefault),
      ModelProperty(
        "inferenceClassification", .enumeration(["focused", "other"]), [.byDefault, .writable], filter: .full),
      ModelProperty("body", .complex(itemBody), [.byDefault, .writable]),
      ModelProperty("sender", .complex(recipient), [.byDefault, .writable], filter: .full),
      ModelProperty("from", .complex(recipient), [.byDefault, .writable], filter: .full),
      ModelProperty("toRecipients", .collection(.complex(recipient)), [.byDefault, .writable], filter: .full),
      ModelProperty("ccRecipients", .collection(.complex(recipient)), [.byDefault, .writable], filter: .full),
      ModelProperty("bccRecipients", .collection(.complex(recipient)), [.byDefault, .writable], filter: .full),
      ModelProperty("replyTo", .collection(.complex(recipient)), [.byDefault, .writable], filter: .full),
      ModelProperty("flag", .complex(followupFlag), [.byDefault, .writable]),
      ModelProperty("internetMessageHeaders", .collection(.complex(internetMessageHeader)), .onCreate),
      ModelProperty("attachments", .collection(.complex(fileAttachment)), .onCreate),
    ])

  static let mailFolder = ModelType(
    "mailFolder",
    [
      ModelProperty("id", .text, .byDefault),
      ModelProperty("displayName", .text, [.byDefault, .sortable], filter: .full),
      ModelProperty("parentFolderId", .text, .byDefault),
      ModelProperty("childFolderCount", .int32, .byDefault, filter: .full),
      ModelProperty("unreadItemCount", .int32, .byDefault, filter: .full),
      ModelProperty("totalItemCount", .int32, .byDefault, filter: .full),
      ModelProperty("isHidden", .boolean, .byDefault),
    ])

  static let automaticRepliesSetting = ModelType(
    "automaticRepliesSetting",
    [
      ModelProperty("status", .enumeration(["disabled", "alwaysEnabled", "scheduled"])),
      ModelProperty("externalAudience", .enumeration(["none", "contactsOnly", "all"])),
      ModelProperty("scheduledStartDateTime", .complex(dateTimeTimeZone)),
      ModelProperty("scheduledEndDateTime", .complex(dateTimeTimeZone)),
      ModelProperty("internalReplyMessage", .text), ModelProperty("externalReplyMessage", .text),
    ])

  static let localeInfo = ModelType(
    "localeInfo", [ModelProperty("locale", .text), ModelProperty("displayName", .text)])

  static let timeZoneBase = ModelType("timeZoneBase", [ModelProperty("name", .text)])

  static let workingHours = ModelType(
    "workingHours",
    [
      ModelProperty(
        "daysOfWeek",
        .collection(
          .enumeration(["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]))),
      ModelProperty("startTime", .text), ModelProperty("endTime", .text),
      ModelProperty("timeZone", .complex(timeZoneBase)),
    ])

  static let mailboxSettings = ModelType(
    "mailboxSettings",
    [
      ModelProperty("archiveFolder", .text, .byDefault),
      ModelProperty("timeZone", .text, [.byDefault, .onUpdate]),
      ModelProperty(
        "delegateMeetingMessageDeliveryOptions",
        .enumeration(["sendToDelegateAndInformationToPrincipal", "sendToDelegateAndPrincipal", "sendToDelegateOnly"]),
        [.byDefault, .onUpdate]),
      ModelProperty("dateFormat", .text, [.byDefault, .onUpdate]),
      ModelProperty("timeFormat", .text, [.byDefault, .onUpdate]),
      ModelProperty("userPurpose", .text, .byDefault),
      ModelProperty("automaticRepliesSetting", .complex(automaticRepliesSetting), [.byDefault, .onUpdate]),
      ModelProperty("language", .complex(localeInfo), [.byDefault, .onUpdate]),
      ModelProperty("workingHours", .complex(workingHours), [.byDefault, .onUpdate]),
    ])
}
