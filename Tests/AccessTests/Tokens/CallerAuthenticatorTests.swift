import Access
import AdminCore
import Foundation
import TenantSimulator
import TestSupport
import Testing

@Suite("Finding out who calls")
struct CallerAuthenticatorTests {
  // MARK: Modes

  @Test("Locally whoever runs the program is trusted, and a token that is presented decides nevertheless")
  func local() async throws {
    let fixture = try TokenFixture()
    #expect(try await fixture.caller(nil).actor == "local:1000:tester")
    let caller = try await fixture.caller(fixture.token(roles: ["PersonaConfig.Write"]))
    #expect(caller.roles == [.writePersonas], "a token replaces the local roles and adds nothing to them")
    #expect(await fixture.refusal(of: "bad") == .malformedToken, "and a bad one is no way back to them")
    #expect(!fixture.authenticator.needsToken("update_persona_config", .writePersonas))
  }

  @Test("Who calls is known at once only where no token is given, none is needed, and the role is held")
  func atOnce() throws {
    let local = try TokenFixture().authenticator
    #expect(local.localCaller(for: "find_users", .read)?.actor == "local:1000:tester")
    #expect(try TokenFixture(roles: [.writePersonas]).authenticator.localCaller(for: "find_users", .read) == nil)
    let settings: [[Setting: String]] = [
      [.authMode: "token"], [.authMode: "mixed", .tokenTools: "find_users"], [.callerToken: "x.y.z"],
      [.callerTokenFile: "/nowhere/token"], [.authMode: "sometimes"],
    ]
    for settings in settings {
      #expect(try TokenFixture(settings).authenticator.localCaller(for: "find_users", .read) == nil, "\(settings)")
    }
  }

  @Test("In mode token nobody is let in without one")
  func token() async throws {
    let fixture = try TokenFixture([.authMode: "token"])
    #expect(await fixture.refusal(of: nil) == .tokenRequired)
    #expect(try await fixture.caller(fixture.token()).kind == .application)
    #expect(fixture.authenticator.needsToken("find_users", .read))
  }

  @Test("In mode mixed the tools that are named need one, by default those that a local caller may not use")
  func mixed() async throws {
    let named = try TokenFixture([.authMode: "mixed", .tokenTools: "find_users"])
    #expect(named.authenticator.needsToken("find_users", .read))
    #expect(!named.authenticator.needsToken("update_persona_config", .writePersonas))
    let standard = try TokenFixture([.authMode: "mixed"])
    #expect(!standard.authenticator.needsToken("find_users", .read))
    #expect(standard.authenticator.needsToken("update_persona_config", .writePersonas))
    #expect(try await standard.caller(nil).kind == .local)
    await #expect(throws: AdminError.self) { try await standard.caller(nil, needsToken: true) }
  }

  @Test("Settings that are wrong let nobody in")
  func wrongSettings() async throws {
    let fixture = try TokenFixture([.authMode: "tokn"])
    #expect(await fixture.refusal(of: nil) == .misconfigured)
    #expect(await fixture.refusal(of: try await fixture.token()) == .misconfigured)
    let unchecked = try TokenFixture([.tenantID: "contoso.com"])
    #expect(try await unchecked.caller(nil).kind == .local)
    #expect(await unchecked.refusal(of: try await unchecked.token()) == .misconfigured)
  }

