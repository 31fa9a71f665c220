import AdminCore
import Content
import ContentFuzzing
import Testing

@Suite("Wiring templates")
struct WiringCategoryTests {
  private func problems(
    html: String = "<p>x</p>", text: String? = nil, subject: String = "Wire", variables: [String] = []
  ) throws -> [AdminError.Problem] {
    try TemplateCategory.wiring.problems(
      in: TemplateDraft(subject: subject, bodyHTML: html, bodyText: text, variables: variables),
      splitter: .templateLanguage)
  }

  /// Bodies in which a value is a bank detail.
  static let refused: [String] = [
    // By the name
    "{{ account }}", "{{ account_number }}", "{{ accountNumber }}", "{{ AccountNo }}", "{{ acct }}",
    "{{ bank_acct_no }}",
    "{{ iban }}", "{{ IBAN }}", "{{ ourIban }}", "{{ iban2 }}", "{{ i_b_a_n }}", "{{ bic }}", "{{ bicCode }}",
    "{{ swift }}",
    "{{ swift_code }}", "{{ SWIFTBIC }}", "{{ routing }}", "{{ routing_number }}", "{{ abaRouting }}",
    "{{ sort_code }}",
    "{{ sortCode }}", "{{ sortcode }}", "{{ beneficiary }}", "{{ beneficiaryName }}", "{{ payee }}",
    "{{ accountnumber }}",
    "{{ bankaccount }}", "{{ kontonummer }}", "{{ konto_nr }}", "{{ blz }}", "{{ begünstigter }}", "{{ bénéficiaire }}",
    "{{ numero_compte }}", "{{ account_holder }}", "{{ account_managers_iban }}", "{{ x_account_owner }}",
    "{{ bank.iban }}", "{{ bank['iban'] }}", "{{ bank[\"sort code\"] }}", "{{ payment.account.number }}",
    "{{ iban|upper }}", "{{ x|default(iban) }}", "{{ 'a' ~ iban }}", "{{ iban if x else y }}", "{{ x if iban else y }}",
    "{{ іban }}", "{{ ibаn }}",
    // By way of statements
    "{% set x = iban %}{{ x }}", "{% set x = bank.swift|upper %}{{ x }}", "{% set x %}{{ iban }}{% endset %}{{ x }}",
    "{% with x = account %}{{ x }}{% endwith %}", "{% for x in accounts %}{{ x }}{% endfor %}",
    "{% if iban %}x{% endif %}", "{%- set x = iban -%}",
    "{% for k in ['IBAN', 'BIC'] %}{{ k }}: {{ d[k] }}{% endfor %}",
    "{% set l = \"IBAN\" %}{{ l }} {{ x }}", "{{ \"IBAN: \" ~ x }}", "{{ \"IBAN: %s\"|format(x) }}",
    "{{ {'IBAN': x} }}", "{% filter upper %}{{ iban }}{% endfilter %}",
    // By the label before
    "IBAN: {{ x }}", "IBAN {{ x }}", "iban={{ x }}", "IBAN - {{ x }}", "<b>IBAN</b>: {{ x }}", "<b>I</b>BAN: {{ x }}",
    "I.B.A.N.: {{ x }}", "I B A N: {{ x }}", "IB&shy;AN: {{ x }}", "IB&zwnj;AN: {{ x }}", "ІBAN: {{ x }}",
    "ＩＢＡＮ: {{ x }}",
    "Account number: {{ x }}", "Account no. {{ x }}", "Account No: {{ x|upper }}", "Our account is {{ x }}",
    "Please pay to account {{ x }} soon", "Account holder: {{ x }}", "Account (USD): {{ x }}", "Account name: {{ x }}",
    "BIC/SWIFT: {{ x }}", "SWIFT code: {{ x }}", "Routing number {{ x }}", "ABA: {{ x }}", "Sort code: {{ x }}",
    "Sort-Code: {{ x }}", "Beneficiary: {{ x }}", "Beneficiary name is {{ x }}", "Konto: {{ x }}", "Konto-Nr. {{ x }}",
    "Kontoinhaber: {{ x }}", "Begünstigter: {{ x }}", "BLZ {{ x }}", "Compte n° {{ x }}", "Bénéficiaire : {{ x }}",
    "Cuenta: {{ x }}", "IBAN (for EUR): {{ x }}", "(IBAN) {{ x }}", "IBAN: {{ a }}{{ b }}",
    "IBAN: {% if x %}{{ x }}{% endif %}",
    "IBAN: {# note #}{{ x }}", "IBAN:<br>{{ x }}", "IBAN&nbsp;{{ x }}", "<p>IBAN</p><p>{{ x }}</p>",
    "<p>IBAN</p>\n<p></p>\n<p>{{ x }}</p>", "<div>Account<div>{{ x }}</div></div>", "<h3>Account number</h3>{{ x }}",
    "<dl><dt>IBAN<dd>{{ x }}</dl>", "<ul><li>IBAN: {{ x }}</ul>", "<img src=\"cid:a\" alt=\"IBAN\">{{ x }}",
    // In tables
    "<table><tr><td>IBAN</td><td>{{ x }}</td></tr></table>", "<table><tr><th>Account</th><td>{{ x }}</td></tr></table>",
    "<table><tr><td>IBAN</td><td></td><td>{{ x }}</td></tr></table>",
    "<table><tr><td>a</td></tr><tr><td>Swift</td><td><b>{{ x }}</b></td></tr></table>",
    "<table><tr><th>Name</th><th>IBAN</th></tr><tr><td>{{ a }}</td><td>{{ b }}</td></tr></table>",
    "<table><tr><th>IBAN</th></tr>{% for r in rows %}<tr><td>{{ r }}</td></tr>{% endfor %}</table>",
    "<table><thead><tr><th>A</th><th>Sort code</th></tr></thead><tbody>{% for r in rows %}<tr><td>{{ r.a }}</td><td>{{ r.b }}</td></tr>{% endfor %}</tbody></table>",
    "<table><tr><td>IBAN</td></tr><tr><td>{{ x }}</td></tr></table>",
    // By the label behind
    "{{ x }} (IBAN)", "{{ x }} (our account number)",
    // By a label that is a value itself
    "{{ label }}: {{ value }}", "{% for k, v in details|items %}{{ k }}: {{ v }}{% endfor %}", "{{ a }} = {{ b }}",
    // In attributes
    "<p title=\"IBAN {{ x }}\">y</p>", "<a href=\"https://pay.example/?iban={{ x }}\">y</a>",
    "<img src=\"https://qr.example/?account={{ x }}\">", "<img src=\"cid:a\" alt=\"Account: {{ x }}\">",
  ]

