/// Recognises the fields that say where money goes, in names of variables and in the labels people write.
enum BankField {
  /// Beyond the names the product's interface lists, their German, French and Spanish words.
  private static let words: Set<String> = [
    "account", "acct", "iban", "bic", "swift", "routing", "aba", "sortcode", "beneficiary", "payee", "konto",
    "kontonummer", "kontonr", "kontoinhaber", "bankkonto", "bankverbindung", "bankleitzahl", "blz", "begunstigter",
    "beguenstigter", "zahlungsempfanger", "zahlungsempfaenger", "compte", "beneficiaire", "titulaire", "cuenta",
    "beneficiario", "clabe", "ifsc", "bsb",
  ]

  /// Parts by which a word written without gaps gives itself away.
  private static let parts = [
    "account", "iban", "swift", "routing", "sortcode", "beneficiary", "beneficiar", "bankkonto", "kontonummer",
    "biccode", "bicnumber", "payee",
  ]

  /// What `account` may belong to that is no field of a bank.
  private static let people: Set<String> = ["manager", "managers", "executive", "representative", "team"]
  private static let departments: Set<String> = ["accounting", "accountant", "accountants"]

  /// Words that stand between a label's noun and its value.
  private static let fillers: Set<String> = [
    "number", "numbers", "num", "no", "nr", "code", "codes", "name", "holder", "owner", "details", "id", "is", "the",
    "of", "for", "our", "your", "to", "as", "follows", "nummer", "inhaber", "lautet", "numero", "est", "le", "la", "de",
    "usd", "eur", "gbp", "chf", "transit", "wire", "ach", "bank", "and", "or",
  ]

  // MARK: - Names

  /// Whether a variable of this name, in any style of writing, holds a field of a bank.
  static func isNamed(by name: String) -> Bool { isField(words(of: name)) }

  private static func isField(_ words: [String]) -> Bool {
    let rest = withoutPeople(words)
    for (index, word) in rest.enumerated() {
      if Self.words.contains(word) || parts.contains(where: word.contains) { return true }
      if word == "sort", index + 1 < rest.count, rest[index + 1] == "code" { return true }
    }
    // Words cut where they do not belong: `i_ban`, `sWift`.
    let joined = rest.joined()
    return (2...6).contains(rest.count)
      && ["iban", "swift", "sortcode"].contains { joined.hasPrefix($0) || joined.hasSuffix($0) }
  }

  private static func withoutPeople(_ words: [String]) -> [String] {
    var rest: [String] = []
    for word in words where !departments.contains(word) {
      if people.contains(word), rest.last == "account" { rest.removeLast() } else { rest.append(word) }
    }
    return rest
  }

  // MARK: - Labels

  /// Whether a text that ends before a value names it as a field of a bank: its last word does, fillers aside, or it is a
  /// short label that does.
  ///
  /// - Parameter standsAlone: whether the text is a line, cell or column head of its own, and so surely a label.
  static func isLabelled(by text: String, standsAlone: Bool = false) -> Bool {
    var text = text[...]
    var isLabel = standsAlone
    while let last = text.last,
      last == " " || last == "\u{A0}" || last == ":" || last == "=" || last == "-" || last == "–"
    {
      if last != " ", last != "\u{A0}" { isLabel = true }
      text.removeLast()
    }
    if text.hasSuffix(")"), let open = text.lastIndex(of: "(") {
      if isField(words(of: String(text[open...]))) { return true }
      text = text[..<open]
    }
    var found = withoutPeople(words(of: String(text)))
    if isLabel, found.count <= 5, isField(found) { return true }
    while let last = found.last, fillers.contains(last) || last.allSatisfy(\.isNumber) { found.removeLast() }
    return isField(Array(found.suffix(1))) || isField(Array(found.suffix(2)))
  }

  /// Whether a text that follows a value names it: `(IBAN)`.
  static func isLabelledBehind(_ text: String) -> Bool {
    let rest = text.drop { $0 == " " }
    guard rest.hasPrefix("("), let close = rest.firstIndex(of: ")") else { return false }
    return isField(words(of: String(rest[..<close])))
  }

  static func isMentioned(in text: String) -> Bool { isField(words(of: text)) }

  // MARK: - Words

  /// The words of a name or label in lower case without accents: cut at everything that is no letter or digit, and where a
  /// capital follows a small letter. Single letters in a row make one word (`I.B.A.N.`).
  static func words(of text: String) -> [String] {
    var words: [String] = []
    var word = ""
    var previousIsSmall = false
    func finish() {
      if !word.isEmpty { words.append(word) }
      word = ""
    }
    for scalar in text.unicodeScalars {
      guard let letter = folded(scalar) else {
        if !isInvisible(scalar) { finish() }
        continue
      }
      let isCapital = scalar.properties.isUppercase
      if isCapital, previousIsSmall { finish() }
      previousIsSmall = scalar.properties.isLowercase
      word += letter
    }
    finish()
    return joiningSingleLetters(words)
  }

  private static func joiningSingleLetters(_ words: [String]) -> [String] {
    var result: [String] = []
    var run = ""
    for word in words {
      if word.count == 1 {
        run += word
      } else {
        if !run.isEmpty { result.append(run) }
        run = ""
        result.append(word)
      }
    }
    if !run.isEmpty { result.append(run) }
    return result
  }

  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .format || scalar.properties.generalCategory == .nonspacingMark
      || scalar.properties.isVariationSelector
  }

  /// A letter or digit as small ASCII, letters that only look Latin included; `nil` for what is neither.
  private static func folded(_ scalar: Unicode.Scalar) -> String? {
    if let twin = lookalikes[scalar] { return twin }
    let scalar = (0xFF01...0xFF5E).contains(scalar.value) ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar
    let lowered = scalar.properties.lowercaseMapping
    if lowered.utf8.count == 1 {
      return lowered.utf8.allSatisfy(AttributeValue.isAlphanumeric) ? lowered : nil
    }
    if let base = accented[lowered] { return base }
    return scalar.properties.isAlphabetic ? lowered : nil
  }

  private static let accented: [String: String] = [
    "à": "a", "á": "a", "â": "a", "ã": "a", "ä": "a", "å": "a", "ç": "c", "è": "e", "é": "e", "ê": "e", "ë": "e",
    "ì": "i", "í": "i", "î": "i", "ï": "i", "ñ": "n", "ò": "o", "ó": "o", "ô": "o", "õ": "o", "ö": "o", "ß": "ss",
    "ù": "u", "ú": "u", "û": "u", "ü": "u", "ý": "y", "ÿ": "y",
  ]

  private static let lookalikes: [Unicode.Scalar: String] = [
    "А": "a", "а": "a", "В": "b", "Е": "e", "е": "e", "І": "i", "і": "i", "К": "k", "к": "k", "М": "m", "Н": "h",
    "О": "o", "о": "o", "Р": "p", "р": "p", "С": "c", "с": "c", "Т": "t", "т": "t", "У": "y", "у": "y", "Х": "x",
    "х": "x", "Ѕ": "s", "ѕ": "s", "ԝ": "w", "Α": "a", "Β": "b", "Ε": "e", "Ι": "i", "Κ": "k", "Μ": "m", "Ν": "n",
    "Ο": "o", "ο": "o", "Τ": "t", "Υ": "y", "Χ": "x", "ı": "i",
  ]
}
