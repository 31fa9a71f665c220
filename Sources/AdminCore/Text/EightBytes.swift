/// Eight bytes of a text, asked at once: for texts of which nearly every byte is as it should be.
///
/// An answer has the highest bit of each byte that was asked for. Above the first such byte it may have more.
struct EightBytes {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highBits: UInt64 = 0x8080_8080_8080_8080

  let word: UInt64

  /// - Parameter start: where eight bytes can be read, aligned or not.
  init(at start: UnsafePointer<UInt8>) { word = UnsafeRawPointer(start).loadUnaligned(as: UInt64.self) }

  var notASCII: UInt64 { word & Self.highBits }

  func equal(to byte: UInt8) -> UInt64 {
    let difference = word ^ (Self.ones &* UInt64(byte))
    return (difference &- Self.ones) & ~difference & Self.highBits
  }

  /// - Parameter bound: at most 128.
  func below(_ bound: UInt8) -> UInt64 { (word &- Self.ones &* UInt64(bound)) & ~word & Self.highBits }
}
