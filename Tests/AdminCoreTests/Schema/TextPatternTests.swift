import AdminCore
import Foundation
import TestSupport
import Testing

@Suite("Patterns")
struct TextPatternTests {
  @Test(
    "A pattern is found where it is, and nowhere else",
    arguments: [
      ("", ["", "x"], []), ("abc", ["abc", "xabcx"], ["ab", "acb"]), ("^abc$", ["abc"], ["xabc", "abcx", "abc\n"]),
      ("a|b", ["a", "xb"], ["c", ""]), ("^(a|bc)+$", ["a", "bca", "aabc"], ["", "b", "abcb"]),
      ("^a*$", ["", "aaa"], ["b"]), ("^a+$", ["a"], [""]), ("^a?b$", ["b", "ab"], ["aab"]),
      ("^a{2}$", ["aa"], ["a", "aaa"]), ("^a{2,}$", ["aa", "aaaa"], ["a"]), ("^a{1,2}$", ["a", "aa"], ["", "aaa"]),
      ("^a{0}$", [""], ["a"]), ("^(?:ab){2}?$", ["abab"], ["ab"]), ("^.$", ["a", "é", "😀"], ["", "\n", "ab"]),
      ("^[a-c]$", ["a", "b", "c"], ["d", "-"]), ("^[^a-c]$", ["d", "\n"], ["a", ""]), ("^[]$", [], ["", "a"]),
      ("^[^]$", ["a", "\n"], [""]), ("^[-a]$", ["-", "a"], ["b"]), ("^[a-]$", ["-", "a"], ["b"]),
      ("^[\\d\\-x]$", ["5", "-", "x"], ["y"]), ("^[^\\W]$", ["a", "_"], ["-"]), ("^[\\D]$", ["a"], ["5"]),
      ("^\\d{4}-\\d{2}$", ["2026-01"], ["2026-1"]), ("^\\w+$", ["a_9"], ["a b", "é"]),
      ("^\\s$", [" ", "\t", "\u{A0}"], ["a"]),
      ("^\\S$", ["a"], [" "]), ("\\bcat\\b", ["a cat!", "cat"], ["cats", "concat"]), ("\\Bat", ["cat"], ["at"]),
      ("^\\x41\\u0042\\u{1F600}$", ["AB😀"], ["ab"]), ("^\\t\\n\\r\\f\\v\\0$", ["\t\n\r\u{C}\u{B}\0"], ["t"]),
      ("^\\$\\^\\.\\*\\+\\?\\(\\)\\[\\]\\{\\}\\|\\/\\\\$", ["$^.*+?()[]{}|/\\"], ["x"]), ("^[\\b]$", ["\u{8}"], ["b"]),
      ("(a*)*$", ["", "aaab"], []), ("(|a)+b", ["b", "aab"], ["a"]), ("^(a|)*$", ["", "aa"], ["b"]),
      ("x*^a", ["a"], ["xa"]),
    ] as [(String, [String], [String])])
  func matches(pattern: String, accepted: [String], refused: [String]) throws {
    let compiled = try TextPattern(pattern)
    for text in accepted { #expect(compiled.matches(text), "\(pattern) on \(text.debugDescription)") }
    for text in refused { #expect(!compiled.matches(text), "\(pattern) on \(text.debugDescription)") }
  }

  @Test(
    "What cannot be matched in linear time, or makes no sense, is refused with the reason",
    arguments: [
      ("(", "holds a ( without its )"), (")", "holds a ) without its ("), ("[a", "holds a [ without its ]"),
      ("a]", "holds a ] that is not escaped"), ("a}", "holds a } that is not escaped"), ("*", "repeats nothing"),
      ("a**", "repeats a repetition"), ("^*", "repeats what has no length"), ("\\b+", "repeats what has no length"),
      ("a{", "holds a { that is neither a count nor escaped"),
      ("a{x}", "holds a { that is neither a count nor escaped"),
      ("a{,2}", "holds a { that is neither a count nor escaped"),
      ("a{3,2}", "holds a count that ends before it begins"),
      ("a{1001}", "repeats more than 1000 times"), ("(a{100}){100}", "repeats too much"),
      ("(?=a)", "looks around or names a group, which is not supported"),
      ("(?<x>a)", "looks around or names a group, which is not supported"),
      ("(a)\\1", "holds the escape \\1, which is not supported"),
      ("\\p{L}", "holds the escape \\p, which is not supported"),
      ("\\", "ends with a backslash"), ("\\x4", "holds a malformed escape"), ("\\u12", "holds a malformed escape"),
      ("\\u{110000}", "holds a malformed \\u{…}"), ("\\u{}", "holds a malformed escape"),
      ("[z-a]", "holds a range that ends before it begins"), ("[\\d-z]", "holds a range that ends before it begins"),
      (String(repeating: "(", count: 60) + String(repeating: ")", count: 60), "is nested too deeply"),
    ])
  func refuses(pattern: String, reason: String) {
    let error = #expect(throws: TextPattern.Malformed.self) { try TextPattern(pattern) }
    #expect(error?.message == reason)
  }

  @Test("No pattern makes a matcher of this kind slow")
  func noBacktracking() throws {
    let text = String(repeating: "a", count: 20_000) + "!"
    for pattern in ["(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(a*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$"] {
      #expect(!(try TextPattern(pattern).matches(text)))
    }
  }

  /// The same alphabet for patterns and texts, so that they meet.
  private static func random(_ random: inout SeededRandom, depth: Int) -> String {
    let atoms = ["a", "b", "c", ".", "[ab]", "[^a]", "a|b", ""]
    guard depth > 0 else { return atoms.randomElement(using: &random) ?? "a" }
    switch Int.random(in: 0..<8, using: &random) {
    case 0, 1, 2: return Self.random(&random, depth: depth - 1) + Self.random(&random, depth: depth - 1)
    case 3:
      return "(" + Self.random(&random, depth: depth - 1) + ")"
        + (["*", "+", "?", "{2}", "{1,2}"].randomElement(using: &random) ?? "")
    case 4: return "(?:" + Self.random(&random, depth: depth - 1) + "|" + Self.random(&random, depth: depth - 1) + ")"
    case 5: return "^" + Self.random(&random, depth: depth - 1)
    case 6: return Self.random(&random, depth: depth - 1) + "$"
    default: return atoms.randomElement(using: &random) ?? "a"
    }
  }

  @Test("Random patterns say of random texts what ICU says of them", arguments: 1...4)
  func agreesWithICU(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    var (compared, matches) = (0, 0)
    for _ in 0..<1500 {
      let pattern = Self.random(&random, depth: 5)
      // Each refuses some ways to repeat what has no length, and not the same ones.
      guard let reference = try? NSRegularExpression(pattern: pattern) else { continue }
      let compiled: TextPattern
      do throws(TextPattern.Malformed) {
        compiled = try TextPattern(pattern)
      } catch {
        #expect(error.message == "repeats what has no length", "\(pattern)")
        continue
      }
      compared += 1
      for _ in 0..<4 {
        let length = Int.random(in: 0...8, using: &random)
        let text = String((0..<length).map { _ in "abcd".randomElement(using: &random) ?? "a" })
        let expected = reference.firstMatch(in: text, range: NSRange(location: 0, length: length)) != nil
        matches += expected ? 1 : 0
        #expect(compiled.matches(text) == expected, "\(pattern) on \(text)")
      }
    }
    #expect(compared > 1200)
    #expect((600...5400).contains(matches), "both answers are common")
  }
}
