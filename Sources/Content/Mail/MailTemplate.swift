package import AdminCore

/// A mail as it will be sent: subject and both bodies, with every value put in and everything checked again.
package struct RenderedMail: Hashable, Sendable {
  package let subject: MailSubject
  package let html: String
  package let text: String
  /// What the sanitizer took out of the rendered body.
  package let removed: [Removal]
}

/// A mail as it would look, for a person: what is missing shows as `[name]`.
package struct MailPreview: Hashable, Sendable {
  package let subject: String
  package let html: String
  package let text: String
  package let missingVariables: [String]
  package let removed: [Removal]
}

/// The texts of a mail template, parsed: what a template has to be to be stored, and what becomes of it when it is sent.
///
/// The HTML is sanitised twice. When the template is stored its tags stay where they are and everything around them is
/// made safe; when it is rendered the body is sanitised again, because only then is known what the tags have put in.
package struct MailTemplate: Sendable {
  /// A template that may be stored.
  package struct Accepted: Sendable {
    /// With its HTML sanitised.
    package let draft: TemplateDraft
    package let removed: [Removal]
    /// What the author should know and nothing refuses.
    package let warnings: [String]
  }

  private let category: TemplateCategory
  private let draft: TemplateDraft
  private let subject: Template
  private let html: Template
  private let text: Template?

  /// - Parameter cache: holds what was parsed before.
  package init(_ draft: TemplateDraft, category: TemplateCategory, cache: TemplateCache) throws(AdminError) {
    self.draft = draft
    self.category = category
    subject = try Self.parse(draft.subject, .none, "subject", cache)
    html = try Self.parse(draft.bodyHTML, .html, "bodyHtml", cache)
    if let body = draft.bodyText, !body.isEmpty {
      text = try Self.parse(body, .none, "bodyText", cache)
    } else {
      text = nil
    }
  }

  private static func parse(
    _ source: String, _ escaping: Template.Escaping, _ part: String, _ cache: TemplateCache
  ) throws(AdminError) -> Template {
    do throws(TemplateError) {
      return try cache.template(source, escaping: escaping)
    } catch {
      throw AdminError(error, in: part)
    }
  }

  // MARK: Storing

  /// Checks a template and makes its HTML safe.
  ///
  /// - Throws: `TMPL_002` for what is no template, `TMPL_005` for one beyond the bounds, `VAL_001` for one that breaks
  ///   the rules of its category.
  package static func accept(
    _ draft: TemplateDraft, category: TemplateCategory, cache: TemplateCache
  ) throws(AdminError) -> Accepted {
    _ = try MailTemplate(draft, category: category, cache: cache)
    let sanitized = try HTMLSanitizer.sanitize(template: draft.bodyHTML, splitter: .templateLanguage)
    var safe = draft
    safe.bodyHTML = sanitized.html
    let problems = try category.problems(in: safe, splitter: .templateLanguage)
    guard problems.isEmpty else { throw AdminError(problems: problems) }
    let template = try MailTemplate(safe, category: category, cache: cache)
    return Accepted(draft: safe, removed: sanitized.removed, warnings: template.declarationWarnings)
  }

  private var used: [String] { subject.variables + html.variables + (text?.variables ?? []) }

  private var declarationWarnings: [String] {
    let given = Set(category.builtInVariables)
    let declaration = Template.Declaration(used: used.filter { !given.contains($0) }, declared: draft.variables)
    return declaration.undeclared.map { name in
      let hint = Suggestion.nearest(to: name, among: declaration.unused).map { "; did you mean \($0)?" } ?? ""
      return "The variable \(name) is used and not declared\(hint)"
    } + declaration.unused.map { "The variable \($0) is declared and not used" }
  }

  // MARK: Rendering

  /// - Parameter variables: those of the call, and the category's own.
  /// - Throws: `TMPL_003` naming the variable that is missing, `MAIL_001` for a subject that is none.
  package func render(_ variables: JSONObject) throws(AdminError) -> RenderedMail {
    let body = try HTMLSanitizer.sanitize(try render(html, variables, "bodyHtml"))
    let plain =
      if let text {
        PlainText.cleaned(try render(text, variables, "bodyText"))
      } else {
        try PlainText.derive(fromHTML: body.html)
      }
    let problems = try category.problemsBeforeSending(html: body.html, text: plain)
    guard problems.isEmpty else { throw AdminError(problems: problems) }
    return RenderedMail(
      subject: try MailSubject.parse(try render(subject, variables, "subject")), html: body.html, text: plain,
      removed: body.removed)
  }

  private func render(
    _ template: Template, _ variables: JSONObject, _ part: String
  ) throws(AdminError) -> String {
    do throws(TemplateError) {
      return try template.render(variables, declaredNames: draft.variables + category.builtInVariables)
    } catch {
      throw AdminError(error, in: part)
    }
  }

  package func preview(_ variables: JSONObject) throws(AdminError) -> MailPreview {
    let subject = try preview(subject, variables, "subject")
    let html = try preview(html, variables, "bodyHtml")
    let body = try HTMLSanitizer.sanitize(html.text)
    let plain: Template.Preview? = if let text { try preview(text, variables, "bodyText") } else { nil }
    var missing: [String] = []
    for name in subject.missingVariables + html.missingVariables + (plain?.missingVariables ?? [])
    where !missing.contains(name) { missing.append(name) }
    let shown = if let plain { PlainText.cleaned(plain.text) } else { try PlainText.derive(fromHTML: body.html) }
    return MailPreview(
      subject: subject.text, html: body.html, text: shown, missingVariables: missing, removed: body.removed)
  }

  private func preview(
    _ template: Template, _ variables: JSONObject, _ part: String
  ) throws(AdminError) -> Template.Preview {
    do throws(TemplateError) {
      return try template.preview(variables)
    } catch {
      throw AdminError(error, in: part)
    }
  }
}

extension TemplateSplitter {
  /// The template language's own lexer, so that what the sanitizer takes for a tag is what rendering takes for one.
  package static let templateLanguage = TemplateSplitter { source throws(AdminError) in
    let segments: [TemplateSegment]
    do throws(TemplateError) {
      segments = try TemplateSegments.split(source)
    } catch {
      throw AdminError(error, in: "bodyHtml")
    }
    return segments.map { segment in
      let kind: TemplatePiece.Kind =
        switch segment.kind {
        case .text: .text
        case .output: .output
        case .statement(let name): .statement(name)
        case .comment: .comment
        case .raw: .raw
        }
      return TemplatePiece(kind, String(segment.text))
    }
  }
}
