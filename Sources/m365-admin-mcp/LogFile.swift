import AdminCore
import Glibc
import Synchronization

/// Where log lines go: a file that only its owner can read, or standard error.
///
/// A line is one write of a file opened for appending, so that the lines of several processes do not mix.
final class LogFile: Sendable {
  private let descriptor: Int32

  /// - Parameter path: `nil` for standard error, which is also used where the file cannot be opened.
  init(_ path: String?) {
    let opened = path.map { open($0, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600) } ?? -1
    if opened >= 0 { fchmod(opened, 0o600) }
    descriptor = opened >= 0 ? opened : 2
  }

  /// Whether the file that was asked for could not be opened.
  func isFallback(for path: String?) -> Bool { path != nil && descriptor == 2 }

  func write(_ line: [UInt8]) {
    // A log that cannot be written is not a reason to fail what is being logged.
    _ = line.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
  }
}
