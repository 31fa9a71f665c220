import AdminCore
import AdminTools
import TenantSimulator
import Testing

/// Microsoft Graph says how many entries a list has with its first page only.
@Suite("A list's count on every page")
struct PageCountTests {
  @Test("find_users counts all matches on each page, with a query and without")
  func users() async throws {
    let harness = try await AdminHarness()
    let all = try await Self.counts(harness, "find_users", ["limit": 9])
    #expect(all == [21, 21, 21])
    #expect(try await Self.counts(harness, "find_users", ["limit": 1, "query": "kea"]) == [1])
  }

  @Test("find_teams counts all teams on each page")
  func teams() async throws {
    let harness = try await AdminHarness()
    #expect(try await Self.counts(harness, "find_teams", ["limit": 1]) == [2, 2])
  }

  @Test("graph_get counts the whole list on each page, where it counts at all")
  func paths() async throws {
    let harness = try await AdminHarness()
    let arguments: JSONObject = [
      "path": "/users", "select": ["userPrincipalName"], "filter": "department eq 'Operations'", "top": 2,
    ]
    #expect(try await Self.counts(harness, "graph_get", arguments) == [5, 5, 5])
  }

  /// What each page says of the whole.
  private static func counts(
    _ harness: AdminHarness, _ tool: String, _ arguments: JSONObject
  ) async throws -> [JSONValue] {
    var counts: [JSONValue] = []
    var cursor: JSONValue?
    repeat {
      let page = try await harness.call(tool, cursor.map { arguments.merging(["cursor": $0]) } ?? arguments)
      #expect(!page.isError, "\(page.json.text)")
      counts.append(page["count"] ?? .null)
      cursor = page["nextCursor"]
    } while cursor != nil && counts.count < 20
    return counts
  }
}
