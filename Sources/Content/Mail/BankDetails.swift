/// Finds bank details in the text of a mail, whatever its template is called: risk is by effect.
///
/// Seen are an IBAN with a right check sum (ISO 13616), and a number whose label before it names a field of a bank: in the
/// same line, in the cell before, or in the line before. What stands in an image, below the head of a column, or without
/// its label, is not seen.
package enum BankDetails {
  package static func areNamed(in text: String) -> Bool {
    var before: Substring = ""
    for line in text.split(whereSeparator: \.isNewline) where !line.allSatisfy(\.isWhitespace) {
      if holdsIBAN(line) || holdsLabelledNumber(line, after: before) { return true }
      before = line
    }
    return false
  }

  /// No label is longer.
  private static let longestLabel = 200

  private static func holdsLabelledNumber(_ line: Substring, after before: Substring) -> Bool {
    var isInNumber = false
    for place in line.indices {
      defer { isInNumber = isDigit(line[place]) }
      guard !isInNumber, isDigit(line[place]) else { continue }
      // Four digits or more, in groups or not.
      let value = line[place...].prefix(40).prefix { isDigit($0) || $0 == " " || $0 == "-" }
      guard value.count(where: isDigit) >= 4 else { continue }
      if isLabel(line[..<place].suffix(longestLabel), after: before) { return true }
    }
    return false
  }

  /// Whether what stands before a number in its line, or in the line before where nothing does, names it.
  private static func isLabel(_ text: Substring, after before: Substring) -> Bool {
    let cells = text.split(separator: "|").filter { !$0.allSatisfy(\.isWhitespace) }
    guard let cell = cells.last else {
      // A sentence is no label.
      guard let last = before.last(where: { !$0.isWhitespace }), !".!?,".contains(last) else { return false }
      return BankField.isLabelled(by: String(before.suffix(longestLabel)), standsAlone: true)
    }
    return BankField.isLabelled(by: String(cell), standsAlone: cell.endIndex != text.endIndex)
  }

  private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }

  private static func holdsIBAN(_ line: Substring) -> Bool {
    let characters = Array(line.utf8)
    return characters.indices.contains { start in
      guard isLetter(characters[start] & 0xDF), start == 0 || !AttributeValue.isAlphanumeric(characters[start - 1])
      else { return false }
      return isIBAN(characters[start...].prefix(64))
    }
  }

  /// Whether an IBAN begins here, in one piece or in groups.
  private static func isIBAN(_ text: ArraySlice<UInt8>) -> Bool {
    var letters: [UInt8] = []
    for byte in text where byte != UInt8(ascii: " ") {
      guard AttributeValue.isAlphanumeric(byte), letters.count < 34 else { break }
      letters.append(byte & 0xDF == byte || byte < 0x41 ? byte : byte & 0xDF)
      // Countries have lengths of their own, from 15 to 34; what follows it may be a word of the sentence.
      if letters.count >= 15, hasRightCheckSum(letters) { return true }
    }
    return false
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }

  private static func hasRightCheckSum(_ letters: [UInt8]) -> Bool {
    guard isLetter(letters[0]), isLetter(letters[1]), !isLetter(letters[2]), !isLetter(letters[3]) else { return false }
    // Only now and then are there letters in the rest, and never only letters.
    guard letters[4...].contains(where: { !isLetter($0) }) else { return false }
    let rest = (letters[4...] + letters[..<4]).reduce(0) { sum, byte in
      isLetter(byte) ? (sum * 100 + Int(byte) - 55) % 97 : (sum * 10 + Int(byte) - 48) % 97
    }
    return rest == 1
  }
}
