import Content
import ContentFuzzing
import Testing

/// Something this language does otherwise than Jinja2 on purpose. Nothing else is left out of the comparison, and
/// `docs/templates.md` says of each why it is so.
struct DeliberateDifference: Sendable, CustomTestStringConvertible {
  struct Example: Sendable, ExpressibleByStringLiteral {
    let item: DifferentialCase

    init(stringLiteral template: String) { item = DifferentialCase(template, Corpus.context) }
  }

  /// As the document names it.
  let name: String
  let examples: [Example]
  private let isMeant: @Sendable (DifferentialCase, TemplateError?, _ theirs: String?) -> Bool

  private init(
    _ name: String, _ examples: [Example],
    _ isMeant: @escaping @Sendable (DifferentialCase, _ ours: TemplateError?, _ theirs: String?) -> Bool
  ) {
    self.name = name
    self.examples = examples
    self.isMeant = isMeant
  }

  var testDescription: String { name }

  func covers(
    _ item: DifferentialCase, ours: Result<String, TemplateError>, theirs: JinjaReference.Answer
  ) -> Bool {
    var error: TemplateError?
    if case .failure(let failure) = ours { error = failure }
    var output: String?
    if case .output(let text) = theirs { output = text }
    return isMeant(item, error, output)
  }

  static let all = [
    DeliberateDifference(
      "Everything is bounded",
      [
        "{{ ('x' * 2000000)|length }}",
        "{% for a in numbers recursive %}{% if loop.depth < 150 %}{{ loop([1]) }}{% endif %}{% endfor %}",
      ]
    ) { _, ours, _ in ours?.kind == .bound },
    DeliberateDifference(
      "Whole numbers have 64 bits",
      [
        "{{ 9223372036854775807 + 1 }}", "{{ 2 ** 64 }}", "{{ 99999999999999999999 }}",
        "{{ -(-9223372036854775807 - 1) }}",
      ]
    ) { _, ours, _ in ours?.reason.contains("64-bit") ?? false },
    DeliberateDifference(
      "What could reach beyond the data is refused",
      [
        "{{ name.upper() }}", "{{ name.__class__ }}", "{% macro m() %}{% endmacro %}", "{% block b %}{% endblock %}",
        "{% autoescape true %}{% endautoescape %}", "{{ html|forceescape }}", "{{ name is callable }}",
        "{% set ns = {} %}{% set self = 1 %}{{ self }}", "{{ items|random is defined }}", #"{{ '\N{BULLET}' }}"#,
      ]
    ) { _, ours, _ in ours?.kind == .refused },
    DeliberateDifference("Numbers are real", ["{{ (-8) ** 0.5 }}", "{{ negative ** 0.5 }}"]) { _, ours, _ in
      ours?.reason.contains("no real number") ?? false
    },
    DeliberateDifference(
      "Nothing prints as an address in memory",
      ["{{ numbers|map('abs') }}", "{{ items|reverse }}", "{{ prices.values }}", "{{ name.upper }}"]
    ) { _, _, theirs in theirs?.contains(" at 0x") ?? false },
    DeliberateDifference(
      "Members are those of the data",
      [
        "{{ order.items[0].sku }}", "{% for i in order.items %}{{ i.qty }}{% endfor %}", "{{ order.keys }}",
        "{{ prices.values is defined }}", "{{ count.real }}", "{{ price.imag }}",
      ]
    ) { item, ours, theirs in
      guard let ours else { return item.template.contains(/\.(items|keys|values|get|copy|pop|update)\b/) }
      return theirs != nil && ours.reason.contains("has no member")
    },
    DeliberateDifference(
      "Equal texts and numbers are the same", ["{{ (first ~ '') is sameas 'Ada' }}", "{{ (big + 0) is sameas big }}"]
    ) { item, ours, _ in ours == nil && item.template.contains(/sameas [^nt]/) },
    DeliberateDifference("An argument is given once", ["{{ 'a'|replace(old='a', old='b', new='c') }}"]) { _, ours, _ in
      ours?.reason.contains("is given twice") ?? false
    },
    DeliberateDifference("Texts hold characters", [#"{{ '\ud800'|length }}"#]) { _, ours, _ in
      ours?.reason.contains("names no character") ?? false
    },
  ]
}
