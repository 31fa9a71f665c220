import MCPProtocol
import Testing

@Suite("URI templates")
struct URITemplateTests {
  @Test(
    "An address gives its variables, decoded once",
    arguments: [
      ("m365://users/{email}", "m365://users/ada@contoso.com", ["email": "ada@contoso.com"]),
      ("m365://users/{email}", "m365://users/ada%40contoso.com", ["email": "ada@contoso.com"]),
      ("m365://users/{email}", "m365://users/%2541", ["email": "%41"]),
      ("m365://users/{email}", "m365://users/é", ["email": "é"]),
      ("t://{a}/x/{b}", "t://1/x/2", ["a": "1", "b": "2"]),
      ("t://{a}-{b}", "t://1-2-3", ["a": "1", "b": "2-3"]),
      ("t://fixed", "t://fixed", [:]),
      ("t://{a}?q", "t://1?q", ["a": "1"]),
    ])
  func matching(_ template: String, _ uri: String, _ values: [String: String]) {
    #expect(URITemplate(template)?.match(uri) == values)
  }

  @Test(
    "An address that does not fit, or smuggles something in, is refused",
    arguments: [
      "m365://users/", "m365://users", "m365://users/a/b", "m365://users/a?x", "m365://users/a#x", "m365://user/a",
      "m365://users/..", "m365://users/.", "m365://users/%2e%2E", "m365://users/a%2Fb", "m365://users/a%5Cb",
      "m365://users/a\\b", "m365://users/%00", "m365://users/a%0Ab", "m365://users/%", "m365://users/%4",
      "m365://users/%zz", "m365://users/%+1", "m365://users/%FF", "m365://users/%C3", "M365://users/a", "",
    ])
  func refusal(_ uri: String) {
    #expect(URITemplate("m365://users/{email}")?.match(uri) == nil)
  }

  @Test(
    "What is no template of level 1 is none",
    arguments: ["t://{", "t://}", "t://{}", "t://{+a}", "t://{a}{b}", "t://{a}/{a}", "t://{a b}", "t://a}b"])
  func malformed(_ template: String) {
    #expect(URITemplate(template) == nil)
  }

  @Test("Filling in and matching are inverse")
  func expansion() throws {
    let template = try #require(URITemplate("m365://users/{email}/x"))
    #expect(template.variables == ["email"])
    for value in ["ada@contoso.com", "a b", "é%", "..x", "~-_.", "\u{1F600}"] {
      let uri = try #require(template.expand(["email": value]))
      #expect(template.match(uri) == ["email": value])
    }
    #expect(template.expand(["email": "a b/…"]) == nil)
    #expect(template.expand(["email": "é\n"]) == nil)
    #expect(template.expand([:]) == nil)
    #expect(template.expand(["email": "a\u{7F}"]) == nil)
    #expect(template.expand(["email": "ä "]) == "m365://users/%C3%A4%20/x")
  }
}
