import AdminCore
import Content

/// A splitter for tests: knows the three kinds of tag, strings inside them, and raw blocks; checks no grammar.
extension TemplateSplitter {
  static let simple = TemplateSplitter { (source: String) throws(AdminError) -> [TemplatePiece] in
    var pieces: [TemplatePiece] = []
    var rest = source[...]
    var text = ""
    func flush() {
      if !text.isEmpty { pieces.append(TemplatePiece(.text, text)) }
      text = ""
    }
    while let first = rest.first {
      guard first == "{", let (close, kind) = delimiters(rest) else {
        text.append(rest.removeFirst())
        continue
      }
      guard let end = end(of: rest, close) else {
        throw AdminError(.templateSyntax, "A tag is never closed.")
      }
      let tag = String(rest[..<end])
      flush()
      switch kind {
      case "%":
        let name = tag.dropFirst(2).drop { $0 == "-" || $0 == "+" || $0 == " " }.prefix { $0.isLetter }
        if name == "raw", let stop = rest.range(ofRawEnd: end) {
          pieces.append(TemplatePiece(.raw, String(rest[..<stop])))
          rest = rest[stop...]
          continue
        }
        pieces.append(TemplatePiece(.statement(String(name)), tag))
      case "#": pieces.append(TemplatePiece(.comment, tag))
      default: pieces.append(TemplatePiece(.output, tag))
      }
      rest = rest[end...]
    }
    flush()
    return pieces
  }

  private static func delimiters(_ text: Substring) -> (close: String, kind: Character)? {
    if text.hasPrefix("{{") { return ("}}", "{") }
    if text.hasPrefix("{%") { return ("%}", "%") }
    if text.hasPrefix("{#") { return ("#}", "#") }
    return nil
  }

  private static func end(of text: Substring, _ close: String) -> Substring.Index? {
    var index = text.index(text.startIndex, offsetBy: 2)
    var quote: Character?
    while index < text.endIndex {
      let character = text[index]
      if let open = quote {
        if character == open { quote = nil }
      } else if close != "#}", character == "\"" || character == "'" {
        quote = character
      } else if text[index...].hasPrefix(close) {
        return text.index(index, offsetBy: 2)
      }
      index = text.index(after: index)
    }
    return nil
  }
}

extension Substring {
  fileprivate func range(ofRawEnd start: Index) -> Index? {
    var index = start
    while index < endIndex {
      let tail = self[index...]
      if tail.hasPrefix("{%"), tail.dropFirst(2).drop(while: { $0 == "-" || $0 == " " }).hasPrefix("endraw") {
        var end = index
        while end < endIndex, !self[end...].hasPrefix("%}") { end = self.index(after: end) }
        return end < endIndex ? self.index(end, offsetBy: 2) : nil
      }
      index = self.index(after: index)
    }
    return nil
  }
}
