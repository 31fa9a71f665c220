import CCrypto

/// How long OpenSSL's own state lives.
package enum LibraryLifetime {
  /// Keeps it until the process is gone. To be called before anything else uses OpenSSL.
  ///
  /// By default `exit` takes OpenSSL apart while other threads may still be in it: one that opens the store or signs in
  /// at the very moment a client leaves would crash the process (OPENSSL_init_crypto(3), OPENSSL_INIT_NO_ATEXIT).
  package static func untilProcessEnds() {
    OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil)
  }
}
