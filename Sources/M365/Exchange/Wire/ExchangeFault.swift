package import AdminCore

/// What a failure answer of Exchange means: its status, the .NET exception it names and, where nothing else tells, its
/// known messages.
package enum ExchangeFault: String, CaseIterable, Sendable {
  case throttled, unavailable, busy
  /// The call reached a server that does not keep the mailbox.
  case misrouted
  case tokenRefused
  /// The caller's roles hold no such cmdlet: misspelt, not granted, or not licensed.
  case cmdletNotGranted
  case accessDenied, parameterNotGranted
  case invalidValue
  case notFound, alreadyThere, notThere, nameTaken
  /// The tenant still shares Microsoft's own configuration and must get one of its own first.
  case notCustomized
  case licenseLacking
  /// A directory on premises keeps the mailbox's owner, and with it what was to be changed.
  case masteredOnPremises
  case dnsRecordMissing
  case centralDeployment
  case wrongVersion, refused

  package init(_ error: ExchangeError) {
    switch error.status {
    case 429: self = .throttled
    case 401: self = .tokenRefused
    case 403: self = Self.said(error).flatMap { $0 == .licenseLacking ? $0 : nil } ?? Self.forbidden(error)
    case 405: self = .wrongVersion
    default: self = Self.said(error) ?? (error.status >= 500 ? .unavailable : .refused)
    }
  }

  private static func forbidden(_ error: ExchangeError) -> ExchangeFault {
    error.isBlank ? .cmdletNotGranted : .accessDenied
  }

  private static func said(_ error: ExchangeError) -> ExchangeFault? {
    routing(error) ?? access(error) ?? state(error) ?? value(error)
  }

  private static func routing(_ error: ExchangeError) -> ExchangeFault? {
    if error.isException("CmdletProxyNotAvailable") || error.says("CmdletProxyNotAvailable", "Cmdlet needs proxy") {
      return .misrouted
    }
    let isBusy =
      error.isException("ServerBusy", "Transient", "BackendCommunication", "ADTransient", "StorageTransient")
      || error.says("ServerBusyException", "TransientException", "BackendCommunicationException")
    return isBusy ? .busy : nil
  }

  private static func access(_ error: ExchangeError) -> ExchangeFault? {
    if error.says("A parameter cannot be found that matches parameter name") { return .parameterNotGranted }
    if error.isException("CommandNotFound") || error.says("is not recognized as the name of a cmdlet") {
      return .cmdletNotGranted
    }
    if error.isException("UnauthorizedAccess", "CmdletAccessDenied") { return .accessDenied }
    if error.says("license doesn't permit", "doesn't have the required license", "license is required") {
      return .licenseLacking
    }
    return nil
  }

  private static func state(_ error: ExchangeError) -> ExchangeFault? {
    if error.says("Enable-OrganizationCustomization") { return .notCustomized }
    if error.says("synchronized from your on-premises") { return .masteredOnPremises }
    if error.says("Centralized Deployment") { return .centralDeployment }
    if error.says("CNAME record does not exist", "CnameMissing") { return .dnsRecordMissing }
    if error.isException("MemberAlreadyExists") { return .alreadyThere }
    if error.isException("MemberNotFound") { return .notThere }
    if error.isException("ADObjectAlreadyExists", "ProxyAddressExists", "ObjectAlreadyExists")
      || error.says("already exists")
    {
      return .nameTaken
    }
    if error.isException("ManagementObjectNotFound", "ADNoSuchObject") { return .notFound }
    return error.status == 404 ? .notFound : nil
  }

  private static func value(_ error: ExchangeError) -> ExchangeFault? {
    error.isException("ParameterBinding", "DataValidation", "ArgumentException", "PSArgument") ? .invalidValue : nil
  }

  /// Whether trying again later may help without anything being changed.
  var passes: Bool { [.throttled, .unavailable, .busy, .misrouted].contains(self) }
}

extension AdminError {
  /// What Exchange's answer meant, for a caller that can do something about it.
  package var exchangeFault: ExchangeFault? {
    guard details?["service"] == "exchange" else { return nil }
    return details?["fault"]?.stringValue.flatMap(ExchangeFault.init(rawValue:))
  }
}

/// What Exchange's answers tell beyond their status about whether trying again makes sense.
enum ExchangeHint {
  /// - Parameter canReroute: another anchor is left to be tried at once.
  static func of(_ response: HTTPResponse, isFresh: Bool, canReroute: Bool) -> RetryCore.Hint {
    guard response.status >= 400, ![401, 403, 429].contains(response.status) else { return .none }
    switch ExchangeFault(ExchangeError(response)) {
    case .misrouted: return canReroute ? .stands : .transient
    case .busy: return .transient
    case .notFound where isFresh: return .notYet
    case .unavailable: return .none
    default: return .stands
    }
  }
}
