import AdminCore
import TenantSimulator
import Testing

/// Calls every route of the simulator once with success, and some without.
struct ContractJourney {
  let fixture: TenantFixture

  @discardableResult
  func expect(
    _ status: Int, _ method: String, _ path: String, json: JSONValue? = nil, headers: HeaderFields = [:]
  ) async throws -> TenantFixture.Reply {
    let reply = try await fixture.graph(method, path, json: json, headers: headers)
    #expect(reply.status == status, "\(method) \(path): \(reply.text.prefix(300))")
    return reply
  }

  func run() async throws {
    try await readDirectory()
    try await users()
    try await mail()
    try await mime()
    try await inboxRules()
    try await messageTrace()
    try await batch()
    try await groups()
    try await teams()
    try await sites()
    try await roles()
    try await connections()
    try await applications()
    try await settings()
    try await reports()
    try await refusals()
  }

  private func readDirectory() async throws {
    for path in [
      "/organization", "/domains", "/domains/harbourfinch.example", "/subscribedSkus", "/users?$top=3", "/groups",
      "/users/nora.keane@harbourfinch.example", "/users/nora.keane@harbourfinch.example/manager",
      "/users/maeve.finch@harbourfinch.example/directReports", "/users/owen.harbour@harbourfinch.example/memberOf",
      "/users/owen.harbour@harbourfinch.example/joinedTeams", "/users/nora.keane@harbourfinch.example/licenseDetails",
      "/servicePrincipals", "/directory/deletedItems/microsoft.graph.user", "/directory/deletedItems/graph.user",
    ] { _ = try await expect(200, "GET", path) }
    let all = DirectoryProperties.user.joined(separator: ",")
    _ = try await expect(200, "GET", "/users/nora.keane@harbourfinch.example?$select=\(all)&$expand=manager")
    let organization = try await expect(200, "GET", "/organization?$select=id")
    _ = try await expect(200, "GET", "/organization/\(organization.values[0]["id"]?.stringValue ?? "")")
    let group = try await expect(200, "GET", "/groups?$select=id&$top=1").values[0]["id"]?.stringValue ?? ""
    for path in ["", "/members", "/owners"] { _ = try await expect(200, "GET", "/groups/\(group)\(path)") }
    let clientID = fixture.tenant.credentials.clientID
    let principal = try await expect(200, "GET", "/servicePrincipals(appId='\(clientID)')")
    for path in ["", "/appRoleAssignments", "/appRoleAssignedTo"] {
      _ = try await expect(200, "GET", "/servicePrincipals/\(principal.id)\(path)")
    }
  }

  private func users() async throws {
    let created = try await expect(201, "POST", "/users", json: .newUser("contract.user"))
    let user = "/users/\(created.id)"
    _ = try await expect(204, "PATCH", user, json: ["department": "Legal"])
    let nora = try await fixture.userID("nora.keane")
    let reference: JSONValue = ["@odata.id": .string("https://graph.microsoft.com/v1.0/users/\(nora)")]
    _ = try await expect(204, "PUT", "\(user)/manager/$ref", json: reference)
    _ = try await expect(204, "DELETE", "\(user)/manager/$ref")
    _ = try await expect(200, "POST", "\(user)/assignLicense", json: SKU.assignment([SKU.standard]))
    _ = try await expect(200, "GET", "\(user)/mailboxSettings")
    _ = try await expect(
      200, "PATCH", "\(user)/mailboxSettings", json: ["automaticRepliesSetting": ["status": "alwaysEnabled"]])
    _ = try await expect(200, "POST", "\(user)/revokeSignInSessions")
    _ = try await expect(204, "DELETE", user)
    _ = try await expect(200, "GET", "/directory/deletedItems/\(created.id)")
    _ = try await expect(200, "POST", "/directory/deletedItems/\(created.id)/restore")
    _ = try await expect(204, "DELETE", user)
    _ = try await expect(204, "DELETE", "/directory/deletedItems/\(created.id)")
  }

