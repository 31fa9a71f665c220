package import AdminCore
import CCrypto

/// How an RSA signature over SHA-256 is padded.
package enum RSASignatureScheme: Sendable {
  /// RSASSA-PSS with a salt of 32 bytes: `PS256` of RFC 7518.
  case ps256
  /// RSASSA-PKCS1-v1_5: `RS256` of RFC 7518.
  case rs256

  fileprivate func configure(_ context: OpaquePointer?) -> Bool {
    switch self {
    case .rs256: EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1
    case .ps256:
      EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1
        && EVP_PKEY_CTX_set_rsa_pss_saltlen(context, 32) == 1
        && EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1
    }
  }
}

/// An RSA private key of at least 2048 bits.
///
/// Held as its encoding and handed to the library for each operation, which costs microseconds beside the signature's
/// millisecond and lets the key cross tasks as the plain value it is.
package struct RSAPrivateKey: Sendable {
  static let minimumBits = 2048

  /// PKCS #8.
  private let der: Secret<[UInt8]>

  /// - Parameter pem: a PEM text that holds a private key, possibly among other things.
  package init(pem: [UInt8], password: Secret<String>?) throws(CryptographyError) {
    let buffer = try MemoryBuffer(pem)
    // Without a callback of our own the library would ask on the terminal.
    let password = Array((password?.reveal() ?? "").utf8CString)
    let pointer = password.withUnsafeBufferPointer { text in
      PEM_read_bio_PrivateKey(buffer.pointer, nil, nil, UnsafeMutableRawPointer(mutating: text.baseAddress))
    }
    guard let handle = KeyHandle(pointer) else {
      ERR_clear_error()
      let text = String(decoding: pem, as: UTF8.self)
      let isEncrypted = text.contains("ENCRYPTED")
      throw isEncrypted ? .wrongPassword : .malformed("no private key in PEM form")
    }
    try self.init(handle: handle)
  }

  package static func generate(bits: Int = 2048) throws(CryptographyError) -> RSAPrivateKey {
    guard bits >= minimumBits else { throw .weakKey(bits: bits) }
    return try generate(bits: bits, minimumBits: minimumBits)
  }

  /// A key of 1024 bits. It can sign, and nothing here believes what it has signed: for showing that.
  package static func generateWeak() throws(CryptographyError) -> RSAPrivateKey {
    try generate(bits: 1024, minimumBits: 1024)
  }

  private static func generate(bits: Int, minimumBits: Int) throws(CryptographyError) -> RSAPrivateKey {
    let context = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nil)
    defer { EVP_PKEY_CTX_free(context) }
    var pointer: OpaquePointer?
    guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_rsa_keygen_bits(context, Int32(bits)) == 1,
      EVP_PKEY_keygen(context, &pointer) == 1, let handle = KeyHandle(pointer)
    else { throw .lastLibraryError("RSA key generation") }
    return try RSAPrivateKey(handle: handle, minimumBits: minimumBits)
  }

  init(handle: borrowing KeyHandle, minimumBits: Int = minimumBits) throws(CryptographyError) {
    guard EVP_PKEY_get_base_id(handle.pointer) == EVP_PKEY_RSA else { throw .malformed("the key is not an RSA key") }
    let bits = Int(EVP_PKEY_get_bits(handle.pointer))
    guard bits >= minimumBits else { throw .weakKey(bits: bits) }
    let buffer = try MemoryBuffer()
    guard i2d_PKCS8PrivateKey_bio(buffer.pointer, handle.pointer, nil, nil, 0, nil, nil) == 1 else {
      throw .lastLibraryError("PKCS #8")
    }
    der = Secret(buffer.bytes)
  }

  func handle() throws(CryptographyError) -> KeyHandle {
    let bytes = der.reveal()
    let pointer = bytes.withUnsafeBufferPointer { buffer in
      var start = buffer.baseAddress
      return d2i_AutoPrivateKey(nil, &start, buffer.count)
    }
    guard let handle = KeyHandle(pointer) else { throw .lastLibraryError("PKCS #8") }
    return handle
  }

  /// The unencrypted PKCS #8 PEM text, for writing a key file.
  package func pem() throws(CryptographyError) -> Secret<String> {
    let key = try handle()
    let buffer = try MemoryBuffer()
    guard PEM_write_bio_PKCS8PrivateKey(buffer.pointer, key.pointer, nil, nil, 0, nil, nil) == 1 else {
      throw .lastLibraryError("PEM")
    }
    return Secret(String(decoding: buffer.bytes, as: UTF8.self))
  }

  package func publicKey() throws(CryptographyError) -> RSAPublicKey { try RSAPublicKey(handle: try handle()) }

  package func sign(_ bytes: [UInt8], _ scheme: RSASignatureScheme) throws(CryptographyError) -> [UInt8] {
    let key = try handle()
    let context = EVP_MD_CTX_new()
    defer { EVP_MD_CTX_free(context) }
    var keyContext: OpaquePointer?
    var length = 0
    guard EVP_DigestSignInit(context, &keyContext, EVP_sha256(), nil, key.pointer) == 1,
      scheme.configure(keyContext), EVP_DigestSign(context, nil, &length, bytes, bytes.count) == 1
    else { throw .lastLibraryError("RSA signature") }
    var signature = [UInt8](repeating: 0, count: length)
    guard EVP_DigestSign(context, &signature, &length, bytes, bytes.count) == 1 else {
      throw .lastLibraryError("RSA signature")
    }
    return Array(signature.prefix(length))
  }
}

