import ContentFuzzing
import Glibc

/// Runs random cases until one has a fault. `scripts/fuzz` starts it.
@main
struct Main {
  static func main() {
    let arguments: FuzzArguments
    do throws(FuzzArguments.UsageError) {
      arguments = try FuzzArguments(Array(CommandLine.arguments.dropFirst()))
    } catch {
      print(error.text)
      exit(EX_USAGE)
    }
    if let number = arguments.shown { return show(number, arguments) }
    var run = FuzzRun(arguments)
    exit(run.run() ? EXIT_SUCCESS : EXIT_FAILURE)
  }

  private static func show(_ number: Int, _ arguments: FuzzArguments) {
    let subject = arguments.subject ?? FuzzSubject.of(number: number)
    print("\(subject.rawValue), case \(number) of seed \(arguments.seed):")
    print(subject.input(seed: arguments.seed, number: number).debugDescription)
    for fault in subject.faults(seed: arguments.seed, number: number) { print("fault: \(fault)") }
  }
}
