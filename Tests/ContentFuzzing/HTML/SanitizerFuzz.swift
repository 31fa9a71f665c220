import AdminCore
import Content
import TestRandom

/// What must hold for everything that goes through the sanitizer.
enum SanitizerFuzz {
  /// HTML comes out clean, and a second time changes nothing.
  static func sanitizing(_ html: String) -> [String] {
    do throws(AdminError) {
      let once = try HTMLSanitizer.sanitize(html)
      var faults = OutputChecker.faults(in: once.html)
      let twice = try HTMLSanitizer.sanitize(once.html)
      if twice.html != once.html { faults.append("a second time changes it: \(once.html) → \(twice.html)") }
      if twice.removed != [] { faults.append("a second time removes \(twice.removed.map(\.reason))") }
      return faults
    } catch {
      return error.code == .templateBound ? [] : ["\(error.code): \(error.message)"]
    }
  }

  /// Text of HTML has no blanks at the ends of lines and at most two empty lines in a row, but for preformatted text.
  static func reading(_ html: String) -> [String] {
    guard let text = try? PlainText.derive(fromHTML: html) else { return [] }
    var faults: [String] = []
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.contains(where: { $0.hasSuffix(" ") }) { faults.append("a line ends with a blank: \(text)") }
    let source = html.lowercased()
    if !source.contains("<pre"), !source.contains("<listing"), text.contains("\n\n\n\n") {
      faults.append("three empty lines: \(text)")
    }
    return faults
  }

  // MARK: Templates

  /// A stored template holds only tags of its source, in order; storing it again changes nothing; and whatever its
  /// blocks render, the result needs no repair.
  static func storing(_ source: String, seed: UInt64) -> [String] {
    do throws(AdminError) {
      let once = try HTMLSanitizer.sanitize(template: source, splitter: .templateLanguage).html
      var faults: [String] = []
      let (before, after) = (try tags(of: source), try tags(of: once))
      if !hasTagInAttribute(once), !isSubsequence(after, of: before) { faults.append("tags moved: \(once)") }
      // The parser may repeat an element that was left open, attributes and all, but never content.
      if !Set(after).isSubset(of: before) { faults.append("a tag that was not there: \(once)") }
      let twice = try HTMLSanitizer.sanitize(template: once, splitter: .templateLanguage).html
      if twice != once { faults.append("a second time changes it: \(once) → \(twice)") }
      // What a reader of HTML alone would see is clean too.
      let pieces = try TemplateSplitter.templateLanguage.pieces(of: once)
      let plain = pieces.map { $0.kind == .text ? $0.source : "" }.joined()
      faults += OutputChecker.faults(in: plain).filter { !$0.contains("=") && !$0.contains("value") }
      return try faults + structure(once, seed: seed)
    } catch {
      return isExpected(error) ? [] : ["\(error.code): \(error.message)"]
    }
  }

  /// Renders with every value empty, so that only structure counts. Tags in attributes are values; a line feed that comes
  /// to stand first in a `pre` is lost, as HTML has it.
  private static func structure(_ stored: String, seed: UInt64) throws(AdminError) -> [String] {
    guard !stored.contains("<pre"), !stored.contains("raw"), !hasTagInAttribute(stored) else { return [] }
    return try rendering(stored, value: "", seed: seed)
  }

  /// A template that a careful author could have written is stored, and whichever of its branches render, however often,
  /// the result needs no repair.
  static func arranging(_ source: String, seed: UInt64) -> [String] {
    do throws(AdminError) {
      let stored = try HTMLSanitizer.sanitize(template: source, splitter: .templateLanguage)
      return try rendering(stored.html, value: "v", seed: seed)
    } catch {
      return ["\(error.code): \(error.message)"]
    }
  }

  private static func rendering(_ stored: String, value: String, seed: UInt64) throws(AdminError) -> [String] {
    var branches = BranchRendering(value: value, seed: seed)
    let rendered = branches.render(try TemplateSplitter.templateLanguage.pieces(of: stored))
    let result = try HTMLSanitizer.sanitize(rendered)
    var faults: [String] = []
    if result.html != rendered { faults.append("\(stored) renders \(rendered), which becomes \(result.html)") }
    if result.removed != [] { faults.append("of \(rendered) is removed: \(result.removed.map(\.reason))") }
    return faults
  }

  private static func isExpected(_ error: AdminError) -> Bool {
    error.code == .templateSyntax || error.code == .templateBound
  }

  private static func hasTagInAttribute(_ html: String) -> Bool { html.contains(/="[^"<>]*\{[{%#]/) }

  private static func tags(of source: String) throws(AdminError) -> [String] {
    try TemplateSplitter.templateLanguage.pieces(of: source).filter { $0.kind != .text && $0.kind != .raw }.map(
      \.source)
  }

  private static func isSubsequence(_ part: [String], of whole: [String]) -> Bool {
    var rest = whole[...]
    for element in part {
      guard let index = rest.firstIndex(of: element) else { return false }
      rest = rest[(index + 1)...]
    }
    return true
  }
}

/// Renders the blocks of a template any number of times, without looking at what they say.
struct BranchRendering {
  private let value: String
  private var random: SeededRandom
  private var pieces: ArraySlice<TemplatePiece> = []

  init(value: String, seed: UInt64) {
    self.value = value
    random = SeededRandom(seed: seed)
  }

  mutating func render(_ pieces: [TemplatePiece]) -> String {
    self.pieces = pieces[...]
    return body(isShown: true)
  }

  /// Up to the end of the enclosing block.
  private mutating func body(isShown: Bool) -> String {
    var output = ""
    while let piece = pieces.first {
      switch piece.kind {
      case .statement(let name) where ["if", "for", "with"].contains(name):
        pieces.removeFirst()
        output += block(isShown: isShown)
      case .statement("set") where !piece.source.contains("="):
        pieces.removeFirst()
        _ = block(isShown: isShown)
      case .statement(let name) where name == "else" || name == "elif" || name.hasPrefix("end"): return output
      default:
        pieces.removeFirst()
        guard isShown else { continue }
        if piece.kind == .text { output += piece.source } else if piece.kind == .output { output += value }
      }
    }
    return output
  }

  private mutating func block(isShown: Bool) -> String {
    var output = ""
    while true {
      let times = isShown ? Int.random(in: 0...2, using: &random) : 0
      let start = pieces
      if times == 0 { _ = body(isShown: false) }
      for _ in 0..<times {
        pieces = start
        output += body(isShown: true)
      }
      guard case .statement(let name)? = pieces.first?.kind else { return output }
      pieces.removeFirst()
      if name.hasPrefix("end") { return output }
    }
  }
}
