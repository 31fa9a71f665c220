import AdminCore
import Glibc

/// A call of the operating system that failed.
struct SystemCallError: Error, CustomStringConvertible {
  let call: StaticString
  let path: String
  let number: Int32

  init(_ call: StaticString, _ path: String, number: Int32 = errno) {
    self.call = call
    self.path = path
    self.number = number
  }

  var isMissingFile: Bool { number == ENOENT }

  var description: String { "\(call) \(path): \(String(cString: strerror(number)))" }
}

/// Files that only their owner may read: keys and what belongs to them.
enum ProtectedFile {
  /// Why the file is not trusted with a secret.
  enum Distrust: Error {
    case unreadable(SystemCallError)
    case symbolicLink
    case notARegularFile
    case readableByOthers(mode: mode_t)
    case largerThan(Int)
  }

  /// The bytes of a regular file with a mode of at most 0600, opened without following a symbolic link.
  static func read(_ path: String, limit: Int) throws(Distrust) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw errno == ELOOP ? .symbolicLink : .unreadable(SystemCallError("open", path))
    }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw .unreadable(SystemCallError("stat", path)) }
    guard facts.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile }
    guard facts.st_mode & 0o177 == 0 else { throw .readableByOthers(mode: facts.st_mode & 0o777) }
    var bytes = [UInt8](repeating: 0, count: limit + 1)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), limit + 1 - count)
      }
      guard got >= 0 || errno == EINTR else { throw .unreadable(SystemCallError("read", path)) }
      if got == 0 { break }
      count += max(got, 0)
    }
    guard count <= limit else { throw .largerThan(limit) }
    return Array(bytes.prefix(count))
  }

  /// Puts a file of mode 0600 with these bytes at `path`, whole and on disk, unless there is one already.
  ///
  /// - Returns: whether it was made now; of two processes that try at once, one gets `true`.
  static func create(_ path: String, _ bytes: [UInt8]) throws(SystemCallError) -> Bool {
    let draft = path + ".new-" + randomSuffix()
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SystemCallError("create", draft) }
    defer { unlink(draft) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        write(descriptor, $0.baseAddress?.advanced(by: written), bytes.count - written)
      }
      guard count >= 0 || errno == EINTR else {
        let error = SystemCallError("write", draft)
        close(descriptor)
        throw error
      }
      written += max(count, 0)
    }
    let isOnDisk = fsync(descriptor) == 0
    let error = SystemCallError("sync", draft)
    close(descriptor)
    guard isOnDisk else { throw error }
    return try publish(draft, as: path)
  }

  /// Gives a finished file its name, unless the name is taken. The draft keeps its own until it is unlinked.
  ///
  /// - Returns: whether the name was free.
  static func publish(_ draft: String, as path: String) throws(SystemCallError) -> Bool {
    guard link(draft, path) == 0 else {
      if errno == EEXIST { return false }
      throw SystemCallError("link", path)
    }
    try synchronizeDirectory(of: path)
    return true
  }

  /// The directory's entries are on disk when this returns, so that a file that was made is there after a power cut.
  static func synchronizeDirectory(of path: String) throws(SystemCallError) {
    let directory = directory(of: path)
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemCallError("open", directory) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw SystemCallError("sync", directory) }
  }

  static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  static func randomSuffix() -> String {
    var random = SystemRandomNumberGenerator()
    return String(UInt64.random(in: .min ... .max, using: &random), radix: 16)
  }
}
