import Glibc

/// The passing of time, so that whoever waits can be tested without waiting.
package protocol Timekeeper: Sendable {
  /// The wall clock, for what is written down. It may be set back.
  func now() -> Timestamp

  /// Time since some fixed moment that never goes back, for deadlines and leases.
  func uptime() -> Duration

  /// Names the moment that `uptime` counts from: processes that have the same one may compare their uptimes. `nil` where
  /// it is not known.
  var bootID: String? { get }

  /// Waits, or throws as soon as the surrounding task is cancelled.
  func sleep(for duration: Duration) async throws(CancellationError)
}

/// The clocks of this machine.
package struct SystemTimekeeper: Timekeeper {
  package init() {}

  package func now() -> Timestamp {
    let time = Self.read(CLOCK_REALTIME)
    return Timestamp(milliseconds: time.milliseconds)
  }

  package func uptime() -> Duration { Self.read(CLOCK_BOOTTIME) }

  package var bootID: String? { Self.boot }

  /// proc(5), `/proc/sys/kernel/random/boot_id`: made anew at each start of the machine, the same in its containers.
  private static let boot: String? = {
    guard let file = fopen("/proc/sys/kernel/random/boot_id", "r") else { return nil }
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 64)
    let count = fread(&buffer, 1, buffer.count, file)
    let id = String(decoding: buffer.prefix(count), as: UTF8.self).prefix { $0.isHexDigit || $0 == "-" }
    return id.isEmpty ? nil : String(id)
  }()

  package func sleep(for duration: Duration) async throws(CancellationError) {
    do {
      try await Task.sleep(for: duration)
    } catch {
      throw CancellationError()
    }
  }

  private static func read(_ clock: clockid_t) -> Duration {
    var time = timespec()
    clock_gettime(clock, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}

extension Timekeeper {
  /// Waits; a cancelled task gets the error that says so.
  package func pause(for duration: Duration) async throws(AdminError) {
    do throws(CancellationError) {
      try await sleep(for: duration)
    } catch {
      throw .cancelled
    }
  }

  /// Asks `condition` again and again until it has an answer, and never past `deadline`.
  ///
  /// - Parameters:
  ///   - deadline: how long to go on asking.
  ///   - intervals: the pauses between two questions; the last one is used for all that follow.
  /// - Returns: the answer, or `nil` when the deadline passed without one.
  package func poll<Answer: Sendable>(
    for deadline: Duration,
    every intervals: [Duration],
    _ condition: () async throws(AdminError) -> Answer?
  ) async throws(AdminError) -> Answer? {
    let end = uptime() + deadline
    var pauses = intervals.makeIterator()
    var next = pauses.next() ?? .seconds(1)
    while true {
      if let answer = try await condition() { return answer }
      let left = end - uptime()
      guard left > .zero else { return nil }
      try await pause(for: min(next, left))
      next = pauses.next() ?? next
    }
  }
}
