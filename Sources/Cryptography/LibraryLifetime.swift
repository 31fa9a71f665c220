import CCrypto

/// How long the cryptographic library lives.
package enum LibraryLifetime {
  /// Keeps the library from taking itself apart while the process ends. Other threads may still read the store then, and
  /// what they would read without it looks like a damaged file. The system frees everything anyway.
  ///
  /// To be called before anything else uses the library, which arranges for its own end at its first use.
  package static func extendToTheEnd() {
    OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil)
  }
}
