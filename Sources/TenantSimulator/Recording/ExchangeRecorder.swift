import AdminCore
import Glibc
import Synchronization

/// Writes down every exchange with the tenant, one JSON line each, before its answer leaves:
/// `{"method","url","requestHeaders","requestBody","status","responseBody"}`.
///
/// Credentials are blotted out: who reads a record learns that there was a token, not which.
package final class ExchangeRecorder: Sendable {
  private let write: @Sendable ([UInt8]) -> Void

  /// - Parameter write: takes one line with its line feed, one call at a time.
  package init(_ write: @escaping @Sendable ([UInt8]) -> Void) { self.write = write }

  /// Appends to a file that only its owner can read.
  package convenience init(file path: String) throws(SeedError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw SeedError(path, "cannot be opened for writing: \(String(cString: strerror(errno)))")
    }
    let file = Mutex(RecordFile(descriptor: descriptor))
    self.init { line in file.withLock { $0.append(line) } }
  }

  func record(_ request: SimulatedRequest, _ response: SimulatedResponse) {
    var headers = JSONObject()
    for field in request.headers.fields {
      headers[field.name] = .string(Redaction.header(field.name, field.value))
    }
    let isToken = Service(path: RequestTarget(request).path) == .login
    let line: JSONObject = [
      "method": .string(request.method), "url": .string(request.url), "requestHeaders": .object(headers),
      "requestBody": Redaction.body(request.body, isToken: isToken), "status": .int(response.status),
      "responseBody": Redaction.body(response.body, isToken: isToken),
    ]
    write(JSONValue.object(line).serialized + [0x0A])
  }
}

/// The open record. A line that cannot be written is lost: a full disk must not change what the tenant answers.
private struct RecordFile: ~Copyable {
  let descriptor: Int32

  deinit { close(descriptor) }

  func append(_ line: [UInt8]) {
    var rest = line[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 || (count < 0 && errno == EINTR) else { return }
      rest = rest.dropFirst(max(0, count))
    }
  }
}

/// Takes credentials out of what is written down.
enum Redaction {
  static let mark = "[redacted]"

  static func header(_ name: String, _ value: String) -> String {
    switch name.lowercased() {
    case "authorization":
      let parts = value.split(separator: " ")
      return parts.count == 2 ? "\(parts[0]) \(mark)" : mark
    case "x-identity-header": return mark
    default: return value
    }
  }

  /// The body as JSON where it is JSON, as text otherwise, `null` where there is none.
  static func body(_ bytes: [UInt8], isToken: Bool) -> JSONValue {
    guard !bytes.isEmpty else { return .null }
    guard let json = try? JSONParser.parse(bytes) else {
      let text = String(decoding: bytes, as: UTF8.self)
      return .string(isToken ? form(text) : text)
    }
    return redacted(json)
  }

  private static let secretMembers: Set<String> = ["password", "access_token", "client_secret", "client_assertion"]

  private static func redacted(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let object):
      .object(
        JSONObject(
          object.members.map { member in
            let isSecret = secretMembers.contains(member.key) && member.value.stringValue != nil
            return JSONObject.Member(key: member.key, value: isSecret ? .string(mark) : redacted(member.value))
          }))
    case .array(let elements): .array(elements.map(redacted))
    default: value
    }
  }

  private static func form(_ text: String) -> String {
    text.split(separator: "&").map { pair in
      let name = pair.prefix { $0 != "=" }
      return secretMembers.contains(String(name)) ? "\(name)=\(mark)" : String(pair)
    }.joined(separator: "&")
  }
}
