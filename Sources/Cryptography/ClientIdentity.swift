package import AdminCore
import CCrypto

/// A certificate with its private key: what an application proves itself with.
package struct ClientIdentity: Sendable {
  package let certificate: Certificate
  package let privateKey: RSAPrivateKey

  package init(certificate: Certificate, privateKey: RSAPrivateKey) {
    self.certificate = certificate
    self.privateKey = privateKey
  }

  /// - Parameter file: the content of a PEM file with certificate and key, or of a PFX file (PKCS #12). A PEM file may
  ///   hold a whole chain in any order; the certificate is the one that the key belongs to.
  package init(file: [UInt8], password: Secret<String>?) throws(CryptographyError) {
    if String(decoding: file.prefix(65_536), as: UTF8.self).contains("-----BEGIN ") {
      let privateKey = try RSAPrivateKey(pem: file, password: password)
      let publicKey = try privateKey.publicKey()
      let certificates = try Certificate.all(pem: file)
      guard !certificates.isEmpty else { throw .malformed("no certificate in PEM form") }
      // A certificate with a key of another kind is another's, an authority's for instance.
      guard let certificate = certificates.first(where: { (try? $0.publicKey()) == publicKey }) else {
        throw .malformed("the private key does not belong to the certificate")
      }
      self.init(certificate: certificate, privateKey: privateKey)
    } else {
      self = try PKCS12Reader.read(file, password: password)
    }
  }
}

/// Reads PFX files of every age.
///
/// Old exports encrypt with RC2-40, which OpenSSL 3 keeps in its legacy provider. That provider is loaded into a library
/// context of its own, so that nothing else in the process can use what is in it.
private enum PKCS12Reader {
  static func read(_ file: [UInt8], password: Secret<String>?) throws(CryptographyError) -> ClientIdentity {
    guard let library = OSSL_LIB_CTX_new() else { throw .lastLibraryError("library context") }
    defer { OSSL_LIB_CTX_free(library) }
    let standard = OSSL_PROVIDER_load(library, "default")
    let legacy = OSSL_PROVIDER_load(library, "legacy")
    defer {
      if standard != nil { OSSL_PROVIDER_unload(standard) }
      if legacy != nil { OSSL_PROVIDER_unload(legacy) }
    }
    // The decoder works in the library context of the container it is given, and frees that container when it fails.
    var container = PKCS12_init_ex(NID_pkcs7_data, library, nil)
    defer { PKCS12_free(container) }
    let decoded = file.withUnsafeBufferPointer { buffer in
      var start = buffer.baseAddress
      return d2i_PKCS12(&container, &start, buffer.count)
    }
    guard let decoded else {
      ERR_clear_error()
      throw .malformed("neither PEM nor PFX")
    }
    return try unpack(decoded, password: password)
  }

  private static func unpack(
    _ container: OpaquePointer, password: Secret<String>?
  ) throws(CryptographyError) -> ClientIdentity {
    guard PKCS12_mac_present(container) == 1 else {
      throw .malformed("the PFX file is not protected against changes (it has no MAC)")
    }
    let password = password?.reveal() ?? ""
    var key: OpaquePointer?
    var certificate: OpaquePointer?
    guard PKCS12_parse(container, password, &key, &certificate, nil) == 1 else {
      let isPasswordWrong = PKCS12_verify_mac(container, password, -1) != 1
      let failure = CryptographyError.lastLibraryError("PKCS #12")
      throw isPasswordWrong ? .wrongPassword : failure
    }
    // Both get their owners before anything can be thrown.
    let parsedKey = KeyHandle(key)
    let parsedCertificate = CertificateHandle(certificate)
    guard let keyHandle = parsedKey else { throw .malformed("the PFX file holds no private key") }
    guard let certificateHandle = parsedCertificate else {
      throw .malformed("the PFX file holds no certificate for its key")
    }
    return ClientIdentity(
      certificate: try Certificate(handle: certificateHandle), privateKey: try RSAPrivateKey(handle: keyHandle))
  }
}
