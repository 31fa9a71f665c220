import Glibc

/// The process's standard input and output, taken away for the protocol.
package struct StandardStreams: ~Copyable, Sendable {
  package struct Unavailable: Error, Hashable, CustomStringConvertible {
    package let description: String
  }

  package let input: WireDescriptor
  package let output: WireDescriptor

  /// Moves the wire to descriptors of its own and leaves harmless ones behind: from now on descriptor 0 reads nothing
  /// and descriptor 1 writes to standard error, so no library, stray print or child process can reach the wire. Also
  /// lets a closed output be an error of the write instead of the death of the process.
  ///
  /// To be called before anything else, once.
  package static func claim() throws(Unavailable) -> StandardStreams {
    signal(SIGPIPE, SIG_IGN)
    let input = fcntl(0, F_DUPFD_CLOEXEC, 3)
    guard input >= 0 else { throw Unavailable(description: "Standard input is closed; the server reads from it.") }
    let output = fcntl(1, F_DUPFD_CLOEXEC, 3)
    guard output >= 0 else {
      close(input)
      throw Unavailable(description: "Standard output is closed; the server writes to it.")
    }
    let streams = StandardStreams(input: WireDescriptor(input), output: WireDescriptor(output))
    let null = open("/dev/null", O_RDWR)
    guard null >= 0 else { throw Unavailable(description: "/dev/null cannot be opened.") }
    // A closed standard error was just given to /dev/null by open(2), which takes the lowest free number.
    dup2(null, 0)
    dup2(2, 1)
    if null > 2 { close(null) }
    return streams
  }

  private init(input: consuming WireDescriptor, output: consuming WireDescriptor) {
    self.input = input
    self.output = output
  }
}
