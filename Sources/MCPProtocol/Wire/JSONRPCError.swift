package import AdminCore

/// The error object of a JSON-RPC response: the failure of a message, not of the work a tool was asked to do.
package struct JSONRPCError: Error, Hashable, Sendable {
  package struct Code: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let parseError = Code(rawValue: -32700)
    package static let invalidRequest = Code(rawValue: -32600)
    package static let methodNotFound = Code(rawValue: -32601)
    package static let invalidParams = Code(rawValue: -32602)
    package static let internalError = Code(rawValue: -32603)
    /// Handshake revisions only; later ones use `invalidParams`.
    package static let resourceNotFound = Code(rawValue: -32002)
    /// From 2026-07-28 on.
    package static let missingClientCapability = Code(rawValue: -32021)
    /// From 2026-07-28 on.
    package static let unsupportedProtocolVersion = Code(rawValue: -32022)
  }

  package let code: Code
  /// One short sentence, safe to show.
  package let message: String
  package let data: JSONValue?

  package init(_ code: Code, _ message: String, data: JSONValue? = nil) {
    self.code = code
    self.message = message
    self.data = data
  }

  package static func invalidRequest(_ message: String) -> JSONRPCError { JSONRPCError(.invalidRequest, message) }

  package static func invalidParams(_ message: String, data: JSONValue? = nil) -> JSONRPCError {
    JSONRPCError(.invalidParams, message, data: data)
  }

  package static func methodNotFound(_ method: String) -> JSONRPCError {
    JSONRPCError(.methodNotFound, "Method not found: \(VisibleText.excerpt(method, limit: 80))")
  }

  /// A fault of this program. What it was stands in the log, not here.
  package static let internalError = JSONRPCError(.internalError, "Internal error; see the server's log.")

  /// - Parameter requiredCapabilities: a ClientCapabilities object, such as `{"elicitation": {}}`.
  package static func missingClientCapability(_ requiredCapabilities: JSONObject) -> JSONRPCError {
    let names = requiredCapabilities.keys.joined(separator: ", ")
    return JSONRPCError(
      .missingClientCapability, "Client must support \(names)",
      data: ["requiredCapabilities": .object(requiredCapabilities)])
  }

  package static func unsupportedProtocolVersion(_ requested: String) -> JSONRPCError {
    JSONRPCError(
      .unsupportedProtocolVersion, "Unsupported protocol version",
      data: ["supported": .strings(Revision.newestFirst.map(\.rawValue)), "requested": .string(requested)])
  }

  package static func resourceNotFound(_ uri: String, in revision: Revision) -> JSONRPCError {
    JSONRPCError(
      revision.isModern ? .invalidParams : .resourceNotFound, "Resource not found", data: ["uri": .string(uri)])
  }

  func write(to writer: inout JSONWriter) {
    writer.object { error in
      error.key("code")
      error.int(Int64(code.rawValue))
      error.key("message")
      error.string(message)
      if let data { error.member("data", data) }
    }
  }
}
