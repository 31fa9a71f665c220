package import AdminCore
import CCrypto

/// HKDF-SHA256 of RFC 5869: many keys from one, each bound to its purpose.
package enum HKDF {
  package static func deriveKey(
    from key: Secret<[UInt8]>, purpose: String, salt: [UInt8] = [], byteCount: Int = 32
  ) throws(CryptographyError) -> Secret<[UInt8]> {
    let context = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nil)
    defer { EVP_PKEY_CTX_free(context) }
    let key = key.reveal()
    let info = Array(purpose.utf8)
    var derived = [UInt8](repeating: 0, count: byteCount)
    var length = byteCount
    guard EVP_PKEY_derive_init(context) == 1,
      EVP_PKEY_CTX_set_hkdf_md(context, EVP_sha256()) == 1,
      EVP_PKEY_CTX_set1_hkdf_salt(context, salt, Int32(salt.count)) == 1,
      EVP_PKEY_CTX_set1_hkdf_key(context, key, Int32(key.count)) == 1,
      EVP_PKEY_CTX_add1_hkdf_info(context, info, Int32(info.count)) == 1,
      EVP_PKEY_derive(context, &derived, &length) == 1, length == byteCount
    else { throw .lastLibraryError("HKDF") }
    return Secret(derived)
  }
}

/// PBKDF2-HMAC-SHA512 of RFC 8018, for stretching passphrases.
package enum PBKDF2 {
  package static func stretch(
    _ passphrase: Secret<String>, salt: [UInt8], iterations: Int, byteCount: Int = 32
  ) throws(CryptographyError) -> Secret<[UInt8]> {
    let passphrase = Array(passphrase.reveal().utf8)
    var derived = [UInt8](repeating: 0, count: byteCount)
    let status = passphrase.withUnsafeBytes { bytes in
      PKCS5_PBKDF2_HMAC(
        bytes.bindMemory(to: CChar.self).baseAddress, Int32(passphrase.count), salt, Int32(salt.count),
        Int32(iterations), EVP_sha512(), Int32(byteCount), &derived)
    }
    guard status == 1 else { throw .lastLibraryError("PBKDF2") }
    return Secret(derived)
  }
}
