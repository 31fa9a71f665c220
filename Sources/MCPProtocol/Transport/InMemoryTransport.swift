package import AdminCore
import Dispatch
import Synchronization

/// Two ends of a connection inside one process. Each end reads on a thread of its own, as the real one does.
package final class InMemoryTransport: Transport {
  /// Lines on their way to one end.
  private final class Mailbox: Sendable {
    private struct Contents {
      var events: [TransportEvent] = []
      var isClosed = false
    }

    private let contents = Mutex(Contents())
    private let available = DispatchSemaphore(value: 0)

    func put(_ event: TransportEvent) {
      let isTaken = contents.withLock { contents in
        guard !contents.isClosed else { return false }
        contents.events.append(event)
        contents.isClosed = event == .end
        return true
      }
      if isTaken { available.signal() }
    }

    func take() -> TransportEvent {
      available.wait()
      return contents.withLock { $0.events.removeFirst() }
    }
  }

  private let incoming: Mailbox
  private let outgoing: Mailbox

  private init(incoming: Mailbox, outgoing: Mailbox) {
    self.incoming = incoming
    self.outgoing = outgoing
  }

  package static func pair() -> (InMemoryTransport, InMemoryTransport) {
    let (left, right) = (Mailbox(), Mailbox())
    return (InMemoryTransport(incoming: left, outgoing: right), InMemoryTransport(incoming: right, outgoing: left))
  }

  package func start(_ receive: @escaping @Sendable (TransportEvent) -> Void) {
    let incoming = incoming
    DetachedThread.start {
      while true {
        let event = incoming.take()
        receive(event)
        if event == .end { return }
      }
    }
  }

  package func append(_ line: [UInt8]) { outgoing.put(.line(line)) }
  package func flush() {}
  package var isCongested: Bool { false }

  package func close(within limit: Duration, timekeeper: any Timekeeper) async { finish() }

  /// Says that nothing more will be sent.
  package func finish() { outgoing.put(.end) }
}
