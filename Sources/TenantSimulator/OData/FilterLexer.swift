/// The words of a `$filter`.
struct FilterLexer {
  enum Token: Hashable {
    /// A name, path, number, GUID, moment or keyword.
    case word(String)
    /// The text between quotes, doubled quotes undone.
    case string(String)
    case open, close, comma, colon
    case end
  }

  struct Lexeme: Hashable {
    let token: Token
    /// In characters from the start of the expression, for messages.
    let position: Int
  }

  static let maximumLength = 8_192

  static func lexemes(of text: String) throws(GraphFailure) -> [Lexeme] {
    guard text.utf8.count <= maximumLength else { throw .badRequest("Invalid filter clause: it is too long.") }
    let characters = Array(text)
    var lexemes: [Lexeme] = []
    var position = 0
    while position < characters.count {
      let start = position
      switch characters[position] {
      case " ": position += 1
      case "(": (position, lexemes) = (position + 1, lexemes + [Lexeme(token: .open, position: start)])
      case ")": (position, lexemes) = (position + 1, lexemes + [Lexeme(token: .close, position: start)])
      case ",": (position, lexemes) = (position + 1, lexemes + [Lexeme(token: .comma, position: start)])
      case "'":
        let text = try string(characters, &position)
        lexemes.append(Lexeme(token: .string(text), position: start))
      case let character where isWord(character):
        while position < characters.count, isWord(characters[position]) { position += 1 }
        append(String(characters[start..<position]), at: start, to: &lexemes)
      case let character:
        throw .badRequest(
          "Invalid filter clause: Syntax error: character '\(character)' is not valid at position \(start).")
      }
    }
    lexemes.append(Lexeme(token: .end, position: characters.count))
    return lexemes
  }

  /// A colon separates a lambda's variable from its body, and stands inside a moment of time.
  private static func append(_ word: String, at start: Int, to lexemes: inout [Lexeme]) {
    guard let colon = word.firstIndex(of: ":"), word.first?.isLetter == true else {
      lexemes.append(Lexeme(token: .word(word), position: start))
      return
    }
    let variable = word[..<colon]
    lexemes.append(Lexeme(token: .word(String(variable)), position: start))
    lexemes.append(Lexeme(token: .colon, position: start + variable.count))
    let rest = word[word.index(after: colon)...]
    if !rest.isEmpty { append(String(rest), at: start + variable.count + 1, to: &lexemes) }
  }

  private static func isWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || "_-./:$+".contains(character)
  }

  private static func string(_ characters: [Character], _ position: inout Int) throws(GraphFailure) -> String {
    let start = position
    var text = ""
    position += 1
    while position < characters.count {
      if characters[position] != "'" {
        text.append(characters[position])
      } else if position + 1 < characters.count, characters[position + 1] == "'" {
        text.append("'")
        position += 1
      } else {
        position += 1
        return text
      }
      position += 1
    }
    throw .badRequest("Invalid filter clause: There is an unterminated string literal at position \(start).")
  }
}
