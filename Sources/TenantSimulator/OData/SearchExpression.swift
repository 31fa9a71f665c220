import AdminCore

/// A directory `$search`: quoted `"property:words"` clauses joined by AND and OR, AND binding closer.
struct SearchExpression: Sendable {
  struct Clause: Sendable, Hashable {
    let property: String
    let text: String
  }

  /// Alternatives, of each of which all clauses must hold.
  let alternatives: [[Clause]]

  init(_ text: String, type: ModelType) throws(GraphFailure) {
    var alternatives: [[Clause]] = [[]]
    var rest = text[...]
    while true {
      rest = rest.drop { $0 == " " }
      guard rest.first == "\"" else { throw Self.syntax(text, at: text.count - rest.count) }
      let body = rest.dropFirst()
      guard let end = body.firstIndex(of: "\"") else { throw Self.syntax(text, at: text.count - rest.count) }
      alternatives[alternatives.count - 1].append(try Self.clause(body[..<end], type))
      rest = body[body.index(after: end)...].drop { $0 == " " }
      if rest.isEmpty { break }
      if rest.hasPrefix("OR ") {
        alternatives.append([])
        rest = rest.dropFirst(3)
      } else if rest.hasPrefix("AND ") {
        rest = rest.dropFirst(4)
      }
    }
    self.alternatives = alternatives
  }

  private static func syntax(_ text: String, at position: Int) -> GraphFailure {
    let character = position < text.count ? String(text[text.index(text.startIndex, offsetBy: position)]) : "end"
    return .directory("Syntax error: character '\(character)' is not valid at position \(position) in '\(text)'.")
  }

  private static func clause(_ text: Substring, _ type: ModelType) throws(GraphFailure) -> Clause {
    guard let colon = text.firstIndex(of: ":") else {
      throw .directory("The search clause '\(text)' must have the form \"property:value\".")
    }
    let name = String(text[..<colon])
    guard let property = type[name], property.traits.contains(.searchable) else {
      throw .unsupportedQuery("Property '\(name)' is not searchable.")
    }
    return Clause(property: name, text: String(text[text.index(after: colon)...]).lowercased())
  }

  /// Every word searched for begins some word of the property: how the directory's index of tokens answers.
  func matches(_ object: JSONObject) -> Bool {
    alternatives.contains { clauses in
      clauses.allSatisfy { clause in
        let text = (object[clause.property]?.stringValue ?? "").lowercased()
        let words = text.split { !$0.isLetter && !$0.isNumber } + [text[...]]
        return clause.text.split(separator: " ").allSatisfy { wanted in words.contains { $0.hasPrefix(wanted) } }
      }
    }
  }
}
