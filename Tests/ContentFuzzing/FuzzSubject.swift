import TestRandom

/// What is run on random and mutated input: at length by the program `content-fuzz`, for a moment by the tests.
///
/// Every case is made from a seed and a number, and is the same each time.
package enum FuzzSubject: String, CaseIterable, Sendable {
  /// Sources of templates, broken and whole: the lexer, the parser, the compiler, and what of them renders.
  case parsing
  /// Templates of the whole grammar with hostile values.
  case rendering
  /// Hostile HTML.
  case sanitizing
  /// Hostile HTML with template tags in it, as it is stored.
  case storing
  /// Careful HTML with template tags around whole elements.
  case arranging
  /// The text of hostile HTML.
  case reading
  /// Mail addresses, subjects, names of files.
  case addressing

  /// The subject of a case when all of them are run in turn, the heavier ones less often.
  package static func of(number: Int) -> FuzzSubject { turns[number % turns.count] }

  private static let turns: [FuzzSubject] = [
    .parsing, .sanitizing, .rendering, .storing, .parsing, .sanitizing, .addressing, .rendering, .parsing, .sanitizing,
    .reading, .arranging,
  ]

  /// What is wrong with the outcome of a case; empty when nothing is.
  package func faults(seed: UInt64, number: Int) -> [String] {
    let seed = Self.seed(seed, number)
    switch self {
    case .parsing: return TemplateFuzz.parsing(TemplateMangler.source(seed: seed))
    case .rendering:
      var generator = TemplateGenerator(seed: seed)
      return TemplateFuzz.rendering(generator.next())
    case .sanitizing: return SanitizerFuzz.sanitizing(HTMLFuzzer.document(seed: seed))
    case .storing: return SanitizerFuzz.storing(HTMLFuzzer.template(seed: seed), seed: seed)
    case .arranging: return SanitizerFuzz.arranging(HTMLFuzzer.tidyTemplate(seed: seed), seed: seed)
    case .reading: return SanitizerFuzz.reading(HTMLFuzzer.document(seed: seed))
    case .addressing: return MailFuzz.faults(in: MailFuzz.text(seed: seed))
    }
  }

  /// The input of a case, to look at.
  package func input(seed: UInt64, number: Int) -> String {
    let seed = Self.seed(seed, number)
    switch self {
    case .parsing: return TemplateMangler.source(seed: seed)
    case .rendering:
      var generator = TemplateGenerator(seed: seed)
      return generator.next().template
    case .sanitizing, .reading: return HTMLFuzzer.document(seed: seed)
    case .storing: return HTMLFuzzer.template(seed: seed)
    case .arranging: return HTMLFuzzer.tidyTemplate(seed: seed)
    case .addressing: return MailFuzz.text(seed: seed)
    }
  }

  /// A seed of its own for each case, so that one alone can be run again.
  private static func seed(_ seed: UInt64, _ number: Int) -> UInt64 {
    var random = SeededRandom(seed: seed &+ UInt64(truncatingIfNeeded: number) &* 0x9E37_79B9_7F4A_7C15)
    return random.next()
  }
}