  @Test("A credential is a bearer token or nothing", arguments: ["x", "Basic abc", "Bearer", "", "bearer  x"])
  func credentials(text: String) async throws {
    let fixture = try TokenFixture()
    let error = await #expect(throws: AdminError.self) {
      try await fixture.authenticator.caller(presenting: Secret(.string(text)))
    }
    #expect(error?.code == .malformedToken)
    let number = await #expect(throws: AdminError.self) {
      try await fixture.authenticator.caller(presenting: Secret(5))
    }
    #expect(number?.code == .malformedToken)
    let good = try await fixture.token()
    #expect(try await fixture.authenticator.caller(presenting: Secret(.string("bEARER \(good)"))).kind == .application)
  }

  @Test("A caller of another tenant does not administer this one, unless it may administer all")
  func home() throws {
    let fixture = try TokenFixture()
    let (own, other) = (
      try #require(GUID(fixture.tenant.credentials.tenantID)),
      try #require(GUID("11111111-2222-3333-4444-555555555555"))
    )
    func refusal(_ tenant: GUID, _ roles: Set<Role>) -> ErrorCode? {
      do throws(AdminError) {
        try fixture.authenticator.requireHome(
          Caller(.user, tenantID: tenant, objectID: other, applicationID: nil, roles: roles))
        return nil
      } catch {
        return error.code
      }
    }
    #expect(refusal(own, [.read]) == nil)
    #expect(refusal(other, [.read]) == .otherTenant)
    #expect(refusal(other, [.read, .allTenants]) == nil)
    #expect(throws: Never.self) { try fixture.authenticator.requireHome(fixture.authenticator.local) }
  }

  // MARK: Where tokens come from

  @Test("The call's own token comes first, then the file's, then the setting's; none is made up for by another")
  func sources() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("token")
    let issuer = try TokenFixture()
    let (first, second, third) = (
      try await issuer.token(roles: ["M365.Read"]), try await issuer.token(roles: ["M365.Send"]),
      try await issuer.token(roles: ["PersonaConfig.Admin"])
    )
    try write("\n\(second)\n", to: path)
    let fixture = try TokenFixture([.callerTokenFile: path, .callerToken: third])
    #expect(try await fixture.caller(first).roles == [.read])
    #expect(try await fixture.caller(nil).roles == [.send])
    #expect(await fixture.refusal(of: "weaker") == .malformedToken)
    let value = try TokenFixture([.callerToken: third])
    #expect(try await value.caller(nil).roles.contains(.administerPersonas))
    #expect(try await value.caller(first).roles == [.read], "a weaker token in the call is not added to the setting's")
  }

  @Test("A token file is read again when it changes")
  func changingFile() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("token")
    let fixture = try TokenFixture([.callerTokenFile: path])
    try write(try await fixture.token(roles: ["M365.Read"]), to: path)
    #expect(try await fixture.caller(nil).roles == [.read])
    try write(try await fixture.token(roles: ["M365.Send"]), to: path)
    #expect(try await fixture.caller(nil).roles == [.send])
    try write("expired", to: path)
    #expect(await fixture.refusal(of: nil) == .malformedToken)
  }

  @Test("A token file that is missing, a link, open to others or too long is refused, and nothing else is tried")
  func badFiles() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("token")
    let issuer = try TokenFixture()
    let token = try await issuer.token()
    func refusal() async throws -> AdminError? {
      let fixture = try TokenFixture([.callerTokenFile: path, .callerToken: token])
      return await #expect(throws: AdminError.self) { try await fixture.caller(nil) }
    }
    #expect(try await refusal()?.code == .misconfigured)
    try write(token, to: path, mode: 0o644)
    #expect(try await refusal()?.message.contains("chmod 600") == true)
    try write(token, to: path, mode: 0o660)
    #expect(try await refusal()?.code == .misconfigured)
    let target = directory.file("target")
    try write(token, to: target)
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    #expect(try await refusal()?.message.contains("link") == true)
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    #expect(try await refusal()?.code == .misconfigured)
    try FileManager.default.removeItem(atPath: path)
    try write(String(repeating: "a", count: 20_000), to: path)
    #expect(try await refusal()?.code == .misconfigured)
  }

  // MARK: Keys

  @Test("A thousand tokens with unknown keys cost one request in five minutes, also at once")
  func flood() async throws {
    let fixture = try TokenFixture()
    let tokens = try await (0..<200).async { number in
      try await fixture.token(TokenOrder(.app, header: ["kid": .string("unknown-\(number)")]))
    }
    await withTaskGroup(of: ErrorCode?.self) { group in
      for token in tokens { group.addTask { await fixture.refusal(of: token) } }
      for await code in group { #expect(code == .badSignature) }
    }
    for _ in 0..<4 { for token in tokens { #expect(await fixture.refusal(of: token) == .badSignature) } }
    #expect(fixture.fetches.value == 1)
    #expect(try await fixture.refusal(of: TokenOrder(.app)) == nil)
    fixture.timekeeper.advance(by: .seconds(299))
    #expect(await fixture.refusal(of: tokens[0]) == .badSignature)
    #expect(fixture.fetches.value == 1)
    fixture.timekeeper.advance(by: .seconds(1))
    for token in tokens { #expect(await fixture.refusal(of: token) == .badSignature) }
    #expect(fixture.fetches.value == 2)
  }

  @Test("Keys are asked for once a day, and used for three where the authority is away")
  func outage() async throws {
    let fixture = try TokenFixture()
    func refusal() async throws -> ErrorCode? { try await fixture.refusal(of: TokenOrder(.app)) }
    #expect(try await refusal() == nil)
    fixture.timekeeper.advance(by: .seconds(24 * 3600 - 1))
    #expect(try await refusal() == nil)
    #expect(fixture.fetches.value == 1)
    fixture.setOutage(AdminError(.authenticationFailed, "away", isRetryable: true))
    fixture.timekeeper.advance(by: .seconds(1))
    #expect(try await refusal() == nil)
    #expect(try await refusal() == nil)
    #expect(fixture.fetches.value == 2, "a failure is not asked for again at once")
    fixture.timekeeper.advance(by: .seconds(48 * 3600 - 1))
    #expect(try await refusal() == nil)
    fixture.timekeeper.advance(by: .seconds(1))
    let token = try await fixture.token()
    let error = await #expect(throws: AdminError.self) { try await fixture.caller(token) }
    #expect(error?.code == .badSignature && error?.isRetryable == true)
    fixture.setOutage(nil)
    fixture.timekeeper.advance(by: .seconds(300))
    #expect(try await refusal() == nil)
  }

  @Test("An authority that was away at the start is asked again soon")
  func outageAtStart() async throws {
    let fixture = try TokenFixture()
    fixture.setOutage(AdminError(.authenticationFailed, "away", isRetryable: true))
    #expect(try await fixture.refusal(of: TokenOrder(.app)) == .badSignature)
    #expect(try await fixture.refusal(of: TokenOrder(.app)) == .badSignature)
    #expect(fixture.fetches.value == 1)
    fixture.setOutage(nil)
    fixture.timekeeper.advance(by: .seconds(5))
    #expect(try await fixture.refusal(of: TokenOrder(.app)) == nil)
  }

  @Test(
    "What is no key set is none",
    arguments: ["", "[]", "{}", #"{"keys":5}"#, #"{"keys":[]}"#, #"{"keys":[{"kty":"RSA","kid":"a"}]}"#, "<html>"])
  func keySets(text: String) async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("keys.json")
    try write(text, to: path)
    let fixture = try TokenFixture([.signingKeysFile: path])
    #expect(try await fixture.refusal(of: TokenOrder(.app)) == .badSignature)
    #expect(fixture.fetches.value == 0, "with a file the authority is never asked")
  }

  @Test("Keys from a file are used like the authority's, when nobody else can write the file")
  func keyFile() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("keys.json")
    let issuer = try TokenFixture()
    let keys = try await issuer.tenant.handle(SimulatedRequest("GET", "https://login/x/discovery/v2.0/keys")).body
    try write(String(decoding: keys, as: UTF8.self), to: path, mode: 0o644)
    let fixture = try TokenFixture([.signingKeysFile: path])
    #expect(await fixture.refusal(of: try await issuer.token()) == nil)
    try write(String(decoding: keys, as: UTF8.self), to: path, mode: 0o666)
    let open = try TokenFixture([.signingKeysFile: path])
    #expect(await open.refusal(of: try await issuer.token()) == .badSignature)
  }

  @Test("A token that was believed is believed for five minutes and never past its end")
  func memory() async throws {
    let fixture = try TokenFixture()
    let now = fixture.timekeeper.now().seconds
    let token = try await fixture.token(roles: ["M365.Read"], ["exp": .int(now + 60)])
    #expect(try await fixture.caller(token).roles == [.read])
    fixture.timekeeper.advance(by: .seconds(359))
    #expect(await fixture.refusal(of: token) == nil)
    fixture.timekeeper.advance(by: .seconds(1))
    #expect(await fixture.refusal(of: token) == .tokenExpired)
  }

  private func write(_ text: String, to path: String, mode: Int = 0o600) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }
}

extension Range<Int> {
  fileprivate func async<Value>(_ body: (Int) async throws -> Value) async rethrows -> [Value] {
    var values: [Value] = []
    for number in self { values.append(try await body(number)) }
    return values
  }
}
