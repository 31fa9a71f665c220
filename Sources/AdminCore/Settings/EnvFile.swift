/// The text of an env file: `NAME=value` lines, `#` comments, values optionally in single or double quotes. A quoted
/// value stands for itself, without escape sequences; it ends at the next quote of its kind.
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
    // A byte order mark is what some editors put before the first name.
    let text = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
    // Carriage return and line feed are one character to Swift, and a line end to everybody.
    for (index, rawLine) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
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
    return (String(name), try value(line[line.index(after: equals)...], number: number))
  }

  private static func value(_ text: Substring, number: Int) throws(Problem) -> String {
    let start = text.drop { $0.isWhitespace }
    guard let quote = start.first, quote == "\"" || quote == "'" else {
      return String(trimmed(withoutComment(text)))
    }
    let body = start.dropFirst()
    guard let end = body.firstIndex(of: quote) else {
      throw Problem(line: number, message: "the quote is not closed")
    }
    let rest = trimmed(body[body.index(after: end)...])
    guard rest.isEmpty || rest.first == "#" else {
      throw Problem(line: number, message: "text after the closing quote")
    }
    return String(body[..<end])
  }

  /// An unquoted value ends where white space and `#` begin a comment.
  private static func withoutComment(_ text: Substring) -> Substring {
    var previousIsSpace = false
    for index in text.indices {
      if text[index] == "#", previousIsSpace { return text[..<index] }
      previousIsSpace = text[index].isWhitespace
    }
    return text
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return text
  }
}
