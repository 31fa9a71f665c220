/// The keys of the objects a parser is inside of, the innermost last: what tells that a key is repeated.
///
/// Small objects are searched by a short hash of each key, long ones are remembered in a set, so that checking stays
/// linear. Equal hashes only lead to a comparison of the keys themselves, so nobody gains by making keys collide.
struct OpenKeys {
  private static let searchLimit = 32

  private var hashes: [UInt32] = []
  private var starts: [Int] = []
  /// For each open object with more members than are searched, all its keys.
  private var sets: [Set<String>?] = []

  mutating func open() {
    starts.append(hashes.count)
    sets.append(nil)
  }

  mutating func close() {
    sets.removeLast()
    hashes.removeLast(hashes.count - starts.removeLast())
  }

  /// - Returns: whether the key is new among `members`, those of the innermost object so far.
  mutating func add(_ key: String, isASCII: Bool, to members: [JSONObject.Member]) -> Bool {
    let innermost = starts.count - 1
    guard members.count < Self.searchLimit else {
      if members.count == Self.searchLimit { sets[innermost] = Set(members.lazy.map(\.key)) }
      return sets[innermost]?.insert(key).inserted ?? false
    }
    let hash = isASCII ? Self.hash(key) : 0
    let start = starts[innermost]
    for index in start..<hashes.count where hashes[index] == hash && members[index - start].key == key {
      return false
    }
    hashes.append(hash)
    return true
  }

  /// Made of the length and of the bytes at both ends. Not 0, which stands for every key beyond ASCII: those may be
  /// equal without having the same bytes.
  private static func hash(_ key: String) -> UInt32 {
    let utf8 = key.utf8Span.span
    var hash = UInt32(truncatingIfNeeded: utf8.count)
    for index in 0..<min(4, utf8.count) {
      hash = (hash &* 31) ^ UInt32(utf8[index])
      hash = (hash &* 31) ^ UInt32(utf8[utf8.count - 1 - index])
    }
    return hash | 1
  }
}
