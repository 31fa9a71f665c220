package import AdminCore
import CCrypto

/// AES-256-GCM (NIST SP 800-38D) with a random nonce: `nonce (12) ‖ ciphertext ‖ tag (16)`.
package enum SealedBox {
  private static let nonceSize = 12
  private static let tagSize = 16

  /// - Parameter context: bound to the ciphertext without being part of it; opening with another context fails.
  package static func seal(
    _ plaintext: [UInt8], key: Secret<[UInt8]>, context: [UInt8]
  ) throws(CryptographyError) -> [UInt8] {
    let nonce = SecureRandom.bytes(nonceSize)
    let cipher = EVP_CIPHER_CTX_new()
    defer { EVP_CIPHER_CTX_free(cipher) }
    var ciphertext = [UInt8](repeating: 0, count: plaintext.count)
    var tag = [UInt8](repeating: 0, count: tagSize)
    var length: Int32 = 0
    guard EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), nil, try checked(key), nonce) == 1,
      EVP_EncryptUpdate(cipher, nil, &length, context, Int32(context.count)) == 1,
      EVP_EncryptUpdate(cipher, &ciphertext, &length, plaintext, Int32(plaintext.count)) == 1,
      EVP_EncryptFinal_ex(cipher, nil, &length) == 1,
      m365_gcm_get_tag(cipher, Int32(tagSize), &tag) == 1
    else { throw .lastLibraryError("AES-GCM") }
    return nonce + ciphertext + tag
  }

  package static func open(
    _ sealed: [UInt8], key: Secret<[UInt8]>, context: [UInt8]
  ) throws(CryptographyError) -> [UInt8] {
    guard sealed.count >= nonceSize + tagSize else { throw .notAuthentic }
    let nonce = Array(sealed.prefix(nonceSize))
    let ciphertext = Array(sealed.dropFirst(nonceSize).dropLast(tagSize))
    var tag = Array(sealed.suffix(tagSize))
    let cipher = EVP_CIPHER_CTX_new()
    defer { EVP_CIPHER_CTX_free(cipher) }
    var plaintext = [UInt8](repeating: 0, count: ciphertext.count)
    var length: Int32 = 0
    guard EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), nil, try checked(key), nonce) == 1,
      EVP_DecryptUpdate(cipher, nil, &length, context, Int32(context.count)) == 1,
      EVP_DecryptUpdate(cipher, &plaintext, &length, ciphertext, Int32(ciphertext.count)) == 1,
      m365_gcm_set_tag(cipher, Int32(tagSize), &tag) == 1
    else { throw .lastLibraryError("AES-GCM") }
    guard EVP_DecryptFinal_ex(cipher, nil, &length) == 1 else {
      ERR_clear_error()
      throw .notAuthentic
    }
    return plaintext
  }

  private static func checked(_ key: Secret<[UInt8]>) throws(CryptographyError) -> [UInt8] {
    let bytes = key.reveal()
    guard bytes.count == 32 else { throw .weakKey(bits: bytes.count * 8) }
    return bytes
  }
}
