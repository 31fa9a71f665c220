import AdminCore
import Testing

@Suite("Env files")
struct EnvFileTests {
  @Test(
    "An assignment is read",
    arguments: [
      ("A=1", "1"), ("A=", ""), ("  A = 1  ", "1"), ("export A=1", "1"), ("export  A=1", "1"), ("A=b=c", "b=c"),
      ("A=\"b c\"", "b c"), ("A='b \"c\" d'", "b \"c\" d"), ("A=\"it's\"", "it's"), ("A=\"\"", ""), ("A=''", ""),
      ("A=\" b \"", " b "), ("A=b # comment", "b"), ("A=b\t# comment", "b"), ("A=b#c", "b#c"), ("A=#b", "#b"),
      ("A= # comment", ""), ("A=\"b # c\"", "b # c"), ("A=\"b\" # it's a \"comment\"", "b"), ("A='b'#c", "b"),
      (#"A="b\nc""#, #"b\nc"#), (#"A=C:\dir"#, #"C:\dir"#), ("A=pass word", "pass word"), ("A=é", "é"),
      ("A=b\r", "b"), ("\u{FEFF}A=1", "1"), ("A=$HOME", "$HOME"), ("A=a'b", "a'b"),
    ])
  func reads(line: String, value: String) {
    let (values, problems) = EnvFile.parse(line)
    #expect(values == ["A": value])
    #expect(problems.isEmpty)
  }

  @Test(
    "A line that is no assignment is named with its number",
    arguments: [
      ("A", "expected NAME=value"), ("=b", "a name holds letters, digits and underscores only"),
      ("A B=c", "a name holds letters, digits and underscores only"),
      ("A-B=c", "a name holds letters, digits and underscores only"),
      ("É=c", "a name holds letters, digits and underscores only"), ("A=\"b", "the quote is not closed"),
      ("A='b\"", "the quote is not closed"), ("A=\"b\"c", "text after the closing quote"),
      ("A=\"b\"c\"", "text after the closing quote"), ("A='b''c'", "text after the closing quote"),
      ("A=\"", "the quote is not closed"),
    ])
  func refuses(line: String, message: String) {
    let (values, problems) = EnvFile.parse("# first\n\(line)\nB=2")
    #expect(values == ["B": "2"])
    #expect(problems.map(\.line) == [2])
    #expect(problems.map(\.message) == [message])
  }

  @Test("Lines end as any system ends them", arguments: ["\n", "\r\n", "\r"])
  func lineEnds(end: String) {
    let lines = ["# comment", "", "A=1", "   ", "  # another", "B='2'", "A=3", "bad", ""]
    let (values, problems) = EnvFile.parse(lines.joined(separator: end))
    #expect(values == ["A": "3", "B": "2"])
    #expect(problems.map(\.line) == [8])
  }

  @Test("An empty text holds nothing")
  func empty() {
    for text in ["", "\n", "#", "\u{FEFF}"] {
      #expect(EnvFile.parse(text).values.isEmpty)
      #expect(EnvFile.parse(text).problems.isEmpty)
    }
  }

  @Test("Problems never hold what was on the line, since it may be a secret")
  func hidesValues() {
    let (_, problems) = EnvFile.parse("AZURE_CLIENT_SECRET=\"hunter2\nhunter2 hunter2\nx y=hunter2")
    #expect(problems.count == 3)
    for problem in problems { #expect(!"\(problem)".contains("hunter2")) }
  }
}
