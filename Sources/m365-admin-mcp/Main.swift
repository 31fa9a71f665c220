import AdminCore
import Cryptography
import Glibc
import MCPProtocol

@main
struct Main {
  static func main() async {
    LibraryLifetime.extendToTheEnd()
    let words = Array(CommandLine.arguments.dropFirst())
    exit(await run(words).rawValue)
  }

  private static func run(_ words: [String]) async -> ExitCode {
    let arguments: Arguments
    do throws(Arguments.Misuse) {
      arguments = try Arguments.parse(words)
    } catch {
      Terminal.complain("\(error.message). Try m365-admin-mcp --help.")
      return .misuse
    }
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
    TerminationSignals.block()
    do throws(StandardStreams.Unavailable) {
      let streams = try StandardStreams.claim()
      return await Server(wiring: Wiring.serving(arguments)).run(streams)
    } catch {
      Terminal.complain(error.description)
      return .misconfigured
    }
  }
}
