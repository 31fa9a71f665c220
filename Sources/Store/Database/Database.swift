package import AdminCore
import Synchronization

/// The one file in which everything local lives: encrypted, shared by all server processes, and open for as long as
/// the process runs.
///
/// One connection writes and several read. Readers see the last commit and never wait for a writer (write-ahead log);
/// writers of all processes follow one another.
package final class Database: Sendable {
  /// What a store says about itself.
  package struct Identity: Hashable, Sendable {
    /// Names the audit chain, and so the store.
    package let chain: ChainID
    package let schemaVersion: Int
    /// How the pages were encrypted when the store was made.
    package let createdProfile: String
    /// How they are read now.
    package let profile: CipherProfile
    package let cipherVersion: String
  }

  package let path: String
  package let identity: Identity
  package let keys: StoreKeys
  package let timekeeper: any Timekeeper
  /// What was not as it should be when the store was opened, yet no reason to refuse.
  package let warnings: [String]

  private let writer: Writer
  private let readers: ReaderPool
  private let lastWriteFailure = Mutex<AdminError?>(nil)

  init(
    path: String, identity: Identity, keys: StoreKeys, timekeeper: any Timekeeper, warnings: [String],
    writer: Writer, readers: ReaderPool
  ) {
    self.path = path
    self.identity = identity
    self.keys = keys
    self.timekeeper = timekeeper
    self.warnings = warnings
    self.writer = writer
    self.readers = readers
  }

  /// Runs `body` in a transaction that sees one state of the store, whatever is written meanwhile.
  package func read<Result: Sendable>(
    _ body: @Sendable (borrowing Connection) throws -> Result
  ) async throws(AdminError) -> Result {
    try readers.read(body)
  }

  /// Runs `body` in a transaction that holds the write lock. All of it is on disk when this returns; when it throws,
  /// nothing was changed.
  ///
  /// Not cut short when the task is cancelled: what has happened must be written down.
  @discardableResult
  package func write<Result: Sendable>(
    _ body: @Sendable (borrowing Connection) throws -> Result
  ) async throws(AdminError) -> Result {
    do throws(AdminError) {
      let result = try await writer.write(requested: timekeeper.uptime(), body)
      lastWriteFailure.withLock { $0 = nil }
      return result
    } catch {
      if error.code == .storeReadOnly { lastWriteFailure.withLock { $0 = error } }
      throw error
    }
  }

  /// Runs `body` as a write would, and takes everything back. Does not wait long for others.
  func rehearse(_ body: @Sendable (borrowing Connection) throws -> Void) async throws(AdminError) {
    try await writer.rehearse(timeout: .milliseconds(100), body)
  }

  /// A number that is another one after every commit, whichever process made it; for noticing changes cheaply.
  package func changeCounter() async throws(AdminError) -> Int {
    try readers.first.withConnection(Self.dataVersion)
  }

  /// The same without waiting; `nil` while somebody reads, and where it cannot be had.
  package func changeCounterIfFree() -> Int? {
    do throws(AdminError) {
      return try readers.first.withConnectionIfFree(Self.dataVersion)
    } catch {
      return nil
    }
  }

  private static func dataVersion(_ connection: borrowing Connection) throws(AdminError) -> Int {
    do throws(StoreError) {
      return try connection.value("PRAGMA data_version") ?? 0
    } catch {
      throw AdminError(error)
    }
  }

  /// The failure of the last write, as long as none has succeeded since.
  var writeFailure: AdminError? { lastWriteFailure.withLock { $0 } }

  /// Brings the write-ahead log back into the file and closes it. What is asked afterwards is refused.
  package func close() async {
    readers.close()
    await writer.close()
  }
}
