import AdminCore
import Testing

@Suite("Origins")
struct OriginTests {
  @Test(
    "Secure origins are read, in one form",
    arguments: [
      ("https://graph.microsoft.com", "https://graph.microsoft.com"),
      ("https://Graph.Microsoft.com/", "https://graph.microsoft.com"), ("HTTPS://a", "https://a"),
      ("https://a:443", "https://a"), ("https://a:8443", "https://a:8443"), ("https://10.0.0.1", "https://10.0.0.1"),
      ("https://[::1]", "https://[::1]"), ("https://[::1]:8443/", "https://[::1]:8443"),
      ("http://127.0.0.1:8080", "http://127.0.0.1:8080"), ("http://127.0.0.1:80", "http://127.0.0.1"),
      ("http://127.255.0.9", "http://127.255.0.9"), ("http://localhost:5000", "http://localhost:5000"),
      ("http://LOCALHOST", "http://localhost"), ("http://[::1]:9", "http://[::1]:9"),
      ("https://xn--mller-kva.example", "https://xn--mller-kva.example"),
    ])
  func accepts(text: String, origin: String) throws {
    let read = try #require(Origin(secure: text))
    #expect(read.description == origin)
    #expect(Origin(secure: origin) == read)
  }

  @Test(
    "Everything else is refused",
    arguments: [
      "", "graph.microsoft.com", "//graph.microsoft.com", "https://", "https:///", "https:/a", "https:a", "://a",
      "http://graph.microsoft.com", "http://10.0.0.1", "http://169.254.169.254", "http://0.0.0.0", "http://[::]",
      "http://127.0.0.1.example.com", "http://localhost.example.com", "http://127.0.0", "http://127.0.0.256",
      "http://1270.0.0.1", "http://localhost.", "ftp://127.0.0.1", "file:///etc/passwd", "javascript://a",
      "https://user@a", "https://user:pw@a", "https://127.0.0.1@evil.example", "https://a\\@evil.example",
      "https://a\\b",
      "https://a/path", "https://a//", "https://a?x", "https://a/?x", "https://a#x", "https://a b", " https://a",
      "https://a ", "https://a\n", "https://a\t", "https://a\u{0}", "https://a:", "https://a:0", "https://a:65536",
      "https://a:-1", "https://a:+443", "https://a: 443", "https://a:443:443", "https://a:4４3",
      "https://a:99999999999999999999",
      "https://[::2]", "https://[fe80::1%25eth0]", "https://[::1", "https://::1", "https://[::1]x", "https://[::1]:",
      "https://é.example", "https://a_b", "https://..", "https://a..b", "https://.a", "https://a.", "https://a%2eb",
      "https://" + String(repeating: "a", count: 254),
    ])
  func refuses(text: String) {
    #expect(Origin(secure: text) == nil)
  }

  @Test("Loopback is told by number and by the one name")
  func loopback() {
    for text in ["https://127.0.0.1", "https://localhost", "https://[::1]", "https://127.1.2.3:4"] {
      #expect(Origin(secure: text)?.isLoopback == true)
    }
    for text in ["https://128.0.0.1", "https://a.localhost.example", "https://127.0.0.1.example"] {
      #expect(Origin(secure: text)?.isLoopback == false)
    }
  }

  @Test("Parts of an origin")
  func parts() {
    let origin = Origin(secure: "https://Login.Example:8443/")
    #expect(origin?.scheme == "https")
    #expect(origin?.host == "login.example")
    #expect(origin?.port == 8443)
    #expect(Origin(https: "graph.microsoft.com") == Origin(secure: "https://graph.microsoft.com:443"))
  }

  @Test(
    "An address lies in its origin and in no other",
    arguments: [
      ("https://graph.microsoft.com", true), ("https://graph.microsoft.com/", true),
      ("https://graph.microsoft.com/v1.0/users?$top=1", true), ("https://graph.microsoft.com?x", true),
      ("HTTPS://GRAPH.Microsoft.com/v1.0", true), ("https://graph.microsoft.com.evil.example/", false),
      ("https://graph.microsoft.com@evil.example/", false), ("https://graph.microsoft.com:8443/", false),
      ("https://graph.microsoft.com\\@evil.example/", false), ("https://graph.microsoft.com#x", false),
      ("http://graph.microsoft.com/", false), ("https://graph.microsoft.co", false), ("", false),
      ("https://evil.example/https://graph.microsoft.com/", false), (" https://graph.microsoft.com/", false),
      ("https://graph.micro\u{17F}oft.com/", false), ("https://graph.microsoft.com\u{301}/", false),
    ])
  func contains(url: String, isInside: Bool) {
    #expect(Origin(https: "graph.microsoft.com").contains(url) == isInside)
  }

  @Test("A port belongs to the origin")
  func containsPort() {
    let origin = Origin(secure: "http://127.0.0.1:8080")
    #expect(origin?.contains("http://127.0.0.1:8080/v1.0") == true)
    #expect(origin?.contains("http://127.0.0.1:80800/v1.0") == false)
    #expect(origin?.contains("http://127.0.0.1/v1.0") == false)
  }
}
