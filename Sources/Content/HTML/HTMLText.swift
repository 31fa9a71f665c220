/// Text of a mail body without the characters that could deceive its reader or its next parser.
enum HTMLText {
  /// The text without controls (white space stays, as line feed or blank), noncharacters, private tags, and the characters
  /// that turn the direction of text around. Joiners, soft hyphens and the two plain direction marks stay: languages need
  /// them.
  static func cleaned(_ text: String) -> (text: String, isChanged: Bool) {
    guard !isPlain(text) else { return (text, false) }
    var cleaned = String.UnicodeScalarView()
    var isChanged = false
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x09, 0x0A, 0x20...0x7E: cleaned.append(scalar)
      case 0x0C, 0x0D: cleaned.append(" ")
      case _ where isForbidden(scalar): isChanged = true
      default: cleaned.append(scalar)
      }
    }
    return (String(cleaned), isChanged)
  }

  private static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { ($0 >= 0x20 && $0 < 0x7F) || $0 == 0x0A || $0 == 0x09 }
  }

  static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x08, 0x0B, 0x0E...0x1F, 0x7F...0x9F: true
    // Embeddings, overrides and isolates; line and paragraph separators.
    case 0x2028...0x202E, 0x2066...0x206F: true
    case 0xFDD0...0xFDEF, 0xFEFF, 0xFFF9...0xFFFB: true
    // Tag characters, which spell ASCII invisibly.
    case 0xE0000...0xE007F: true
    default: scalar.value & 0xFFFE == 0xFFFE
    }
  }
}
