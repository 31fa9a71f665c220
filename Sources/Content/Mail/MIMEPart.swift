import AdminCore

/// A part of a MIME message: its header fields, and its content as it goes over the wire.
struct MIMEPart {
  private let fields: [HeaderField]
  private let content: [UInt8]

  /// The part as bytes, the blank line between header and content included.
  var written: [UInt8] {
    var output: [UInt8] = []
    for field in fields { output += field.lines.utf8 }
    output += [0x0D, 0x0A]
    return output + content
  }

  static func text(_ text: String, subtype: String) -> MIMEPart {
    MIMEPart(
      fields: [
        HeaderField("Content-Type", pieces: ["text/\(subtype);", "charset=utf-8"]),
        HeaderField("Content-Transfer-Encoding", pieces: ["quoted-printable"]),
      ], content: TransferEncoding.quotedPrintable(text))
  }

  static func file(_ file: MailAttachment, contentID: ContentID? = nil) -> MIMEPart {
    var fields = [
      HeaderField(
        "Content-Type", pieces: ["\(file.mediaType.text);", "name=\(FileNameParameter.fallback(file.name))"]),
      HeaderField(
        "Content-Disposition",
        pieces: [contentID == nil ? "attachment;" : "inline;"] + FileNameParameter.pieces("filename", file.name)),
      HeaderField("Content-Transfer-Encoding", pieces: ["base64"]),
    ]
    if let contentID { fields.append(HeaderField("Content-ID", pieces: ["<\(contentID.text)>"])) }
    return MIMEPart(fields: fields, content: TransferEncoding.base64(file.bytes))
  }

  /// Several parts as one.
  ///
  /// The boundary begins with `=_`, which neither quoted-printable nor base64 can contain (RFC 2045, section 6.7): no
  /// content can hold it, and among the boundaries of one message the random part tells them apart.
  static func multipart(
    _ subtype: String, _ parts: [MIMEPart], parameters: [String] = [], using random: inout some RandomNumberGenerator
  ) -> MIMEPart {
    let boundary = "=_" + Hex.encode((0..<16).map { _ in UInt8.random(in: 0...255, using: &random) })
    var content: [UInt8] = []
    for part in parts {
      content += "--\(boundary)\r\n".utf8
      content += part.written
      content += "\r\n".utf8
    }
    content += "--\(boundary)--\r\n".utf8
    return MIMEPart(
      fields: [
        HeaderField("Content-Type", pieces: ["multipart/\(subtype);"] + parameters + ["boundary=\"\(boundary)\""])
      ],
      content: content)
  }
}

/// Dates of RFC 5322, section 3.3, in UTC.
enum MailDate {
  private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  static func pieces(_ time: Timestamp) -> [String] {
    let seconds = time.seconds
    let day = (seconds - (seconds % 86_400 + 86_400) % 86_400) / 86_400
    let second = Int(seconds - day * 86_400)
    let date = CalendarDate(daysSinceEpoch: day)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return [
      "\(days[date.weekday]),", "\(date.day)", months[date.month - 1], "\(date.year)",
      "\(two(second / 3_600)):\(two(second / 60 % 60)):\(two(second % 60))", "+0000",
    ]
  }
}
