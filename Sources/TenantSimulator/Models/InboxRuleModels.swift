/// The types of inbox rules, as far as the simulator can apply them.
enum InboxRuleModel {
  private static let recipients = ValueKind.collection(.complex(MailModel.recipient))
  private static let texts = ValueKind.collection(.text)
  private static let importance = ValueKind.enumeration(["low", "normal", "high"])

  static let predicates = ModelType(
    "messageRulePredicates",
    [
      ModelProperty("bodyContains", texts), ModelProperty("bodyOrSubjectContains", texts),
      ModelProperty("fromAddresses", recipients), ModelProperty("hasAttachments", .boolean),
      ModelProperty("importance", importance), ModelProperty("recipientContains", texts),
      ModelProperty("senderContains", texts), ModelProperty("sentToAddresses", recipients),
      ModelProperty("subjectContains", texts),
    ])

  static let actions = ModelType(
    "messageRuleActions",
    [
      ModelProperty("assignCategories", texts), ModelProperty("delete", .boolean),
      ModelProperty("forwardAsAttachmentTo", recipients), ModelProperty("forwardTo", recipients),
      ModelProperty("markAsRead", .boolean), ModelProperty("markImportance", importance),
      ModelProperty("redirectTo", recipients), ModelProperty("stopProcessingRules", .boolean),
    ])

  static let rule = ModelType(
    "messageRule",
    [
      ModelProperty("id", .text, .byDefault),
      ModelProperty("displayName", .string(maximum: 256), [.byDefault, .writable, .sortable], filter: .full),
      ModelProperty("sequence", .int32, [.byDefault, .writable, .sortable], filter: .full),
      ModelProperty("isEnabled", .boolean, [.byDefault, .writable], filter: .full),
      ModelProperty("hasError", .boolean, .byDefault),
      ModelProperty("isReadOnly", .boolean, [.byDefault, .writable]),
      ModelProperty("conditions", .complex(predicates), [.byDefault, .writable]),
      ModelProperty("exceptions", .complex(predicates), [.byDefault, .writable]),
      ModelProperty("actions", .complex(actions), [.byDefault, .writable]),
    ])
}
