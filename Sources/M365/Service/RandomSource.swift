import Synchronization

/// Random numbers for whoever holds a reference, from one generator.
package final class RandomSource: Sendable {
  private let generator: Mutex<any RandomNumberGenerator & Sendable>

  package init(_ generator: some RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()) {
    self.generator = Mutex(generator)
  }

  package func use<Result: Sendable>(
    _ body: (inout any RandomNumberGenerator & Sendable) -> Result
  ) -> Result {
    generator.withLock { body(&$0) }
  }
}