/// An RSA public key, as a JSON Web Key gives it.
package struct RSAPublicKey: Hashable, Sendable {
  /// Big-endian, without leading zeros.
  package let modulus: [UInt8]
  package let exponent: [UInt8]

  package var bits: Int {
    guard let first = modulus.first else { return 0 }
    return modulus.count * 8 - first.leadingZeroBitCount
  }

  package init(modulus: [UInt8], exponent: [UInt8]) {
    self.modulus = Array(modulus.drop { $0 == 0 })
    self.exponent = Array(exponent.drop { $0 == 0 })
  }

  init(handle: borrowing KeyHandle) throws(CryptographyError) {
    guard EVP_PKEY_get_base_id(handle.pointer) == EVP_PKEY_RSA else { throw .malformed("the key is not an RSA key") }
    modulus = try Self.parameter(OSSL_PKEY_PARAM_RSA_N, of: handle)
    exponent = try Self.parameter(OSSL_PKEY_PARAM_RSA_E, of: handle)
  }

  private static func parameter(_ name: String, of handle: borrowing KeyHandle) throws(CryptographyError) -> [UInt8] {
    var number: OpaquePointer?
    guard EVP_PKEY_get_bn_param(handle.pointer, name, &number) == 1 else { throw .lastLibraryError("RSA key") }
    defer { BN_free(number) }
    var bytes = [UInt8](repeating: 0, count: Int(BN_num_bits(number) + 7) / 8)
    BN_bn2bin(number, &bytes)
    return bytes
  }

  /// Whether `signature` is this key's over `bytes`. Anything malformed is simply not valid, and so is whatever a key
  /// that is too short or has a trivial exponent has signed: anybody could have.
  package func isValid(_ signature: [UInt8], for bytes: [UInt8], _ scheme: RSASignatureScheme) -> Bool {
    guard bits >= RSAPrivateKey.minimumBits, let last = exponent.last, last & 1 == 1, exponent != [1],
      let key = handle()
    else { return false }
    let context = EVP_MD_CTX_new()
    defer {
      EVP_MD_CTX_free(context)
      ERR_clear_error()
    }
    var keyContext: OpaquePointer?
    guard EVP_DigestVerifyInit(context, &keyContext, EVP_sha256(), nil, key.pointer) == 1,
      scheme.configure(keyContext)
    else { return false }
    return EVP_DigestVerify(context, signature, signature.count, bytes, bytes.count) == 1
  }

  func handle() -> KeyHandle? {
    // The library keeps the names by their addresses until the key is made.
    let pointer = OSSL_PKEY_PARAM_RSA_N.withCString { modulusName in
      OSSL_PKEY_PARAM_RSA_E.withCString { exponentName in
        makeKey(modulusName: modulusName, exponentName: exponentName)
      }
    }
    return KeyHandle(pointer)
  }

  private func makeKey(modulusName: UnsafePointer<CChar>, exponentName: UnsafePointer<CChar>) -> OpaquePointer? {
    let builder = OSSL_PARAM_BLD_new()
    let modulus = BN_bin2bn(self.modulus, Int32(self.modulus.count), nil)
    let exponent = BN_bin2bn(self.exponent, Int32(self.exponent.count), nil)
    let context = EVP_PKEY_CTX_new_from_name(nil, "RSA", nil)
    defer {
      OSSL_PARAM_BLD_free(builder)
      BN_free(modulus)
      BN_free(exponent)
      EVP_PKEY_CTX_free(context)
      ERR_clear_error()
    }
    guard OSSL_PARAM_BLD_push_BN(builder, modulusName, modulus) == 1,
      OSSL_PARAM_BLD_push_BN(builder, exponentName, exponent) == 1,
      let parameters = OSSL_PARAM_BLD_to_param(builder)
    else { return nil }
    defer { OSSL_PARAM_free(parameters) }
    var pointer: OpaquePointer?
    guard EVP_PKEY_fromdata_init(context) == 1,
      EVP_PKEY_fromdata(context, &pointer, m365_public_key_selection(), parameters) == 1
    else { return nil }
    return pointer
  }
}
