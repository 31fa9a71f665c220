import AdminCore
import Content
import Testing

@Suite("Dates and amounts of money")
struct OfficeFilterTests {
  private func rendered(_ expression: String, _ value: JSONValue) throws -> String {
    try Template("{{ \(expression) }}", escaping: .none).render(["x": value])
  }

  @Test(
    "Dates in the ways an office writes them",
    arguments: [
      ("2026-01-31", "x|date", "2026-01-31"), ("2026-01-31", "x|date('%B %d, %Y')", "January 31, 2026"),
      ("2026-02-05", "x|date('%-d %b %y')", "5 Feb 26"), ("2026-02-05", "x|date('%e.%-m.')", " 5.2."),
      ("2026-01-31T09:05:07Z", "x|date('%H:%M:%S')", "09:05:07"),
      ("2026-01-31T21:05:07Z", "x|date('%I:%M %p')", "09:05 PM"),
      ("2026-01-31T00:05Z", "x|date('%-I:%M %P')", "12:05 am"),
      ("2026-01-31 09:05", "x|date('%c')", "Sat Jan 31 09:05:00 2026"),
      ("2026-01-31T23:30:00Z", "x|date('%F %R', '+02:00')", "2026-02-01 01:30"),
      ("2026-01-31T23:30:00+05:30", "x|date('%F %R')", "2026-01-31 18:00"),
      ("2026-01-31T23:30:00+05:30", "x|date('%F %R %z', '-08:00')", "2026-01-31 10:00 -0800"),
      ("2026-01-31", "x|date('%F', '-08:00')", "2026-01-31"), ("2026-01-31", "x|date('%F', none)", "2026-01-31"),
      ("2026-01-31T12:00Z", "x|date('%Z', 'UTC')", "UTC"), ("2026-01-31T12:00Z", "x|date('%Z', '+01:00')", "UTC+01:00"),
      ("2024-12-30", "x|date('%G-W%V-%u')", "2025-W01-1"), ("2024-02-29", "x|date('%j %A')", "060 Thursday"),
      ("2026-01-31", "x|date('100%%')", "100%"), ("2026-01-31", "x|date(format='%d')", "31"),
      ("0001-01-01", "x|date('%d.%m.%Y %A')", "01.01.1 Monday"), ("9999-12-31", "x|date('%F')", "9999-12-31"),
      ("2026-01-31T12:00:00.123456Z", "x|date('%S.%f')", "00.123000"),
    ])
  func dates(_ text: String, _ expression: String, _ expected: String) throws {
    #expect(try rendered(expression, .string(text)) == expected)
  }

  @Test(
    "What is no date, no format and no offset says what is",
    arguments: [
      ("31.01.2026", "x|date", "write '2026-01-31'"), ("2026-02-30", "x|date", "is no date"),
      ("2026-13-01", "x|date", "is no date"), ("2026-01-31T25:00Z", "x|date", "is no date"),
      ("", "x|date", "is no date"),
      ("2026-01-31", "x|date('%Q')", "a date format has no '%Q'"), ("2026-01-31", "x|date('%')", "a lone '%'"),
      ("2026-01-31", "x|date('%-A')", "a date format has no '%-A'"),
      ("2026-01-31", "x|date('%d', 'Europe/Oslo')", "is no offset; write 'UTC' or '+02:00'"),
      ("2026-01-31", "x|date('%d', '+25:00')", "is no offset"), ("2026-01-31", "x|date(locale='de')", "no argument"),
    ])
  func badDates(_ text: String, _ expression: String, _ words: String) {
    expectError(words) { try rendered(expression, .string(text)) }
  }

  @Test(
    "Amounts in decimals, rounded half away from zero",
    arguments: [
      (1234.5, "USD", "1,234.50 USD"), (0, "EUR", "0.00 EUR"), (-0.001, "EUR", "0.00 EUR"),
      (-1234567.891, "GBP", "-1,234,567.89 GBP"),
      (2.675, "EUR", "2.68 EUR"), (1.005, "EUR", "1.01 EUR"), (0.125, "CHF", "0.13 CHF"), (1499.5, "JPY", "1,500 JPY"),
      (1.2345, "KWD", "1.235 KWD"), (1.23456, "CLF", "1.2346 CLF"), ("1,5", "EUR", nil), ("12.30", "EUR", "12.30 EUR"),
      ("99999999999999999999.995", "USD", "100,000,000,000,000,000,000.00 USD"), (" 7 ", "SEK", "7.00 SEK"),
      ("+3", "NOK", "3.00 NOK"), ("1e3", "EUR", "1,000.00 EUR"), ("1e-3", "EUR", "0.00 EUR"),
      (1e21, "EUR", "1,000,000,000,000,000,000,000.00 EUR"),
      (999, "EUR", "999.00 EUR"), (1000, "EUR", "1,000.00 EUR"), (12345, "BHD", "12,345.000 BHD"), ("", "EUR", nil),
      ("1e999", "EUR", nil), (true, "EUR", nil), (nil, "EUR", nil), ([1], "EUR", nil), (1, "eur", nil), (1, "XXX", nil),
      (1, "", nil),
    ] as [(JSONValue, String, String?)])
  func money(_ amount: JSONValue, _ currency: String, _ expected: String?) {
    let result = Result { try rendered("x|money('\(currency)')", amount) }
    #expect((try? result.get()) == expected, "\(result)")
  }

  @Test("Both filters name what they need")
  func needs() {
    expectError("needs the argument 'currency'") { try rendered("x|money", 1) }
    expectError("takes the code of a currency as a text") { try rendered("x|money(1)", 1) }
    expectError("did you mean 'USD'?") { try rendered("x|money('USF')", 1) }
    expectError("not on a whole number") { try rendered("x|date", 1) }
    expectError("takes its format as a text") { try rendered("x|date(1)", "2026-01-31") }
    expectError("'nope' is not defined") { try rendered("x|date(nope)", "2026-01-31") }
    expectError("'nope' is not defined") { try rendered("nope|date", 1) }
    expectError("'nope' is not defined") { try rendered("nope|money('EUR')", 1) }
  }

  private func expectError(_ words: String, _ body: () throws -> String) {
    do {
      Issue.record("gave \(try body())")
    } catch {
      let message = (error as? TemplateError)?.message ?? ""
      #expect(message.contains(words), "\(message)")
    }
  }
}
