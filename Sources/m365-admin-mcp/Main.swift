import AdminCore
import CGlibc
import Cryptography
import Glibc
import MCPProtocol

@main
struct Main {
  static func main() {
    LibraryLifetime.extendToTheEnd()
    // A file that may not grow any further is an error of the write, as a full disk is, and not the end of the process.
    signal(SIGXFSZ, SIG_IGN)
    // One heap for all threads: of a heap for each, every one would grow to what the largest answers need.
    mallopt(M_ARENA_MAX, 1)
    let arguments: Arguments
    do throws(Arguments.Misuse) {
      arguments = try Arguments.parse(Array(CommandLine.arguments.dropFirst()))
    } catch {
      Terminal.complain("\(error.message). Try m365-admin-mcp --help.")
      exit(ExitCode.misuse.rawValue)
    }
    switch arguments.command {
    case .serve:
      TerminationSignals.block()
      run { await serve(arguments) }
    case .help: Terminal.print(Help.text)
    case .version: Terminal.print(arguments.isJSON ? Help.versionJSON : Help.version)
    default: run { await Command(arguments).run() }
    }
  }

  /// Runs `body`, and ends the process as it says.
  ///
  /// This, the first thread, only waits. Were it to serve tasks, as it does under an asynchronous `main`, it would let
  /// every signal through again, blocked or not.
  private static func run(_ body: @escaping @Sendable () async -> ExitCode) -> Never {
    Task { exit(await body().rawValue) }
    while true { pause() }
  }

  /// Takes the wire away from everybody else before anything can write to it.
  private static func serve(_ arguments: Arguments) async -> ExitCode {
    do throws(StandardStreams.Unavailable) {
      let streams = try StandardStreams.claim()
      return await Server(wiring: Wiring.serving(arguments)).run(streams)
    } catch {
      Terminal.complain(error.description)
      return .misconfigured
    }
  }
}
