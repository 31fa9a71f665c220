import AdminCore
import Glibc

/// Reads a small file that a setting names.
enum CredentialFile {
  static let maximumSize = 1 << 20

  static func read(_ path: String, of setting: Setting) throws(AdminError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(setting, "cannot be read: \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw failure(setting, "does not name a file")
    }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      guard count >= 0 else { throw failure(setting, "cannot be read: \(String(cString: strerror(errno)))") }
      guard count > 0 else { return bytes }
      bytes.append(contentsOf: chunk.prefix(count))
      guard bytes.count <= maximumSize else { throw failure(setting, "names a file of more than 1 MiB") }
    }
  }

  static func failure(_ setting: Setting, _ problem: String) -> AdminError {
    AdminError(
      .misconfigured, "\(setting.rawValue) \(problem)",
      details: [["path": .string(setting.rawValue), "rule": "setting", "message": .string(problem)]])
  }
}
