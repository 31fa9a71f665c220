/// A run of the characters that tokens, keys and identifiers are made of, and what can be told from its form alone.
struct SecretWord {
  /// Shorter words are too often names, dates and ids: 32 bytes have 43 digits of base64 and 64 of hexadecimal.
  private static let shortestOpaque = 40

  let bytes: ArraySlice<UInt8>

  /// Letters, digits and the punctuation of Base64, URLs and JSON Web Tokens; the padding of Base64 is no part of it.
  static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
      UInt8(ascii: "~"):
      true
    default: Kind(byte) != .other
    }
  }

  /// The name at the end of a word such as `path/to/client_secret`.
  static func trailingName(of word: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    word.suffix(64).suffix(
      from: word.suffix(64).lastIndex { Kind($0) == .other && $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }
        .map { $0 + 1 } ?? word.suffix(64).startIndex)
  }

  private enum Kind {
    case lower, upper, digit, other

    init(_ byte: UInt8) {
      switch byte {
      case 0x61...0x7A: self = .lower
      case 0x41...0x5A: self = .upper
      case 0x30...0x39: self = .digit
      default: self = .other
      }
    }
  }

  // MARK: Tokens of a known form

  /// A JSON Web Token (its header begins with `{"`, which is `eyJ`), or a client secret as Entra makes them (`Q~` after
  /// three characters and a digit).
  var token: Range<Int>? { webToken ?? entraSecret }

  private var webToken: Range<Int>? {
    guard bytes.count >= 20, let lastDot = bytes.lastIndex(of: UInt8(ascii: ".")) else { return nil }
    let starts = bytes.startIndex..<min(lastDot, bytes.endIndex - 19)
    let start = starts.first { index in
      bytes[index] == UInt8(ascii: "e") && bytes[index..<(index + 3)].elementsEqual("eyJ".utf8)
        && (index == bytes.startIndex || Kind(bytes[index - 1]) == .other)
    }
    return start.map { $0..<bytes.endIndex }
  }

  private var entraSecret: Range<Int>? {
    guard bytes.count >= 36, let tilde = bytes.dropFirst(5).firstIndex(of: UInt8(ascii: "~")),
      bytes[tilde - 1] == UInt8(ascii: "Q"), Kind(bytes[tilde - 2]) == .digit, bytes.endIndex - tilde > 30
    else { return nil }
    return (tilde - 5)..<bytes.endIndex
  }

  // MARK: Random words

  /// The part that looks random and is long enough for a key.
  ///
  /// Dots part what is looked at, slashes only where that helps: they are digits of Base64 as well as separators of
  /// paths, so everything from the first random segment to the last one goes. A plus sign tells that it is Base64.
  var opaquePart: Range<Int>? {
    for part in bytes.split(separator: UInt8(ascii: ".")) where part.count >= Self.shortestOpaque {
      let segments = Self.withoutGUIDs(part).flatMap { $0.split(separator: UInt8(ascii: "/")) }
      let random = segments.filter { SecretWord(bytes: $0).isRandom }
      guard random.reduce(0, { $0 + $1.count }) >= Self.shortestOpaque, let first = random.first,
        let last = random.last
      else { continue }
      if part.contains(UInt8(ascii: "+")) { return part.startIndex..<part.endIndex }
      return first.startIndex..<last.endIndex
    }
    return nil
  }

  /// Whether letters and digits alternate as they do in keys and never in words, names and numbers. Hyphens and
  /// underscores are passed over, because words are joined by them.
  var isRandom: Bool {
    guard bytes.count >= 8 else { return false }
    var (digits, letters, changes, hexadecimal) = (0, 0, 0, 0)
    var previous = Kind.other
    for byte in bytes {
      let kind = Kind(byte)
      guard kind != .other else { continue }
      if kind == .digit { digits += 1 } else { letters += 1 }
      if kind == .digit || (0x61...0x66).contains(byte | 0x20) { hexadecimal += 1 }
      if kind != previous, previous != .other { changes += 1 }
      previous = kind
    }
    guard digits >= 2, letters >= 2 else { return false }
    return (hexadecimal == bytes.count && hexadecimal >= Self.shortestOpaque) || changes * 10 >= (digits + letters) * 3
  }

  /// What is left beside the GUIDs in a part of a path.
  private static func withoutGUIDs(_ part: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var pieces: [ArraySlice<UInt8>] = []
    var rest = part
    var index = part.startIndex
    while index + 36 <= part.endIndex {
      let candidate = part[index..<(index + 36)]
      let startsWord = index == part.startIndex || Kind(part[index - 1]) == .other
      let endsWord = index + 36 == part.endIndex || Kind(part[index + 36]) == .other
      if startsWord, endsWord, isGUID(candidate) {
        pieces.append(rest[..<index])
        rest = part[(index + 36)...]
        index += 36
      } else {
        index += 1
      }
    }
    return pieces + [rest]
  }

  private static func isGUID(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.indices.allSatisfy { index in
      switch index - bytes.startIndex {
      case 8, 13, 18, 23: bytes[index] == UInt8(ascii: "-")
      default: Kind(bytes[index]) == .digit || (0x61...0x66).contains(bytes[index] | 0x20)
      }
    }
  }

  // MARK: Words behind a name

  var looksLikeKey: Bool {
    Self.withoutGUIDs(bytes).contains { $0.count >= 16 && SecretWord(bytes: $0).isRandom }
  }

  /// Whether somebody wrote a password here and not the next word of a sentence.
  var looksLikePassword: Bool {
    bytes.count >= 6 && bytes.contains { Kind($0) == .lower || Kind($0) == .upper }
      && bytes.dropLast().contains { Kind($0) == .digit || Kind($0) == .other }
  }

  /// Whether this is a token and not a word as in `bearer token` or `Bearer realm=…`.
  var looksLikeBearerToken: Bool {
    guard bytes.count >= 4 else { return false }
    return bytes.count >= 24 || !bytes.dropFirst().allSatisfy { Kind($0) == .lower }
  }
}
