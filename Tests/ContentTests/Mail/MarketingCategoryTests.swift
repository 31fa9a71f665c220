import AdminCore
import Content
import ContentFuzzing
import Testing

@Suite("Marketing templates")
struct MarketingCategoryTests {
  private static let link = "<a href=\"{{ unsubscribe_url }}\">Unsubscribe</a>"
  private static let address = "{{ postal_address }}"

  private func rules(html: String, text: String? = nil, variables: [String] = []) throws -> [String] {
    try TemplateCategory.marketing.problems(
      in: TemplateDraft(subject: "x", bodyHTML: html, bodyText: text, variables: variables), splitter: .templateLanguage
    ).map { "\($0.path) \($0.rule)" }
  }

  static let unsubscribing: [(String, Bool)] = [
    (link, true), ("<a href=\"{{ unsubscribe_url|e }}\"><b>Leave</b></a>", true),
    ("<a href=\"{{unsubscribe_url}}\">{{ leave_text }}</a>", true),
    ("<a href=\"mailto:leave@example.com?subject=unsubscribe\">Leave</a>", true),
    ("<a href=\"https://example.com/unsubscribe?u={{ id }}\">Leave</a>", true),
    ("<a href=\"https://example.com/newsletter-abmelden\">Abmelden</a>", true),
    ("<a href=\"{{ unsubscribe_url }}\"><img src=\"cid:a\" alt=\"Unsubscribe\"></a>", true),
    ("<p>x</p>", false), ("<a href=\"https://example.com/\">Unsubscribe</a>", false), ("Unsubscribe", false),
    ("{{ unsubscribe_url }}", false), ("<a href=\"{{ url }}\">Unsubscribe</a>", false),
    ("<a href=\"{{ unsubscribe_url }}\"></a>x", false), ("<a href=\"{{ unsubscribe_url }}\"> </a>", false),
    ("<a href=\"{{ unsubscribe_url }}\"><img src=\"cid:a\"></a>", false),
    ("<a href=\"{{ unsubscribe_url if x else y }}\">Unsubscribe</a>", false),
    ("<a href=\"https://a.example/?{{ unsubscribe_url }}\">x</a>", false),
    ("{% if x %}\(link){% endif %}", false), ("{% for x in y %}\(link){% endfor %}", false),
    ("<div style=\"display:none\">\(link)</div>", false), ("<div style=\"font-size:0\">\(link)</div>", false),
    ("{# \(link) #}", false), ("{% raw %}<p>{{ unsubscribe_url }}</p>{% endraw %}", false),
    ("{% if x %}a{% endif %}\(link)", true),
  ]

  @Test("Every recipient must see how to unsubscribe", arguments: unsubscribing.indices)
  func unsubscribe(_ index: Int) throws {
    let (html, isFine) = Self.unsubscribing[index]
    #expect(try rules(html: html + "<p>\(Self.address)</p>") == (isFine ? [] : ["/bodyHtml unsubscribe"]), "\(html)")
  }

  static let addresses: [(String, Bool)] = [
    (address, true), ("{{ postal_address|upper }}", true), ("<p>Example Ltd, {{ postal_address }}</p>", true),
    ("<p>Example Ltd<br>12 Main Street<br>Springfield, IL 62701</p>", true),
    ("Example GmbH, Hauptstraße 5, 10115 Berlin", true), ("Example SARL, 3 rue de la Paix, 75002 Paris", true),
    ("<p>Example Ltd</p><p>10 Downing Street, London SW1A 2AA</p>", true),
    ("Acme Inc, P.O. Box 123, Austin, TX 78701", true),
    ("Beispiel AG, Bahnhofstr. 1, 8001 Zürich", true), ("Voorbeeld BV, Dorpsstraat 1, 1234 AB Utrecht", true),
    ("<p>x</p>", false), ("Example Ltd, London", false), ("Call 5551234 before 12 March 2026", false),
    ("12 Main Street", false), ("{{ address }}", false), ("{% if x %}{{ postal_address }}{% endif %}", false),
    ("<span style=\"display:none\">{{ postal_address }}</span>", false), ("{# {{ postal_address }} #}", false),
    ("{{ postal_address if x else '' }}", false), ("Berlin 10115", false),
    ("Only 3 left at 1999 each, great way to save", false),
  ]

  @Test("Every recipient must see the sender's postal address", arguments: addresses.indices)
  func postalAddress(_ index: Int) throws {
    let (html, isFine) = Self.addresses[index]
    #expect(try rules(html: Self.link + "<p>\(html)</p>") == (isFine ? [] : ["/bodyHtml postalAddress"]), "\(html)")
  }

  @Test("The text body is under the same rule")
  func text() throws {
    let html = "\(Self.link)<p>\(Self.address)</p>"
    #expect(try rules(html: html, text: "x") == ["/bodyText unsubscribe", "/bodyText postalAddress"])
    #expect(try rules(html: html, text: "Leave: {{ unsubscribe_url }}\n{{ postal_address }}") == [])
    #expect(
      try rules(
        html: html, text: "Unsubscribe: https://a.example/u\nExample Ltd\n12 Main Street\nSpringfield, IL 62701") == [])
    #expect(try rules(html: html, text: "To unsubscribe write to u@example.com\n{{ postal_address }}") == [])
    #expect(
      try rules(html: html, text: "{% if x %}{{ unsubscribe_url }}{% endif %}\n{{ postal_address }}") == [
        "/bodyText unsubscribe"
      ])
  }

  @Test(
    "What the server fills may not be declared or given another value",
    arguments: [
      "{% set unsubscribe_url = '#' %}", "{% for unsubscribe_url in x %}y{% endfor %}",
      "{%- set a, postal_address = x -%}",
      "{% with postal_address = x %}y{% endwith %}", "{% set unsubscribe_url %}x{% endset %}",
      "{% with a = 1, postal_address = x %}y{% endwith %}",
    ])
  func builtIn(_ source: String) throws {
    let html = "\(Self.link)<p>\(Self.address)</p>"
    #expect(try rules(html: html, variables: ["name", "unsubscribe_url"]) == ["/variables/1 builtInVariable"])
    #expect(try rules(html: source + html) == ["/bodyHtml builtInVariable"], "\(source)")
    #expect(try rules(html: "{% set a = unsubscribe_url %}{% if unsubscribe_url == x %}y{% endif %}" + html) == [])
    #expect(TemplateCategory.marketing.builtInVariables == ["unsubscribe_url", "postal_address"])
    #expect(TemplateCategory.wiring.builtInVariables == [])
  }
}
