import AdminCore
import Cryptography

/// One page of what a cmdlet gave back.
struct ExchangePage {
  private let request: SimulatedRequest
  private let target: RequestTarget
  private let path: ExchangePath
  private let input: CommandInput

  init(_ request: SimulatedRequest, _ target: RequestTarget, _ path: ExchangePath, _ input: CommandInput) {
    self.request = request
    self.target = target
    self.path = path
    self.input = input
  }

  /// Further pages are had by the same body, sent once more.
  private var fingerprint: String { Hex.encode(SHA256.hash(request.body).prefix(8)) }

  func answer(_ answer: CmdletAnswer, _ state: inout TenantState) throws(ExchangeFailure) -> SimulatedResponse {
    let (limit, warnings) = limit(answer)
    let rows = Array(answer.rows.prefix(limit))
    let start = try start(in: rows)
    let end = min(rows.count, start + size)
    var body: JSONObject = [
      "@odata.context": .string("\(target.origin)\(target.path)/$metadata#Collection(Exchange.GenericHashTable)"),
      "adminapi.warnings@odata.type": "#Collection(String)", "@adminapi.warnings": .strings(warnings),
    ]
    if end < rows.count {
      let token = Base64.encode(Array("\(fingerprint) \(end)".utf8), .url)
      let select = path.selected.map { "$select=" + $0.joined(separator: ",") + "&" } ?? ""
      body["@odata.nextLink"] = .string("\(target.origin)\(target.path)?\(select)$skiptoken=\(token)")
    }
    body["value"] = .array(rows[start..<max(start, end)].map { .object(shown($0)) })
    return ExchangeService.response(200, body, request, &state)
  }

  /// Exchange stops at a thousand objects unless it is told not to.
  private func limit(_ answer: CmdletAnswer) -> (Int, [String]) {
    let given = input.parameters["ResultSize"] ?? .null
    guard given.stringValue?.lowercased() != "unlimited" else { return (.max, answer.warnings) }
    let number = given.stringValue.flatMap { Int($0) } ?? given.intValue ?? 1000
    guard answer.rows.count > number else { return (.max, answer.warnings) }
    return (
      max(0, number),
      answer.warnings + [
        "There are more results available than are currently displayed. To view them, increase the value for the "
          + "ResultSize parameter."
      ]
    )
  }

  private var size: Int {
    let wish = (request.headers["Prefer"] ?? "").split(separator: ",").map(\.trimmingSpaces)
      .first { $0.lowercased().hasPrefix("odata.maxpagesize=") }
    let number = wish.flatMap { Int($0.dropFirst("odata.maxpagesize=".count)) } ?? 100
    return min(max(1, number), 1000)
  }

  private func start(in rows: [JSONObject]) throws(ExchangeFailure) -> Int {
    guard let token = path.skipToken else { return 0 }
    let parts = Base64.decode(token, .url).map { String(decoding: $0, as: UTF8.self).split(separator: " ") } ?? []
    guard parts.count == 2, parts[0] == fingerprint, let offset = Int(parts[1]), offset >= 0 else {
      throw .plain(400, "BadRequest", "The page token does not belong to this command.")
    }
    return min(offset, rows.count)
  }

  /// With the sidecars that tell a reader of .NET which type a value has.
  private func shown(_ row: JSONObject) -> JSONObject {
    var shown = JSONObject()
    for member in row where path.selected?.contains(where: { $0.lowercased() == member.key.lowercased() }) ?? true {
      if member.value.arrayValue != nil { shown["\(member.key)@odata.type"] = "#Collection(String)" }
      shown[member.key] = member.value
    }
    return shown
  }
}
