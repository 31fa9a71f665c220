package import AdminCore
import Glibc
import Synchronization

/// A file that decides who is let in: the caller's token, or the keys that tokens are checked with. Read again when it
/// has changed.
package final class TokenFile: Sendable {
  /// Who besides the owner may do what with such a file.
  package enum Protection: Sendable {
    /// Nobody else may read or write it.
    case secret
    /// Others may read it and must not write it.
    case trusted

    fileprivate var forbidden: mode_t { self == .secret ? 0o077 : 0o022 }
  }

  private struct Stamp: Hashable {
    let inode: ino_t
    let size: off_t
    let seconds: Int
    let nanoseconds: Int
  }

  private let path: String
  private let setting: Setting
  private let protection: Protection
  private let maximumSize: Int
  private let known = Mutex<(stamp: Stamp, bytes: Secret<[UInt8]>)?>(nil)

  package init(_ path: String, of setting: Setting, _ protection: Protection, maximumSize: Int) {
    self.path = path
    self.setting = setting
    self.protection = protection
    self.maximumSize = maximumSize
  }

  /// - Throws: `CFG_001`. A file that is named and cannot be used is never passed over.
  package func bytes() throws(AdminError) -> Secret<[UInt8]> {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
    guard descriptor >= 0 else {
      throw refused(errno == ELOOP ? "names a link; name the file itself" : "names a file that cannot be opened")
    }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      throw refused("does not name a file")
    }
    guard facts.st_uid == getuid() || facts.st_uid == 0 else { throw refused("names a file of another user") }
    guard facts.st_mode & protection.forbidden == 0 else {
      throw refused(
        protection == .secret
          ? "names a file that others can read; run: chmod 600 on it" : "names a file that others can write")
    }
    guard facts.st_size <= maximumSize else { throw refused("names a file of more than \(maximumSize) bytes") }
    let stamp = Stamp(
      inode: facts.st_ino, size: facts.st_size, seconds: facts.st_mtim.tv_sec, nanoseconds: facts.st_mtim.tv_nsec)
    if let known = known.withLock({ $0 }), known.stamp == stamp { return known.bytes }
    let bytes = Secret(try read(descriptor))
    known.withLock { $0 = (stamp, bytes) }
    return bytes
  }

  private func read(_ descriptor: Int32) throws(AdminError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw refused("names a file that cannot be read") }
      guard count > 0 else { return bytes }
      bytes.append(contentsOf: chunk.prefix(count))
      guard bytes.count <= maximumSize else { throw refused("names a file of more than \(maximumSize) bytes") }
    }
  }

  private func refused(_ problem: String) -> AdminError {
    .misconfigured([Configuration.Problem(setting: setting, message: problem)])
  }
}
