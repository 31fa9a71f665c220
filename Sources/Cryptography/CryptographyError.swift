import CCrypto

/// Why an operation of the cryptographic library failed.
package enum CryptographyError: Error, Hashable, Sendable {
  /// The text or file is not what it should be: PEM, PFX, DER, a key of another kind.
  case malformed(String)
  case wrongPassword
  /// A key shorter than what is accepted.
  case weakKey(bits: Int)
  /// A ciphertext was altered, or belongs to another key or purpose.
  case notAuthentic
  /// The library itself failed; the text is its own.
  case library(String)

  /// Safe to show: names no key and no password.
  package var message: String {
    switch self {
    case .malformed(let what): what
    case .wrongPassword: "the password is wrong or missing"
    case .weakKey(let bits): "the key has \(bits) bits, which is too short"
    case .notAuthentic: "the data was altered, or belongs to another key or purpose"
    case .library(let text): text
    }
  }

  /// What OpenSSL has queued for this thread, which is emptied.
  static func lastLibraryError(_ operation: StaticString) -> CryptographyError {
    var texts: [String] = []
    var code = ERR_get_error()
    while code != 0 {
      texts.append(ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)")
      code = ERR_get_error()
    }
    return .library("\(operation): \(texts.joined(separator: ", "))")
  }
}
