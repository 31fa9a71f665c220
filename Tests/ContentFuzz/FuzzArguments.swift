import ContentFuzzing

/// The command line of `content-fuzz`.
struct FuzzArguments {
  struct UsageError: Error {
    let text: String
  }

  private(set) var seed: UInt64 = 1
  private(set) var first = 0
  private(set) var count = 1_000
  private(set) var subject: FuzzSubject?
  /// Where the number of the case under way is written, for whoever finds the process dead.
  private(set) var progress: String?
  /// The case to print instead of running any.
  private(set) var shown: Int?

  private static let usage = """
    usage: content-fuzz [--seed N] [--first N] [--count N] [--subject NAME] [--progress FILE] | --seed N --show N
    """

  init(_ arguments: [String]) throws(UsageError) {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      guard let value = rest.popFirst() else { throw UsageError(text: Self.usage) }
      switch (name, Int(value)) {
      case ("--seed", _):
        guard let number = UInt64(value) else { throw UsageError(text: Self.usage) }
        seed = number
      case ("--first", let number?): first = number
      case ("--count", let number?): count = number
      case ("--show", let number?): shown = number
      case ("--progress", _): progress = value
      case ("--subject", _):
        guard let named = FuzzSubject(rawValue: value) else {
          throw UsageError(text: "subjects: \(FuzzSubject.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        subject = named
      default: throw UsageError(text: Self.usage)
      }
    }
  }
}
