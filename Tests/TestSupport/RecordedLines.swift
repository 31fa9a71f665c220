package import AdminCore
import Synchronization
package import TenantSimulator

/// The lines of a recorder, kept in memory.
package final class RecordedLines: Sendable {
  private let lines = Mutex<[[UInt8]]>([])

  package init() {}

  package var recorder: ExchangeRecorder {
    ExchangeRecorder { [self] line in lines.withLock { $0.append(line) } }
  }

  package var text: String { lines.withLock { $0.map { String(decoding: $0, as: UTF8.self) }.joined() } }

  package var values: [JSONValue] {
    lines.withLock { $0 }.map { (try? JSONParser.parse($0)) ?? .null }
  }
}
