import Dispatch
import Glibc
import Synchronization

/// A thread of its own for work that blocks for as long as it likes, or that needs a stack of a known size.
package enum DetachedThread {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Runs `body` on a new thread.
  ///
  /// - Returns: whether the system gave us one; it may not when a limit on threads or memory is reached.
  @discardableResult
  package static func start(stackSize: Int = 1 << 20, _ body: @escaping @Sendable () -> Void) -> Bool {
    let retained = Unmanaged.passRetained(Body(body))
    let status = withUnsafeTemporaryAllocation(of: pthread_attr_t.self, capacity: 1) { storage -> Int32 in
      guard let attributes = storage.baseAddress else { return ENOMEM }
      pthread_attr_init(attributes)
      defer { pthread_attr_destroy(attributes) }
      pthread_attr_setstacksize(attributes, stackSize)
      pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
      var thread = pthread_t()
      return pthread_create(&thread, attributes, enter, retained.toOpaque())
    }
    if status != 0 { retained.release() }
    return status == 0
  }

  private static let enter: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
    if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
    return nil
  }

  /// Runs `body` on a thread with a stack of `stackSize` bytes and waits for its result; `nil` when there is no thread
  /// to be had.
  package static func runAndWait<Result: Sendable>(
    stackSize: Int, _ body: @escaping @Sendable () -> Result
  ) -> Result? {
    let slot = Slot<Result>()
    guard start(stackSize: stackSize, { slot.put(body()) }) else { return nil }
    return slot.take()
  }

  private final class Slot<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)
    private let filled = DispatchSemaphore(value: 0)

    func put(_ value: Value) {
      self.value.withLock { $0 = value }
      filled.signal()
    }

    func take() -> Value? {
      filled.wait()
      return value.withLock { $0 }
    }
  }
}
