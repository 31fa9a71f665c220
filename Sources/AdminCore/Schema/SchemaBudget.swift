/// How much may be spent on checking one value against schemas that somebody else wrote: steps, which are the same on
/// every machine, and time.
package struct SchemaBudget: Sendable {
  /// How many steps pass between two looks at the clock.
  private static let interval = 4096

  private var steps: Int
  private let deadline: Duration?
  private let uptime: (@Sendable () -> Duration)?
  private var untilClock = interval
  package private(set) var isExhausted = false

  /// For schemas of our own.
  package static let unlimited = SchemaBudget(steps: .max, deadline: nil, uptime: nil)

  /// - Parameters:
  ///   - steps: roughly the values looked at, multiplied with the rules that each has to keep.
  ///   - time: counted from now.
  package init(steps: Int = 2_000_000, time: Duration, timekeeper: any Timekeeper) {
    self.init(steps: steps, deadline: timekeeper.uptime() + time, uptime: { timekeeper.uptime() })
  }

  private init(steps: Int, deadline: Duration?, uptime: (@Sendable () -> Duration)?) {
    self.steps = steps
    self.deadline = deadline
    self.uptime = uptime
  }

  /// - Returns: whether there is still something left.
  mutating func spend(_ count: Int) -> Bool {
    guard !isExhausted else { return false }
    let (left, overflow) = steps.subtractingReportingOverflow(count)
    steps = left
    if overflow || left < 0 { isExhausted = true }
    untilClock -= count
    if untilClock <= 0 {
      untilClock = Self.interval
      if let deadline, let uptime, uptime() >= deadline { isExhausted = true }
    }
    return !isExhausted
  }
}
