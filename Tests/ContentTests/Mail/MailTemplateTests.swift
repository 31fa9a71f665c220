import AdminCore
import Content
import Testing

@Suite("Mail templates")
struct MailTemplateTests {
  private let cache = TemplateCache()

  private func accept(
    _ html: String, subject: String = "Hello", text: String? = nil, variables: [String] = [],
    category: TemplateCategory = .customerCommunication
  ) throws(AdminError) -> MailTemplate.Accepted {
    try MailTemplate.accept(
      TemplateDraft(subject: subject, bodyHTML: html, bodyText: text, variables: variables), category: category,
      cache: cache)
  }

  private func template(
    _ html: String, subject: String = "Hello", text: String? = nil, variables: [String] = [],
    category: TemplateCategory = .customerCommunication
  ) throws(AdminError) -> MailTemplate {
    let draft = try accept(html, subject: subject, text: text, variables: variables, category: category).draft
    return try MailTemplate(draft, category: category, cache: cache)
  }

  private func error(_ body: () throws(AdminError) -> Void) throws -> AdminError {
    do throws(AdminError) {
      try body()
    } catch {
      return error
    }
    throw AdminError(.internalFault, "there was no error")
  }

  // MARK: Storing

  @Test("The HTML is stored safe, with its tags, and what was taken out is told")
  func stored() throws {
    let accepted = try accept(
      "<p onclick=x>Dear {{ name }},</p><script>alert(1)</script>{% for i in items %}<p>{{ i }}{% endfor %}",
      variables: ["name", "items"])
    #expect(accepted.draft.bodyHTML == "<p>Dear {{ name }},</p>{% for i in items %}<p>{{ i }}</p>{% endfor %}")
    #expect(Set(accepted.removed.map(\.reason)) == [.eventHandler, .elementWithContent])
    #expect(accepted.warnings == [])
    #expect(accepted.draft.subject == "Hello" && accepted.draft.bodyText == nil)
  }

