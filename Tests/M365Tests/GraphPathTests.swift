import AdminCore
import M365
import Testing

@Suite("Paths and queries of Graph")
struct GraphPathTests {
  @Test("Keys are encoded as one segment each and left out of the template")
  func keys() {
    let id = "a/b?c#d'e f%2e"
    let path: GraphPath = "/users/\(id)/messages/\("AAMk=")"
    #expect(path.text == "/users/a%2Fb%3Fc%23d%27e%20f%252e/messages/AAMk=")
    #expect(path.template == "/users/{id}/messages/{id}")
    #expect(path.keys == [id, "AAMk="])
    #expect(path.flaw == nil)
    let channel: GraphPath = "/teams/\("t")/channels/\("19:x@thread.tacv2")"
    #expect(channel.text == "/teams/t/channels/19:x@thread.tacv2")
  }

  @Test("Users are named by id, by name, and by the form for names that begin with a dollar sign")
  func users() throws {
    let id = try #require(GUID("AAAAAAAA-bbbb-cccc-dddd-eeeeeeeeeeee"))
    let byID: GraphPath = "/users/\(UserReference(id))"
    #expect(byID.text == "/users/aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")
    let name = try #require(UserPrincipalName("o'neil#1@Contoso.com"))
    let byName: GraphPath = "/users/\(UserReference(name))/manager"
    #expect(byName.text == "/users/o%27neil%231@contoso.com/manager")
    let dollar: GraphPath = "/users/\(UserReference("$o'x@contoso.com"))/messages"
    #expect(dollar.text == "/users('%24o%27%27x%40contoso.com')/messages")
    #expect(dollar.template == "/users/{id}/messages")
    #expect(dollar.workload == .outlook(mailbox: "$o'x@contoso.com"))
    #expect(dollar.flaw == nil)
    let literal: GraphPath = "/servicePrincipals(appId='\(argument: "a'b")')"
    #expect(literal.text == "/servicePrincipals(appId='a%27%27b')")
  }

  @Test(
    "What is no key is refused",
    arguments: ["", ".", "..", "a\u{0}b", "a\r\nb", "\u{7F}", String(repeating: "x", count: 3000)])
  func badKeys(key: String) {
    let path: GraphPath = "/users/\(key)"
    #expect(path.flaw != nil)
    let user: GraphPath = "/users/\(UserReference(key))/messages/\("ok")"
    #expect(user.flaw != nil)
    let argument: GraphPath = "/x(a='\(argument: key)')"
    #expect(argument.flaw != nil)
  }

  @Test("Each path belongs to the workload that throttles it")
  func workloads() {
    let expected: [(GraphPath, Workload)] = [
      ("/users", .directory), ("/users/\("U@x.com")", .directory), ("/users/\("u")/manager/$ref", .directory),
      ("/users/\("U@x.com")/messages", .outlook(mailbox: "u@x.com")),
      ("/users/\("u")/sendMail", .outlook(mailbox: "u")),
      ("/users/\("u")/mailFolders/inbox/messageRules", .outlook(mailbox: "u")),
      ("/users/\("u")/mailboxSettings", .outlook(mailbox: "u")), ("/users/\("u")/joinedTeams", .teams(team: nil)),
      ("/users/\("u")/drive", .sharePoint), ("/groups/\("g")", .directory), ("/groups/\("g")/team", .teams(team: "g")),
      ("/groups/\("g")/sites/root", .sharePoint), ("/groups/\("g")/planner/plans", .planner),
      ("/teams/\("t")/channels", .teams(team: "t")), ("/teams", .teams(team: nil)),
      ("/appCatalogs/teamsApps", .teams(team: nil)), ("/sites/\("s")/lists", .sharePoint), ("/planner/plans", .planner),
      ("/reports/getEmailActivityUserDetail(period='D7')", .reports), ("/auditLogs/directoryAudits", .auditLogs),
      ("/security/auditLog/queries", .auditLogs), ("/admin/exchange/tracing/messageTraces", .messageTrace),
      ("/admin/serviceAnnouncement/issues", .serviceHealth), ("/admin/sharepoint/settings", .sharePoint),
      ("/admin/reportSettings", .reports), ("/admin/people/pronouns", .directory), ("/organization", .directory),
      ("/$batch", .directory),
    ]
    for (path, workload) in expected { #expect(path.workload == workload, "\(path.template)") }
    let names = Set(expected.map(\.1.name) + ["login", "exchange", "compliance", "instance_metadata"])
    #expect(names.count == 13)
    for workload in [Workload.login, .exchange, .compliance, .instanceMetadata] {
      #expect(names.contains(workload.name))
    }
  }

  @Test("Values in a filter cannot end their literal")
  func filters() throws {
    let name = "x' or 1 eq 1 or 'a' eq 'a"
    let other: GraphFilter = "isRead eq \(true) and size gt \(5)"
    let filter: GraphFilter = "mailNickname eq \(name) and createdDateTime ge \(Timestamp(seconds: 0)) and (\(other))"
    #expect(
      filter.text == "mailNickname eq 'x'' or 1 eq 1 or ''a'' eq ''a' and createdDateTime ge 1970-01-01T00:00:00Z"
        + " and (isRead eq true and size gt 5)")
    let literal: GraphFilter = "accountEnabled eq true"
    #expect(literal.text == "accountEnabled eq true")
    let application = try #require(GUID("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"))
    let id: GraphFilter = "appId eq \(application)"
    #expect(id.text == "appId eq 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee'")
  }

  @Test("A query is encoded option by option")
  func queries() {
    var query = GraphQuery(select: ["id", "displayName"])
    query.filter = "mail eq \("a&b=c+d#e@x.com")"
    query.search = GraphSearch(#"a"b\c"#, in: ["displayName", "mail"])
    query.expand = "teamsApp"
    query.orderBy = "displayName desc"
    query.top = 5
    query.isAdvanced = true
    #expect(
      query.text == "?$select=id,displayName&$filter=mail%20eq%20%27a%26b%3Dc%2Bd%23e@x.com%27"
        + "&$search=%22displayName:a%5C%22b%5C%5Cc%22%20OR%20%22mail:a%5C%22b%5C%5Cc%22"
        + "&$expand=teamsApp&$orderby=displayName%20desc&$top=5&$count=true")
    #expect(GraphQuery().text == "")
  }

  @Test("A permission is granted by itself and by wider ones")
  func permissions() {
    for permission in GraphPermission.allCases {
      #expect(permission.isGranted(by: [permission.rawValue]))
      #expect(!permission.isGranted(by: ["Something.Else"]))
      for wider in permission.wider { #expect(permission.isGranted(by: [wider])) }
    }
  }
}
