package import AdminCore

/// What a call is about, so that a refusal can be told in the administrator's terms.
package enum ExchangeSubject: Hashable, Sendable {
  case organization
  case mailbox(String)
  /// Something else with a name: a rule, a policy, an add-in, a domain.
  case object(String)
}

/// One call of a cmdlet.
package struct ExchangeCall: Sendable {
  package let cmdlet: String
  package let endpoint: ExchangeEndpoint
  package let workload: Workload
  package let parameters: JSONObject
  package var routing: ExchangeRouting
  package var safety: RetrySafety
  package var subject: ExchangeSubject
  /// The mailbox the call is routed to where its cmdlet has to be.
  package var mailbox: MailboxReference?
  /// Properties to answer with; none for all of them.
  package var selected: [String] = []
  /// May take minutes and many pages.
  package var isListing = false
  /// Names an object that was made moments ago, so "not found" means that it has not arrived everywhere yet.
  package var isFresh = false
  /// For all attempts and pauses together.
  package var budget: Duration?

  package init<Cmdlet>(
    _ parameters: ExchangeParameters<Cmdlet>, about subject: ExchangeSubject = .organization,
    mailbox: MailboxReference? = nil
  ) {
    cmdlet = Cmdlet.name
    endpoint = Cmdlet.endpoint
    workload = Cmdlet.workload
    routing = Cmdlet.routing
    safety = Cmdlet.safety
    self.parameters = parameters.json
    self.mailbox = mailbox
    self.subject = mailbox.map { .mailbox($0.text) } ?? subject
  }

  /// A call about one mailbox, which it names as its identity.
  package init<Cmdlet: IdentifiedCmdlet>(
    _ mailbox: MailboxReference, _ parameters: ExchangeParameters<Cmdlet>, select: [String] = []
  ) {
    var all: ExchangeParameters<Cmdlet> = [Cmdlet.identity: .text(mailbox.text)]
    all.add(parameters)
    self.init(all, mailbox: mailbox)
    selected = select
  }

  /// A call about one named object.
  package init<Cmdlet: IdentifiedCmdlet>(identity: String, _ parameters: ExchangeParameters<Cmdlet>) {
    var all: ExchangeParameters<Cmdlet> = [Cmdlet.identity: .text(identity)]
    all.add(parameters)
    self.init(all, about: .object(identity))
  }

  /// Something of the service that is asked for without a cmdlet.
  init(reading name: String) {
    cmdlet = name
    endpoint = .exchange
    workload = .exchange
    routing = .organization
    safety = .idempotent
    parameters = [:]
    subject = .organization
  }

  func listing() -> ExchangeCall {
    var call = self
    call.isListing = true
    return call
  }

  func fresh() -> ExchangeCall {
    var call = self
    call.isFresh = true
    return call
  }

  var body: [UInt8] {
    let input: JSONValue = ["CmdletName": .string(cmdlet), "Parameters": .object(parameters)]
    return JSONValue.object(["CmdletInput": input]).serialized
  }
}

/// A successful answer.
package struct ExchangeReply: Sendable {
  package let rows: [JSONObject]
  /// For a person; texts of the service.
  package let warnings: [String]
  package let next: HTTPURL?

  /// Exchange says so where a change was none.
  package var saysNothingChanged: Bool {
    warnings.contains { $0.contains("completed successfully but no settings of") }
  }
}
