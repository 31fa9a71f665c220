package import AdminCore
import Cryptography
import Glibc

/// A file to be attached, as it was when the mail was planned.
package struct AttachmentReference: Hashable, Sendable {
  package let name: String
  package let size: Int
  /// SHA-256: a file that was changed after the plan was approved is not sent.
  package let digest: [UInt8]

  package init(name: String, size: Int, digest: [UInt8]) {
    self.name = name
    self.size = size
    self.digest = digest
  }

  var journalled: JSONValue { ["name": .string(name), "size": .int(size), "sha256": .string(Hex.encode(digest))] }

  init?(journalled json: JSONValue) {
    guard let name = json["name"]?.stringValue, let size = json["size"]?.intValue,
      let digest = json["sha256"]?.stringValue.flatMap(Hex.decode)
    else { return nil }
    self.init(name: name, size: size, digest: digest)
  }
}

/// The one folder from which files may be attached. Names are names in that folder: no paths, no links, nothing hidden.
package struct AttachmentFolder: Sendable {
  /// Exchange refuses messages above 35 MB, encoded; a third is lost to the encoding.
  package static let largestFile = 25 << 20

  private let path: String

  /// - Throws: `CFG_001` when the settings name no folder.
  package init(_ configuration: Configuration) throws(AdminError) {
    guard let path = configuration.attachmentFolder else {
      throw .misconfigured([
        Configuration.Problem(
          setting: .attachmentFolder, message: "is not set: name the folder from which files may be attached")
      ])
    }
    self.path = path
  }

  package func reference(to name: String) throws(AdminError) -> AttachmentReference {
    let bytes = try read(name)
    return AttachmentReference(name: name, size: bytes.count, digest: SHA256.hash(bytes))
  }

  /// The file's content, if it is still what was approved.
  func contents(of reference: AttachmentReference) throws(AdminError) -> [UInt8] {
    let bytes = try read(reference.name)
    guard bytes.count == reference.size, SHA256.hash(bytes) == reference.digest else {
      throw AdminError(
        .illegalState, "The file \(Self.shown(reference.name)) was changed after the mail was planned; send it anew.")
    }
    return bytes
  }

  private func read(_ name: String) throws(AdminError) -> [UInt8] {
    guard Self.isPlain(name) else {
      throw AdminError(
        .invalidArgument,
        "\(Self.shown(name)) is not the name of a file in the attachment folder: no paths, no leading dot.")
    }
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else {
      throw .misconfigured([
        Configuration.Problem(setting: .attachmentFolder, message: "names a folder that cannot be opened")
      ])
    }
    defer { close(folder) }
    let file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else {
      throw AdminError(.invalidArgument, "There is no file \(Self.shown(name)) in the attachment folder.")
    }
    defer { close(file) }
    var facts = stat()
    guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      throw AdminError(.invalidArgument, "\(Self.shown(name)) is not a file.")
    }
    guard facts.st_size <= Self.largestFile else {
      throw AdminError(.tooLarge, "\(Self.shown(name)) is larger than \(Self.largestFile >> 20) MiB.")
    }
    return try Self.read(file, upTo: Int(facts.st_size), name)
  }

  private static func read(_ file: Int32, upTo count: Int, _ name: String) throws(AdminError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = bytes[filled...].withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { throw AdminError(.invalidArgument, "\(shown(name)) cannot be read.") }
      filled += got
    }
    return bytes
  }

  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 255 && !name.hasPrefix(".") && !name.contains("/")
      && !name.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
  }

  private static func shown(_ name: String) -> String { "“\(VisibleText.excerpt(name, limit: 80))”" }
}
