import AdminCore
import M365
import TestSupport
import Testing

@Suite("Values of cmdlets")
struct ExchangeValueTests {
  @Test("Each type is written in the form its binder takes")
  func encoding() throws {
    let table: JSONValue = ["@odata.type": "#Exchange.GenericHashTable"]
    #expect(ExchangeValue.flag(true).json == true)
    #expect(ExchangeValue.text("Unlimited").json == "Unlimited")
    #expect(ExchangeValue.number(25).json == 25)
    #expect(ExchangeValue.cleared.json == .null)
    #expect(ExchangeValue.optional(nil).json == .null)
    #expect(ExchangeValue.optional("a").json == "a")
    #expect(ExchangeValue.list(["a", "b"]).json == ["a", "b"])
    #expect(ExchangeValue.list([]).json == table)
    #expect(
      ExchangeValue.changes(adding: ["a"], removing: []).json
        == ["@odata.type": "#Exchange.GenericHashTable", "Add": ["a"]])
    #expect(
      ExchangeValue.changes(adding: [], removing: ["b"]).json
        == ["@odata.type": "#Exchange.GenericHashTable", "Remove": ["b"]])
    let time = try #require(Timestamp(iso8601: "2026-01-05T08:00:00.25Z"))
    #expect(ExchangeValue.time(time).json == "2026-01-05T08:00:00.2500000Z")
    #expect(ExchangeValue.span(.seconds(90 * 86_400 + 3661)).json == "90.01:01:01")
    #expect(ExchangeValue.span(.zero).json == "0.00:00:00")
    #expect(ExchangeValue.bytes([0, 255, 7]).json == [0, 255, 7])
  }

  @Test("A parameter without a value is left out, and a mailbox is named first")
  func parameters() {
    let parameters: ExchangeParameters<SetMailbox> = [.type: nil, .forwardingAddress: .cleared, .audit: false]
    #expect(parameters.json == ["ForwardingAddress": .null, "AuditEnabled": false])
    let call = ExchangeCall(ExchangeFixture.ann, parameters)
    #expect(call.parameters.keys == ["Identity", "ForwardingAddress", "AuditEnabled"])
    #expect(call.cmdlet == "Set-Mailbox")
  }

  @Test(
    "Only what can be an address of a mailbox becomes part of a header",
    arguments: [
      "", "ann", "ann@", "@contoso.com", "ann@contoso", "a b@contoso.com", "ann@contoso.com\r\nX: y", "änn@contoso.com",
      "a|b@contoso.com", "a@b@contoso.com",
    ])
  func references(_ text: String) { #expect(MailboxReference(address: text) == nil) }

  /// The contract's list of cmdlets, where it is at hand.
  @Test(
    "Every cmdlet and parameter is one that Exchange Online has",
    .enabled(if: OfficialShapes.isAvailable, "\(OfficialShapes.reasonToSkip)"))
  func contract() throws {
    let known = try OfficialShapes.cmdlets()
    var names: Set<String> = []
    for cmdlet in ExchangeCatalogue.cmdlets {
      #expect(names.insert(cmdlet.name).inserted, "\(cmdlet.name) stands twice")
      let entry = try #require(known[cmdlet.name], "\(cmdlet.name) is no cmdlet")
      #expect(entry["cloudAvailable"] == true, "\(cmdlet.name)")
      let parameters = entry["parameters"]?.arrayValue ?? []
      for name in cmdlet.parameterNames {
        let parameter = parameters.first { $0["name"]?.stringValue == name }
        #expect(parameter?["cloudAvailable"] == true, "\(cmdlet.name) -\(name)")
      }
    }
    #expect(names.count > 80)
  }

  @Test("Reading is repeated at will, and what makes or removes something is looked at first")
  func safety() {
    for cmdlet in ExchangeCatalogue.cmdlets where cmdlet.name.hasPrefix("Get-") || cmdlet.name.hasPrefix("Set-") {
      #expect(cmdlet.safety == .idempotent, "\(cmdlet.name)")
    }
    for cmdlet in ExchangeCatalogue.cmdlets
    where ["New-", "Add-", "Remove-", "Rotate-"].contains(where: cmdlet.name.hasPrefix) {
      #expect(cmdlet.safety != .idempotent, "\(cmdlet.name)")
    }
    for cmdlet in ExchangeCatalogue.cmdlets where cmdlet.name.hasPrefix("Remove-") || cmdlet.name.hasPrefix("Disable-")
    {
      // The one cmdlet of these that documents no question.
      let asks = cmdlet.name != "Remove-HostedOutboundSpamFilterPolicy"
      #expect(cmdlet.parameterNames.contains("Confirm") == asks, "\(cmdlet.name)")
    }
  }
}

extension ExchangeCmdlet {
  static var parameterNames: [String] { allCases.map(\.rawValue) }
}