  @Test("A bank detail may not be a value", arguments: refused.indices)
  func refuses(_ index: Int) throws {
    let html = Self.refused[index]
    let found = try problems(html: html)
    #expect(!found.isEmpty, "\(html)")
    #expect(found.allSatisfy { $0.rule == "bankField" && $0.path == "/bodyHtml" && $0.message.contains(" on line ") })
  }

  /// Bodies that have nothing to object to.
  static let accepted: [String] = [
    "<p>Dear {{ name }},</p><p>please pay {{ amount }} by {{ due_date }}.</p>",
    "IBAN: DE89 3704 0044 0532 0130 00", "<table><tr><td>IBAN</td><td>DE89 3704 0044 0532 0130 00</td></tr></table>",
    "Invoice {{ invoice_number }}", "Reference: {{ reference }}", "Amount: {{ amount|money('EUR') }}",
    "<table><tr><td>Amount</td><td>{{ amount }}</td></tr><tr><td>IBAN</td><td>DE89</td></tr></table>",
    "<table><tr><td>IBAN</td><td>DE89</td></tr><tr><td>Amount</td><td>{{ amount }}</td></tr></table>",
    "Your account manager {{ manager }} will call.", "{{ account_manager }}", "{{ accountManagerName }}",
    "{{ accounting_contact }}", "Accounting: {{ contact }}",
    "If your account is not credited by {{ date }}, call us.", "The beneficiary bank charges {{ fee }}.",
    "Pay to the account below.<br>Amount {{ amount }}", "IBAN: DE89<br>Amount: {{ amount }}",
    "{{ first_name }} {{ last_name }}", "{{ city }}, {{ date }}", "{{ a }}: text",
    "{% for line in lines %}<p>{{ line }}</p>{% endfor %}", "{% if urgent %}Urgent!{% endif %}",
    "<p>{{ name }}</p><p>IBAN: DE89</p>", "{# IBAN: #}{{ x }}", "{% raw %}{{ iban }}{% endraw %}",
    "<a href=\"https://a.example/?id={{ id }}\">Invoice</a>", "Arabic: {{ language }}", "Cubic metres: {{ volume }}",
    "{% set total = a + b %}{{ total }}", "Order {{ n }} (paid)",
  ]

  @Test("Other values are free", arguments: accepted.indices)
  func accepts(_ index: Int) throws {
    let html = Self.accepted[index]
    #expect(try problems(html: html) == [], "\(html)")
  }

  @Test("Subject, text body and declared names are looked at too")
  func everywhere() throws {
    #expect(try problems(subject: "IBAN {{ x }}").map(\.path) == ["/subject"])
    #expect(try problems(text: "a\nIBAN: {{ x }}").map(\.path) == ["/bodyText"])
    #expect(try problems(text: "a\nIBAN: {{ x }}").first?.message.contains("line 2") == true)
    #expect(try problems(text: "IBAN\n\n{{ x }}").count == 1)
    #expect(try problems(text: "IBAN | {{ x }}").count == 1)
    #expect(try problems(text: "IBAN\t{{ x }}").count == 1)
    #expect(try problems(text: "{% if a %}IBAN{% endif %}: {{ x }}").count == 1)
    #expect(try problems(text: "Amount: {{ x }}\nIBAN: DE89\n") == [])
    #expect(try problems(text: "") == [])
    #expect(try problems(variables: ["name", "iban", "sortCode"]).map(\.path) == ["/variables/1", "/variables/2"])
  }

  @Test("Other categories have no such rule; a source that cannot be read is an error")
  func others() throws {
    let draft = TemplateDraft(subject: "x", bodyHTML: "IBAN: {{ iban }}")
    #expect(try TemplateCategory.customerCommunication.problems(in: draft, splitter: .templateLanguage) == [])
    #expect(TemplateCategory(rawValue: "customer_communication") == .customerCommunication)
    #expect(throws: AdminError.self) {
      try TemplateCategory.wiring.problems(in: TemplateDraft(subject: "{{", bodyHTML: "x"), splitter: .templateLanguage)
    }
  }
}
