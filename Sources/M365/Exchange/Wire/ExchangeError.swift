import AdminCore

/// A failure answer of Exchange's admin API: `{"error":{…,"details":[{"message":"id|exception|text"}]}}`, or whatever
/// stood in its place. Every text is the tenant's, so it is cleaned and shortened where it is read, and what it tells of
/// the service's servers is taken out.
package struct ExchangeError: Hashable, Sendable {
  package let status: Int
  package let code: String
  /// The last part of the .NET exception's name: `ManagementObjectNotFoundException`.
  package let exception: String
  package let message: String
  package let requestID: String?
  package let retryAfter: Duration?
  /// No text at all: the body is empty or only zero bytes, as the service answers who may not know of a cmdlet.
  package let isBlank: Bool

  package init(_ response: HTTPResponse, retryAfter: Duration? = nil) {
    let json = try? JSONParser.parse(response.body, maximumDepth: 32)
    self.init(
      status: response.status, json: json, body: response.body,
      requestID: response.headers["request-id"] ?? response.headers["X-RequestId"], retryAfter: retryAfter)
  }

  private init(status: Int, json: JSONValue?, body: [UInt8], requestID: String?, retryAfter: Duration?) {
    let error = json?["error"]
    let texts = Self.texts(error, adminErrors: json?["@adminapi.errors"])
    let parts = texts.lazy.map(Self.split).first { !$0.text.isEmpty } ?? ("", "")
    isBlank = body.allSatisfy { $0 == 0 }
    let fallback = error == nil && !isBlank ? String(decoding: body.prefix(4000), as: UTF8.self) : ""
    self.status = status
    self.retryAfter = retryAfter
    self.requestID = requestID.map { VisibleText.excerpt($0, limit: 60) }
    code = Self.name(error?["code"]?.stringValue)
    let inner = error?["innererror"]
    let named =
      parts.exception.isEmpty
      ? inner?["internalexception"]?["type"]?.stringValue ?? inner?["type"]?.stringValue ?? "" : parts.exception
    exception = Self.name(named.split(separator: ".").last.map(String.init))
    let text = parts.text.isEmpty ? fallback : parts.text
    message = VisibleText.excerpt(Redactor().redact(text: ServerNames.hide(in: text)), limit: 400)
  }

  /// In the order in which they say most.
  private static func texts(_ error: JSONValue?, adminErrors: JSONValue?) -> [String] {
    var texts = (error?["details"]?.arrayValue ?? []).prefix(10).compactMap { $0["message"]?.stringValue }
    let inner = error?["innererror"]
    texts += [inner?["internalexception"]?["message"], inner?["message"], error?["message"], error]
      .compactMap { $0?.stringValue }
    texts += (adminErrors?.arrayValue ?? []).prefix(10).compactMap { $0.stringValue ?? $0["message"]?.stringValue }
    return texts.map { String($0.prefix(8000)) }
  }

  /// `id|exception|text`, where the text may hold more bars and the whole may be no such thing.
  private static func split(_ text: String) -> (exception: String, text: String) {
    let parts = text.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[1].hasPrefix("Microsoft.") || parts[1].hasPrefix("System.") else { return ("", text) }
    return (String(parts[1]), String(parts[2]))
  }

  /// Codes and exceptions are names; what is none says nothing.
  private static func name(_ text: String?) -> String {
    guard let text, text.utf8.count <= 100,
      text.utf8.allSatisfy({ byte in
        (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5A) || (byte >= 0x61 && byte <= 0x7A)
          || "_.-".utf8.contains(byte)
      })
    else { return "" }
    return text
  }

  /// Whether the message contains one of these, whatever their case.
  func says(_ phrases: String...) -> Bool {
    let text = message.lowercased()
    return phrases.contains { text.contains($0.lowercased()) }
  }

  func isException(_ names: String...) -> Bool { names.contains { exception.hasPrefix($0) } }
}

/// Takes out of a text what only Microsoft's own people can use: names of servers, and stack traces.
enum ServerNames {
  private static let suffixes = [
    ".prod.outlook.com", ".prod.exchangelabs.com", ".protection.outlook.com", ".prod.office365.us", ".outlook.cn",
    ".apps.mil",
  ]

  static func hide(in text: String) -> String {
    var lines: [String] = []
    for line in text.split(whereSeparator: \.isNewline) {
      let start = line.drop { $0 == " " || $0 == "\t" }
      guard !start.hasPrefix("at "), !start.hasPrefix("--- End of") else { break }
      lines.append(line.split(separator: " ", omittingEmptySubsequences: false).map(hidden).joined(separator: " "))
    }
    return lines.joined(separator: " ")
  }

  private static func hidden(_ word: Substring) -> Substring {
    let name = word.drop { "'\"([".contains($0) }.prefix { !"'\")],;:".contains($0) }.lowercased()
    let bare = name.hasSuffix(".") ? String(name.dropLast()) : name
    guard suffixes.contains(where: { bare.hasSuffix($0) }) else { return word }
    return word.hasSuffix(".") ? "[server]." : "[server]"
  }
}
