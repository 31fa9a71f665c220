import AdminCore

/// What the cmdlets for the transport know.
enum TransportModel {
  static let transport: [CmdletProperty] = [
    CmdletProperty("SmtpClientAuthenticationDisabled", .boolean, true),
    CmdletProperty("JournalingReportNdrTo", .address, "<>"), CmdletProperty("ExternalPostmasterAddress", .address),
    CmdletProperty("ReplyAllStormProtectionEnabled", .boolean, true),
  ]

  static let remoteDomain: [CmdletProperty] = [
    CmdletProperty("DeliveryReportEnabled", .boolean, true), CmdletProperty("NDREnabled", .boolean, true),
    CmdletProperty("AutoReplyEnabled", .boolean, true), CmdletProperty("AutoForwardEnabled", .boolean, true),
    CmdletProperty(
      "AllowedOOFType", .choice(["External", "ExternalLegacy", "InternalLegacy", "None"]), "External"),
    CmdletProperty("MeetingForwardNotificationEnabled", .boolean, false), CmdletProperty("TNEFEnabled", .boolean),
  ]
}

enum TransportCmdlets {
  static let cmdlets = [
    Cmdlet("Get-TransportConfig", .organization) { state, _ throws(ExchangeFailure) in
      .row((["Identity": "Transport Settings"] as JSONObject).merging(state.seenExchange.transport))
    },
    Cmdlet("Set-TransportConfig", .organization, .any, TransportModel.transport.parameters) {
      state, call throws(ExchangeFailure) in
      state.change(call, TransportModel.transport, \.transport, .transportChanged, "Transport Settings")
    },
    Cmdlet("Get-RemoteDomain", .organization, .any, [.anyIdentity, .resultSize]) {
      state, call throws(ExchangeFailure) in
      try state.seenExchange.remoteDomains.answer(call.text("Identity"))
    },
    Cmdlet("Set-RemoteDomain", .organization, .any, [.identity] + TransportModel.remoteDomain.parameters) {
      state, call throws(ExchangeFailure) in
      try state.change(call, TransportModel.remoteDomain, in: \.remoteDomains, .remoteDomainChanged)
    },
  ]
}
