package import AdminCore

/// Finds out who makes each call.
///
/// A token that is presented decides, whatever the mode: a good one stands in place of the local roles and never adds to
/// them, a bad one is an error and never a reason to fall back to them. Of several tokens the first present is taken:
/// the call's own, the file's, the setting's.
package struct CallerAuthenticator: Sendable {
  private let settings: CallerSettings
  /// What must be put right before anybody is let in, and before a token can be checked.
  private let problems: [Configuration.Problem]
  private let tokenProblems: [Configuration.Problem]
  /// The person at this machine; also who is named when a token was refused, since nobody else is known.
  package let local: Caller
  private let validator: TokenValidator
  /// The tenant that this server administers.
  private let home: GUID?
  private let tokenFile: TokenFile?

  /// - Parameters:
  ///   - local: with the roles of calls that bring no token.
  ///   - keys: fetches the keys that sign tokens.
  package init(
    _ configuration: Configuration, local: Caller, keys: @escaping SigningKeyCache.Source, timekeeper: any Timekeeper
  ) {
    settings = configuration.callers
    problems = configuration.callerProblems
    tokenProblems = configuration.tokenProblems
    self.local = local
    home = configuration.tenant.flatMap { GUID($0) } ?? settings.tenants.first
    var source = keys
    if let path = settings.signingKeysFile {
      let file = TokenFile(path, of: .signingKeysFile, .trusted, maximumSize: 1 << 20)
      source = { () async throws(AdminError) in try file.bytes().reveal() }
    }
    validator = TokenValidator(
      settings, cloud: configuration.cloud, keys: SigningKeyCache(source: source, timekeeper: timekeeper),
      timekeeper: timekeeper)
    tokenFile =
      if case .file(let path) = settings.token {
        TokenFile(path, of: .callerTokenFile, .secret, maximumSize: BearerToken.maximumLength + 2)
      } else {
        nil
      }
  }

  /// - Parameters:
  ///   - credential: what the call brought: `Bearer …`.
  ///   - needsToken: whether the local caller is not enough.
  package func caller(
    presenting credential: Secret<JSONValue>?, needsToken: Bool = false
  ) async throws(AdminError) -> Caller {
    guard problems.isEmpty else { throw .misconfigured(problems) }
    guard let token = try presented(credential) else {
      guard settings.mode != .token, !needsToken else { throw Self.tokenRequired }
      return local
    }
    guard tokenProblems.isEmpty else { throw .misconfigured(tokenProblems) }
    return try await validator.caller(bearing: token)
  }

  /// The local caller, where a call of this tool without a token is surely its call and allowed; `nil` where that has to
  /// be found out.
  package func localCaller(for tool: String, _ role: Role) -> Caller? {
    guard problems.isEmpty, settings.token == nil, !needsToken(tool, role) else { return nil }
    do throws(AdminError) {
      try require(role, for: tool, of: local)
      return local
    } catch {
      return nil
    }
  }

  /// Makes sure that a caller who is known already may call a tool of that name and role.
  package func require(_ role: Role, for tool: String, of caller: Caller) throws(AdminError) {
    guard caller.kind != .local || !needsToken(tool, role) else { throw Self.tokenRequired }
    try caller.require(role)
    if !role.isOfAnyTenant { try requireHome(caller) }
  }

  /// Whether a tool of that name and role is among those that need a token.
  package func needsToken(_ tool: String, _ role: Role) -> Bool {
    switch settings.mode {
    case .local: false
    case .token: true
    case .mixed: settings.tokenTools?.contains(tool) ?? !Role.standardLocal.contains(role)
    }
  }

  /// Refuses callers of other tenants where the tenant that this server administers is meant.
  package func requireHome(_ caller: Caller) throws(AdminError) {
    guard let tenant = caller.tenantID, tenant != home, !caller.roles.contains(.allTenants) else { return }
    throw AdminError(
      .otherTenant, "The caller's token is of another tenant than the one that this server administers.")
  }

  // MARK: Tokens

  /// The member of a request's `_meta` that brings the caller's token.
  package static let metaKey = "io.m365admin/authorization"

  private func presented(_ credential: Secret<JSONValue>?) throws(AdminError) -> Secret<String>? {
    if let credential { return try Self.token(in: credential) }
    if let tokenFile {
      let text = String(decoding: try tokenFile.bytes().reveal(), as: UTF8.self)
      return Secret(String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()))
    }
    if case .value(let token) = settings.token { return token }
    return nil
  }

  private static let tokenRequired = AdminError(
    .tokenRequired,
    "This call needs a token of Entra ID: set AUTH_CALLER_TOKEN_FILE, or send it in _meta as "
      + "\"\(metaKey)\": \"Bearer …\".")

  private static func token(in credential: Secret<JSONValue>) throws(AdminError) -> Secret<String> {
    guard let text = credential.reveal().stringValue else { throw .malformedToken("is no text") }
    let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else {
      throw .malformedToken("is not given as \"Bearer …\"")
    }
    return Secret(String(parts[1]))
  }
}
