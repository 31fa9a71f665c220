import Glibc

/// The files of one run, in a folder that only its owner can enter; all gone with it.
struct RunFiles: ~Copyable {
  let folder: String
  private var names: [String] = []

  init() throws(ServerError) {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/tenant-simulator-XXXXXX".utf8CString)
    guard let path = mkdtemp(&template) else { throw .system("Making a folder in \(parent)") }
    folder = String(cString: path)
  }

  deinit {
    for name in names { unlink("\(folder)/\(name)") }
    rmdir(folder)
  }

  /// Says where the files' life ends.
  consuming func remove() {}

  /// - Returns: the path of the file.
  mutating func write(_ name: String, _ text: String) throws(ServerError) -> String {
    let path = "\(folder)/\(name)"
    names.append(name)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system("Writing \(path)") }
    defer { close(descriptor) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw .system("Writing \(path)") }
      rest = rest.dropFirst(count)
    }
    return path
  }
}