  @Test("Undeclared and unused variables are told, with the one that was probably meant")
  func declared() throws {
    let accepted = try accept(
      "{{ recipient_name }} {{ total }}", subject: "{{ order }}", text: "{{ footer }}",
      variables: ["recipient_nmae", "order", "unused"])
    #expect(
      accepted.warnings == [
        "The variable footer is used and not declared",
        "The variable recipient_name is used and not declared; did you mean recipient_nmae?",
        "The variable total is used and not declared", "The variable recipient_nmae is declared and not used",
        "The variable unused is declared and not used",
      ])
    let marketing = try accept(
      "<a href=\"{{ unsubscribe_url }}\">Unsubscribe</a><p>{{ postal_address }}</p>", category: .marketing)
    #expect(marketing.warnings == [])
  }

  @Test(
    "What cannot be stored says which text it is about",
    arguments: [
      ("{{ x", "Hello", nil, "bodyHtml, line 1, column 5: expected", ErrorCode.templateSyntax),
      ("x", "{{ x|nope }}", nil, "subject, line 1, column 6", .templateSyntax),
      ("x", "Hello", "a\n{% if %}", "bodyText, line 2, column 7", .templateSyntax),
      ("{% include 'x' %}", "Hello", nil, "bodyHtml, line 1, column 4: 'include' is not allowed", .templateSyntax),
      ("<td {{ x }}>", "Hello", nil, "not in a quoted attribute value", .templateSyntax),
      (String(repeating: "x", count: 600_000), "Hello", nil, "longer than 524288 bytes", .templateBound),
    ] as [(String, String, String?, String, ErrorCode)])
  func refused(_ html: String, _ subject: String, _ text: String?, _ words: String, _ code: ErrorCode) throws {
    let found = try error { () throws(AdminError) in _ = try accept(html, subject: subject, text: text) }
    #expect(found.code == code)
    #expect(found.message.contains(words), "\(found.message)")
  }

  @Test("A category's rules are checked when a template is stored")
  func categories() throws {
    let found = try error { () throws(AdminError) in _ = try accept("IBAN: {{ x }}", category: .wiring) }
    #expect(found.code == .invalidArgument && found.message.contains("bank detail"))
    #expect(try accept("IBAN: {{ x }}").warnings.count == 1)
  }

  // MARK: Sending

  @Test("Values are escaped in HTML, plain in subject and text, and the body is made safe again")
  func rendered() throws {
    let template = try template(
      "<p>{{ name }}</p>{{ raw|safe }}", subject: "For {{ name }}", text: "Dear {{ name }}\n",
      variables: ["name", "raw"])
    let mail = try template.render(["name": "A <b> & C", "raw": "<i onclick=x>i</i><script>x</script>"])
    #expect(mail.html == "<p>A &lt;b&gt; &amp; C</p><i>i</i>")
    #expect(mail.subject.description == "For A <b> & C")
    #expect(mail.text == "Dear A <b> & C")
    #expect(Set(mail.removed.map(\.reason)) == [.eventHandler, .elementWithContent])
  }

  @Test("A value in a link or a style is checked when it is known")
  func attributes() throws {
    let template = try template("<a href=\"{{ url }}\">x</a><p style=\"color: {{ color }}\">y</p>")
    let good = try template.render(["url": "https://a.example/?x=1&y=2", "color": "red"])
    #expect(good.html == "<a href=\"https://a.example/?x=1&amp;y=2\">x</a><p style=\"color: red\">y</p>")
    let bad = try template.render(["url": "javascript:alert(1)", "color": "red; position: fixed"])
    #expect(bad.html == "x<p style=\"color: red\">y</p>")
    #expect(bad.removed.map(\.reason) == [.scheme, .linkWithoutAddress, .property])
    let breaking = try template.render(["url": "\"><script>alert(1)</script>", "color": "red\"><img src=x>"])
    #expect(breaking.html == "x<p>y</p>")
  }

  @Test("Without a text body one is made from the HTML")
  func text() throws {
    let html = "<h1>Hi {{ name }}</h1><ul><li>a<li>b</ul><a href=\"https://a.example/\">Link</a>"
    #expect(
      try template(html).render(["name": "Ada"]).text == "Hi Ada\n======\n\n- a\n- b\n\nLink (https://a.example/)\n")
    #expect(try template(html, text: "").render(["name": "Ada"]).text.hasPrefix("Hi Ada"))
  }

  @Test("A text body keeps no controls and no characters that turn its direction")
  func cleanText() throws {
    let mail = try template("x", text: "{{ a }}|é 👍🏽").render(["a": "1\r\n2\r3\u{1B}[31m\u{202E}x\u{0}\u{FEFF}\t"])
    #expect(mail.text == "1\n2\n3[31mx\t|é 👍🏽")
  }

  @Test("A missing value is an error that names it and the text it is missing in")
  func missing() throws {
    let template = try template("<p>\n{{ recipent }}</p>", subject: "{{ x }}", variables: ["recipient", "x"])
    let found = try error { () throws(AdminError) in _ = try template.render(["x": 1]) }
    #expect(found.code == .undefinedVariable)
    #expect(found.message == "bodyHtml, line 2, column 4: 'recipent' is not defined; did you mean 'recipient'?")
    #expect(found.details?["part"] == "bodyHtml" && found.details?["variable"] == "recipent")
    let subject = try error { () throws(AdminError) in _ = try template.render(["recipent": 1]) }
    #expect(subject.details?["part"] == "subject")
  }

  @Test(
    "A subject stays one visible line whatever the values are",
    arguments: ["a\r\nBcc: x@example.com", "a\nb", "a\u{0}b", "a\u{202E}b", String(repeating: "x", count: 300), ""])
  func subjects(_ value: String) throws {
    let template = try template("x", subject: "{{ value }}")
    let found = try error { () throws(AdminError) in _ = try template.render(["value": .string(value)]) }
    #expect(found.code == .invalidAddress && found.message.hasPrefix("The subject"))
  }

  @Test("A wiring mail that still shows example details is not sent")
  func examples() throws {
    let template = try template("<p>IBAN: replace before use: XX00</p>", category: .wiring)
    let found = try error { () throws(AdminError) in _ = try template.render([:]) }
    #expect(found.code == .invalidArgument && found.message.contains("REPLACE BEFORE USE"))
  }

  // MARK: Previews

  @Test("A preview shows every missing value once, in all texts")
  func preview() throws {
    let template = try template(
      "<p>{{ a }}{{ b }}</p>{% if c is defined %}x{% endif %}", subject: "{{ s }} {{ a }}", text: "{{ t }}")
    let preview = try template.preview(["b": "<"])
    #expect(preview.subject == "[s] [a]" && preview.html == "<p>[a]&lt;</p>" && preview.text == "[t]")
    #expect(preview.missingVariables == ["s", "a", "t"])
    let derived = try self.template("<p>{{ a }}</p>").preview([:])
    #expect(derived.text == "[a]\n" && derived.missingVariables == ["a"] && derived.removed == [])
    let wrong = try error { () throws(AdminError) in _ = try self.template("{{ 1 // zero }}").preview(["zero": 0]) }
    #expect(wrong.code == .templateSyntax)
  }

  @Test("What was parsed once is not parsed again")
  func cached() throws {
    let cache = TemplateCache()
    let draft = TemplateDraft(subject: "s", bodyHTML: "<p>h</p>", bodyText: "t")
    for _ in 0..<3 { _ = try MailTemplate(draft, category: .customerCommunication, cache: cache) }
    #expect(cache.count == 3)
  }
}
