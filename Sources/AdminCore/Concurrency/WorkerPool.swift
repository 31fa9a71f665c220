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
      defer {
        next += 1
        if next == jobs.count {
          jobs.removeAll(keepingCapacity: true)
          next = 0
        }
      }
      return jobs[next]
    }
  }

  private let queue = Mutex(Queue())
  private let available = DispatchSemaphore(value: 0)

  /// - Parameter threads: they live as long as the process; a pool is made once, by the program that needs it.
  package init(threads: Int, stackSize: Int = 1 << 20) {
    for _ in 0..<threads {
      DetachedThread.start(stackSize: stackSize) { [self] in work() }
    }
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
