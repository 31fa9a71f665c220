import Synchronization

/// Tells running operations that the process is about to end: the step under way is finished, no further one begins,
/// and the operation is given back for the next process.
package final class ShutdownSignal: Sendable {
  private let requested = Atomic<Bool>(false)

  package init() {}

  package var isRequested: Bool { requested.load(ordering: .acquiring) }

  package func request() { requested.store(true, ordering: .releasing) }
}
