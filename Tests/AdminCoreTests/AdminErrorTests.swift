import AdminCore
import Testing

@Suite("Errors")
struct AdminErrorTests {
  @Test("The error object has the members of the interface and no others")
  func jsonShape() {
    var error = AdminError(
      .rateLimited, "Too many.", retryAfter: .milliseconds(1500), details: ["a": 1], cause: "secret cause")
    error = error.correlated(with: "corr-1")
    #expect(
      JSONValue.object(error.json).text
        == #"{"code":"RATE_001","message":"Too many.","retryable":true,"retryAfterMs":1500,"#
        + #""correlationId":"corr-1","details":{"a":1}}"#)
    #expect(
      JSONValue.object(AdminError(.userExists, "Taken.").json).text
        == #"{"code":"USER_001","message":"Taken.","retryable":false,"correlationId":""}"#)
  }

  @Test("The cause stays out of whatever is shown")
  func hidesCause() {
    let error = AdminError(.internalFault, "Something failed.").because("stack trace")
    #expect(error.cause == "stack trace")
    #expect("\(error)" == "INT_001: Something failed.")
    #expect(!JSONValue.object(error.json).text.contains("stack trace"))
  }

  @Test("The first correlation id stays")
  func correlation() {
    #expect(AdminError.cancelled.correlated(with: "a").correlated(with: "b").correlationID == "a")
  }

  @Test("Several problems make one message and a list of details")
  func problems() {
    let error = AdminError(problems: [
      .init(path: "/email", rule: "required", message: "is required"),
      .init(path: "", rule: "type", message: "must be object"),
    ])
    #expect(error.code == .invalidArgument)
    #expect(error.message == "/email: is required; must be object")
    #expect(
      error.details == [
        ["path": "/email", "rule": "required", "message": "is required"],
        ["path": "", "rule": "type", "message": "must be object"],
      ])
  }

  @Test("A code says by itself whether trying again may help, unless the error knows better")
  func retryable() {
    #expect(AdminError(.storeBusy, "").isRetryable)
    #expect(!AdminError(.graphFailed, "").isRetryable)
    #expect(AdminError(.graphFailed, "", isRetryable: true).isRetryable)
    #expect(ErrorCode.allCases.filter(\.isRetryable) == [.rateLimited, .storeBusy])
  }

  @Test("A wait of any length fits the error object")
  func longWait() {
    let error = AdminError(.rateLimited, "", retryAfter: .seconds(Int64.max))
    #expect(error.json["retryAfterMs"]?.intValue == .max)
  }

  @Test("Codes are unique, well formed and each has a meaning of its own", arguments: ErrorCode.allCases)
  func codes(code: ErrorCode) {
    let parts = code.rawValue.split(separator: "_")
    #expect(parts.count == 2)
    #expect(parts.first?.allSatisfy { $0.isUppercase && $0.isASCII } == true)
    #expect(parts.last?.count == 3)
    #expect(parts.last.flatMap { Int($0) } != nil)
    #expect(!code.meaning.isEmpty)
    #expect(!code.meaning.hasSuffix("."))
    #expect(ErrorCode.allCases.count { $0.meaning == code.meaning } == 1)
    #expect(ErrorCode(rawValue: code.rawValue) == code)
  }

  @Test(
    "The codes of the specification mean what it says",
    arguments: [
      ("AUTH_001", .authenticationFailed), ("AUTH_002", .tokenExpired), ("PERM_001", .permissionDenied),
      ("USER_001", .userExists), ("TEAM_001", .teamNameTaken), ("TMPL_001", .templateNotFound),
      ("RATE_001", .rateLimited), ("GRAPH_001", .graphFailed), ("CFG_001", .misconfigured), ("USER_002", .userNotFound),
      ("USER_003", .domainNotVerified), ("USER_004", .passwordRefused), ("LIC_001", .unknownLicense),
      ("LIC_002", .noSeatLeft), ("LIC_003", .licenseLacking), ("TMPL_002", .templateSyntax),
      ("TMPL_003", .undefinedVariable), ("TMPL_004", .templateNameTaken), ("TMPL_005", .templateBound),
      ("MAIL_001", .invalidAddress), ("MAIL_002", .senderRefused), ("MAIL_003", .mailOutcomeUnknown),
      ("GRAPH_002", .notFound), ("EXO_001", .exchangeRefused), ("CONF_001", .confirmationRequired),
      ("VAL_001", .invalidArgument), ("VAL_003", .tooLarge), ("WF_008", .compensationFailed),
      ("AUD_001", .auditUnavailable), ("STORE_001", .cannotDecrypt), ("STORE_002", .schemaNewer),
      ("STORE_003", .storeBusy), ("STORE_004", .storeReadOnly),
    ] as [(String, ErrorCode)])
  func specifiedCodes(text: String, code: ErrorCode) {
    #expect(code.rawValue == text)
  }
}
