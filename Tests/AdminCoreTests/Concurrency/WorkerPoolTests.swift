import AdminCore
import Glibc
import Synchronization
import TestSupport
import Testing

/// Where a piece of work runs.
private func currentThread() -> pthread_t { pthread_self() }

/// What tasks write down from any thread.
private final class Notes: Sendable {
  let threads = Mutex<Set<pthread_t>>([])
  let runs = Mutex<[Int: Int]>([:])
  let total = Atomic<Int>(0)
  let isReleased = Atomic<Bool>(false)
}

private actor Counter {
  private(set) var count = 0
  private(set) var threads: Set<pthread_t> = []

  func add() {
    count += 1
    threads.insert(currentThread())
  }
}

/// One test after the other: some of them keep every thread of the pool waiting for the rest of their own.
@Suite("The worker pool", .serialized)
struct WorkerPoolTests {
  /// Shared by these tests, as its threads live as long as the process.
  private static let pool = WorkerPool(threads: 4)

  /// The threads of the pool, found by keeping all of them busy at once.
  private static func threads() async -> Set<pthread_t> {
    let notes = Notes()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask(executorPreference: pool) {
          notes.threads.withLock { _ = $0.insert(currentThread()) }
          // Holds this thread until the others have come too.
          while notes.threads.withLock({ $0.count }) < 4 { sched_yield() }
        }
      }
    }
    return notes.threads.withLock { $0 }
  }

  @Test("Work that prefers the pool runs on its threads, with as many at once as it has", .timeLimit(.minutes(1)))
  func runsOnItsThreads() async {
    let threads = await Self.threads()
    #expect(threads.count == 4)
    let used = await withTaskGroup(of: pthread_t.self) { group in
      for _ in 0..<200 { group.addTask(executorPreference: Self.pool) { currentThread() } }
      return await group.reduce(into: Set<pthread_t>()) { $0.insert($1) }
    }
    #expect(used.isSubset(of: threads))
  }

  @Test("A default actor entered from the pool runs there too", .timeLimit(.minutes(1)))
  func actorsFollow() async {
    let threads = await Self.threads()
    let counter = Counter()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<500 { group.addTask(executorPreference: Self.pool) { await counter.add() } }
    }
    #expect(await counter.count == 500)
    #expect(await counter.threads.isSubset(of: threads))
  }

  @Test("No wake-up is lost under load from many tasks", .timeLimit(.minutes(2)))
  func manyJobs() async {
    let counter = Counter()
    let notes = Notes()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<64 {
        group.addTask(executorPreference: Self.pool) {
          for _ in 0..<300 {
            await counter.add()
            await Task.yield()
            notes.total.add(1, ordering: .relaxed)
          }
        }
      }
    }
    #expect(await counter.count == 64 * 300)
    #expect(notes.total.load(ordering: .relaxed) == 64 * 300)
  }

  @Test("Jobs keep coming while others are taken, and none is forgotten or run twice", .timeLimit(.minutes(2)))
  func neverEmptyQueue() async {
    let notes = Notes()
    await withTaskGroup(of: Void.self) { group in
      // Many more jobs than the queue keeps behind its head, so that it is trimmed while it is full.
      for index in 0..<20_000 {
        group.addTask(executorPreference: Self.pool) { notes.runs.withLock { $0[index, default: 0] += 1 } }
      }
    }
    #expect(notes.runs.withLock { $0.count } == 20_000)
    #expect(notes.runs.withLock { $0.values.allSatisfy { $0 == 1 } })
  }

  @Test("A thread held up by one task leaves the others going", .timeLimit(.minutes(1)))
  func blockedThread() async {
    let notes = Notes()
    let answer = await withTaskGroup(of: Int?.self) { group in
      group.addTask(executorPreference: Self.pool) {
        while !notes.isReleased.load(ordering: .acquiring) { sched_yield() }
        return nil
      }
      group.addTask(executorPreference: Self.pool) { 7 }
      let first = await group.next() ?? nil
      notes.isReleased.store(true, ordering: .releasing)
      return first
    }
    #expect(answer == 7)
  }
}
