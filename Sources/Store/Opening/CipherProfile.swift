import AdminCore

/// How a store's pages are encrypted. SQLCipher 4 changed the defaults of 3; both read files of 3.
package enum CipherProfile: String, Sendable {
  /// What the linked SQLCipher does by itself.
  case native
  /// The page format of SQLCipher 3, read by a SQLCipher 4.
  case compatibility3 = "compatibility-3"

  /// What to try, in order, to open an existing file.
  package static func candidates(cipherVersion: String) -> [CipherProfile] {
    let major = cipherVersion.split(separator: ".").first.flatMap { Int($0) } ?? 0
    return major >= 4 ? [.native, .compatibility3] : [.native]
  }

  /// What follows the key. Pages of 4 KiB are the default of SQLCipher 4 and four times those of 3.
  package var statements: [SQL] {
    switch self {
    case .native: ["PRAGMA cipher_page_size = 4096"]
    case .compatibility3: ["PRAGMA cipher_compatibility = 3", "PRAGMA cipher_page_size = 4096"]
    }
  }
}
