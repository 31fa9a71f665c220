package import AdminCore
import CCrypto

/// SHA-256 of FIPS 180-4.
package enum SHA256 {
  package static let byteCount = 32

  package static func hash(_ bytes: some Collection<UInt8>) -> [UInt8] { Digest.compute(bytes, EVP_sha256()) }
}

/// SHA-1, for the certificate thumbprints that portals still show; not for anything that must resist forgery.
package enum SHA1 {
  package static func hash(_ bytes: some Collection<UInt8>) -> [UInt8] { Digest.compute(bytes, EVP_sha1()) }
}

private enum Digest {
  static func compute(_ bytes: some Collection<UInt8>, _ algorithm: OpaquePointer?) -> [UInt8] {
    let input = Array(bytes)
    return [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { output, count in
      var length: UInt32 = 0
      // A digest over memory fails only when the library itself is unusable.
      let status = EVP_Digest(input, input.count, output.baseAddress, &length, algorithm, nil)
      precondition(status == 1, "the digest is not available in this OpenSSL")
      count = Int(length)
    }
  }
}

/// HMAC-SHA256 of RFC 2104.
package enum HMACSHA256 {
  package static func authenticate(_ bytes: some Collection<UInt8>, key: Secret<[UInt8]>) -> [UInt8] {
    let key = key.reveal()
    let input = Array(bytes)
    return [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { output, count in
      var length: UInt32 = 0
      let result = HMAC(EVP_sha256(), key, Int32(key.count), input, input.count, output.baseAddress, &length)
      precondition(result != nil, "HMAC is not available in this OpenSSL")
      count = Int(length)
    }
  }

  /// Whether `tag` authenticates `bytes`, in a time that does not tell how much of it is right.
  package static func isValid(_ tag: [UInt8], for bytes: some Collection<UInt8>, key: Secret<[UInt8]>) -> Bool {
    Secret(authenticate(bytes, key: key)) == Secret(tag)
  }
}
