/// Finds a text in others, in linear time whatever the texts are (Knuth, Morris and Pratt).
struct TextSearch {
  private let pattern: [UInt8]
  /// For each prefix of the pattern, the length of its longest border.
  private let borders: [Int]

  init(_ pattern: String) {
    let pattern = Array(pattern.utf8)
    self.pattern = pattern
    var borders = [Int](repeating: 0, count: pattern.count)
    var length = 0
    for index in pattern.indices.dropFirst() {
      while length > 0, pattern[index] != pattern[length] { length = borders[length - 1] }
      if pattern[index] == pattern[length] { length += 1 }
      borders[index] = length
    }
    self.borders = borders
  }

  func firstMatch(in text: String) -> Int? { matches(in: Array(text.utf8), limit: 1).first }

  /// The offsets in bytes at which the pattern occurs, without overlaps, from the left. An empty pattern occurs before
  /// every character and at the end.
  func matches(in text: [UInt8], limit: Int = .max) -> [Int] {
    guard !pattern.isEmpty else {
      return Array((0...text.count).lazy.filter { $0 == text.count || text[$0] & 0xC0 != 0x80 }.prefix(limit))
    }
    var matches: [Int] = []
    var length = 0
    var index = 0
    while index < text.count, matches.count < limit {
      if length == 0 {
        guard let start = text[index...].firstIndex(of: pattern[0]) else { break }
        index = start
      }
      while length > 0, text[index] != pattern[length] { length = borders[length - 1] }
      if text[index] == pattern[length] { length += 1 }
      index += 1
      if length == pattern.count {
        matches.append(index - length)
        length = 0
      }
    }
    return matches
  }
}
