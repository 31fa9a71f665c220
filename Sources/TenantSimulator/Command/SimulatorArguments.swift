import AdminCore

/// The command line of `tenant-simulator`.
package struct SimulatorArguments: Sendable {
  package enum Request: Sendable {
    case serve(SimulatorArguments)
    case help
    case printSeed
  }

  /// A command line that cannot be understood.
  package struct UsageError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String
  }

  package var listen = ListenAddress.loopback
  package var usesTLS = false
  package var seedFile: String?
  package var lags: Lags?
  package var faultsFile: String?
  package var recordFile: String?
  /// Whether the end of standard input ends the simulator too.
  package var stopsAtEndOfInput = false

  package static let help = """
    tenant-simulator: a Microsoft 365 tenant that is only pretended

    usage: tenant-simulator [options]

      --listen ADDRESS:PORT   where to listen; port 0 lets the system choose (127.0.0.1:0)
      --tls                   serve HTTPS, with a certificate authority made for this run
      --seed FILE             the tenant at its start, as JSON; without it, a small company that is built in
      --lag none|SECONDS      how long changes take to show; without it, mailboxes 2 s, sites 3 s, teams 2 s, trace 2 s
      --faults FILE           what goes wrong, as JSON
      --record FILE           append every exchange to FILE, one JSON line each
      --until-eof             stop when standard input ends, as it does when the parent process dies
      --print-seed            print the built-in seed and stop
      --help                  print this and stop

    When it serves, it prints one line of JSON and nothing more:
      {"login","graph","exchange","control","sampleManifest","tenantId","clientId","clientSecret","certificatePath",
       "domain","caFile" with --tls}
    It stops at SIGTERM and SIGINT.

    exit codes: 0 stopped as asked; 64 wrong usage; 65 a seed or fault file that is wrong; 66 a file that cannot be
    read; 69 the address cannot be listened on; 70 an internal failure; 73 a file that cannot be written

    docs/simulator.md tells about seeds, faults, lags and the control endpoint.

    """

  package init() {}

  /// - Parameter arguments: without the name of the program.
  package static func parse(_ arguments: [String]) throws(UsageError) -> Request {
    var parsed = SimulatorArguments()
    var rest = arguments[...]
    while let option = rest.popFirst() {
      switch option {
      case "--help", "-h": return .help
      case "--print-seed": return .printSeed
      case "--tls": parsed.usesTLS = true
      case "--until-eof": parsed.stopsAtEndOfInput = true
      case "--listen":
        let text = try value(of: option, &rest)
        guard let address = ListenAddress(text) else {
          throw UsageError(description: "--listen needs an IP address and a port such as 127.0.0.1:0, not '\(text)'")
        }
        parsed.listen = address
      case "--seed": parsed.seedFile = try value(of: option, &rest)
      case "--faults": parsed.faultsFile = try value(of: option, &rest)
      case "--record": parsed.recordFile = try value(of: option, &rest)
      case "--lag": parsed.lags = try lags(try value(of: option, &rest))
      default:
        throw UsageError(description: "the option '\(VisibleText.excerpt(option, limit: 60))' is unknown; see --help")
      }
    }
    return .serve(parsed)
  }

  private static func value(of option: String, _ rest: inout ArraySlice<String>) throws(UsageError) -> String {
    guard let value = rest.popFirst(), !value.isEmpty, !value.hasPrefix("--") else {
      throw UsageError(description: "\(option) needs a value")
    }
    return value
  }

  private static func lags(_ text: String) throws(UsageError) -> Lags {
    if text == "none" { return .none }
    guard let seconds = Double(text), (0...86_400).contains(seconds) else {
      throw UsageError(description: "--lag needs 'none' or a number of seconds from 0 to 86400, not '\(text)'")
    }
    return Lags(all: .milliseconds(Int64(seconds * 1000)))
  }
}
