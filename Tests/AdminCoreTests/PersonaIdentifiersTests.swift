import AdminCore
import Testing

@Suite("Names of personas and keys")
struct PersonaIdentifiersTests {
  @Test("A tenant is a GUID, in whatever case, or a short name in lower case")
  func tenants() {
    #expect(TenantName("3B555118-DA6A-4418-894F-7DF1E2096870")?.text == "3b555118-da6a-4418-894f-7df1e2096870")
    for name in ["contoso", "contoso.com", "a", "0-1", String(repeating: "a", count: 63)] {
      #expect(TenantName(name)?.text == name)
    }
    for name in [
      "", "Contoso", ".a", "-a", "a_b", "a/b", "a b", "ä", "_global", "a\n", String(repeating: "a", count: 64),
    ] {
      #expect(TenantName(name) == nil, "\(name.debugDescription)")
    }
  }

  @Test("A persona's name begins with a letter or digit and is plain")
  func personas() {
    for name in ["sales-agent", "Sales.Agent_1", "0", String(repeating: "a", count: 128)] {
      #expect(PersonaName(name)?.text == name)
    }
    for name in ["", "-a", ".a", "_layer", "*", "a/b", "a b", "é", "a\u{0}", String(repeating: "a", count: 129)] {
      #expect(PersonaName(name) == nil, "\(name.debugDescription)")
    }
    #expect(PersonaName("Sales") != PersonaName("sales"))
  }

  @Test("A key begins with a letter; its parts stand after dots, seven at most")
  func keys() {
    for name in ["a", "systemPrompt", "SystemMessage", "a-b_c1", String(repeating: "a", count: 64)] {
      #expect(ConfigurationKey(name)?.text == name)
    }
    for name in ["", "1a", "_a", "a.b", "a b", "$ref", String(repeating: "a", count: 65)] {
      #expect(ConfigurationKey(name) == nil, "\(name)")
    }
    let path = ConfigurationPath("featureFlags.a.b")
    #expect(path?.key.text == "featureFlags" && path?.members == ["a", "b"] && path?.description == "featureFlags.a.b")
    #expect(ConfigurationPath("a.b.c.d.e.f.g.h") != nil)
    for text in ["a.b.c.d.e.f.g.h.i", "", ".", "a.", ".a", "a..b", "a.1"] {
      #expect(ConfigurationPath(text) == nil, "\(text)")
    }
  }
}
