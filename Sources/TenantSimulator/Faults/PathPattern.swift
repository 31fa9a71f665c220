/// A pattern over the raw path of a request, without its query: `*` stands for any characters within one part, `**`
/// for any characters at all, everything else for itself. The whole path must fit.
package struct PathPattern: Sendable, Hashable, CustomStringConvertible {
  private enum Piece: Hashable, Sendable {
    case byte(UInt8)
    case withinPart
    case anything
  }

  package let description: String
  private let pieces: [Piece]

  package init(_ text: String) {
    description = text
    var pieces: [Piece] = []
    for byte in text.utf8 {
      if byte != UInt8(ascii: "*") {
        pieces.append(.byte(byte))
      } else if pieces.last == .withinPart {
        pieces[pieces.count - 1] = .anything
      } else if pieces.last != .anything {
        pieces.append(.withinPart)
      }
    }
    self.pieces = pieces
  }

  /// Linear in pattern times path: the set of places in the pattern that the path read so far can lead to.
  package func matches(_ path: String) -> Bool {
    var places = closure([0])
    for byte in path.utf8 {
      var next: Set<Int> = []
      for place in places where place < pieces.count {
        switch pieces[place] {
        case .byte(let wanted): if wanted == byte { next.insert(place + 1) }
        case .withinPart: if byte != UInt8(ascii: "/") { next.insert(place) }
        case .anything: next.insert(place)
        }
      }
      places = closure(next)
      if places.isEmpty { return false }
    }
    return places.contains(pieces.count)
  }

  /// A star may stand for nothing.
  private func closure(_ places: Set<Int>) -> Set<Int> {
    var all = places
    for var place in places {
      while place < pieces.count {
        if case .byte = pieces[place] { break }
        place += 1
        all.insert(place)
      }
    }
    return all
  }
}
