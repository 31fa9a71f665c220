package import AdminCore
package import Store

/// A store in a temporary directory, with a random raw key; everything is gone when the last reference goes.
package final class StoreFixture: Sendable {
  package let directory: TemporaryDirectory
  package let keyText: Secret<String>
  package let key: StoreKey

  package init() throws {
    directory = try TemporaryDirectory()
    keyText = StoreKey.makeText()
    key = try StoreKey(keyText)
  }

  package var path: String { directory.file("store.db") }

  /// Opens the store, which is made by the first call.
  package func open(
    timekeeper: any Timekeeper = SystemTimekeeper(), busyTimeout: Duration = .seconds(5)
  ) async throws -> Database {
    var options = Database.Options()
    options.busyTimeout = busyTimeout
    return try await Database.open(at: path, key: key, timekeeper: timekeeper, options: options)
  }

  /// A connection of its own, as another program would have: no guard of the product is between it and the file.
  package func foreignConnection(busyTimeout: Duration = .zero) throws -> Connection {
    guard case .raw(let bytes) = key else { preconditionFailure("the fixture's key is a raw one") }
    return try ConnectionRecipe(path: path, key: bytes, busyTimeout: busyTimeout).open(.write)
  }
}
