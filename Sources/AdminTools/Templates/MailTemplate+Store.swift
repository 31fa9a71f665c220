import AdminCore
import Content
import Store

extension TemplateContent {
  var draft: TemplateDraft {
    TemplateDraft(subject: subject, bodyHTML: bodyHTML, bodyText: bodyText, variables: variables)
  }

  /// What the category means; a template of a category this version does not know is treated as the strictest.
  var knownCategory: TemplateCategory { TemplateCategory(rawValue: category) ?? .wiring }
}

extension MailTemplate {
  /// Parsed templates, shared by all calls.
  static let cache = TemplateCache()

  init(_ content: TemplateContent) throws(AdminError) {
    try self.init(content.draft, category: content.knownCategory, cache: Self.cache)
  }

  static func accept(
    _ draft: TemplateDraft, category: TemplateCategory
  ) throws(AdminError) -> Accepted {
    try accept(draft, category: category, cache: cache)
  }
}

extension TemplateCategory {
  /// The variables that the server fills in itself.
  func builtInValues(_ configuration: Configuration, sender: EmailAddress?) throws(AdminError) -> JSONObject {
    guard self == .marketing else { return [:] }
    guard let postalAddress = configuration.postalAddress else {
      throw .misconfigured([
        Configuration.Problem(setting: .postalAddress, message: "is not set: marketing mail must show a postal address")
      ])
    }
    let unsubscribe = try Unsubscribe(url: configuration.unsubscribeURL, address: sender)
    return [
      Self.unsubscribeVariable: .string(unsubscribe.link),
      Self.postalAddressVariable: .string(postalAddress),
    ]
  }
}
