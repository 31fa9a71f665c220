package import AdminCore

/// What a template is for, and with that the rules its mail is under.
package enum TemplateCategory: String, CaseIterable, Sendable {
  /// Tells somebody where to send money. Bank details are part of the text, never a value that a call could supply.
  case wiring
  case customerCommunication = "customer_communication"
  /// Needs a way to unsubscribe and the sender's postal address.
  case marketing

  /// Variables the server fills; nobody declares or supplies them.
  package var builtInVariables: [String] {
    switch self {
    case .marketing: [Self.unsubscribeVariable, Self.postalAddressVariable]
    case .wiring, .customerCommunication: []
    }
  }

  package static let unsubscribeVariable = "unsubscribe_url"
  package static let postalAddressVariable = "postal_address"
}

/// A template as its author gives it.
package struct TemplateDraft: Sendable {
  package var subject: String
  package var bodyHTML: String
  package var bodyText: String?
  package var variables: [String]

  package init(subject: String, bodyHTML: String, bodyText: String? = nil, variables: [String] = []) {
    self.subject = subject
    self.bodyHTML = bodyHTML
    self.bodyText = bodyText
    self.variables = variables
  }
}

extension TemplateCategory {
  /// What breaks the category's rules, told from the sources alone.
  ///
  /// - Throws: what the splitter or the sanitizer throws for sources that cannot be read.
  package func problems(
    in draft: TemplateDraft, splitter: TemplateSplitter
  ) throws(AdminError) -> [AdminError.Problem] {
    guard self != .customerCommunication else { return [] }
    var bodies = [
      try TemplateBody(path: "/subject", text: draft.subject, splitter: splitter),
      try TemplateBody(path: "/bodyHtml", html: draft.bodyHTML, splitter: splitter),
    ]
    if let text = draft.bodyText, !text.isEmpty {
      bodies.append(try TemplateBody(path: "/bodyText", text: text, splitter: splitter))
    }
    return switch self {
    case .wiring: WiringCheck.problems(in: bodies, variables: draft.variables)
    case .marketing: MarketingCheck.problems(in: Array(bodies.dropFirst()), variables: draft.variables)
    case .customerCommunication: []
    }
  }

  /// What keeps a rendered mail from being sent: details that a seed template holds only to be replaced.
  package func problemsBeforeSending(html: String, text: String?) throws(AdminError) -> [AdminError.Problem] {
    guard self == .wiring else { return [] }
    let shown = try PlainText.derive(fromHTML: html) + (text ?? "")
    guard shown.uppercased().contains(SeedTemplate.placeholderMark) else { return [] }
    return [
      AdminError.Problem(
        path: "/bodyHtml", rule: "exampleBankDetails",
        message: "The template still says “\(SeedTemplate.placeholderMark)”. Put the real bank details in first.")
    ]
  }
}

/// One body of a template, taken apart for the checks.
struct TemplateBody {
  let path: String
  let tags: [TemplateTag]
  let flow: [FlowToken]

  init(path: String, html: String, splitter: TemplateSplitter) throws(AdminError) {
    self.path = path
    (tags, flow) = try HTMLSanitizer.withTree(ofTemplate: html, splitter: splitter) { nodes, tags in
      (tags, TemplateFlow.tokens(of: nodes, tags: tags))
    }
  }

  /// A body of plain text: its lines are lines, and bars and tabs separate cells.
  init(path: String, text: String, splitter: TemplateSplitter) throws(AdminError) {
    self.path = path
    var tags: [TemplateTag] = []
    var flow: [FlowToken] = []
    var line = 1
    for piece in try splitter.pieces(of: text) {
      if piece.kind == .text || piece.kind == .raw {
        for (index, stretch) in piece.source.split(omittingEmptySubsequences: false, whereSeparator: Self.isGap)
          .enumerated()
        {
          if index > 0 { flow.append(.gap) }
          if !stretch.isEmpty { flow.append(.text(String(stretch))) }
        }
      } else {
        let tag = TemplateTag(piece, line: line)
        switch tag.role {
        case .opens: flow.append(.opensBlock)
        case .closes: flow.append(.closesBlock)
        case .divides: break
        case .plain: if tag.isOutput { flow.append(.output(tags.count)) }
        }
        tags.append(tag)
      }
      line += piece.source.utf8.count { $0 == UInt8(ascii: "\n") }
    }
    self.tags = tags
    self.flow = flow
  }

  private static func isGap(_ character: Character) -> Bool {
    character.isNewline || character == "\t" || character == "|"
  }

  func problem(_ rule: String, _ message: String) -> AdminError.Problem {
    AdminError.Problem(path: path, rule: rule, message: message)
  }
}
