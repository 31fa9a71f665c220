import ContentFuzzing
import Glibc

/// A run over a stretch of cases.
struct FuzzRun {
  /// No input this small may take longer; one that does is a hang in the making.
  private static let longest = Duration.seconds(2)

  private let arguments: FuzzArguments
  private let progress: Int32
  private var slowest: (number: Int, time: Duration) = (0, .zero)

  init(_ arguments: FuzzArguments) {
    self.arguments = arguments
    progress = arguments.progress.map { open($0, O_WRONLY | O_CREAT | O_TRUNC, 0o644) } ?? -1
  }

  /// - Returns: whether every case went well.
  mutating func run() -> Bool {
    let clock = ContinuousClock()
    for number in arguments.first..<arguments.first + arguments.count {
      note(number)
      let subject = arguments.subject ?? FuzzSubject.of(number: number)
      let start = clock.now
      var faults = subject.faults(seed: arguments.seed, number: number)
      let time = start.duration(to: clock.now)
      if time > slowest.time { slowest = (number, time) }
      if time > Self.longest { faults.append("it took \(time)") }
      guard faults.isEmpty else {
        report(number, subject, faults)
        return false
      }
    }
    let last = arguments.first + arguments.count - 1
    print("seed \(arguments.seed), cases \(arguments.first) to \(last): slowest \(slowest.number), \(slowest.time)")
    return true
  }

  /// Overwrites the file, which is written before the case runs: a crash leaves no other trace.
  private func note(_ number: Int) {
    guard progress >= 0 else { return }
    let line = Array("\(number)\n".utf8)
    _ = pwrite(progress, line, line.count, 0)
  }

  private func report(_ number: Int, _ subject: FuzzSubject, _ faults: [String]) {
    print("FAULT in case \(number) of seed \(arguments.seed) (\(subject.rawValue)):")
    for fault in faults.prefix(5) { print("  \(fault)") }
    print("  input: \(subject.input(seed: arguments.seed, number: number).debugDescription)")
    print("Look at it again: content-fuzz --seed \(arguments.seed) --show \(number)")
  }
}
