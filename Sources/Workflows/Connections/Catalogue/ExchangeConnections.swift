import Access
import AdminCore
import M365

/// What Exchange Online works with.
enum ExchangeConnections {
  @ConnectionList static var all: [ServiceConnection] {
    ServiceConnection(
      "exchange", "message-trace", "Microsoft Graph can read the message trace of the tenant.",
      permissions: [.applicationRead, .applicationReadWriteOwned, .messageTraceRead],
      inverse: "the service principal of message trace is deleted, and Graph reads no trace any more"
    ) { _ in [messageTrace, answer] }
    .shows(after: "up to some hours")
    .risking { _ in [.installsSoftware("Microsoft's own application for message trace")] }
    .listing { access throws(AdminError) in
      guard let id = GUID(MessageTraceService.appID), let found = try await access.graph().servicePrincipal(appID: id)
      else { return [] }
      return [ExistingConnection(id: found.id, title: found.displayName)]
    }

    ServiceConnection(
      "exchange", "smarthost", "Mail goes out through a mail server of yours, or comes in from one and is trusted.",
      permissions: [.exchangeManageAsApp], inverse: "the connector is removed"
    ) { request in
      [request.required("direction") == "inbound" ? inbound(request) : outbound(request)]
    }
    .configured(
      ConfigurationField("direction", .choice(["outbound", "inbound"]), "Which way mail goes.", .always),
      ConfigurationField("name", .text(maximum: 64), "Name of the connector.", .always),
      ConfigurationField("ownServer", .flag, "Whether the server is your own and not a partner's; no unless given."),
      ConfigurationField("smartHosts", .texts(maximum: 10), "outbound: the servers; MX records unless given."),
      ConfigurationField("recipientDomains", .texts(maximum: 100), "outbound: for mail to these domains; * for all."),
      ConfigurationField(
        "tls", .choice(OutboundConnector.TLS.allCases.map(\.rawValue)), "outbound: how the connection is protected."),
      ConfigurationField("tlsDomain", .domain, "outbound: the name in the certificate, for DomainValidation."),
      ConfigurationField("senderDomains", .texts(maximum: 100), "inbound: for mail from these domains; * for all."),
      ConfigurationField("senderAddresses", .texts(maximum: 100), "inbound: IP addresses the server sends from."),
      ConfigurationField("certificateName", .text(maximum: 256), "inbound: the name in the server's certificate.")
    )
    .shows(after: "up to an hour")
    .risking { request in
      request.required("direction") == "inbound"
        ? [.weakensSecurity("mail from the server is taken without the usual checks"), .changesOrganization]
        : [.changesOrganization]
    }
    .resolving(connector)
  }

  // MARK: Message trace

  private static let messageTrace = TenantPart.object(
    {
      var wish = ObjectWish(
        "principal", "the service principal of message trace", ["appId": .string(MessageTraceService.appID)])
      wish.verb = "Let in"
      return wish
    }(),
    ObjectRequests(
      find: "GET /servicePrincipals(appId)", create: "POST /servicePrincipals", remove: "DELETE /servicePrincipals/{id}"
    ),
    find: { _, access throws(AdminError) in
      guard let id = GUID(MessageTraceService.appID), let found = try await access.graph().servicePrincipal(appID: id)
      else { return nil }
      return FoundObject(id: found.id, ["appId": .string(found.appID.lowercased())])
    },
    create: { _, _, access throws(AdminError) in
      guard let id = GUID(MessageTraceService.appID) else {
        throw AdminError(.internalFault, "The id of message trace is none.")
      }
      return try await access.graph().createServicePrincipal(appID: id).id
    },
    remove: { id, _, access throws(AdminError) in try await access.deleteServicePrincipal(id: id) })

  /// That it answers a question for one row, which it does only hours after the service principal was made.
  ///
  /// Nothing can write that: asked once more, it says why it does not answer. That is told as pending, since a failure
  /// would take the service principal back.
  private static var answer: TenantPart {
    .setting(
      "trace", "the answer of message trace", to: ["answers": true],
      PartRequests(
        read: "GET /admin/exchange/tracing/messageTraces", write: "GET /admin/exchange/tracing/messageTraces"),
      read: { access throws(AdminError) in
        guard let id = GUID(MessageTraceService.appID), try await access.graph().servicePrincipal(appID: id) != nil
        else { return ["answers": false] }
        do throws(AdminError) {
          try await askForOneRow(access)
          return ["answers": true]
        } catch  where error.code != .cancelled {
          return ["answers": false]
        }
      },
      write: { values, access throws(AdminError) in
        if values["answers"] == true { try await askForOneRow(access) }
      },
      postponement: { error, _ in
        guard error.code != .cancelled else { return nil }
        return error.graphFault == .traceServiceMissing
          ? "Message trace does not answer yet, though its service principal was made; it takes up to some hours. The "
            + "resource m365://tracking-settings says when it does."
          : "Whether message trace answers could not be read back: \(error.message)"
      })
  }