  private func mail() async throws {
    let user = MessageTests.sender
    let draft = try await expect(
      201, "POST", "\(user)/messages", json: MessageTests.message(), headers: MessageTests.immutable)
    let message = "\(user)/messages/\(draft.id)"
    _ = try await expect(200, "PATCH", message, json: ["importance": "low"])
    _ = try await expect(201, "POST", "\(message)/attachments", json: AttachmentTests.file)
    _ = try await expect(200, "GET", "\(message)/attachments")
    _ = try await expect(
      201, "POST", "\(message)/attachments/createUploadSession",
      json: ["attachmentItem": ["attachmentType": "file", "name": "a.pdf", "size": 3_500_000]])
    _ = try await expect(200, "GET", "\(message)?$expand=attachments")
    _ = try await expect(202, "POST", "\(message)/send")
    _ = try await expect(200, "GET", "\(message)?$select=internetMessageId,isDraft,internetMessageHeaders")
    _ = try await expect(202, "POST", "\(user)/sendMail", json: ["message": MessageTests.message()])
    for path in [
      "/messages?$top=2", "/mailFolders", "/mailFolders/inbox", "/mailFolders/sentitems/messages?$count=true",
      "/mailFolders/sentitems/messages/\(draft.id)",
    ] { _ = try await expect(200, "GET", user + path) }
    _ = try await expect(
      200, "POST", "\(user)/getMailTips",
      json: [
        "emailAddresses": ["priya.raman@harbourfinch.example", "a@bank.example", "nobody@harbourfinch.example"],
        "mailTipsOptions": "automaticReplies,mailboxFullStatus,deliveryRestriction,recipientScope,totalMemberCount",
      ])
    _ = try await expect(204, "DELETE", message)
  }

  private func inboxRules() async throws {
    let rules = "\(MessageTests.sender)/mailFolders/inbox/messageRules"
    let rule = try await expect(
      201, "POST", rules,
      json: [
        "displayName": "Closings", "sequence": 1, "isEnabled": true, "conditions": ["subjectContains": ["Closing"]],
        "actions": [
          "forwardTo": [["emailAddress": ["address": "closings@harbourfinch.example"]]], "stopProcessingRules": true,
        ],
      ])
    _ = try await expect(200, "GET", rules)
    _ = try await expect(200, "GET", "\(rules)/\(rule.id)")
    _ = try await expect(200, "PATCH", "\(rules)/\(rule.id)", json: ["isEnabled": false])
    _ = try await expect(204, "DELETE", "\(rules)/\(rule.id)")
  }

  private func messageTrace() async throws {
    let path = "/admin/exchange/tracing/messageTraces"
    let row = try await expect(200, "GET", path).values[0]
    let (id, recipient) = (row["id"]?.stringValue ?? "", row["recipientAddress"]?.stringValue ?? "")
    _ = try await expect(200, "GET", "\(path)/\(id)/getDetailsByRecipient(recipientAddress='\(recipient)')")
  }

  private func mime() async throws {
    let content = Base64.encode(Array(MIMETests.complete.replacing("\n", with: "\r\n").utf8))
    for path in ["/messages", "/sendMail"] {
      let reply = try await fixture.graph("POST", MessageTests.sender + path, text: content, type: "text/plain")
      #expect((200..<300).contains(reply.status), "\(reply.text)")
    }
  }

  private func batch() async throws {
    _ = try await expect(
      200, "POST", "/$batch",
      json: [
        "requests": [
          ["id": "1", "method": "GET", "url": "/organization"], ["id": "2", "method": "GET", "url": "/users/nobody"],
          ["id": "3", "method": "GET", "url": "/domains", "dependsOn": ["2"]],
        ]
      ])
  }

  private func refusals() async throws {
    _ = try await expect(404, "GET", "/users/nobody@harbourfinch.example")
    _ = try await expect(400, "POST", "/users", json: .newUser("nora.keane"))
    _ = try await expect(404, "GET", "/users/rory.quinn@harbourfinch.example/mailboxSettings")
    await fixture.tenant.setFaults(FaultPlan([FaultRule(.status(429, retryAfter: 1)), FaultRule(.dropAfter)]))
    _ = try await expect(429, "GET", "/organization")
    await fixture.tenant.setFaults(FaultPlan())
  }
}

/// What `$select` may name on a user, as far as the product asks for it.
enum DirectoryProperties {
  static let user = [
    "id", "displayName", "givenName", "surname", "userPrincipalName", "mail", "mailNickname", "proxyAddresses",
    "accountEnabled", "department", "jobTitle", "usageLocation", "userType", "createdDateTime", "deletedDateTime",
    "assignedLicenses", "assignedPlans", "licenseAssignmentStates", "businessPhones", "otherMails", "city",
    "companyName", "country", "employeeId", "employeeHireDate", "employeeType", "faxNumber", "postalCode",
    "showInAddressList", "state", "streetAddress", "externalUserState", "lastPasswordChangeDateTime",
    "onPremisesImmutableId", "onPremisesLastSyncDateTime", "onPremisesSyncEnabled", "passwordPolicies",
    "passwordProfile", "signInSessionsValidFromDateTime", "mobilePhone", "officeLocation", "preferredLanguage",
  ]
}
