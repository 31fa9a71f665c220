import Dispatch
import Glibc
import Synchronization

/// A fixed number of threads on which tasks may block for a moment: for a page of the store, a write to a slow client,
/// a stretched key.
///
/// The shared pool of the runtime has a thread for each core and must never be held up. Tasks that serve requests
/// prefer this pool instead (SE-0417), and every default actor they enter runs here with them, without changing
/// threads: reading the store from a request costs no hop.
package final class WorkerPool: TaskExecutor {
  private struct Queue {
    var jobs: [UnownedJob] = []
    var next = 0

    mutating func take() -> UnownedJob? {
      guard next < jobs.count else { return nil }
      let job = jobs[next]
      next += 1
      // What has been taken is dropped before it outweighs what waits, also in a queue that never runs empty.
      if next == jobs.count || (next >= 1024 && next * 2 >= jobs.count) {
        jobs.removeFirst(next)
        next = 0
      }
      return job
    }
  }

  private let queue = Mutex(Queue())
  private let available = DispatchSemaphore(value: 0)

  /// - Parameter threads: they live as long as the process; a pool is made once, by the program that needs it.
  package init(threads: Int, stackSize: Int = 1 << 20) {
    let started = (0..<threads).count { _ in DetachedThread.start(stackSize: stackSize) { [self] in work() } }
    precondition(started > 0, "a worker pool needs a thread, and the system gives none")
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.withLock { $0.jobs.append(job) }
    available.signal()
  }

  private func work() {
    let executor = asUnownedTaskExecutor()
    while true {
      available.wait()
      queue.withLock { $0.take() }?.runSynchronously(on: executor)
    }
  }
}
