package import AdminCore

/// A failure answer of Microsoft Graph: `{"error":{"code","message",…}}`, or whatever stood in its place. Every text is
/// the tenant's, so it is cleaned and shortened where it is read.
package struct GraphError: Hashable, Sendable {
  package struct Detail: Hashable, Sendable {
    package let code: String
    package let target: String
    package let message: String
  }

  package let status: Int
  /// May be empty: some services behind Graph send none.
  package let code: String
  package let message: String
  package let target: String?
  package let details: [Detail]
  /// From the outermost to the innermost `innerError`.
  package let innerCodes: [String]
  package let requestID: String?
  package let retryAfter: Duration?

  package init(
    status: Int, headers: HTTPHeaders, body: [UInt8], retryAfter: Duration? = nil,
    confidential: [Secret<String>] = []
  ) {
    let json = try? JSONParser.parse(body, maximumDepth: 32)
    self.init(
      status: status, requestID: headers["request-id"], json: json,
      fallback: String(decoding: body.prefix(4000), as: UTF8.self), retryAfter: retryAfter,
      confidential: confidential)
  }

  /// - Parameter fallback: what to quote when the body is no error of Graph.
  init(
    status: Int, requestID: String?, json: JSONValue?, fallback: String, retryAfter: Duration?,
    confidential: [Secret<String>]
  ) {
    let hidden = confidential.map { $0.reveal() }
    func clean(_ text: String?) -> String {
      VisibleText.excerpt(ConfidentialText.hide(hidden, in: String((text ?? "").prefix(8000))), limit: 300)
    }
    // Codes and targets are names; what is none says nothing.
    func name(_ text: String?) -> String {
      guard let text, Self.isName(text), Redactor().redact(text: text) == text else { return "" }
      return ConfidentialText.hide(hidden, in: text) == text ? text : ""
    }
    let error = json?["error"]
    self.status = status
    self.retryAfter = retryAfter
    code = name(error?["code"]?.stringValue)
    message = clean(error?["message"]?.stringValue ?? error?.stringValue ?? (error == nil ? fallback : ""))
    target = error?["target"]?.stringValue.map { name($0) }
    details = (error?["details"]?.arrayValue ?? []).prefix(20).map { detail in
      Detail(
        code: name(detail["code"]?.stringValue), target: name(detail["target"]?.stringValue),
        message: clean(detail["message"]?.stringValue))
    }
    var codes: [String] = []
    var inner = error?["innerError"] ?? error?["innererror"]
    while let current = inner, codes.count < 8 {
      if let code = current["code"]?.stringValue { codes.append(name(code)) }
      inner = current["innerError"] ?? current["innererror"]
    }
    innerCodes = codes
    let inside = (error?["innerError"] ?? error?["innererror"])?["request-id"]?.stringValue
    self.requestID = (requestID ?? inside).map { VisibleText.excerpt($0, limit: 60) }
  }

  private static func isName(_ text: String) -> Bool {
    text.utf8.count <= 100
      && text.utf8.allSatisfy { byte in
        (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5A) || (byte >= 0x61 && byte <= 0x7A)
          || "_.-/".utf8.contains(byte)
      }
  }

  /// Whether the error, or one inside it, has one of these codes; services are not of one mind about upper case.
  func hasCode(_ names: String...) -> Bool {
    let codes = [code] + innerCodes + details.map(\.code)
    return codes.contains { code in names.contains { $0.lowercased() == code.lowercased() } }
  }

  /// Whether a text of the error contains one of these, whatever their case. Only for the messages that are documented
  /// to be the one thing that tells two faults apart.
  func says(_ phrases: String...) -> Bool {
    let text = ([message] + details.map(\.message)).joined(separator: " ").lowercased()
    return phrases.contains { text.contains($0.lowercased()) }
  }
}