  private static func askForOneRow(_ access: TenantAccess) async throws(AdminError) {
    let now = access.timekeeper.now()
    var query = MessageTraceQuery(from: now - .seconds(3600), to: now)
    query.patience = .seconds(10)
    _ = try await access.graph().messageTrace(query, limit: 1)
  }

  // MARK: Connectors

  @Sendable private static func connector(
    _ request: ConnectionRequest, _ access: TenantAccess
  ) async throws(AdminError) -> JSONObject {
    func required(_ name: String, _ message: String) -> AdminError {
      AdminError(problems: [
        AdminError.Problem(path: "/connectionConfig/\(name)", rule: "required", message: message)
      ])
    }
    if request.required("direction") == "inbound" {
      guard request.texts("senderDomains") != nil else { throw required("senderDomains", "is required for inbound") }
      // Without either, anybody could send as these domains.
      guard request.texts("senderAddresses") != nil || request.text("certificateName") != nil else {
        throw required("certificateName", "or senderAddresses is required, so that only your server is trusted")
      }
      return request.configuration
    }
    guard request.texts("recipientDomains") != nil else {
      throw required("recipientDomains", "is required for outbound")
    }
    guard request.text("tls") != "DomainValidation" || request.text("tlsDomain") != nil else {
      throw required("tlsDomain", "is required for DomainValidation")
    }
    return request.configuration
  }

  private static func outbound(_ request: ConnectionRequest) -> TenantPart {
    let connector = OutboundConnector(
      name: request.required("name"), isOwnServer: request.flag("ownServer") ?? false,
      smartHosts: request.texts("smartHosts") ?? [], recipientDomains: request.texts("recipientDomains") ?? [],
      tls: request.text("tls").flatMap(OutboundConnector.TLS.init), tlsDomain: request.text("tlsDomain"))
    return .object(
      ObjectWish("connector", "the outbound connector \(connector.name)", connector.journalled),
      ObjectRequests(
        find: "Get-OutboundConnector", create: "New-OutboundConnector", remove: "Remove-OutboundConnector"),
      find: { _, access throws(AdminError) in
        let found = try await access.exchange().outboundConnector(named: connector.name)
        return found.map { FoundObject(id: $0.name, $0.journalled) }
      },
      create: { _, _, access throws(AdminError) in try await access.exchange().addConnector(connector).name },
      remove: { id, _, access throws(AdminError) in
        _ = try await access.exchange().removeOutboundConnector(named: id)
      })
  }

  private static func inbound(_ request: ConnectionRequest) -> TenantPart {
    let connector = InboundConnector(
      name: request.required("name"), isOwnServer: request.flag("ownServer") ?? false,
      senderDomains: request.texts("senderDomains") ?? [], addresses: request.texts("senderAddresses") ?? [],
      certificateName: request.text("certificateName"))
    return .object(
      ObjectWish("connector", "the inbound connector \(connector.name)", connector.journalled),
      ObjectRequests(find: "Get-InboundConnector", create: "New-InboundConnector", remove: "Remove-InboundConnector"),
      find: { _, access throws(AdminError) in
        let found = try await access.exchange().inboundConnector(named: connector.name)
        return found.map { FoundObject(id: $0.name, $0.journalled) }
      },
      create: { _, _, access throws(AdminError) in try await access.exchange().addConnector(connector).name },
      remove: { id, _, access throws(AdminError) in
        _ = try await access.exchange().removeInboundConnector(named: id)
      })
  }
}

extension OutboundConnector {
  fileprivate var journalled: JSONObject {
    [
      "ownServer": .bool(isOwnServer), "smartHosts": .strings(smartHosts.sorted()),
      "recipientDomains": .strings(recipientDomains.sorted()), "tls": .optional(tls?.rawValue),
      "tlsDomain": .optional(tlsDomain), "enabled": .bool(isEnabled),
    ]
  }
}

extension InboundConnector {
  fileprivate var journalled: JSONObject {
    [
      "ownServer": .bool(isOwnServer), "senderDomains": .strings(senderDomains.sorted()),
      "senderAddresses": .strings(addresses.sorted()), "certificateName": .optional(certificateName),
      "enabled": .bool(isEnabled),
    ]
  }
}
