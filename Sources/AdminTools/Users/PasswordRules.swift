import AdminCore

/// What the directory asks of a password, checked before anything is done, and the making of one.
enum PasswordRules {
  private static let lowercase = Array("abcdefghijkmnpqrstuvwxyz")
  private static let uppercase = Array("ABCDEFGHJKLMNPQRSTUVWXYZ")
  private static let digits = Array("23456789")
  private static let symbols = Array("!#%+-=?@_")

  /// A password of 20 characters from all four classes, without those that are easily misread: about 118 bits.
  static func generate() -> Secret<String> {
    var random = SystemRandomNumberGenerator()
    return generate(using: &random)
  }

  static func generate(using random: inout some RandomNumberGenerator) -> Secret<String> {
    let classes = [lowercase, uppercase, digits, symbols]
    let all = classes.flatMap { $0 }
    var characters = classes.compactMap { $0.randomElement(using: &random) }
    while characters.count < 20 { characters.append(all.randomElement(using: &random) ?? "x") }
    characters.shuffle(using: &random)
    return Secret(String(characters))
  }

  /// The rules that need no tenant; banned words are the tenant's to find. The password is never part of the error.
  static func check(_ password: Secret<String>, for name: UserPrincipalName) throws(AdminError) {
    let text = password.reveal()
    var broken: [String] = []
    if !(8...256).contains(text.count) { broken.append("has 8 to 256 characters") }
    if classCount(of: text) < 3 {
      broken.append("holds three of: lower case, upper case, digits, symbols")
    }
    if name.localPart.count >= 3, text.lowercased().contains(name.localPart.lowercased()) {
      broken.append("does not contain the user's name")
    }
    guard broken.isEmpty else {
      throw AdminError(
        .passwordRefused,
        "The password is refused. One that is accepted " + broken.joined(separator: ", and ")
          + ". Leave it out to have one made.")
    }
  }

  private static func classCount(of text: String) -> Int {
    let scalars = text.unicodeScalars
    let tests: [(Unicode.Scalar) -> Bool] = [
      { ("a"..."z").contains($0) }, { ("A"..."Z").contains($0) }, { ("0"..."9").contains($0) },
      { !("a"..."z").contains($0) && !("A"..."Z").contains($0) && !("0"..."9").contains($0) },
    ]
    return tests.count { test in scalars.contains(where: test) }
  }
}
