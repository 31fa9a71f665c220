import Content
import ContentFuzzing
import Glibc

/// How long the heaviest templates take: to their error, or to their output.
struct Bounds {
  /// Within which a template at a bound must have ended.
  private static let target = 200.0

  private var count = 0
  private var slowest: (name: String, milliseconds: Double) = ("", 0)

  /// Prints a line for each case, and at the end the slowest as a Markdown table.
  ///
  /// - Parameter part: what the names of the cases must contain.
  static func measure(named part: String) {
    var bounds = Bounds()
    for item in BoundCase.all where part.isEmpty || item.name.contains(part) { bounds.measure(item) }
    bounds.summarize()
  }

  private mutating func measure(_ item: BoundCase) {
    let start = Self.processorTime()
    var parsed = start
    var outcome = "renders"
    do throws(TemplateError) {
      let template = try Template(item.template, escaping: .html)
      parsed = Self.processorTime()
      _ = try template.render(item.context)
    } catch {
      outcome = "\(error.kind.rawValue): \(error.reason)"
    }
    let end = Self.processorTime()
    if parsed == start { parsed = end }
    count += 1
    if end - start > slowest.milliseconds { slowest = (item.name, end - start) }
    let times = "parse \(Self.shown(parsed - start)) ms, render \(Self.shown(end - parsed)) ms"
    print("\(times), \(item.name.prefix(70)): \(outcome.prefix(80))")
    fflush(nil)
  }

  private func summarize() {
    let name = slowest.name.replacing("|", with: "\\|").replacing("\n", with: " ")
    let verdict = slowest.milliseconds <= Self.target ? "met" : "**missed**"
    print("| what | target | slowest | |")
    print("|---|---|---|---|")
    print(
      "| \(count) templates at the bounds of the language, parsed and rendered to their error or their end "
        + "| ≤ \(Int(Self.target)) ms each | \(Self.shown(slowest.milliseconds)) ms (\(name)) | \(verdict) |")
  }

  /// Milliseconds that this process has had of a processor, which other processes do not add to.
  private static func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
  }

  private static func shown(_ milliseconds: Double) -> String { String((milliseconds * 10).rounded() / 10) }
}
