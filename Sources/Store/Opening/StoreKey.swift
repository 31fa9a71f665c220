package import AdminCore
import Cryptography

/// The key of a store as an administrator gives it: 256 bits, or a passphrase from which they are made.
package enum StoreKey: Sendable {
  case raw(Secret<[UInt8]>)
  case passphrase(Secret<String>)

  /// Fewer characters can be guessed, however they are stretched.
  package static let minimumPassphraseLength = 16
  /// Longer than any key; a file beyond it was named by mistake.
  private static let largestKeyFile = 4096

  /// The key that the settings name.
  package init(_ configured: Configuration.StoreKey) throws(AdminError) {
    switch configured {
    case .value(let text): try self.init(text, from: .encryptionKey)
    case .file(let path): try self.init(Self.contents(ofKeyFile: path), from: .encryptionKeyFile)
    }
  }

  /// - Parameter setting: the one that a complaint names; the value itself is never part of it.
  package init(_ text: Secret<String>, from setting: Setting = .encryptionKey) throws(AdminError) {
    let value = text.reveal()
    if value.utf8.count == 64, let bytes = Hex.decode(value) {
      self = .raw(Secret(bytes))
    } else if value.count >= Self.minimumPassphraseLength {
      self = .passphrase(text)
    } else {
      throw .misconfigured(
        setting,
        "must hold 64 hexadecimal digits, or a passphrase of at least \(Self.minimumPassphraseLength) characters")
    }
  }

  /// A new random key in the form the settings take: 64 hexadecimal digits.
  package static func makeText() -> Secret<String> { Secret(Hex.encode(SecureRandom.bytes(32))) }

  private static func contents(ofKeyFile path: String) throws(AdminError) -> Secret<String> {
    do throws(ProtectedFile.Distrust) {
      let bytes = try ProtectedFile.read(path, limit: largestKeyFile)
      var text = String(decoding: bytes, as: UTF8.self)
      while text.last?.isNewline == true { text.removeLast() }
      return Secret(text)
    } catch {
      throw .misconfigured(.encryptionKeyFile, error.remedy)
    }
  }
}

extension ProtectedFile.Distrust {
  /// What is wrong with the file and what to do, as the end of a sentence that begins with the setting's name.
  var remedy: String {
    switch self {
    case .unreadable(let error): "names a file that cannot be read (\(error))"
    case .symbolicLink: "names a symbolic link; name the file itself"
    case .notARegularFile: "does not name a regular file"
    case .readableByOthers(let mode):
      "names a file with mode 0\(String(mode, radix: 8)); others must not read it: chmod 600"
    case .largerThan(let limit): "names a file of more than \(limit) bytes, which is no key"
    }
  }
}

extension AdminError {
  static func misconfigured(_ setting: Setting, _ message: String) -> AdminError {
    AdminError(problem: setting, message)
  }

  private init(problem setting: Setting, _ message: String) {
    let problem = Problem(path: setting.rawValue, rule: "setting", message: message)
    self.init(.misconfigured, "\(setting.rawValue) \(message)", details: .array([problem.json]))
  }
}
