import Content

/// What this language does otherwise than Jinja2 on purpose. Every case left out of the comparison is left out here.
enum DeliberateDifferences {
  /// The reason why `theirs` need not be what this language answers; `nil` when it must be.
  static func reason(
    for item: DifferentialCase, ours: Result<String, TemplateError>, theirs: JinjaReference.Answer
  ) -> String? {
    if case .failure(let error) = ours {
      switch error.kind {
      // Python's integers have no end, and neither have its texts and lists.
      case .bound: return "a bound"
      case .value where error.reason.contains("64-bit"): return "an integer beyond 64 bits"
      // Calls, attributes of the host and the like are refused by name.
      case .refused: return "a refusal"
      default: break
      }
      // The root of a negative number is a complex one in Python.
      if error.reason.contains("no real number") { return "a complex number" }
    }
    guard case .output(let output) = theirs else { return nil }
    // Iterators and methods print with their address in memory, which is no result one could have.
    if output.contains(" at 0x") { return "an address" }
    return nil
  }
}
