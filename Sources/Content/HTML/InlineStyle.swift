/// The declarations of a `style` attribute.
enum InlineStyle {
  struct Result {
    /// The attribute's value, or `nil` when no declaration is left.
    var value: String?
    /// Properties that were left out, with the reason.
    var refused: [(property: String?, reason: Removal.Reason)] = []
    /// The template tags of each declaration that has any.
    var tags: [[Int]] = []
  }

  private static let maximumDeclarations = 100

  static func check(_ style: String) -> Result {
    var result = Result()
    var written: [String] = []
    for declaration in StyleTokenizer.tokens(of: style).split(separator: .semicolon).prefix(maximumDeclarations) {
      let tokens = declaration.drop { $0 == .whiteSpace }
      guard !tokens.isEmpty else { continue }
      let tags = tokens.compactMap { token -> Int? in
        if case .tag(let index) = token { index } else { nil }
      }
      if !tags.isEmpty { result.tags.append(tags) }
      guard case .identifier(let spelled)? = tokens.first, let colon = tokens.firstIndex(of: .colon),
        tokens[(tokens.startIndex + 1)..<colon].allSatisfy({ $0 == .whiteSpace })
      else {
        result.refused.append((nil, tags.isEmpty ? .malformedStyle : .tagInStyle))
        continue
      }
      let name = spelled.lowercased()
      guard let property = StyleProperty.named(name) else {
        result.refused.append((name, .property))
        continue
      }
      guard let value = StyleValue.canonical(tokens[(colon + 1)...], of: property) else {
        result.refused.append((name, .propertyValue))
        continue
      }
      written.append("\(name): \(value)")
    }
    if !written.isEmpty { result.value = written.joined(separator: "; ") }
    return result
  }
}
