import AdminCore
import Glibc

/// SIGTERM and SIGINT, taken by a thread of their own instead of interrupting whatever runs.
enum TerminationSignals {
  /// Keeps the signals from being delivered to any thread. To be called before a second thread exists, because threads
  /// inherit what is blocked.
  static func block() {
    var signals = set
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Calls `shutdown` when the process is told to end. Told a second time, it ends at once: running calls are not waited
  /// for, and SQLite rolls an open transaction back at the next start.
  static func observe(_ shutdown: @escaping @Sendable () -> Void) {
    DetachedThread.start {
      var signals = set
      var received: Int32 = 0
      sigwait(&signals, &received)
      shutdown()
      sigwait(&signals, &received)
      _exit(128 + received)
    }
  }

  private static var set: sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGINT)
    return signals
  }
}
