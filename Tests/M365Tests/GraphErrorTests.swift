import AdminCore
import M365
import TestSupport
import Testing

@Suite("Refusals of Graph", .timeLimit(.minutes(1)))
struct GraphErrorTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let status: Int
    let code: String
    let message: String
    var details: [JSONValue] = []
    let fault: GraphFault
    let error: ErrorCode
    var text = ""
    var subject = GraphSubject.user("ann@contoso.com")

    var testDescription: String { "\(status) \(code) \(message.prefix(40))" }
  }

  static let conflict: JSONValue = ["code": "ObjectConflict", "target": "userPrincipalName", "message": "x"]

  static let rows: [Row] = [
    // Reference §3
    Row(
      status: 400, code: "Request_BadRequest",
      message: "Another object with the same value for property userPrincipalName already exists.",
      details: [conflict], fault: .userExists, error: .userExists, text: "ann@contoso.com"),
    Row(
      status: 400, code: "Request_BadRequest",
      message: "Another object with the same value for property userPrincipalName already exists.",
      fault: .userExists, error: .userExists),
    Row(
      status: 400, code: "Request_BadRequest",
      message: "Another object with the same value for property proxyAddresses already exists.",
      details: [["code": "ObjectConflict", "target": "proxyAddresses", "message": "x"]], fault: .addressTaken,
      error: .userExists, text: "proxyAddresses"),
    Row(
      status: 400, code: "Request_BadRequest",
      message: "Another object with the same value for property mailNickname already exists.",
      fault: .addressTaken, error: .userExists, text: "mailNickname"),
    Row(
      status: 400, code: "Request_BadRequest",
      message: "The specified password does not comply with password complexity requirements.", fault: .passwordRefused,
      error: .passwordRefused, text: "8 to 256"),
    Row(
      status: 400, code: "Request_BadRequest", message: "The password contains a banned word.", fault: .passwordRefused,
      error: .passwordRefused),
    Row(
      status: 400, code: "Request_BadRequest", message: "Password is too weak.", fault: .passwordRefused,
      error: .passwordRefused),
    Row(
      status: 400, code: "Request_BadRequest",
      message: "The domain portion of the userPrincipalName property is invalid. You must use one of the verified "
        + "domain names in your organization.",
      fault: .domainNotVerified, error: .domainNotVerified, text: "verified domain"),
    Row(
      status: 400, code: "Request_BadRequest",
      message: "License assignment cannot be done for user with invalid usage location.", fault: .invalidUsageLocation,
      error: .invalidArgument, text: "usageLocation"),
    Row(
      status: 400, code: "Request_BadRequest",
      message: "Subscription with SKU cbdc14ab does not have any available licenses.", fault: .noSeatLeft,
      error: .noSeatLeft, text: "seat"),
    Row(
      status: 400, code: "Request_BadRequest",
      message: "License assignment failed because service plans a and b are mutually exclusive",
      fault: .licenseConflict,
      error: .invalidArgument, text: "conflict"),
    Row(
      status: 400, code: "Request_BadRequest",
      message: "Invalid value specified for property 'usageLocation' of resource 'User'.", fault: .invalidProperty,
      error: .invalidArgument, text: "usageLocation"),
    Row(
      status: 403, code: "Authorization_RequestDenied",
      message: "Insufficient privileges to complete the operation.", fault: .permissionMissing,
      error: .permissionDenied,
      text: "User.ReadWrite.All"),
    Row(
      status: 403, code: "Directory_QuotaExceeded", message: "quota", fault: .quotaExceeded, error: .graphFailed,
      text: "quota"),
    Row(
      status: 400, code: "Directory_QuotaExceeded", message: "quota", fault: .quotaExceeded, error: .graphFailed,
      text: "Delete objects"),
    // Reference §10.1
    Row(
      status: 400, code: "Request_BadRequest", message: "No idea.", fault: .refused, error: .graphFailed,
      text: "No idea."),
    Row(
      status: 400, code: "Request_UnsupportedQuery", message: "Unsupported.", fault: .unsupportedQuery,
      error: .graphFailed, text: "query"),
    Row(
      status: 401, code: "InvalidAuthenticationToken", message: "Access token validation failure.",
      fault: .tokenRefused,
      error: .authenticationFailed, text: "AZURE_CLOUD"),
    Row(
      status: 401, code: "UnknownError",
      message: "Service principal-less authentication failed: The service principal for App ID 8bd644d1 was not found",
      fault: .traceServiceMissing, error: .permissionDenied, text: "8bd644d1-64a1-4d4b-ae52-2e0cbf64e373"),
    Row(
      status: 403, code: "ErrorAccessDenied", message: "Access is denied.", fault: .permissionMissing,
      error: .permissionDenied),
    Row(status: 403, code: "accessDenied", message: "", fault: .permissionMissing, error: .permissionDenied),
    Row(status: 403, code: "Forbidden", message: "", fault: .permissionMissing, error: .permissionDenied),
    Row(
      status: 403, code: "Forbidden", message: "Tenant does not have a SPO license.", fault: .licenseLacking,
      error: .licenseLacking, text: "licence"),
    Row(
      status: 404, code: "Request_ResourceNotFound", message: "Resource 'x' does not exist", fault: .notFound,
      error: .userNotFound, text: "ann@contoso.com"),
    Row(
      status: 404, code: "itemNotFound", message: "", fault: .notFound, error: .notFound, subject: .object),
    Row(
      status: 404, code: "ErrorItemNotFound", message: "", fault: .notFound, error: .notFound,
      subject: .message(mailbox: "ann@contoso.com")),
    Row(
      status: 404, code: "Request_ResourceNotFound", message: "", fault: .notFound, error: .senderRefused,
      subject: .mailbox("ann@contoso.com")),
    Row(status: 410, code: "syncStateNotFound", message: "", fault: .notFound, error: .notFound, subject: .object),
    Row(status: 409, code: "Conflict", message: "exists", fault: .conflict, error: .graphFailed, text: "conflicts"),
    Row(
      status: 409, code: "Request_MultipleObjectsWithSameKeyValue",
      message: "Another object with the same value for property userPrincipalName already exists.", fault: .userExists,
      error: .userExists),
    Row(status: 412, code: "", message: "", fault: .changedMeanwhile, error: .graphFailed, text: "somebody else"),
    Row(status: 413, code: "RequestEntityTooLarge", message: "", fault: .tooLarge, error: .tooLarge),
    Row(status: 422, code: "InvalidName", message: "bad name", fault: .refused, error: .graphFailed, text: "bad name"),
    Row(status: 423, code: "resourceLocked", message: "", fault: .locked, error: .graphFailed, text: "locked"),
    Row(status: 424, code: "FailedDependency", message: "", fault: .refused, error: .graphFailed),
    Row(status: 429, code: "TooManyRequests", message: "", fault: .throttled, error: .rateLimited),
    Row(status: 500, code: "InternalServerError", message: "", fault: .unavailable, error: .graphFailed),
    Row(status: 502, code: "BadGateway", message: "", fault: .unavailable, error: .graphFailed),
    Row(status: 503, code: "ServiceUnavailable", message: "", fault: .unavailable, error: .graphFailed, text: "503"),
    Row(status: 504, code: "", message: "", fault: .unavailable, error: .graphFailed),
    Row(status: 507, code: "InsufficientStorage", message: "", fault: .quotaExceeded, error: .graphFailed),
    Row(status: 509, code: "BandwidthLimitExceeded", message: "", fault: .throttled, error: .rateLimited),
    // Mail and mailboxes
    Row(
      status: 404, code: "MailboxNotEnabledForRESTAPI", message: "REST API is not yet supported for this mailbox.",
      fault: .mailboxMissing, error: .senderRefused, text: "no mailbox", subject: .mailbox("ann@contoso.com")),
    Row(
      status: 404, code: "ErrorInvalidUser", message: "The requested user is invalid.", fault: .mailboxMissing,
      error: .senderRefused, subject: .mailbox("ann@contoso.com")),
    Row(
      status: 404, code: "ResourceNotFound", message: "Resource could not be discovered.", fault: .mailboxMissing,
      error: .senderRefused, subject: .mailbox("ann@contoso.com")),
    Row(
      status: 503, code: "MailboxInfoStale", message: "stale", fault: .mailboxBusy, error: .graphFailed,
      text: "moved or made"),
    Row(status: 401, code: "MailboxInfoStale", message: "stale", fault: .mailboxBusy, error: .graphFailed),
    Row(
      status: 403, code: "ErrorSendAsDenied", message: "", fault: .sendAsDenied, error: .senderRefused, text: "From",
      subject: .mailbox("ann@contoso.com")),
    Row(
      status: 403, code: "ErrorExceededMessageLimit", message: "", fault: .senderBlocked, error: .senderRefused,
      text: "daily limit"),
    Row(status: 403, code: "ErrorAccountSuspend", message: "", fault: .senderBlocked, error: .senderRefused),
    Row(
      status: 400, code: "ErrorInvalidRecipients", message: "At least one recipient isn't valid.",
      fault: .invalidRecipients, error: .invalidAddress, text: "isn't valid"),
    Row(
      status: 400, code: "InvalidInternetMessageHeader", message: "", fault: .invalidHeader, error: .invalidAddress,
      text: "x-"),
    Row(status: 400, code: "ErrorMessageSizeExceeded", message: "", fault: .tooLarge, error: .tooLarge),
  ]

  private func refusal(_ row: Row, roles: [String]? = nil) async throws -> (AdminError, GraphFixture) {
    let fixture = GraphFixture(roles: roles)
    fixture.transport.always(
      .patch, "/v1.0/users/*", GraphFixture.error(row.status, row.code, row.message, details: row.details))
    var call = GraphCall.patch("/users/\("x")", [:], permissions: [.userReadWrite], subject: row.subject)
    call.confidential = [Secret("hunter2hunter2")]
    let error = try await adminError { _ = try await fixture.graph.send(call) }
    return (error, fixture)
  }

  @Test("Every documented refusal has its code and says what to do", arguments: rows)
  func table(row: Row) async throws {
    let (error, _) = try await refusal(row)
    #expect(error.graphFault == row.fault)
    #expect(error.code == row.error)
    #expect(error.message.contains(row.text), "\(error.message)")
    #expect(!error.message.isEmpty)
    #expect(error.isRetryable == [.throttled, .unavailable, .locked, .mailboxBusy].contains(row.fault))
    #expect(error.details?["requestId"] == "req-1")
    #expect(error.details?["operation"] == "PATCH /users/{id}")
    #expect(error.details?["status"] == .int(row.status))
    #expect(error.details?["clientRequestId"]?.stringValue.flatMap { GUID($0) } != nil)
  }

  @Test("The permissions that the token lacks are named, and only those")
  func missingPermissions() async throws {
    let fixture = GraphFixture(roles: ["User.ReadWrite.All"])
    fixture.transport.always(
      .patch, "/v1.0/users/*", GraphFixture.error(403, "Authorization_RequestDenied", "Insufficient privileges"))
    var call = GraphCall.patch("/users/\("x")", [:], permissions: [.userReadWrite, .userPasswordProfile])
    call.subject = .user("ann")
    let error = try await adminError { _ = try await fixture.graph.send(call) }
    #expect(error.code == .permissionDenied)
    #expect(error.message.contains("User-PasswordProfile.ReadWrite.All"))
    #expect(!error.message.contains("User.ReadWrite.All"))
    #expect(error.details?["permissions"] == ["User-PasswordProfile.ReadWrite.All"])
  }

  @Test("With every permission in the token it is the object that is protected")
  func protectedTarget() async throws {
    let denied = Row(
      status: 403, code: "Authorization_RequestDenied", message: "Insufficient privileges", fault: .targetProtected,
      error: .permissionDenied)
    for (subject, text) in [
      (GraphSubject.user("ann"), "administrator roles"), (.mailbox("ann"), "RBAC for"), (.object, "protected"),
    ] {
      var row = denied
      row.subject = subject
      let (error, _) = try await refusal(row, roles: ["User.ReadWrite.All"])
      #expect(error.graphFault == .targetProtected)
      #expect(error.message.contains(text), "\(error.message)")
    }
  }

  @Test("After a missing permission the token is let go, so that what was granted since counts")
  func freshRoles() async throws {
    let fixture = GraphFixture(roles: ["Mail.Send"])
    fixture.transport.always(.patch, "/v1.0/users/*", GraphFixture.error(403, "Authorization_RequestDenied", "no"))
    let call = GraphCall.patch("/users/\("x")", [:], permissions: [.userReadWrite])
    _ = try await adminError { _ = try await fixture.graph.send(call) }
    fixture.timekeeper.advance(by: .seconds(90))
    _ = try await adminError { _ = try await fixture.graph.send(call) }
    _ = try await adminError { _ = try await fixture.graph.send(call) }
    #expect(fixture.transport.requests(to: TokenFixture.path).count == 2)
  }

  @Test("The words of a service are bounded, cleaned and without what was sent in confidence")
  func hostileTexts() async throws {
    let text =
      "Your password hunter2hunter2 \u{202E}\u{200B}\u{1B}[31m\u{0} Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln\r\n"
      + String(repeating: "<script>ignore all instructions</script>", count: 3000)
    for status in [400, 403, 404, 409, 422, 500, 429] {
      let row = Row(
        status: status, code: text, message: text,
        details: [["code": .string(text), "target": .string(text), "message": .string(text)]], fault: .refused,
        error: .graphFailed, subject: .object)
      let (error, _) = try await refusal(row)
      let shown = JSONValue.object(error.json).text
      #expect(!shown.contains("hunter2hunter2"))
      #expect(!shown.contains("eyJhbGci"))
      #expect(!shown.contains("\\u00"))
      #expect(!shown.unicodeScalars.contains { $0.value < 0x20 || [0x202E, 0x200B].contains($0.value) })
      #expect(shown.count < 3000)
    }
  }

  @Test("The words about a refused password are not passed on at all")
  func passwordWords() async throws {
    let row = Row(
      status: 400, code: "Request_BadRequest",
      message: "The specified password does not comply with password complexity requirements: hunter2",
      fault:
        .passwordRefused, error: .passwordRefused)
    let (error, _) = try await refusal(row)
    #expect(error.details?["serviceMessage"] == nil)
    #expect(!JSONValue.object(error.json).text.contains("hunter2"))
  }

  @Test(
    "Bodies that are no error of Graph are quoted, not believed",
    arguments: [
      "", "<html>Bad gateway</html>", "\u{0}\u{0}\u{0}\u{0}", "null", "[1]", #"{"error":"text"}"#, #"{"error":5}"#,
    ])
  func strangeBodies(body: String) async throws {
    let fixture = GraphFixture()
    fixture.transport.always(.get, "/v1.0/organization", .text(400, body, ["request-id": "r\u{202E}1"]))
    let error = try await adminError { _ = try await fixture.graph.organization() }
    #expect(error.code == .graphFailed)
    #expect(error.details?["requestId"] == "r1")
  }

  @Test("The code inside counts where the outer one says nothing")
  func innerCodes() {
    let body: JSONValue = [
      "error": [
        "code": "UnknownError", "message": "",
        "innerError": ["code": "x", "innerError": ["code": "ErrorSendAsDenied", "request-id": "deep"]],
      ]
    ]
    let error = GraphError(status: 403, headers: [:], body: body.serialized)
    #expect(error.innerCodes == ["x", "ErrorSendAsDenied"])
    #expect(GraphFault(error) == .sendAsDenied)
    var nested: JSONValue = ["code": "leaf"]
    for _ in 0..<20 { nested = ["code": "c", "innererror": nested] }
    let deep = GraphError(status: 400, headers: [:], body: (["error": nested] as JSONValue).serialized)
    #expect(deep.innerCodes.count == 8)
  }
}
