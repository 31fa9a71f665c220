/// The text of an env file: `NAME=value` lines, `#` comments, values optionally in single or double quotes.
package enum EnvFile {
  package struct Problem: Error, Hashable, Sendable {
    /// Counted from 1.
    package let line: Int
    package let message: String
  }

  /// - Returns: the assignments, later ones winning, and the lines that could not be read.
  package static func parse(_ text: String) -> (values: [String: String], problems: [Problem]) {
    var values: [String: String] = [:]
    var problems: [Problem] = []
    for (index, rawLine) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = trimmed(rawLine)
      guard !line.isEmpty, line.first != "#" else { continue }
      do throws(Problem) {
        let (name, value) = try assignment(line, number: index + 1)
        values[name] = value
      } catch {
        problems.append(error)
      }
    }
    return (values, problems)
  }

  private static func assignment(_ line: Substring, number: Int) throws(Problem) -> (String, String) {
    guard let equals = line.firstIndex(of: "=") else {
      throw Problem(line: number, message: "expected NAME=value")
    }
    var name = trimmed(line[..<equals])
    if name.hasPrefix("export ") { name = trimmed(name.dropFirst(7)) }
    guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }) else {
      throw Problem(line: number, message: "a name holds letters, digits and underscores only")
    }
    return (String(name), try value(trimmed(line[line.index(after: equals)...]), number: number))
  }

  private static func value(_ text: Substring, number: Int) throws(Problem) -> String {
    guard let quote = text.first, quote == "\"" || quote == "'" else {
      // An unquoted value ends where a comment begins.
      guard let comment = text.firstRange(of: " #") else { return String(text) }
      return String(trimmed(text[..<comment.lowerBound]))
    }
    let body = text.dropFirst()
    guard let end = body.lastIndex(of: quote) else {
      throw Problem(line: number, message: "the quote is not closed")
    }
    let rest = trimmed(body[body.index(after: end)...])
    guard rest.isEmpty || rest.first == "#" else {
      throw Problem(line: number, message: "text after the closing quote")
    }
    return String(body[..<end])
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return text
  }
}
