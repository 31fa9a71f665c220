import AdminCore

/// Templates that tests store.
enum Samples {
  static let variables: JSONValue = ["name", "amount"]

  /// Bank details stand in it as text, and so it may be stored as `wiring`.
  static let wiring: JSONObject = [
    "templateName": "Wire instructions 2026", "subject": "Payment of {{ amount }}", "category": "wiring",
    "bodyHtml": """
    <p>Dear {{ name }},</p><p>please send {{ amount }}.</p>
    <table><tr><td>IBAN</td><td>IE64 IRCE 9205 0112 3456 78</td></tr></table>
    """,
    "bodyText": "Dear {{ name }},\n\nplease send {{ amount }}.\n\nIBAN: IE64 IRCE 9205 0112 3456 78\n",
    "variables": variables,
  ]

  static let welcome: JSONObject = [
    "templateName": "Welcome", "subject": "Welcome, {{ name }}", "category": "customer_communication",
    "bodyHtml": "<p>Hello {{ name }}, your balance is {{ amount }}.</p>", "variables": variables,
  ]

  static let newsletter: JSONObject = [
    "templateName": "News", "subject": "News for {{ name }}", "category": "marketing",
    "bodyHtml": """
    <p>Hello {{ name }}</p><p><a href="{{ unsubscribe_url }}">Unsubscribe</a></p><p>{{ postal_address }}</p>
    """,
    "variables": ["name"],
  ]

  static let values: JSONObject = ["name": "Ada", "amount": "EUR 1,200.00"]
}

extension AdminHarness {
  /// Stores a template and returns its id.
  func template(_ arguments: JSONObject) async throws -> String {
    let answer = try await call("create_email_template", arguments)
    guard !answer.isError, let id = answer["templateId"]?.stringValue else { throw Refused(answer: answer.json) }
    return id
  }

  struct Refused: Error {
    let answer: JSONValue
  }

  /// The mails that left, as they were sent.
  func sentMail() async -> [JSONValue] { await state("sentMail") }

  func newMail(since count: Int) async -> [JSONValue] { Array(await sentMail().dropFirst(count)) }
}
