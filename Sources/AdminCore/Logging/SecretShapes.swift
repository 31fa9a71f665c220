/// Finds what looks like a secret in free text: tokens, keys, passwords behind their names. Goes through the text once,
/// word by word, and looks only a bounded distance ahead that it does not also skip, so its time is linear.
struct SecretShapes {
  private static let replacement = Array("[redacted]".utf8)

  private let bytes: [UInt8]
  private let findsOpaqueWords: Bool
  private var output: [UInt8] = []
  /// Everything before this place has been copied or replaced.
  private var done = 0

  /// The text with each secret replaced.
  ///
  /// - Parameter opaqueWords: whether a long random word counts by itself, without a name before it.
  static func redact(_ text: String, opaqueWords: Bool) -> String {
    guard text.utf8.count >= 8 else { return text }
    var shapes = SecretShapes(bytes: Array(text.utf8), findsOpaqueWords: opaqueWords)
    shapes.scan()
    guard shapes.done > 0 else { return text }
    shapes.output += shapes.bytes[shapes.done...]
    return String(decoding: shapes.output, as: UTF8.self)
  }

  private init(bytes: [UInt8], findsOpaqueWords: Bool) {
    self.bytes = bytes
    self.findsOpaqueWords = findsOpaqueWords
  }

  private mutating func redact(_ range: Range<Int>) {
    output += bytes[done..<range.lowerBound]
    output += Self.replacement
    done = range.upperBound
  }

  private mutating func scan() {
    var index = 0
    while index < bytes.count {
      if let end = pemEnd(at: index) {
        redact(index..<end)
        index = end
      } else if SecretWord.isWordByte(bytes[index]) {
        index = scanWord(at: index)
      } else {
        if let password = userInfoPassword(at: index) { redact(password) }
        index = max(index + 1, done)
      }
    }
  }

  /// - Returns: where to go on.
  private mutating func scanWord(at start: Int) -> Int {
    let end = wordEnd(from: start)
    if let value = namedValue(after: start..<end) ?? schemeCredential(after: start..<end) {
      redact(value)
      return value.upperBound
    }
    // What stands before an at sign is the local part of an address or a message id.
    let isLocalPart = end < bytes.count && bytes[end] == UInt8(ascii: "@")
    let word = SecretWord(bytes: bytes[start..<end])
    if let secret = word.token ?? (findsOpaqueWords && !isLocalPart ? word.opaquePart : nil) {
      redact(secret.lowerBound..<padded(secret.upperBound))
    }
    return end
  }

  private func wordEnd(from start: Int) -> Int {
    var end = start
    while end < bytes.count, SecretWord.isWordByte(bytes[end]), !matches("-----BEGIN ", at: end) { end += 1 }
    return end
  }

  /// Base64 ends in up to two equals signs, which belong to the secret.
  private func padded(_ end: Int) -> Int {
    var end = end
    for _ in 0..<2 where end < bytes.count && bytes[end] == UInt8(ascii: "=") { end += 1 }
    return end
  }

  // MARK: Blocks and addresses

  private func pemEnd(at index: Int) -> Int? {
    guard matches("-----BEGIN ", at: index) else { return nil }
    var index = index + 11
    while index < bytes.count, !matches("-----END ", at: index) { index += 1 }
    index += 9
    while index < bytes.count, !matches("-----", at: index) { index += 1 }
    return min(bytes.count, index + 5)
  }

  private func matches(_ text: StaticString, at index: Int) -> Bool {
    let count = text.utf8CodeUnitCount
    guard index + count <= bytes.count, bytes[index] == text.utf8Start[0] else { return false }
    return (0..<count).allSatisfy { bytes[index + $0] == text.utf8Start[$0] }
  }

  /// The password of `scheme://user:password@host`, when `index` is at the colon after the scheme.
  private func userInfoPassword(at index: Int) -> Range<Int>? {
    guard matches("://", at: index) else { return nil }
    var colon: Int?
    for position in (index + 3)..<min(bytes.count, index + 515) {
      switch bytes[position] {
      case UInt8(ascii: ":"): colon = colon ?? position
      case UInt8(ascii: "@"): return colon.map { ($0 + 1)..<position }
      case 0...0x20, UInt8(ascii: "/"), UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"): return nil
      default: break
      }
    }
    return nil
  }

  // MARK: Values behind a name

