import AdminCore
import Glibc
import Synchronization
import TestSupport
import Testing

@Suite("Threads of their own")
struct DetachedThreadTests {
  @Test("A body runs once, on another thread")
  func runs() async {
    let threads = Mutex<[pthread_t]>([])
    let started = DetachedThread.start { threads.withLock { $0.append(pthread_self()) } }
    #expect(started)
    #expect(await eventually { threads.withLock { !$0.isEmpty } })
    #expect(threads.withLock { $0 } != [pthread_self()])
    #expect(threads.withLock { $0.count } == 1)
  }

  @Test("What the body keeps is let go when it has run")
  func releasesBody() async {
    final class Marker: Sendable {}
    weak var marker: Marker?
    do {
      let kept = Marker()
      marker = kept
      DetachedThread.start { _ = kept }
    }
    let isGone = { marker == nil }
    for _ in 0..<10_000 where !isGone() { sched_yield() }
    #expect(isGone())
  }

  @Test("Waiting gives the body's result", arguments: [64 << 10, 1 << 20, 16 << 20])
  func waits(stackSize: Int) {
    let results = (0..<20).map { number in DetachedThread.runAndWait(stackSize: stackSize) { number * 2 } }
    #expect(results == (0..<20).map { $0 * 2 })
  }

  @Test("The stack is as deep as was asked for")
  func stackSize() {
    // Deeper than the eight megabytes a thread gets by default.
    @inline(never) @Sendable func depth(_ left: Int) -> Int { left == 0 ? 0 : 1 + depth(left - 1) }
    #expect(DetachedThread.runAndWait(stackSize: 256 << 20) { depth(400_000) } == 400_000)
  }

  @Test("A stack that cannot be had is a refusal, not a crash")
  func refuses() {
    #expect(!DetachedThread.start(stackSize: 1 << 60) {})
    #expect(DetachedThread.runAndWait(stackSize: 1 << 60) { 1 } == nil)
  }
}
