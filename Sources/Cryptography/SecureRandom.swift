import CCrypto

/// Random bytes fit for keys. A source that cannot answer stops the process: there is nothing weaker to fall back to.
package struct SecureRandom: RandomNumberGenerator, Sendable {
  package init() {}

  package static func bytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    precondition(RAND_bytes(&bytes, Int32(count)) == 1, "the random source of OpenSSL does not answer")
    return bytes
  }

  package mutating func next() -> UInt64 {
    Self.bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
