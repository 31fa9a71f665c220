import TestRandom

/// Makes sources of templates that are mostly broken: sound ones cut, doubled and shuffled, and pieces of the grammar in
/// any order.
struct TemplateMangler {
  private var random: SeededRandom

  static func source(seed: UInt64) -> String {
    var mangler = TemplateMangler(random: SeededRandom(seed: seed))
    return mangler.source()
  }

  private mutating func source() -> String {
    switch Int.random(in: 0..<4, using: &random) {
    case 0: return pieces()
    case 1: return mutated(pieces())
    default:
      var generator = TemplateGenerator(seed: random.next())
      return mutated(generator.next().template)
    }
  }

  private static let grammar = [
    "{{", "}}", "{%", "%}", "{#", "#}", "{{-", "-}}", "{%-", "-%}", "{%+", "+%}", "{% raw %}", "{% endraw %}", "{", "}",
    "%",
    "if", "elif", "else", "endif", "for", "in", "endfor", "recursive", "set", "endset", "with", "endwith", "filter",
    "endfilter", "is", "not", "and", "or", "true", "none", "defined", "loop", "loop.index", "loop(", "name", "items",
    "x",
    "|", "upper", "join", "map", "default", "safe", ".", ",", ":", "=", "==", "<", "~", "+", "-", "*", "**", "//", "(",
    ")",
    "[", "]", "'", "\"", "\\", "\\x4", "'a'", "'\\u00e9'", "1", "1.5", "1e999", "0x", "9999999999999999999", "_", "é",
    "\u{301}",
    "\u{2028}", "\0", "\n", "\r\n", "\r", "\t", " ", "  ", "😀", "{{ name }}", "{% if x %}", "{% for i in items %}",
    "{% include 'x' %}", "__class__", "a.b.c", "a[1:2]", "<b>", "&lt;", "%s", "%(a)s",
  ]

  private mutating func pieces() -> String {
    var source = ""
    for _ in 0..<Int.random(in: 1...40, using: &random) {
      source += Self.grammar[Int.random(in: 0..<Self.grammar.count, using: &random)]
      if Bool.random(using: &random) { source += " " }
    }
    return source
  }

  private mutating func mutated(_ source: String) -> String {
    TextMutation.mutated(source, inserting: Self.grammar, most: 8, using: &random)
  }
}

/// Cuts, doubles and moves stretches of a text, and puts others in.
enum TextMutation {
  static func mutated(
    _ text: String, inserting pieces: [String], most: Int, using random: inout SeededRandom
  ) -> String {
    var scalars = Array(text.unicodeScalars)
    func piece(_ random: inout SeededRandom) -> String.UnicodeScalarView {
      pieces[Int.random(in: 0..<pieces.count, using: &random)].unicodeScalars
    }
    for _ in 0..<Int.random(in: 0...most, using: &random) where !scalars.isEmpty {
      let at = Int.random(in: 0..<scalars.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: scalars.remove(at: at)
      case 1: scalars.insert(contentsOf: piece(&random), at: at)
      case 2:
        let end = min(scalars.count, at + Int.random(in: 1...30, using: &random))
        scalars.insert(contentsOf: Array(scalars[at..<end]), at: Int.random(in: 0...scalars.count, using: &random))
      case 3: scalars.removeSubrange(at..<min(scalars.count, at + Int.random(in: 1...10, using: &random)))
      default: scalars[at] = piece(&random).first ?? "x"
      }
    }
    return String(String.UnicodeScalarView(scalars))
  }
}
