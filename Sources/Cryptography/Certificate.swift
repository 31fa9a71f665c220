package import AdminCore
import CCrypto

/// An X.509 certificate.
package struct Certificate: Hashable, Sendable {
  package let der: [UInt8]
  /// One line, for people: `CN=…, O=…`.
  package let subject: String
  package let notBefore: Timestamp
  package let notAfter: Timestamp

  package init(der: [UInt8]) throws(CryptographyError) {
    let pointer = der.withUnsafeBufferPointer { buffer in
      var start = buffer.baseAddress
      return d2i_X509(nil, &start, buffer.count)
    }
    guard let handle = CertificateHandle(pointer) else {
      ERR_clear_error()
      throw .malformed("not a certificate in DER form")
    }
    try self.init(handle: handle)
  }

  /// The first certificate of a PEM text.
  package init(pem: [UInt8]) throws(CryptographyError) {
    let buffer = try MemoryBuffer(pem)
    guard let handle = CertificateHandle(PEM_read_bio_X509(buffer.pointer, nil, nil, nil)) else {
      ERR_clear_error()
      throw .malformed("no certificate in PEM form")
    }
    try self.init(handle: handle)
  }

  /// Every certificate of a PEM text, in its order.
  static func all(pem: [UInt8]) throws(CryptographyError) -> [Certificate] {
    let buffer = try MemoryBuffer(pem)
    var certificates: [Certificate] = []
    while let handle = CertificateHandle(PEM_read_bio_X509(buffer.pointer, nil, nil, nil)) {
      certificates.append(try Certificate(handle: handle))
    }
    ERR_clear_error()
    return certificates
  }

  init(handle: borrowing CertificateHandle) throws(CryptographyError) {
    let buffer = try MemoryBuffer()
    guard i2d_X509_bio(buffer.pointer, handle.pointer) == 1 else { throw .lastLibraryError("X.509") }
    der = buffer.bytes
    let name = try MemoryBuffer()
    X509_NAME_print_ex(name.pointer, X509_get_subject_name(handle.pointer), 0, m365_one_line_names())
    subject = String(decoding: name.bytes, as: UTF8.self)
    notBefore = try Self.time(X509_get0_notBefore(handle.pointer))
    notAfter = try Self.time(X509_get0_notAfter(handle.pointer))
  }

  private static func time(_ time: UnsafePointer<ASN1_TIME>?) throws(CryptographyError) -> Timestamp {
    // Without a first time the library would count from now.
    guard let epoch = ASN1_TIME_set(nil, 0) else { throw .lastLibraryError("X.509 validity") }
    defer { ASN1_TIME_free(epoch) }
    var (days, seconds): (Int32, Int32) = (0, 0)
    guard ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { throw .lastLibraryError("X.509 validity") }
    return Timestamp(seconds: Int64(days) * 86_400 + Int64(seconds))
  }

  package func publicKey() throws(CryptographyError) -> RSAPublicKey {
    let certificate = try handle()
    guard let key = KeyHandle(X509_get_pubkey(certificate.pointer)) else { throw .lastLibraryError("X.509 key") }
    return try RSAPublicKey(handle: key)
  }

  func handle() throws(CryptographyError) -> CertificateHandle {
    let pointer = der.withUnsafeBufferPointer { buffer in
      var start = buffer.baseAddress
      return d2i_X509(nil, &start, buffer.count)
    }
    guard let handle = CertificateHandle(pointer) else { throw .lastLibraryError("X.509") }
    return handle
  }

  /// SHA-256 of the DER form: the `x5t#S256` of RFC 7515.
  package var thumbprint: [UInt8] { SHA256.hash(der) }

  package func pem() throws(CryptographyError) -> String {
    let certificate = try handle()
    let buffer = try MemoryBuffer()
    guard PEM_write_bio_X509(buffer.pointer, certificate.pointer) == 1 else { throw .lastLibraryError("PEM") }
    return String(decoding: buffer.bytes, as: UTF8.self)
  }
}
