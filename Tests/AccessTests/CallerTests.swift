import Access
import AdminCore
import Testing

@Suite("Callers")
struct CallerTests {
  @Test("A local caller is named by user id and name, without control characters")
  func localActor() {
    #expect(Caller.local(userID: 1000, userName: "ada\u{1B}[31m", roles: []).actor == "local:1000:ada[31m")
  }

  @Test("A role that is lacking is refused by name")
  func refusesMissingRole() throws {
    let caller = Caller(actor: "test", roles: [.read])
    try caller.require(.read)
    let error = #expect(throws: AdminError.self) { try caller.require(.send) }
    #expect(error?.code == .permissionDenied)
    #expect(error?.message.contains("M365.Send") == true)
    #expect(error?.details?["role"]?.stringValue == "M365.Send")
  }
}
