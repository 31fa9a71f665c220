/// Python's `textwrap.wrap`, as `wordwrap` calls it: white space is kept as it is, and dropped at the ends of lines.
struct PythonWrapping {
  let width: Int
  let breaksLongWords: Bool
  /// Whether words are split into chunks at their hyphens.
  let splitsAtHyphens: Bool
  /// Whether a word that is too long is broken at a hyphen, if it has one.
  let prefersHyphens: Bool

  func wrap(_ line: String) -> [String] {
    let scalars = Array(line.unicodeScalars)
    let chunks = splitsAtHyphens ? hyphenChunks(scalars) : spaceChunks(scalars)
    return lines(chunks, of: scalars)
  }

  // MARK: Chunks

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    (0x09...0x0D).contains(scalar.value) || scalar == " "
  }

  private func spaceChunks(_ scalars: [Unicode.Scalar]) -> [Range<Int>] {
    var chunks: [Range<Int>] = []
    var start = 0
    for index in scalars.indices.dropFirst() where Self.isSpace(scalars[index]) != Self.isSpace(scalars[index - 1]) {
      chunks.append(start..<index)
      start = index
    }
    if start < scalars.count { chunks.append(start..<scalars.count) }
    return chunks
  }

  /// The matches of `TextWrapper.wordsep_re`: white space, dashes between words, words up to a hyphen or their end.
  private func hyphenChunks(_ scalars: [Unicode.Scalar]) -> [Range<Int>] {
    // The length of the run of hyphens that starts at each place.
    var dashes = [Int](repeating: 0, count: scalars.count + 1)
    for index in scalars.indices.reversed() where scalars[index] == "-" { dashes[index] = dashes[index + 1] + 1 }
    let line = Line(scalars: scalars, dashes: dashes)
    var chunks: [Range<Int>] = []
    var start = 0
    while start < scalars.count {
      let end = line.endOfChunk(from: start)
      chunks.append(start..<end)
      start = end
    }
    return chunks
  }

  private struct Line {
    let scalars: [Unicode.Scalar]
    let dashes: [Int]

    func endOfChunk(from start: Int) -> Int {
      if PythonWrapping.isSpace(scalars[start]) {
        return scalars[start...].firstIndex { !PythonWrapping.isSpace($0) } ?? scalars.count
      }
      if isDashBetweenWords(at: start) { return start + dashes[start] }
      var end = start + 1
      while end < scalars.count {
        if isHyphenWithinWord(at: end) { return end + 1 }
        if PythonWrapping.isSpace(scalars[end]) || isDashBetweenWords(at: end) { return end }
        end += 1
      }
      return end
    }

    private func isDashBetweenWords(at index: Int) -> Bool {
      index > 0 && dashes[index] >= 2 && isWordOrPunctuation(scalars[index - 1]) && isWord(index + dashes[index])
    }

    /// A hyphen behind two letters, or behind a letter between hyphens, and before two letters.
    private func isHyphenWithinWord(at index: Int) -> Bool {
      guard scalars[index] == "-", isLetter(index - 1) else { return false }
      let isBehindLetters = isLetter(index - 2)
      let isBehindHyphenation = index >= 3 && scalars[index - 2] == "-" && isLetter(index - 3)
      guard isBehindLetters || isBehindHyphenation, isLetter(index + 1) else { return false }
      return isLetter(index + 2) || (index + 2 < scalars.count && scalars[index + 2] == "-" && isLetter(index + 3))
    }

    private func isWord(_ index: Int) -> Bool {
      scalars.indices.contains(index) && PythonText.isWordCharacter(scalars[index])
    }

    private func isLetter(_ index: Int) -> Bool {
      isWord(index) && scalars[index].properties.numericType != .decimal
    }

    private func isWordOrPunctuation(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar {
      case "!", "\"", "'", "&", ".", ",", "?": true
      default: PythonText.isWordCharacter(scalar)
      }
    }
  }

  // MARK: Lines

  /// As `TextWrapper._wrap_chunks`.
  private func lines(_ chunks: [Range<Int>], of scalars: [Unicode.Scalar]) -> [String] {
    var lines: [String] = []
    var rest = Array(chunks.reversed())
    // Where the white space ends that begins at each place: a long blank chunk is looked at again for every line of it.
    var ends = [Int](repeating: scalars.count, count: scalars.count + 1)
    for index in scalars.indices.reversed() {
      ends[index] = Whitespace.contains(scalars[index]) ? ends[index + 1] : index
    }
    func isBlank(_ chunk: Range<Int>) -> Bool { ends[chunk.lowerBound] >= chunk.upperBound }
    while let first = rest.last {
      if isBlank(first), !lines.isEmpty { rest.removeLast() }
      var line: [Range<Int>] = []
      var length = 0
      while let chunk = rest.last, length + chunk.count <= width {
        line.append(chunk)
        length += chunk.count
        rest.removeLast()
      }
      if let chunk = rest.last, chunk.count > width { breakWord(chunk, &rest, &line, length, scalars) }
      if let last = line.last, isBlank(last) { line.removeLast() }
      if let start = line.first?.lowerBound, let end = line.last?.upperBound {
        lines.append(String(String.UnicodeScalarView(scalars[start..<end])))
      }
    }
    return lines
  }

  /// Puts as much of a word on the line as fits, or all of it on a line of its own.
  private func breakWord(
    _ chunk: Range<Int>, _ rest: inout [Range<Int>], _ line: inout [Range<Int>], _ length: Int,
    _ scalars: [Unicode.Scalar]
  ) {
    guard breaksLongWords else {
      if line.isEmpty { line.append(rest.removeLast()) }
      return
    }
    let space = width - length
    var taken = space
    if prefersHyphens, chunk.count > space {
      let candidate = scalars[chunk.prefix(space)]
      if let hyphen = candidate.lastIndex(of: "-"), hyphen > chunk.lowerBound,
        scalars[chunk.lowerBound..<hyphen].contains(where: { $0 != "-" })
      {
        taken = hyphen - chunk.lowerBound + 1
      }
    }
    let end = chunk.lowerBound + min(taken, chunk.count)
    line.append(chunk.lowerBound..<end)
    rest[rest.count - 1] = end..<chunk.upperBound
  }
}
