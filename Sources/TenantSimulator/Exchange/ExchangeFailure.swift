import AdminCore

/// An error as Exchange's admin API answers it.
struct ExchangeFailure: Error, Sendable {
  enum Body: Sendable {
    /// `id|exception|text`.
    case cmdlet(id: String, exception: String)
    /// Refused before any cmdlet was looked for.
    case plain(code: String)
    /// Zero bytes that the answer's header says are gzip: the service tells nothing to who may not know.
    case blank
  }

  let status: Int
  let body: Body
  let message: String
  var headers: HeaderFields = [:]

  /// What the real answers hold besides, and what no client may show: servers and stack traces.
  private static let server = "GV2PR01A03DC003.EURPR01A003.PROD.OUTLOOK.COM"

  var json: JSONObject {
    switch body {
    case .blank: return [:]
    case .plain(let code): return ["error": ["code": .string(code), "message": .string(message)]]
    case .cmdlet(let id, let exception):
      let text = "\(id)|\(exception)|\(message)"
      return [
        "error": [
          "code": "BadRequest", "message": "Error executing cmdlet",
          "details": [["code": "Client", "target": "", "message": .string(text)]],
          "innererror": [
            "message": "Error executing cmdlet",
            "type": "Microsoft.Exchange.Admin.OData.Core.ODataServiceException",
            "stacktrace": "   at Microsoft.Exchange.AdminApi.CommandInvocation.CommandInvocation.InvokeCommand()",
            "internalexception": [
              "message": .string(message), "type": .string(exception),
              "stacktrace": .string(
                "   at Microsoft.Exchange.Configuration.Tasks.Task.ProcessRecord() on \(Self.server)"),
            ],
          ],
        ], "adminapi.warnings@odata.type": "#Collection(String)", "@adminapi.warnings": [],
      ]
    }
  }
}

extension ExchangeFailure {
  private static let binding = "System.Management.Automation.ParameterBindingException"

  static func plain(_ status: Int, _ code: String, _ message: String) -> ExchangeFailure {
    ExchangeFailure(status: status, body: .plain(code: code), message: message)
  }

  static func cmdlet(
    _ exception: String, _ message: String, id: String = "", status: Int = 400
  ) -> ExchangeFailure {
    ExchangeFailure(status: status, body: .cmdlet(id: id, exception: exception), message: message)
  }

  /// The cmdlet is not among those of the caller: it does not exist, or the caller's roles do not hold it.
  static let notAmongTheCallers = ExchangeFailure(status: 403, body: .blank, message: "")

  static func binding(_ message: String) -> ExchangeFailure { .cmdlet(binding, message) }

  static func unknownParameter(_ name: String) -> ExchangeFailure {
    .binding(
      "A parameter cannot be found that matches parameter name '\(VisibleText.excerpt(name, limit: 80))'.")
  }

  static func transformation(_ parameter: CmdletParameter, _ value: JSONValue) -> ExchangeFailure {
    let (shown, type) =
      value.objectValue == nil
      ? (VisibleText.excerpt(value.text, limit: 80), "System.String")
      : ("Newtonsoft.Json.Linq.JObject", "Newtonsoft.Json.Linq.JObject")
    return .binding(
      "Cannot process argument transformation on parameter '\(parameter.name)'. Cannot convert the \"\(shown)\" value "
        + "of type \"\(type)\" to type \"\(parameter.kind.typeName)\".")
  }

  static func invalid(_ message: String) -> ExchangeFailure {
    .cmdlet("Microsoft.Exchange.Data.DataValidationException", message)
  }

  static func notFound(_ name: String) -> ExchangeFailure {
    .cmdlet(
      "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException",
      "The operation couldn't be performed because object '\(VisibleText.excerpt(name))' couldn't be found on "
        + "'\(server)'.",
      id: "Ex6F9304")
  }

  static func exists(_ name: String, as exception: String = "ADObjectAlreadyExistsException") -> ExchangeFailure {
    .cmdlet(
      "Microsoft.Exchange.Data.Directory.\(exception)",
      "The object '\(VisibleText.excerpt(name))' already exists.", id: "ExE2AC4F")
  }

  static func operation(_ message: String) -> ExchangeFailure {
    .cmdlet("Microsoft.Exchange.Configuration.Tasks.TaskInvalidOperationException", message)
  }

  static let notCustomized = ExchangeFailure.cmdlet(
    "Microsoft.Exchange.Management.Tasks.InvalidOperationInDehydratedContextException",
    "The command you tried to run isn't currently allowed in your organization. To run this command, you first need to "
      + "run the command: Enable-OrganizationCustomization.")

  static func license(_ message: String) -> ExchangeFailure {
    .cmdlet("Microsoft.Exchange.Management.RecipientTasks.RecipientTaskException", message)
  }

  /// The anchor leads to a server that does not keep the mailbox.
  static let misrouted = ExchangeFailure.cmdlet(
    "Microsoft.Exchange.Configuration.CmdletProxyEngine.CmdletProxyNotAvailableException",
    "Cmdlet needs proxy to the correct server, but the proxy is not available. Required Server FQDN: \(server).",
    id: "CmdletProxyNotAvailableFailure")
}
