import AdminCore
import Cryptography

/// The keys of the simulator, made once in a process: making an RSA key costs a tenth of a second, and tests make many
/// tenants. They guard nothing but a simulation.
enum SharedKeys {
  /// Signs the tenant's tokens.
  static func signing() throws(CryptographyError) -> RSAPrivateKey { try signingKey.get() }
  /// Proves the registered application.
  static func client() throws(CryptographyError) -> RSAPrivateKey { try clientKey.get() }
  /// The outside issuer of federated tokens.
  static func federation() throws(CryptographyError) -> RSAPrivateKey { try federationKey.get() }
  /// Belongs to nobody: signs what must not be believed.
  static func stranger() throws(CryptographyError) -> RSAPrivateKey { try strangerKey.get() }
  /// Too short to be believed.
  static func weak() throws(CryptographyError) -> RSAPrivateKey { try weakKey.get() }
  /// The certificate authority of `--tls`.
  static func authority() throws(CryptographyError) -> RSAPrivateKey { try authorityKey.get() }
  static func server() throws(CryptographyError) -> RSAPrivateKey { try serverKey.get() }

  private static let signingKey = make()
  private static let clientKey = make()
  private static let federationKey = make()
  private static let strangerKey = make()
  private static let weakKey = make { () throws(CryptographyError) in try RSAPrivateKey.generateWeak() }
  private static let authorityKey = make()
  private static let serverKey = make()

  private static func make(
    _ generate: () throws(CryptographyError) -> RSAPrivateKey = { () throws(CryptographyError) in
      try RSAPrivateKey.generate()
    }
  ) -> Result<RSAPrivateKey, CryptographyError> {
    do throws(CryptographyError) {
      return .success(try generate())
    } catch {
      return .failure(error)
    }
  }
}
