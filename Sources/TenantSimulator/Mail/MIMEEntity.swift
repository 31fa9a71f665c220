/// A message or a part of one: header fields and content (RFC 2045).
struct MIMEEntity: Sendable {
  enum Content: Sendable {
    /// Decoded.
    case bytes([UInt8])
    case parts([MIMEEntity])
  }

  let headers: [MailMessage.Header]
  /// `multipart/alternative`, in lower case.
  let mediaType: String
  let parameters: [String: String]
  let content: Content

  /// The first value of a field.
  func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }

  var disposition: (kind: String, parameters: [String: String])? {
    header("Content-Disposition").map(MIMEEntity.parameterized)
  }

  /// A value with parameters: `text/plain; charset=utf-8`.
  static func parameterized(_ text: String) -> (kind: String, parameters: [String: String]) {
    var parts: [String] = [""]
    var isQuoted = false
    for character in text {
      if character == "\"" { isQuoted.toggle() }
      if character == ";", !isQuoted {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    var parameters: [String: String] = [:]
    for part in parts.dropFirst() {
      let halves = part.split(separator: "=", maxSplits: 1)
      guard halves.count == 2 else { continue }
      let value = halves[1].trimmingSpaces
      let isQuoted = value.count >= 2 && value.hasPrefix("\"") && value.hasSuffix("\"")
      parameters[halves[0].trimmingSpaces.lowercased()] = isQuoted ? String(value.dropFirst().dropLast()) : value
    }
    return (parts[0].trimmingSpaces.lowercased(), parameters)
  }
}

/// Reads a message as strictly as the standards are written, so that what passes here passes anywhere.
struct MIMEReader {
  private static let maximumDepth = 10
  private static let maximumParts = 200
  /// RFC 5322 section 2.1.1.
  private static let maximumLineLength = 998
  /// Fields of which RFC 5322 section 3.6 allows one.
  private static let singleFields: Set<String> = [
    "date", "from", "sender", "reply-to", "to", "cc", "bcc", "message-id", "in-reply-to", "references", "subject",
    "mime-version", "content-type", "content-transfer-encoding", "content-disposition",
  ]

  private var partCount = 0

  static func read(_ bytes: [UInt8]) throws(MIMEFault) -> MIMEEntity {
    var reader = MIMEReader()
    let message = try reader.entity(try lines(of: bytes), depth: 0)
    if message.header("Content-Type") != nil, message.header("MIME-Version")?.trimmingSpaces != "1.0" {
      throw MIMEFault("A message with a Content-Type needs 'MIME-Version: 1.0'.")
    }
    return message
  }

  private static func lines(of bytes: [UInt8]) throws(MIMEFault) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case 0x0D where index + 1 < bytes.count && bytes[index + 1] == 0x0A:
        lines.append(bytes[start..<index])
        index += 2
        start = index
      case 0x0D, 0x0A: throw MIMEFault("Line \(lines.count + 1) does not end in CRLF.")
      default: index += 1
      }
    }
    if start < bytes.count { lines.append(bytes[start...]) }
    if let long = lines.firstIndex(where: { $0.count > maximumLineLength }) {
      throw MIMEFault("Line \(long + 1) is longer than \(maximumLineLength) bytes.")
    }
    return lines
  }

  private mutating func entity(_ lines: [ArraySlice<UInt8>], depth: Int) throws(MIMEFault) -> MIMEEntity {
    partCount += 1
    guard depth <= Self.maximumDepth, partCount <= Self.maximumParts else {
      throw MIMEFault("The message has too many parts.")
    }
    let end = lines.firstIndex { $0.isEmpty } ?? lines.count
    let headers = try Self.headers(lines[..<end])
    let body = Array(lines[min(end + 1, lines.count)...])
    let type = headers.first { $0.name.lowercased() == "content-type" }?.value ?? "text/plain; charset=us-ascii"
    let (mediaType, parameters) = MIMEEntity.parameterized(type)
    let encoding = headers.first { $0.name.lowercased() == "content-transfer-encoding" }?.value.trimmingSpaces
    guard mediaType.split(separator: "/", omittingEmptySubsequences: false).count == 2 else {
      throw MIMEFault("The Content-Type '\(type)' is malformed.")
    }
    let content: MIMEEntity.Content
    if mediaType.hasPrefix("multipart/") {
      content = .parts(try parts(body, boundary: parameters["boundary"], depth: depth))
    } else {
      let bytes = try TransferEncoding.decode(body, encoding ?? "7bit")
      if mediaType.hasPrefix("text/") {
        _ = try TransferEncoding.text(bytes, charset: parameters["charset"] ?? "us-ascii")
      }
      content = .bytes(bytes)
    }
    return MIMEEntity(headers: headers, mediaType: mediaType, parameters: parameters, content: content)
  }

  // MARK: Header fields

  private static func headers(_ lines: ArraySlice<ArraySlice<UInt8>>) throws(MIMEFault) -> [MailMessage.Header] {
    var fields: [(name: String, value: String)] = []
    for line in lines {
      guard line.allSatisfy({ $0 < 0x80 && ($0 >= 0x20 || $0 == 0x09) }) else {
        throw MIMEFault("A header field holds a byte that is not printable ASCII.")
      }
      let text = String(decoding: line, as: UTF8.self)
      if let first = line.first, first == 0x20 || first == 0x09 {
        guard !fields.isEmpty, !text.allSatisfy({ $0 == " " || $0 == "\t" }) else {
          throw MIMEFault("A continuation line stands where no header field is.")
        }
        fields[fields.count - 1].value += " " + text.drop { $0 == " " || $0 == "\t" }
        continue
      }
      guard let colon = text.firstIndex(of: ":"), colon > text.startIndex,
        text[..<colon].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
      else { throw MIMEFault("The header line '\(text.prefix(40))' is not 'Name: value'.") }
      fields.append((String(text[..<colon]), text[text.index(after: colon)...].trimmingSpaces))
    }
    var seen: Set<String> = []
    for field in fields where singleFields.contains(field.name.lowercased()) {
      guard seen.insert(field.name.lowercased()).inserted else {
        throw MIMEFault("The header field '\(field.name)' stands more than once.")
      }
    }
    return fields.map { MailMessage.Header(name: $0.name, value: $0.value) }
  }

  // MARK: Parts

  private mutating func parts(
    _ lines: [ArraySlice<UInt8>], boundary: String?, depth: Int
  ) throws(MIMEFault) -> [MIMEEntity] {
    guard let boundary, (1...70).contains(boundary.utf8.count), boundary.last != " " else {
      throw MIMEFault("A multipart has no boundary of 1 to 70 characters.")
    }
    let delimiter = Array("--\(boundary)".utf8)
    var parts: [MIMEEntity] = []
    var current: [ArraySlice<UInt8>]?
    for line in lines {
      let bare = line.reversed().drop { $0 == 0x20 || $0 == 0x09 }.reversed()
      if bare.elementsEqual(delimiter) || bare.elementsEqual(delimiter + [0x2D, 0x2D]) {
        if let finished = current { parts.append(try entity(finished, depth: depth + 1)) }
        guard bare.elementsEqual(delimiter) else {
          guard !parts.isEmpty else { throw MIMEFault("A multipart has no part.") }
          return parts
        }
        current = []
      } else {
        current?.append(line)
      }
    }
    throw MIMEFault("A multipart is not closed by its boundary.")
  }
}
