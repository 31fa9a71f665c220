import CCrypto

// Owners of OpenSSL's objects. Each is released exactly once, when its owner goes, and can be used by nobody after.

struct KeyHandle: ~Copyable {
  let pointer: OpaquePointer

  init?(_ pointer: OpaquePointer?) {
    guard let pointer else { return nil }
    self.pointer = pointer
  }

  deinit { EVP_PKEY_free(pointer) }
}

struct CertificateHandle: ~Copyable {
  let pointer: OpaquePointer

  init?(_ pointer: OpaquePointer?) {
    guard let pointer else { return nil }
    self.pointer = pointer
  }

  deinit { X509_free(pointer) }
}

/// A memory buffer that OpenSSL reads from or writes to.
struct MemoryBuffer: ~Copyable {
  let pointer: OpaquePointer

  /// Holds `bytes`, or is empty, for writing.
  init(_ bytes: [UInt8] = []) throws(CryptographyError) {
    guard let pointer = BIO_new(BIO_s_mem()) else { throw .lastLibraryError("BIO") }
    guard bytes.isEmpty || BIO_write(pointer, bytes, Int32(bytes.count)) == Int32(bytes.count) else {
      BIO_free(pointer)
      throw .lastLibraryError("BIO")
    }
    self.pointer = pointer
  }

  deinit { BIO_free(pointer) }

  var bytes: [UInt8] {
    var start: UnsafeMutablePointer<CChar>?
    let count = m365_bio_bytes(pointer, &start)
    guard let start, count > 0 else { return [] }
    return UnsafeRawBufferPointer(start: start, count: count).map { $0 }
  }
}
