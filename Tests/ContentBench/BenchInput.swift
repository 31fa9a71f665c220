import AdminCore
import Content
import ContentFuzzing
import Foundation

/// One thing to be measured, with all that another program needs to measure the same.
struct BenchInput {
  let operation: String
  let name: String
  /// What the operation is given, as members of the line that is printed.
  let input: JSONObject
  let run: () throws -> Void

  /// The input and the nanoseconds of one run.
  var measured: JSONValue {
    var members: JSONObject = ["operation": .string(operation), "name": .string(name)]
    members["nanoseconds"] = .int(Int(Self.nanoseconds(of: run)))
    return .object(members.merging(input))
  }

  /// The median of several batches of runs.
  private static func nanoseconds(of run: () throws -> Void) -> Double {
    let clock = ContinuousClock()
    func time(_ count: Int) -> Double {
      clock.measure { for _ in 0..<count { try? run() } } / .nanoseconds(1)
    }
    var count = 1
    while time(count) < 20_000_000 { count *= 2 }
    let times = (0..<9).map { _ in time(count) / Double(count) }
    return times.sorted()[times.count / 2]
  }
}

// MARK: - Inputs

extension BenchInput {
  static func all() throws -> [BenchInput] {
    var inputs: [BenchInput] = []
    var bodies: [(name: String, html: String)] = []
    for sample in try BenchTemplate.all() {
      let template = try Template(sample.source, escaping: sample.escaping)
      let given: JSONObject = ["template": .string(sample.source), "autoescape": .bool(sample.escaping == .html)]
      inputs.append(
        BenchInput(operation: "parse", name: sample.name, input: given) {
          _ = try Template(sample.source, escaping: sample.escaping)
        })
      inputs.append(
        BenchInput(operation: "render", name: sample.name, input: given.merging(["context": .object(sample.context)])) {
          _ = try template.render(sample.context)
        })
      if sample.escaping == .html { bodies.append((sample.name, try template.render(sample.context))) }
    }
    bodies.append(
      ("hostile vectors", HostileVectors.all.map(\.html).filter { !$0.contains("<plaintext") }.joined(separator: "\n")))
    for body in bodies {
      let name = "\(body.name), \((body.html.utf8.count + 512) / 1024) KiB"
      inputs.append(
        BenchInput(operation: "sanitize", name: name, input: ["html": .string(body.html)]) {
          _ = try HTMLSanitizer.sanitize(body.html)
        })
    }
    return inputs
  }
}

/// A template with what it is given.
private struct BenchTemplate {
  let name: String
  let source: String
  let escaping: Template.Escaping
  let context: JSONObject

  static func all() throws -> [BenchTemplate] {
    [
      BenchTemplate(
        name: "customer update", source: try seed("customer_update.html"), escaping: .html, context: customerUpdate),
      BenchTemplate(name: "newsletter", source: try seed("newsletter.html"), escaping: .html, context: newsletter),
      BenchTemplate(name: "invoice of 1,000 lines", source: invoice, escaping: .html, context: ["rows": rows]),
      BenchTemplate(name: "report as text", source: report, escaping: .none, context: ["rows": rows]),
    ]
  }

  private static func seed(_ name: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appendingPathComponent("data/seed/templates/\(name)"), encoding: .utf8)
  }

  private static let customerUpdate: JSONObject = [
    "recipient_name": "Dr. Ada Lovelace", "headline": "Your order is on its way",
    "summary": "Three parcels left today.",
    "paragraphs": ["Three parcels left our house today.", "They should reach you <within> two days & a half."],
    "details": [
      ["label": "Order", "value": "A-1024"], ["label": "Parcels", "value": "3"], ["label": "Carrier", "value": "Post"],
    ],
    "action_url": "https://example.com/orders/A-1024?lang=en&x=1", "action_text": "Follow the parcels",
    "sender_name": "Grace Hopper", "company_name": "Example Ltd",
  ]

  private static let newsletter: JSONObject = [
    "headline": "What is new in March", "preview": "Five things", "issue": "March 2026", "first_name": "Ada",
    "introduction": "Here is what we have been doing, and what we will do next.", "company_name": "Example Ltd",
    "articles": .array(
      (1...5).map { number in
        [
          "title": .string("Article \(number)"), "url": .string("https://example.com/articles/\(number)"),
          "summary": .string(String(repeating: "A sentence that says something. ", count: 6)),
        ]
      }),
    "action_url": "https://example.com/", "action_text": "See everything",
    "postal_address": "12 Main Street, Springfield",
    "unsubscribe_url": "https://example.com/unsubscribe?u=1",
  ]

  private static let rows: JSONValue = .array(
    (1...1000).map { number in
      [
        "name": .string("Item <\(number)> & more"), "quantity": .int(number % 7 + 1), "price": .int(number * 13 % 997),
        "group": .string("Group \(number % 9)"),
      ]
    })

  private static let invoice = """
    <table width="100%" style="border-collapse: collapse">
    <tr><th align="left">Item</th><th>Quantity</th><th>Price</th></tr>
    {% for row in rows %}<tr bgcolor="{{ loop.cycle('#ffffff', '#f3f5f8') }}"><td style="padding: 4px 8px">{{ loop.index }}. {{ row.name }}</td>\
    <td align="right">{{ row.quantity }}</td><td align="right">{{ '%.2f'|format(row.quantity * row.price / 100) }}</td></tr>
    {% endfor %}</table>
    <p>{{ rows|length }} items, {{ rows|sum(attribute='quantity') }} pieces</p>
    """

  private static let report = """
    {% for group in rows|groupby('group') %}{{ group.grouper|upper }}
    {% for row in group.list|sort(attribute='price', reverse=true) %}{% if loop.index <= 20 %}- {{ row.name|truncate(16) }}: \
    {{ row.price }}{% if not loop.last %};{% endif %}
    {% endif %}{% endfor %}
    {% endfor %}{{ rows|map(attribute='name')|unique|join(', ')|wordwrap(72) }}
    """
}
