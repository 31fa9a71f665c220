import AdminCore
import AdminTools
import TenantSimulator
import Testing

@Suite("find_users")
struct FindUsersTests {
  @Test("Users are found by the beginning of any word of their names")
  func query() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call("find_users", ["query": "kea"])
    #expect(answer["count"] == 1)
    let row = try #require(answer["items"]?.arrayValue?.first)
    #expect(row["userPrincipalName"] == "nora.keane@harbourfinch.example")
    #expect(row["licenses"] == ["BusinessPremium"])
    #expect(row["accountEnabled"] == true)
    let injected = try await harness.call("find_users", ["query": "keane\" OR \"displayName:owen"])
    #expect(!injected.json.text.contains("owen.harbour"), "what is typed is words, never an expression")
  }

  @Test("A thousand users are read page by page, each once, in small answers")
  func pages() async throws {
    let seed = try Seed(
      text: """
        {"tenant": {"displayName": "Own", "country": "IE",
          "domains": [{"name": "own.example", "default": true}, {"name": "own.onmicrosoft.com", "initial": true}]},
         "products": [{"partNumber": "SPB", "seats": 2000}], "generate": {"users": 1000, "licenses": ["SPB"]}}
        """)
    let harness = try await AdminHarness(seed: seed)
    var seen: [String] = []
    var cursor: JSONValue?
    repeat {
      var arguments: JSONObject = ["limit": 100]
      arguments["cursor"] = cursor
      let page = try await harness.call("find_users", arguments)
      #expect(!page.isError, "\(page.json.text)")
      seen += page["items"]?.arrayValue?.compactMap { $0["userId"]?.stringValue } ?? []
      cursor = page["nextCursor"]
    } while cursor != nil && seen.count < 2000
    #expect(seen.count == 1000)
    #expect(Set(seen).count == 1000)
    let first = try await harness.call("find_users")
    #expect(first["truncated"] == true)
    #expect(first.json.text.utf8.count / 4 < 2_000, "a default result stays small")
  }

  @Test("A cursor leads nowhere but to Graph, and belongs to its query")
  func cursors() async throws {
    let harness = try await AdminHarness()
    let page = try await harness.call("find_users", ["limit": 2])
    let cursor = try #require(page["nextCursor"])
    #expect(try await harness.call("find_users", ["limit": 2, "query": "a", "cursor": cursor]).code == "VAL_001")
    for forged in ["https://evil.example/x", "e30", String(cursor.stringValue?.reversed() ?? [])] {
      #expect(try await harness.call("find_users", ["cursor": .string(forged)]).code == "VAL_001")
    }
  }

  @Test("A tenant that does not show its licences gets ids in their place")
  func withoutLicenses() async throws {
    let harness = try await AdminHarness(
      faults: FaultPlan([FaultRule(.status(403, retryAfter: nil), path: "/v1.0/subscribedSkus")]))
    let row = try await harness.call("find_users", ["query": "keane"])["items"]?.arrayValue?.first
    #expect(row?["licenses"] == ["cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46"])
  }
}
