import AdminCore
import M365
import Testing

@Suite("Values of HTTP")
struct HTTPValueTests {
  @Test(
    "Only addresses that requests may go to can be said",
    arguments: [
      ("https://graph.microsoft.com/v1.0/users?$top=5", true), ("https://graph.microsoft.com", true),
      ("https://graph.microsoft.com?x=1", true), ("HTTPS://Graph.Microsoft.com/v1.0", true),
      ("http://127.0.0.1:8080/x", true), ("http://[::1]:8080/x", true), ("http://localhost/x", true),
      ("http://graph.microsoft.com/", false), ("http://169.254.169.254/metadata", false),
      ("http://127.0.0.1.evil.example/", false), ("https://user@graph.microsoft.com/", false),
      ("https://graph.microsoft.com\\@evil.example/", false), ("https://graph.microsoft.com/#fragment", false),
      ("https://graph.microsoft.com/a b", false), ("https://graph.microsoft.com/\r\nX: y", false),
      ("https://graph.microsoft.com/\u{0}", false), ("https://graph.microsoft.com/ü", false),
      ("file:///etc/passwd", false), ("ftp://example.com/", false), ("https:///path", false), ("", false),
      ("//graph.microsoft.com/", false),
      ("https://graph.microsoft.com/" + String(repeating: "a", count: 40_000), false),
    ])
  func addresses(text: String, isAllowed: Bool) {
    #expect((HTTPURL(text) != nil) == isAllowed)
  }

  @Test("The metadata service is spoken to by its own origin only")
  func metadata() throws {
    let url = try #require(HTTPURL(origin: .instanceMetadata, target: "/metadata/identity/oauth2/token"))
    #expect(url.text == "http://169.254.169.254/metadata/identity/oauth2/token")
  }

  @Test("An address is kept as it was written, and printed without its query")
  func verbatim() throws {
    let url = try #require(HTTPURL("https://graph.microsoft.com/v1.0/users?$skiptoken=A%2fb'(x)"))
    #expect(url.text == "https://graph.microsoft.com/v1.0/users?$skiptoken=A%2fb'(x)")
    #expect("\(url)" == "https://graph.microsoft.com/v1.0/users")
    #expect(url.path == "/v1.0/users")
    #expect(HTTPURL("https://graph.microsoft.com?x=1")?.target == "/?x=1")
  }

  @Test("A request prints neither fields nor query nor body")
  func discretion() throws {
    let url = try #require(HTTPURL("https://login.microsoftonline.com/t/oauth2/v2.0/token?authtoken=hush"))
    let request = HTTPRequest(.post, url, headers: ["Authorization": "Bearer hush"], body: Array("hush".utf8))
    #expect("\(request)" == "POST https://login.microsoftonline.com/t/oauth2/v2.0/token")
    var dumped = ""
    dump(request, to: &dumped)
    #expect(!dumped.contains("hush"))
  }

  @Test("Fields are found whatever their case, and replaced as one")
  func headers() {
    var headers: HTTPHeaders = ["Retry-After": "1", "X-A": "a"]
    headers.add("RETRY-AFTER", "2")
    #expect(headers["retry-after"] == "1")
    #expect(headers.values("Retry-after") == ["1", "2"])
    headers["retry-AFTER"] = "3"
    #expect(headers.values("Retry-After") == ["3"])
    headers["x-a"] = nil
    #expect(headers["X-A"] == nil)
  }

  @Test("Encoding keeps what may stand and nothing else")
  func encoding() {
    #expect(PercentEncoding.segment("o'neil#1@contoso.com") == "o%27neil%231@contoso.com")
    #expect(PercentEncoding.segment("a/b?c%\u{0}ü") == "a%2Fb%3Fc%25%00%C3%BC")
    #expect(PercentEncoding.queryValue("a eq 'b&c+d'") == "a%20eq%20%27b%26c%2Bd%27")
    #expect(
      PercentEncoding.form([("grant_type", "client_credentials"), ("secret", "a+b&c=d é")])
        == Array("grant_type=client_credentials&secret=a%2Bb%26c%3Dd%20%C3%A9".utf8))
  }
}
