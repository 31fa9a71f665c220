/// Eight bytes of a text, asked at once: for texts of which nearly every byte is as it should be.
struct EightBytes {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highBits: UInt64 = 0x8080_8080_8080_8080

  let word: UInt64

  /// - Parameter start: where eight bytes can be read, aligned or not.
  init(at start: UnsafePointer<UInt8>) { word = UnsafeRawPointer(start).loadUnaligned(as: UInt64.self) }

  /// Whether one of them is not ASCII.
  var hasHighBit: Bool { word & Self.highBits != 0 }

  func contains(_ byte: UInt8) -> Bool { Self.hasZero(word ^ (Self.ones &* UInt64(byte))) }

  /// - Parameter bound: at most 128.
  func containsByte(below bound: UInt8) -> Bool {
    (word &- Self.ones &* UInt64(bound)) & ~word & Self.highBits != 0
  }

  private static func hasZero(_ word: UInt64) -> Bool { (word &- ones) & ~word & highBits != 0 }
}
