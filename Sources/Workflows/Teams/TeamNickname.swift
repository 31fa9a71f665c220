import AdminCore
import Cryptography

/// The mail nickname of a group, made out of its name: what is left of it in lower-case ASCII letters and digits, with
/// hyphens between words. The same name always gives the same nickname.
package enum TeamNickname {
  /// Graph takes 64 characters; some are left for a number.
  private static let maximumLength = 58

  package static func make(from displayName: String) -> String {
    var words = ""
    for scalar in displayName.normalizedNFD.lowercased().unicodeScalars {
      if let letters = ascii(scalar) {
        words += letters
      } else if scalar.properties.generalCategory != .nonspacingMark, !words.hasSuffix("-"), !words.isEmpty {
        words += "-"
      }
    }
    let nickname = String(words.prefix(maximumLength)).trimmingHyphens
    guard nickname.isEmpty else { return nickname }
    // A name in another script leaves nothing; what is made of it must still be the same each time.
    return "team-" + Hex.encode(SHA256.hash(Array(displayName.normalizedNFC.utf8)).prefix(5))
  }

  /// Another one for the same name, where the first is taken.
  package static func numbered(_ nickname: String, _ number: Int) -> String { "\(nickname)-\(number)" }

  private static func ascii(_ scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "a"..."z", "0"..."9": String(scalar)
    case "ß": "ss"
    case "æ": "ae"
    case "œ": "oe"
    case "ø": "o"
    case "đ", "ð": "d"
    case "þ": "th"
    case "ł": "l"
    case "ı": "i"
    default: nil
    }
  }
}

extension String {
  fileprivate var trimmingHyphens: String {
    String(drop { $0 == "-" }.reversed().drop { $0 == "-" }.reversed())
  }
}
