import MCPProtocol
import Testing

@Suite("Line framing")
struct LineFramingTests {
  private static func pieces(_ chunks: [[UInt8]], limit: Int = 1 << 20) -> [LineFraming.Piece] {
    var framing = LineFraming(limit: limit)
    var pieces: [LineFraming.Piece] = []
    for chunk in chunks { chunk.withUnsafeBytes { bytes in framing.consume(bytes) { pieces.append($0) } } }
    framing.finish { pieces.append($0) }
    return pieces
  }

  private static func lines(_ texts: String...) -> [LineFraming.Piece] { texts.map { .line(Array($0.utf8)) } }

  @Test("A stream torn at any two bytes gives the same lines")
  func torn() {
    let stream = Array("{\"a\":\"é€😀\"}\r\n\n  \n[1]\n\"last\"".utf8)
    let expected = Self.lines("{\"a\":\"é€😀\"}", "[1]", "\"last\"")
    for first in 0...stream.count {
      for second in first...stream.count {
        let chunks = [Array(stream[..<first]), Array(stream[first..<second]), Array(stream[second...])]
        #expect(Self.pieces(chunks) == expected)
      }
    }
    #expect(Self.pieces(stream.map { [$0] }) == expected)
  }

  @Test("Only the line end is cut off, carriage returns inside stay")
  func carriageReturn() {
    #expect(Self.pieces([Array("a\rb\r\r\n".utf8)]) == Self.lines("a\rb\r"))
  }

  @Test("A line over the limit is reported once, dropped to its end, and the next one is served")
  func tooLong() {
    let stream = Array("12345\n123456\n1234567890123\nok\n".utf8)
    let expected: [LineFraming.Piece] = Self.lines("12345") + [.tooLong, .tooLong] + Self.lines("ok")
    #expect(Self.pieces([stream], limit: 5) == expected)
    #expect(Self.pieces(stream.map { [$0] }, limit: 5) == expected)
  }

  @Test("An over-long line is reported before its end comes")
  func tooLongEarly() {
    var framing = LineFraming(limit: 3)
    var pieces: [LineFraming.Piece] = []
    Array("1234".utf8).withUnsafeBytes { bytes in framing.consume(bytes) { pieces.append($0) } }
    #expect(pieces == [.tooLong])
    Array("5678".utf8).withUnsafeBytes { bytes in framing.consume(bytes) { pieces.append($0) } }
    framing.finish { pieces.append($0) }
    #expect(pieces == [.tooLong])
  }

  @Test("An empty stream holds no line")
  func empty() {
    #expect(Self.pieces([]).isEmpty)
    #expect(Self.pieces([[]]).isEmpty)
    #expect(Self.pieces([Array("\n\r\n \t\n".utf8)]).isEmpty)
  }
}
