import AdminCore
import TenantSimulator
import Testing

/// `$count` where a list has pages.
@Suite("Counting over pages")
struct PageCountTests {
  @Test("The directory counts with the first page only")
  func directory() async throws {
    let fixture = try await TenantFixture()
    let headers: HeaderFields = ["Authorization": "Bearer \(fixture.token)", "ConsistencyLevel": "eventual"]
    let first = try await fixture.send("GET", "/v1.0/users?$top=9&$select=id&$count=true", headers: headers)
    #expect(first.json["@odata.count"] == 21)
    var link = first.json["@odata.nextLink"]?.stringValue
    var pages = 1
    while let url = link {
      let page = try await fixture.send("GET", url, headers: headers)
      #expect(page.status == 200, "\(page.message)")
      #expect(page.json["@odata.count"] == nil, "page \(pages + 1) does not count again")
      link = page.json["@odata.nextLink"]?.stringValue
      pages += 1
    }
    #expect(pages == 3)
  }
}
