import AdminCore

/// An answer of the admin API, taken apart.
struct ExchangeReading: Sendable {
  private let status: Int
  /// `nil` for a body that is not JSON; JSON null for none.
  let json: JSONValue?
  private let headerWarnings: [String]

  init(_ response: HTTPResponse) {
    status = response.status
    json = response.body.isEmpty ? JSONValue.null : try? JSONParser.parse(response.body)
    headerWarnings = response.headers.values("X-Warnings")
  }

  /// A good status alone is not success: errors come with status 200 as well.
  var isSuccess: Bool {
    guard (200..<300).contains(status) else { return false }
    let hasError = json?["error"].map { !$0.isNull } ?? false
    return !hasError && (json?["@adminapi.errors"]?.arrayValue ?? []).isEmpty
  }

  /// Without what only says which .NET type a property has; `nil` for an answer that is none.
  var rows: [JSONObject]? {
    guard let json else { return nil }
    if json.isNull { return [] }
    guard let values = json["value"]?.arrayValue else { return nil }
    var rows: [JSONObject] = []
    for value in values where !value.isNull {
      guard let object = value.objectValue else { return nil }
      rows.append(JSONObject(object.members.filter { !$0.key.contains("@") }))
    }
    return rows
  }

  var warnings: [String] {
    let texts = (json?["@adminapi.warnings"]?.arrayValue ?? []).compactMap(\.stringValue) + headerWarnings
    return texts.prefix(20).filter { !$0.isEmpty }.map { VisibleText.excerpt(ServerNames.hide(in: $0), limit: 300) }
  }

  var nextLink: String? { json?["@odata.nextLink"]?.stringValue }
}

extension HTTPResponse {
  /// Where the answer sends its client, when it does.
  var redirection: String? { [301, 302, 307, 308].contains(status) ? headers["Location"] ?? "" : nil }
}

extension JSONObject {
  /// A text that says something: Exchange shows what is not set as null or as an empty text.
  func value(_ key: String) -> String? { text(key).flatMap { $0.isEmpty ? nil : $0 } }

  /// A GUID that is one; Exchange shows none as zeros.
  func guid(_ key: String) -> GUID? {
    text(key).flatMap(GUID.init).flatMap { $0.text.allSatisfy { $0 == "0" || $0 == "-" } ? nil : $0 }
  }

  /// `SMTP:` and `smtp:` say which address is the primary one, and are no part of it.
  func address(_ key: String) -> String? { value(key).map(ExchangeAddress.bare) }

  /// Several values; Exchange shows single ones as a text, too.
  func values(_ key: String) -> [String] {
    if let list = self[key]?.arrayValue { return list.compactMap(\.stringValue) }
    return value(key).map { [$0] } ?? []
  }

  /// Rights and flags, as a list or as one text with commas.
  func names(_ key: String) -> [String] {
    values(key).flatMap { $0.split(separator: ",") }.map { name in String(name.filter { $0 != " " }) }
  }

  func span(_ key: String) -> Duration? { text(key).flatMap(ExchangeSpan.duration) }
}

enum ExchangeAddress {
  static func bare(_ text: String) -> String {
    text.lowercased().hasPrefix("smtp:") ? String(text.dropFirst(5)) : text
  }
}
