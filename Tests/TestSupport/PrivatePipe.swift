import Glibc
import Synchronization

/// Pipes and socket pairs that no child inherits.
///
/// A child that held an end would keep the wire open after its test has closed it. Without `pipe2`, which Glibc's module
/// does not show, there is a moment between the making of a pipe and its marking; `exclusively` keeps children from
/// being made in it.
package enum PrivatePipe {
  private static let making = Mutex(())

  /// Makes no pipe while `body` makes a child, and no child while somebody makes a pipe.
  package static func exclusively<Result: Sendable>(_ body: () throws -> Result) rethrows -> Result {
    try making.withLock { _ in try body() }
  }

  package static func make() -> (read: Int32, write: Int32) { marked { pipe(&$0) } }

  package static func makeSockets() -> (read: Int32, write: Int32) {
    marked { socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &$0) }
  }

  private static func marked(_ open: (inout [Int32]) -> Int32) -> (read: Int32, write: Int32) {
    exclusively {
      var ends: [Int32] = [-1, -1]
      _ = open(&ends)
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      return (ends[0], ends[1])
    }
  }
}
