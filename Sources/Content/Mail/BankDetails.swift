/// Finds bank details in the text of a mail, whatever its template is called: risk is by effect.
///
/// Seen are an IBAN with a right check sum (ISO 13616), and a line whose label names a field of a bank and whose value is
/// a number. What stands in an image, or without its label, is not seen.
package enum BankDetails {
  package static func areNamed(in text: String) -> Bool {
    text.split(whereSeparator: \.isNewline).contains { line in holdsIBAN(line) || holdsLabelledNumber(line) }
  }

  private static func holdsLabelledNumber(_ line: Substring) -> Bool {
    guard let start = line.firstIndex(where: { $0.isASCII && $0.isNumber }) else { return false }
    // A number of four digits or more; a date has signs of its own between them.
    let value = line[start...].prefix { $0.isASCII && ($0.isNumber || $0 == " " || $0 == "-") }
    return value.count(where: \.isNumber) >= 4 && BankField.isLabelled(by: String(line[..<start]))
  }

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
