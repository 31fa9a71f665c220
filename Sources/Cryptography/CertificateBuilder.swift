package import AdminCore
import CCrypto

/// Makes certificates: for an application's registration, and for simulated services.
package struct CertificateBuilder: Sendable {
  package enum Purpose: Sendable {
    /// Signs client assertions and nothing else.
    case clientAssertion
    /// Issues other certificates.
    case authority
    /// Serves TLS under the given DNS names and IP addresses (`DNS:localhost`, `IP:127.0.0.1`).
    case server(names: [String])
  }

  package var commonName: String
  package var purpose: Purpose
  package var notBefore: Timestamp
  package var notAfter: Timestamp

  package init(commonName: String, purpose: Purpose, notBefore: Timestamp, notAfter: Timestamp) {
    self.commonName = commonName
    self.purpose = purpose
    self.notBefore = notBefore
    self.notAfter = notAfter
  }

  /// - Parameter issuer: who signs; the certificate signs itself where there is none.
  package func build(
    for key: RSAPrivateKey, issuer: ClientIdentity? = nil
  ) throws(CryptographyError) -> Certificate {
    guard let certificate = CertificateHandle(X509_new()) else { throw .lastLibraryError("X.509") }
    let subjectKey = try key.handle()
    try setSerialNumber(of: certificate)
    guard X509_set_version(certificate.pointer, 2) == 1,
      ASN1_TIME_set(X509_getm_notBefore(certificate.pointer), Int(notBefore.seconds)) != nil,
      ASN1_TIME_set(X509_getm_notAfter(certificate.pointer), Int(notAfter.seconds)) != nil,
      X509_set_pubkey(certificate.pointer, subjectKey.pointer) == 1
    else { throw .lastLibraryError("X.509") }
    let name = X509_get_subject_name(certificate.pointer)
    guard X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, commonName, -1, -1, 0) == 1 else {
      ERR_clear_error()
      throw .malformed("a common name has 1 to 64 characters")
    }
    if let issuer {
      let parent = try issuer.certificate.handle()
      X509_set_issuer_name(certificate.pointer, X509_get_subject_name(parent.pointer))
      try addExtensions(to: certificate, issuedBy: parent.pointer)
      try sign(certificate, with: try issuer.privateKey.handle())
    } else {
      X509_set_issuer_name(certificate.pointer, name)
      try addExtensions(to: certificate, issuedBy: certificate.pointer)
      try sign(certificate, with: subjectKey)
    }
    return try Certificate(handle: certificate)
  }

  private func setSerialNumber(of certificate: borrowing CertificateHandle) throws(CryptographyError) {
    var bytes = SecureRandom.bytes(16)
    bytes[0] &= 0x7F
    let number = BN_bin2bn(bytes, Int32(bytes.count), nil)
    defer { BN_free(number) }
    guard BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate.pointer)) != nil else {
      throw .lastLibraryError("X.509 serial number")
    }
  }

  private func sign(
    _ certificate: borrowing CertificateHandle, with key: borrowing KeyHandle
  ) throws(CryptographyError) {
    guard X509_sign(certificate.pointer, key.pointer, EVP_sha256()) > 0 else {
      throw .lastLibraryError("X.509 signature")
    }
  }

  private var extensions: [(Int32, String)] {
    switch purpose {
    case .clientAssertion:
      [(NID_basic_constraints, "critical,CA:FALSE"), (NID_key_usage, "critical,digitalSignature")]
    case .authority:
      [(NID_basic_constraints, "critical,CA:TRUE"), (NID_key_usage, "critical,keyCertSign,cRLSign")]
    case .server(let names):
      [
        (NID_basic_constraints, "critical,CA:FALSE"), (NID_ext_key_usage, "serverAuth"),
        (NID_key_usage, "critical,digitalSignature,keyEncipherment"),
        (NID_subject_alt_name, names.joined(separator: ",")),
      ]
    }
  }

  private func addExtensions(
    to certificate: borrowing CertificateHandle, issuedBy issuer: OpaquePointer
  ) throws(CryptographyError) {
    var context = X509V3_CTX()
    X509V3_set_ctx(&context, issuer, certificate.pointer, nil, nil, 0)
    // The authority's key is named too where there is one: strict verifiers ask for it (RFC 5280 section 4.2.1.1).
    let isSelfSigned = issuer == certificate.pointer
    let keys =
      [(NID_subject_key_identifier, "hash")] + (isSelfSigned ? [] : [(NID_authority_key_identifier, "keyid:always")])
    for (kind, value) in extensions + keys {
      guard let made = X509V3_EXT_conf_nid(nil, &context, kind, value) else {
        throw .lastLibraryError("X.509 extension")
      }
      defer { X509_EXTENSION_free(made) }
      guard X509_add_ext(certificate.pointer, made, -1) == 1 else { throw .lastLibraryError("X.509 extension") }
    }
  }
}
