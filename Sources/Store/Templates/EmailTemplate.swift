package import AdminCore

/// What a mail template says.
package struct TemplateContent: Hashable, Sendable {
  package var name: String
  package var subject: String
  package var bodyHTML: String
  package var bodyText: String?
  /// `wiring`, `customer_communication` or `marketing`: what they mean is `Content`'s affair.
  package var category: String
  /// The names of the variables it expects.
  package var variables: [String]
  package var description: String?

  package init(
    name: String, subject: String, bodyHTML: String, bodyText: String? = nil, category: String,
    variables: [String] = [], description: String? = nil
  ) {
    self.name = name
    self.subject = subject
    self.bodyHTML = bodyHTML
    self.bodyText = bodyText
    self.category = category
    self.variables = variables
    self.description = description
  }

  /// Names that differ in case or in their Unicode form only are the same name.
  static func nameKey(_ name: String) -> String { name.normalizedNFC.lowercased().normalizedNFC }

  var nameKey: String { Self.nameKey(name) }

  /// What a search looks through.
  var searchText: String { Self.nameKey([name, subject, description ?? ""].joined(separator: "\n")) }
}

/// What is to change in a template; `nil` leaves a part as it is, an empty text removes it.
package struct TemplateChanges: Hashable, Sendable {
  package var name: String?
  package var subject: String?
  package var bodyHTML: String?
  package var bodyText: String?
  package var category: String?
  package var variables: [String]?
  package var description: String?

  package init() {}

  func applied(to content: TemplateContent) -> TemplateContent {
    TemplateContent(
      name: name ?? content.name, subject: subject ?? content.subject, bodyHTML: bodyHTML ?? content.bodyHTML,
      bodyText: (bodyText ?? content.bodyText).flatMap(Self.nonEmpty), category: category ?? content.category,
      variables: variables ?? content.variables,
      description: (description ?? content.description).flatMap(Self.nonEmpty))
  }

  private static func nonEmpty(_ text: String) -> String? { text.isEmpty ? nil : text }
}

/// A template in the store.
package struct EmailTemplate: Hashable, Sendable {
  package let id: LocalID
  package let content: TemplateContent
  package let createdAt: Timestamp
  package let updatedAt: Timestamp
  /// Counts the changes, from 1.
  package let version: Int
}

/// A template in a list: everything but the bodies.
package struct TemplateSummary: Hashable, Sendable {
  package let id: LocalID
  package let name: String
  package let subject: String
  package let category: String
  package let variables: [String]
  package let description: String?
  package let createdAt: Timestamp
  package let updatedAt: Timestamp
  package let version: Int
  /// How many mails were made from it, and when the last one was.
  package let sends: Int
  package let lastSentAt: Timestamp?
  /// The newest months in which mails were made from it, the newest first.
  package internal(set) var months: [TemplateUsageSummary.Month] = []
}

/// What happened to a template, with the state it had afterwards. Never changed, and kept when the template goes.
package struct TemplateVersion: Hashable, Sendable {
  package enum Change: String, Sendable, SQLBindable, ColumnReadable {
    case created, updated, restored, deleted
    /// Shipped with the program.
    case seeded
  }

  package let templateID: LocalID
  package let version: Int
  package let change: Change
  package let changedAt: Timestamp
  package let changedBy: String
  package let content: TemplateContent
}

/// A version of a template, without the bodies.
package struct TemplateVersionSummary: Hashable, Sendable {
  package let version: Int
  package let change: TemplateVersion.Change
  package let changedAt: Timestamp
  package let changedBy: String
  package let name: String
  package let subject: String
  package let category: String
}
