import AdminCore
import M365
import TenantSimulator
import TestSupport
import Testing

@Suite("Sites and files", .timeLimit(.minutes(1)))
struct GraphSitesTests {
  @Test("A list is made with its columns, found and deleted")
  func lists() async throws {
    let world = try TenantGraph()
    let site = try #require(try await world.graph.site(ofGroup: try await world.groupID("Closings")))
    #expect(try await world.graph.site(id: site.id) == site)
    #expect(try await world.graph.site(id: "root").webURL == "https://harbourfinch.sharepoint.com")
    var list = NewSiteList(
      displayName: "Deeds",
      columns: [
        .init("Buyer", .text), .init("Notes", .note), .init("Price", .number), .init("Due", .dateTime),
        .init("Paid", .boolean), .init("State", .choice(["open", "closed"])), .init("Officer", .person),
        .init("Link", .link),
      ])
    list.columns[0].isRequired = true
    list.description = "Every deed"
    let made = try await world.graph.createList(list, onSite: site.id)
    #expect(made.template == "genericList")
    #expect(!made.isHidden)
    #expect(try await world.graph.list(made.id, ofSite: site.id) == made)
    #expect(try await world.graph.lists(ofSite: site.id).map(\.displayName) == ["Documents", "Deeds"])
    let clash = try await adminError { _ = try await world.graph.createList(list, onSite: site.id) }
    #expect(clash.graphFault == .nameTaken)
    for _ in 0..<2 { try await world.graph.deleteList(made.id, ofSite: site.id) }
    #expect(try await world.graph.list(made.id, ofSite: site.id) == nil)
  }

  @Test("An application is let into a site and shut out")
  func applications() async throws {
    let world = try TenantGraph(roles: ["Sites.FullControl.All"])
    let site = try await world.graph.site(id: "root").id
    let application = try #require(GUID("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"))
    let granted = try await world.graph.grantSite(site, toApplication: application, named: "Archive", role: "read")
    let listed = try await world.graph.permissions(ofSite: site)
    #expect(listed == [granted])
    #expect(granted.applicationID == application.text)
    #expect(granted.roles == ["read"])
    for _ in 0..<2 { try await world.graph.removePermission(granted.id, fromSite: site) }
    #expect(try await world.graph.permissions(ofSite: site).isEmpty)
  }

  @Test("A folder is shared with people and taken back")
  func sharing() async throws {
    let world = try TenantGraph(roles: ["Files.ReadWrite.All"])
    let drive = try #require(try await world.graph.drive(ofUser: "nora.keane@harbourfinch.example"))
    #expect(try await world.graph.drive(ofUser: "rory.quinn@harbourfinch.example") == nil)
    let folder = try await world.graph.createFolder("Offers", in: "root", ofDrive: drive.id)
    #expect(try await world.graph.item(folder.id, ofDrive: drive.id) == folder)
    let shared = try await world.graph.share(
      item: folder.id, ofDrive: drive.id, with: ["owen.harbour@harbourfinch.example", "ann@bank.example"],
      role: "read", sendsInvitation: false)
    #expect(shared.map(\.email) == ["owen.harbour@harbourfinch.example", "ann@bank.example"])
    #expect(shared.map { $0.userID != nil } == [true, false])
    for permission in shared + shared {
      try await world.graph.removePermission(permission.id, fromItem: folder.id, drive: drive.id)
    }
    #expect(try await world.graph.permissions(ofItem: folder.id, drive: drive.id).isEmpty)
    let reader = try TenantGraph(roles: ["Sites.Read.All"])
    let error = try await adminError { _ = try await reader.graph.permissions(ofSite: "root") }
    #expect(error.code == .permissionDenied)
    #expect(error.message.contains("Sites.FullControl.All"))
  }
}
