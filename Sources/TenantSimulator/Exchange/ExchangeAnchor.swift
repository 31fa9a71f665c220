import AdminCore

/// `X-AnchorMailbox`: the mailbox whose server gets the call.
struct ExchangeAnchor: Sendable {
  private enum Place: Sendable, Hashable {
    case organization, arbitration
    /// By the id of the owner.
    case mailbox(String)
  }

  private let place: Place

  init(_ headers: HeaderFields, _ state: TenantState) throws(ExchangeFailure) {
    guard let text = headers["X-AnchorMailbox"], let colon = text.firstIndex(of: ":") else {
      throw .plain(400, "BadRequest", "The header X-AnchorMailbox is missing or malformed.")
    }
    let value = String(text[text.index(after: colon)...])
    switch text[..<colon] {
    case "APP": place = try Self.system(value, state)
    case "UPN":
      guard let user = state.user(value), state.mailboxes[user.id] != nil else { throw Self.unknown(text) }
      place = .mailbox(user.id)
    case "SMTP":
      guard let id = state.mailboxID(forAddress: value) else { throw Self.unknown(text) }
      place = .mailbox(id)
    case "MBX":
      let parts = value.split(separator: "@")
      guard parts.count == 2, Self.isTenant(parts[1], state),
        let id = state.mailboxes.ids.first(where: { ExchangeID.mailbox($0) == parts[0].lowercased() })
      else { throw Self.unknown(text) }
      place = .mailbox(id)
    default: throw Self.unknown(text)
    }
  }

  private static func unknown(_ text: String) -> ExchangeFailure {
    .plain(400, "BadRequest", "The anchor '\(VisibleText.excerpt(text))' leads to no mailbox of the tenant.")
  }

  private static func isTenant(_ text: Substring, _ state: TenantState) -> Bool {
    [state.organization.tenantID, state.organization.initialDomain].contains(text.lowercased())
  }

  private static func system(_ value: String, _ state: TenantState) throws(ExchangeFailure) -> Place {
    let parts = value.split(separator: "@")
    guard parts.count == 2, isTenant(parts[1], state) else { throw unknown(value) }
    switch parts[0] {
    case "SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}": return .organization
    case "SystemMailbox{8cc370d3-822a-4ab8-a926-bb94bd0641a9}": return .arbitration
    default: throw unknown(value)
    }
  }

  /// Whether the server that the anchor leads to can do the call.
  func check(_ call: CmdletCall, _ state: TenantState) throws(ExchangeFailure) {
    switch call.cmdlet.routing {
    case .any: return
    case .arbitration: if place != .arbitration { throw .misrouted }
    case .target:
      // Whoever names nobody is told so by the cmdlet, wherever the call arrives.
      guard let owner = state.mailboxOwner(call.identity) else { return }
      if place != .mailbox(owner) { throw .misrouted }
    }
  }
}
