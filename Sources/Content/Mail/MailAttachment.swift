package import AdminCore

/// A media type for an attachment, from the extension of its name.
package struct MediaType: Hashable, Sendable {
  package let text: String

  /// Types that mail programs show or hand to an office program. Whatever is not among them, and whatever could run
  /// (HTML, SVG, scripts), is plain bytes.
  package init(forFileName name: String) {
    let suffix = name.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last?.lowercased() ?? ""
    text = Self.types[suffix] ?? "application/octet-stream"
  }

  package var isImage: Bool { text.hasPrefix("image/") }

  private static let types = [
    "bmp": "image/bmp",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "gif": "image/gif",
    "ics": "text/calendar",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "md": "text/markdown",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "png": "image/png",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "ppt": "application/vnd.ms-powerpoint",
    "rtf": "application/rtf",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "txt": "text/plain",
    "vcf": "text/vcard",
    "webp": "image/webp",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
    "zip": "application/zip",
  ]
}

/// A file sent with a mail.
package struct MailAttachment: Hashable, Sendable {
  package static let maximumNameLength = 255

  package let name: String
  package let mediaType: MediaType
  package let bytes: [UInt8]

  /// - Throws: `MAIL_001` for a name that is no file's name: empty, with a path, control or direction characters.
  package init(name: String, bytes: [UInt8]) throws(AdminError) {
    do throws(HeaderText.Problem) {
      self.name = try HeaderText(name, maximumLength: Self.maximumNameLength).text
    } catch {
      throw AdminError(.invalidAddress, "The name of an attachment \(error.rawValue). Give a plain file name.")
    }
    guard !name.unicodeScalars.contains(where: { $0 == "/" || $0 == "\\" || $0 == ":" }), name != ".", name != ".."
    else {
      throw AdminError(
        .invalidAddress,
        "The attachment “\(VisibleText.excerpt(name, limit: 60))” must be named by a file name, not by a path.")
    }
    mediaType = MediaType(forFileName: name)
    self.bytes = bytes
  }
}

/// The name by which HTML shows an attached image: `cid:` and this (RFC 2392).
package struct ContentID: Hashable, Sendable {
  package let text: String

  package init?(_ text: String) {
    let atoms = text.split(separator: "@", omittingEmptySubsequences: false)
    guard (1...2).contains(atoms.count), text.utf8.count <= 200,
      atoms.allSatisfy({ atom in
        !atom.isEmpty && !atom.hasPrefix(".") && !atom.hasSuffix(".") && !atom.contains("..")
          && atom.utf8.allSatisfy { AttributeValue.isAlphanumeric($0) || "-._+".utf8.contains($0) }
      })
    else { return nil }
    self.text = text
  }
}

/// An image that a mail's HTML shows.
package struct InlineImage: Hashable, Sendable {
  package let contentID: ContentID
  package let file: MailAttachment

  /// - Throws: `MAIL_001` for a file that is no image.
  package init(contentID: ContentID, file: MailAttachment) throws(AdminError) {
    guard file.mediaType.isImage else {
      throw AdminError(
        .invalidAddress,
        "“\(VisibleText.excerpt(file.name, limit: 60))” cannot be shown in a mail. Give a PNG, JPEG, GIF or WebP image."
      )
    }
    self.contentID = contentID
    self.file = file
  }
}
