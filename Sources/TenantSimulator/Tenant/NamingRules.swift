import AdminCore

/// What the directory demands of names and passwords.
enum NamingRules {
  /// ISO 3166-1 alpha-2: two capital letters; which pairs are assigned is not checked, except those kept free for
  /// private use, which tests take for "no such country".
  static func isCountry(_ text: String) -> Bool {
    text.utf8.count == 2 && text.utf8.allSatisfy { (0x41...0x5A).contains($0) } && !text.hasPrefix("X")
      && !["AA", "QM", "QN", "QO", "QP", "QQ", "QR", "QS", "QT", "QU", "QV", "QW", "QX", "QY", "QZ", "ZZ"].contains(
        text)
  }

  static func isMailNickname(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        byte > 0x20 && byte < 0x7F && !"@()\\[]\";:<>,".utf8.contains(byte)
      }
  }
}

/// The password policy of the directory.
enum PasswordPolicy {
  /// A few of the words that Microsoft's list bans; the real list is secret and long.
  private static let bannedWords = [
    "password", "welcome", "letmein", "qwerty", "changeme", "administrator", "microsoft", "summer", "winter",
  ]

  enum Refusal: Sendable {
    case complexity
    case banned
  }

  /// - Parameters:
  ///   - alias: what stands before the `@`; a password may not contain it.
  ///   - words: further banned words, such as the company's name.
  static func refusal(of password: String, alias: String, words: [String]) -> Refusal? {
    guard (8...256).contains(password.unicodeScalars.count), classes(in: password) >= 3,
      alias.isEmpty || !password.lowercased().contains(alias.lowercased())
    else { return .complexity }
    return score(of: password, words: bannedWords + words) < 5 ? .banned : nil
  }

  private static func classes(in password: String) -> Int {
    let scalars = password.unicodeScalars
    let hasLower = scalars.contains { $0.properties.isLowercase }
    let hasUpper = scalars.contains { $0.properties.isUppercase }
    let hasDigit = scalars.contains { ("0"..."9").contains($0) }
    let hasOther = scalars.contains { scalar in
      !scalar.properties.isAlphabetic && !("0"..."9").contains(scalar)
    }
    return [hasLower, hasUpper, hasDigit, hasOther].count { $0 }
  }

  /// One point for each banned word and one for each other character; five are needed. Common substitutions count as
  /// the letters they stand for.
  private static func score(of password: String, words: [String]) -> Int {
    let substitutes: [Character: Character] = ["0": "o", "1": "l", "$": "s", "@": "a", "3": "e"]
    var rest = String(password.lowercased().map { substitutes[$0] ?? $0 })
    var points = 0
    for word in words where word.count >= 4 {
      let folded = String(word.lowercased().map { substitutes[$0] ?? $0 })
      let parts = rest.split(separator: folded, omittingEmptySubsequences: false)
      points += parts.count - 1
      rest = parts.joined(separator: "")
    }
    return points + rest.count
  }
}
