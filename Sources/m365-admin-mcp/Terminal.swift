import Glibc

/// Words for the person at the command line.
enum Terminal {
  static func print(_ text: String) { write(text + "\n", to: 1) }
  static func complain(_ text: String) { write("m365-admin-mcp: \(text)\n", to: 2) }

  private static func write(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count <= 0 {
        if errno == EINTR { continue }
        return
      }
      offset += count
    }
  }
}
