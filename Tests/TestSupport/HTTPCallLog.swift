package import M365
import Synchronization

/// Keeps what a `CallObserver` is told.
package final class CallLog: CallObserver {
  private let state = Mutex((records: [CallRecord](), pauses: [CallPause]()))

  package init() {}

  package var records: [CallRecord] { state.withLock { $0.records } }
  package var pauses: [CallPause] { state.withLock { $0.pauses } }

  package func callEnded(_ record: CallRecord) { state.withLock { $0.records.append(record) } }
  package func callPauses(_ pause: CallPause) { state.withLock { $0.pauses.append(pause) } }
}
