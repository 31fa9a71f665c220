import AdminCore
import Content
import ContentFuzzing
import Glibc

/// Measures the content module. `scripts/lib/bench-content` puts the figures beside those of Python's packages.
@main
struct Main {
  static func main() throws {
    switch CommandLine.arguments.dropFirst().first {
    case "figures": for input in try BenchInput.all() { print(input.measured.text) }
    case "bounds": Bounds.measure(named: CommandLine.arguments.dropFirst(2).first ?? "")
    default:
      print("usage: content-bench figures | bounds [PART OF A NAME]")
      exit(EX_USAGE)
    }
  }
}
