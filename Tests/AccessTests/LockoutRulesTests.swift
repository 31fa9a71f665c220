import Access
import AdminCore
import Testing

@Suite("Rules against locking everybody out")
struct LockoutRulesTests {
  private static let application = GUID("11111111-2222-3333-4444-555555555555")

  private let rules = LockoutRules(
    breakGlassAccounts: ["Emergency@contoso.com", "AAAAAAAA-0000-0000-0000-000000000001"], ownApplication: application)
  private let ann = LockoutRules.Account(id: "1", name: "ann@contoso.com")

  private func refusal(_ body: () throws(AdminError) -> Void) -> AdminError? {
    do throws(AdminError) {
      try body()
      return nil
    } catch {
      return error
    }
  }

  @Test("To an ordinary account everything may be done", arguments: LockoutRules.Harm.allCases)
  func ordinary(_ harm: LockoutRules.Harm) {
    #expect(refusal { () throws(AdminError) in try rules.check(harm, to: ann, otherAdministrators: 0) } == nil)
  }

  @Test("An emergency account is spared every harm, by name and by id", arguments: LockoutRules.Harm.allCases)
  func breakGlass(_ harm: LockoutRules.Harm) {
    let byName = LockoutRules.Account(id: "2", name: "emergency@CONTOSO.com", isGlobalAdministrator: true)
    let byID = LockoutRules.Account(id: "aaaaaaaa-0000-0000-0000-000000000001", name: "renamed@contoso.com")
    for account in [byName, byID] {
      let error = refusal { () throws(AdminError) in try rules.check(harm, to: account, otherAdministrators: 5) }
      #expect(error?.code == .permissionDenied)
      #expect(error?.details?["rule"] == "break_glass")
      #expect(error?.message.contains("M365_BREAK_GLASS_ACCOUNTS") == true)
    }
  }

  @Test("The last Global Administrator is neither blocked, deleted nor stripped; with another one that is allowed")
  func lastAdministrator() {
    var administrator = ann
    administrator.isGlobalAdministrator = true
    for harm in [LockoutRules.Harm.blockSignIn, .delete] {
      let error = refusal { () throws(AdminError) in try rules.check(harm, to: administrator, otherAdministrators: 0) }
      #expect(error?.details?["rule"] == "last_global_administrator")
      #expect(
        refusal { () throws(AdminError) in try rules.check(harm, to: administrator, otherAdministrators: 1) } == nil)
    }
    for harm in [LockoutRules.Harm.resetPassword, .removeLicenses] {
      #expect(
        refusal { () throws(AdminError) in try rules.check(harm, to: administrator, otherAdministrators: 0) } == nil)
    }
  }

  @Test("What a directory on premises keeps is not changed here")
  func synchronized() {
    let error = refusal { () throws(AdminError) in
      try LockoutRules.checkChangeable("seamus@contoso.com", isSynchronized: true)
    }
    #expect(error?.code == .permissionDenied)
    #expect(error?.message.contains("on premises") == true)
    #expect(
      refusal { () throws(AdminError) in try LockoutRules.checkChangeable("a", isSynchronized: false) } == nil)
  }

  @Test("The last owner stays one")
  func lastOwner() {
    let error = refusal { () throws(AdminError) in
      try LockoutRules.checkOwner("ann", ofGroupsWithoutOther: ["Closings"])
    }
    #expect(error?.details?["rule"] == "last_owner")
    #expect(error?.message.contains("Closings") == true)
    #expect(
      refusal { () throws(AdminError) in try LockoutRules.checkOwner("a", ofGroupsWithoutOther: []) } == nil)
  }

  @Test("The application does not touch its own principal")
  func ownApplication() throws {
    let own = try #require(Self.application)
    let other = try #require(GUID("99999999-2222-3333-4444-555555555555"))
    let error = refusal { () throws(AdminError) in try rules.checkPrincipal(of: own, named: "Admin MCP") }
    #expect(error?.details?["rule"] == "own_application")
    #expect(refusal { () throws(AdminError) in try rules.checkPrincipal(of: other, named: "Other") } == nil)
  }

  @Test("A hostile name does not get into a refusal as it is")
  func hostile() {
    let account = LockoutRules.Account(
      id: "3", name: "emergency@contoso.com", isGlobalAdministrator: true)
    let rules = LockoutRules(breakGlassAccounts: [], ownApplication: nil)
    let hostile = LockoutRules.Account(
      id: "4", name: "a\u{202E}b\u{0}" + String(repeating: "x", count: 100_000), isGlobalAdministrator: true)
    #expect(!rules.isBreakGlass(account))
    let error = refusal { () throws(AdminError) in try rules.check(.delete, to: hostile, otherAdministrators: 0) }
    #expect((error?.message.utf8.count ?? 0) < 500)
    #expect(error?.message.contains("\u{202E}") == false)
  }
}