  /// The value that belongs to the name at the end of `word`: `name=value`, `"name":"value"`, `Header: value`.
  private func namedValue(after word: Range<Int>) -> Range<Int>? {
    var index = word.upperBound
    let isQuoted = skipQuote(&index)
    skipSpaces(&index)
    guard index < bytes.count, bytes[index] == UInt8(ascii: "=") || bytes[index] == UInt8(ascii: ":") else {
      return nil
    }
    let isColon = bytes[index] == UInt8(ascii: ":")
    let name = SecretName(SecretWord.trailingName(of: bytes[word]))
    guard isQuoted ? name.isSecret : name.isSecretLabel else { return nil }
    index += 1
    skipSpaces(&index)
    let isHeader = name.isHeader
    if isQuoted || isHeader || (!isColon && !name.isAmbiguous) {
      let value = self.value(at: index, isWholeLine: isHeader && !isQuoted, before: bytes.count)
      return isHarmless(bytes[value]) || (name.isCode && Redactor.isErrorCode(bytes[value])) ? nil : value
    }
    // Here the value decides, by what can be seen of it from near.
    let start = SecretWord(bytes: bytes[value(at: index, isWholeLine: false, before: min(bytes.count, index + 256))])
    guard isColon ? name.isSpoken && start.looksLikePassword : start.looksLikeKey else {
      return nil
    }
    return value(at: index, isWholeLine: false, before: bytes.count)
  }

  /// Nothing, the beginning of a list or an object, and the words of JSON.
  private func isHarmless(_ value: ArraySlice<UInt8>) -> Bool {
    guard let first = value.first, first != UInt8(ascii: "{"), first != UInt8(ascii: "[") else { return true }
    return ["true", "false", "null"].contains { value.starts(with: $0.utf8) && value.count <= $0.utf8.count + 1 }
  }

  private func value(at start: Int, isWholeLine: Bool, before limit: Int) -> Range<Int> {
    var index = start
    if skipQuote(&index) {
      let quote = bytes[index - 1]
      let isEscaped = index - start > 1
      let first = index
      while index < limit, bytes[index] != quote {
        // An escaped quote ends a value only where the value began with one.
        if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count {
          if isEscaped, bytes[index + 1] == quote { break }
          index += 1
        }
        index += 1
      }
      return first..<max(first, min(index, limit))
    }
    let end = bytes[start..<limit].firstIndex { byte in
      switch byte {
      case 0x0A, 0x0D, UInt8(ascii: "\""): true
      case 0...0x20, UInt8(ascii: "&"), UInt8(ascii: ";"), UInt8(ascii: "'"), UInt8(ascii: "<"): !isWholeLine
      default: false
      }
    }
    return start..<(end ?? limit)
  }

  /// `Bearer token`, and `Basic` with what decodes to a name and a password.
  private func schemeCredential(after word: Range<Int>) -> Range<Int>? {
    guard word.count <= 6, word.upperBound < bytes.count, bytes[word.upperBound] == 0x20 else { return nil }
    let scheme = String(decoding: bytes[word], as: UTF8.self).lowercased()
    guard scheme == "bearer" || scheme == "basic" else { return nil }
    var start = word.upperBound
    skipSpaces(&start)
    let wordEnd = wordEnd(from: start)
    let end = padded(wordEnd)
    if scheme == "bearer" {
      let word = SecretWord(bytes: bytes[start..<wordEnd])
      // One equals sign with something behind it follows the name of a parameter, unless the name is no name.
      let isName = end == wordEnd + 1 && end < bytes.count && bytes[end] > 0x20
      return (isName ? word.isRandom : word.looksLikeBearerToken) ? start..<end : nil
    }
    let decoded = Base64.decode(String(decoding: bytes[start..<end], as: UTF8.self))
    return decoded?.contains(UInt8(ascii: ":")) ?? false ? start..<end : nil
  }

  /// Goes past a quotation mark, with the backslashes before it that a text quoted in a text has.
  private func skipQuote(_ index: inout Int) -> Bool {
    var next = index
    while next < bytes.count, next < index + 8, bytes[next] == UInt8(ascii: "\\") { next += 1 }
    guard next < bytes.count, bytes[next] == UInt8(ascii: "\"") || bytes[next] == UInt8(ascii: "'") else {
      return false
    }
    index = next + 1
    return true
  }

  private func skipSpaces(_ index: inout Int) {
    let limit = min(bytes.count, index + 4)
    while index < limit, bytes[index] == 0x20 { index += 1 }
  }
}
