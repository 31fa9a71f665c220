import AdminCore
import Glibc

/// The path of a store, looked at before anything is opened there.
struct StoreFile {
  let path: String
  let exists: Bool
  /// What is not as it should be, yet no reason to refuse; for health.
  let warnings: [String]

  /// Refuses what cannot be a store. Makes the directory, for its owner alone, when there is none.
  init(at path: String) throws(AdminError) {
    self.path = path
    try Self.makeDirectory(ProtectedFile.directory(of: path))
    var facts = stat()
    guard lstat(path, &facts) == 0 else {
      guard errno == ENOENT else { throw Self.unreachable(SystemCallError("stat", path)) }
      exists = false
      warnings = Self.directoryWarnings(of: path)
      return
    }
    switch facts.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFLNK: throw .misconfigured(.databasePath, "is a symbolic link; name the file itself")
    default: throw .misconfigured(.databasePath, "does not name a regular file")
    }
    guard facts.st_size > 0 else {
      throw AdminError(
        .cannotDecrypt,
        "The file at DATABASE_PATH is empty, so it is no store. Remove it to have a new one made, or restore a backup.")
    }
    exists = true
    let isReadable = facts.st_mode & 0o077 != 0
    warnings =
      Self.directoryWarnings(of: path)
      + (isReadable ? ["the store's file is open to other users of this machine: chmod 600"] : [])
  }

  private static func directoryWarnings(of path: String) -> [String] {
    let directory = ProtectedFile.directory(of: path)
    var warnings: [String] = []
    if let name = NetworkFileSystem.name(at: directory) {
      warnings.append("the store lies on a network file system (\(name)), where concurrent use can damage it")
    }
    var facts = stat()
    if stat(directory, &facts) == 0, facts.st_mode & 0o022 != 0, facts.st_mode & S_ISVTX == 0 {
      warnings.append("other users of this machine can replace files in the store's directory: chmod 700")
    }
    return warnings
  }

  private static func makeDirectory(_ path: String) throws(AdminError) {
    guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
    let error = SystemCallError("mkdir", path)
    let parent = ProtectedFile.directory(of: path)
    guard error.isMissingFile, parent != path else { throw unreachable(error) }
    try makeDirectory(parent)
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw unreachable(SystemCallError("mkdir", path)) }
  }

  private static func unreachable(_ error: SystemCallError) -> AdminError {
    AdminError(
      .storeReadOnly,
      "The store's directory cannot be made or entered; check DATABASE_PATH and the permissions on the way to it.",
      cause: "\(error)")
  }
}
