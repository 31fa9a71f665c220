import Glibc

/// Cuts a stream of bytes into lines. It splits at the line feed byte, which never occurs inside a UTF-8 sequence, so
/// text may arrive torn at any place.
package struct LineFraming: Sendable {
  package enum Piece: Hashable, Sendable {
    /// A line without its end, not blank.
    case line([UInt8])
    /// A line longer than the limit. It is reported once, as soon as that is certain; the rest of it is dropped.
    case tooLong
  }

  /// Large enough for a mail with attachments, small enough for memory.
  package static let defaultLimit = 32 << 20

  private let limit: Int
  private var partial: [UInt8] = []
  private var isDiscarding = false

  package init(limit: Int = defaultLimit) { self.limit = limit }

  /// Takes the next bytes of the stream and hands over what became complete.
  package mutating func consume(_ bytes: UnsafeRawBufferPointer, _ emit: (Piece) -> Void) {
    var rest = bytes[...]
    while let end = Self.lineFeed(in: rest) {
      take(rest[..<end], emit)
      endLine(emit)
      rest = rest[(end + 1)...]
    }
    take(rest, emit)
  }

  /// The end of the stream also ends its last line.
  package mutating func finish(_ emit: (Piece) -> Void) { endLine(emit) }

  private static func lineFeed(in bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
    let buffer = UnsafeRawBufferPointer(rebasing: bytes)
    guard let base = buffer.baseAddress, let found = memchr(base, 0x0A, buffer.count) else { return nil }
    return bytes.startIndex + base.distance(to: UnsafeRawPointer(found))
  }

  private mutating func take(_ bytes: Slice<UnsafeRawBufferPointer>, _ emit: (Piece) -> Void) {
    guard !isDiscarding else { return }
    guard partial.count + bytes.count <= limit else {
      isDiscarding = true
      partial = []
      emit(.tooLong)
      return
    }
    partial.append(contentsOf: bytes)
  }

  private mutating func endLine(_ emit: (Piece) -> Void) {
    var line: [UInt8] = []
    swap(&line, &partial)
    guard !isDiscarding else {
      isDiscarding = false
      return
    }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    guard line.contains(where: { $0 != 0x20 && $0 != 0x09 }) else { return }
    emit(.line(line))
  }
}
