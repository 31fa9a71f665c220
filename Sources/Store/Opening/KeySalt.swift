import AdminCore
import Cryptography

/// The salt of a passphrase, in a file of its own beside the store: `<store>.kdf`.
///
/// It is no secret, but without it the passphrase opens nothing: it belongs into every backup. The version at its head
/// stands for algorithm and cost, so that nobody can lower them by editing the file.
struct KeySalt: Hashable {
  private static let header = "m365-admin-kdf/1 "
  private static let byteCount = 16
  /// Paid once at each start, about a fifth of a second, and by whoever guesses, for each guess.
  private static let iterations = 600_000

  let bytes: [UInt8]

  static func path(besides store: String) -> String { store + ".kdf" }

  init() { bytes = SecureRandom.bytes(Self.byteCount) }

  init?(fileContents: [UInt8]) {
    let text = String(decoding: fileContents, as: UTF8.self)
    guard text.hasPrefix(Self.header), text.hasSuffix("\n"),
      let bytes = Hex.decode(text.dropFirst(Self.header.count).dropLast()), bytes.count == Self.byteCount
    else { return nil }
    self.bytes = bytes
  }

  var fileContents: [UInt8] { Array("\(Self.header)\(Hex.encode(bytes))\n".utf8) }

  /// The key that passphrase and salt make together.
  func stretch(_ passphrase: Secret<String>) throws(AdminError) -> Secret<[UInt8]> {
    do throws(CryptographyError) {
      return try PBKDF2.stretch(passphrase, salt: bytes, iterations: Self.iterations)
    } catch {
      throw AdminError(.internalFault, "The passphrase could not be stretched.", cause: "\(error)")
    }
  }
}

extension KeySalt {
  /// The salt of the store at `store`; made, and on disk before anything is encrypted with it, when the store is new.
  static func load(for store: String, storeExists: Bool) throws(AdminError) -> KeySalt {
    let path = path(besides: store)
    let contents: [UInt8]
    do throws(ProtectedFile.Distrust) {
      contents = try ProtectedFile.read(path, limit: 256)
    } catch {
      guard case .unreadable(let cause) = error, cause.isMissingFile else {
        throw unusable("is not trusted: it " + error.remedy)
      }
      guard storeExists else { return try create(path, for: store) }
      throw unusable("is missing: restore it from a backup, or give the 64 digits if the store has a raw key")
    }
    guard let salt = KeySalt(fileContents: contents) else { throw unusable("is damaged: restore it from a backup") }
    return salt
  }

  private static func create(_ path: String, for store: String) throws(AdminError) -> KeySalt {
    let salt = KeySalt()
    do throws(SystemCallError) {
      if try ProtectedFile.create(path, salt.fileContents) { return salt }
    } catch {
      throw AdminError(
        .storeReadOnly, "The salt file beside the store cannot be written; check the directory and its disk.",
        cause: "\(error)")
    }
    // Another process was first; its salt counts.
    return try load(for: store, storeExists: true)
  }

  private static func unusable(_ reason: String) -> AdminError {
    AdminError(.cannotDecrypt, "The salt file (.kdf) beside the store, which its passphrase needs, \(reason).")
  }
}
