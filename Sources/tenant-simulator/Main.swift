import AdminCore
import Glibc
import TenantSimulator

/// Starts the simulator, waits for the signal to stop, stops.
@main
struct Main {
  static func main() {
    do throws(SimulatorArguments.UsageError) {
      switch try SimulatorArguments.parse(Array(CommandLine.arguments.dropFirst())) {
      case .help: print(SimulatorArguments.help, terminator: "")
      case .printSeed: print(Seed.standardText)
      case .serve(let arguments): serve(arguments)
      }
    } catch {
      fail(EX_USAGE, error.description)
    }
  }

  private static func serve(_ arguments: SimulatorArguments) {
    // Before any other thread exists, so that every thread inherits it and only `sigwait` below sees the signals.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGINT)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    signal(SIGPIPE, SIG_IGN)

    do throws(SimulatorCommand.Failure) {
      try SimulatorCommand.run(arguments) { line in
        print(line)
        fflush(nil)
        if arguments.stopsAtEndOfInput { DetachedThread.start { stopAtEndOfInput() } }
      } wait: {
        var caught: Int32 = 0
        sigwait(&signals, &caught)
      }
    } catch {
      fail(error.exitCode, error.message)
    }
  }

  private static func stopAtEndOfInput() {
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while true {
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count > 0 || (count < 0 && errno == EINTR) { continue }
      kill(getpid(), SIGTERM)
      return
    }
  }

  private static func fail(_ code: Int32, _ message: String) -> Never {
    let line = Array("tenant-simulator: \(message)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    exit(code)
  }
}
