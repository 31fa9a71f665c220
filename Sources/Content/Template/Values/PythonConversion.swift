/// Python's `int(…)` of floats and texts, where a result beyond 64 bits is an error.
enum PythonConversion {
  static func truncated(_ value: Double) throws(TemplateFault) -> Int64 {
    guard value.isFinite else { throw .value("\(PythonNumber.text(value)) is no whole number") }
    guard let integer = Int64(exactly: value.rounded(.towardZero)) else { throw .integerOverflow }
    return integer
  }

  static func integer(_ string: String, base: Int) throws(TemplateFault) -> Int64 {
    switch PythonNumber.integer(from: string, base: base) {
    case .integer(let value): return value
    case .tooLarge: throw .integerOverflow
    case .invalid: throw .value("'\(string)' is no whole number")
    }
  }
}
