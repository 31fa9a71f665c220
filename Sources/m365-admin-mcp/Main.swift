import AdminCore
import Cryptography
import Glibc
import MCPProtocol

@main
struct Main {
  static func main() async {
    LibraryLifetime.untilProcessEnds()
    // A file that may not grow any further is an error of the write, as a full disk is, and not the end of the process.
    signal(SIGXFSZ, SIG_IGN)
    let arguments: Arguments
    do throws(Arguments.Misuse) {
      arguments = try Arguments.parse(Array(CommandLine.arguments.dropFirst()))
    } catch {
      Terminal.complain("\(error.message). Try m365-admin-mcp --help.")
      exit(ExitCode.misuse.rawValue)
    }
    exit(await run(arguments).rawValue)
  }

  private static func run(_ arguments: Arguments) async -> ExitCode {
    switch arguments.command {
    case .serve: return await serve(arguments)
    case .help:
      Terminal.print(Help.text)
      return .success
    case .version:
      Terminal.print(arguments.isJSON ? Help.versionJSON : Help.version)
      return .success
    default: return await Command(arguments).run()
    }
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
