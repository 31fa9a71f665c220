package import AdminCore
import Cryptography

/// The opt-outs, found by address. An opt-out holds until somebody takes it back; recording it again changes nothing.
package struct OptOutRepository: Sendable {
  private let database: Database
  private let seal: Secret<[UInt8]>
  private let lookup: Secret<[UInt8]>

  package init(_ database: Database) {
    self.database = database
    seal = database.keys[.optOutSeal]
    lookup = database.keys[.optOutLookup]
  }

  /// Notes an opt-out from now on, unless there is one already.
  ///
  /// - Returns: the opt-out that holds: this one or an earlier one.
  package func record(
    _ address: String, _ scope: OptOut.Scope, reason: String?, source: String
  ) async throws(AdminError) -> OptOut {
    let now = database.timekeeper.now()
    return try await database.write { connection in
      if let known = try find(address, scope, in: connection) { return known }
      let handle = handle(for: address)
      let content: JSONValue = ["address": .string(address), "reason": .optional(reason)]
      let sealed = try SealedBox.seal(content.serialized, key: seal, context: context(handle, scope))
      try connection.execute(
        """
        INSERT INTO opt_outs (lookup, scope, sealed, source, effective_ms)
        VALUES (\(handle), \(scope.rawValue), \(sealed), \(source), \(now.milliseconds))
        """)
      return OptOut(address: address, scope: scope, reason: reason, source: source, effectiveAt: now)
    }
  }

  /// `nil` where nobody has recorded one.
  package func optOut(of address: String, _ scope: OptOut.Scope) async throws(AdminError) -> OptOut? {
    try await database.read { connection in try find(address, scope, in: connection) }
  }

  /// Those of `addresses` that have opted out of at least one of the scopes.
  package func optedOut(
    of scopes: [OptOut.Scope], among addresses: [String]
  ) async throws(AdminError) -> Set<String> {
    guard !scopes.isEmpty, !addresses.isEmpty else { return [] }
    let handles = addresses.map { (address: $0, handle: handle(for: $0)) }
    return try await database.read { connection in
      var found: Set<String> = []
      for entry in handles {
        let hit = try connection.value(
          """
          SELECT 1 FROM opt_outs
          WHERE tenant_id = '' AND lookup = \(entry.handle) AND scope IN \(list: scopes.map(\.rawValue))
          """, as: Int.self)
        if hit != nil { found.insert(entry.address) }
      }
      return found
    }
  }

  /// Takes an opt-out back, if it is the one that `source` has recorded.
  ///
  /// - Returns: whether there was one.
  @discardableResult
  package func remove(
    _ address: String, _ scope: OptOut.Scope, recordedBy source: String
  ) async throws(AdminError) -> Bool {
    try await database.write { connection in
      try connection.execute(
        """
        DELETE FROM opt_outs WHERE tenant_id = '' AND lookup = \(handle(for: address)) AND scope = \(scope.rawValue)
        AND source = \(source)
        """) == 1
    }
  }

  private func find(
    _ address: String, _ scope: OptOut.Scope, in connection: borrowing Connection
  ) throws -> OptOut? {
    let handle = handle(for: address)
    let row = try connection.first(
      """
      SELECT sealed, source, effective_ms FROM opt_outs
      WHERE tenant_id = '' AND lookup = \(handle) AND scope = \(scope.rawValue)
      """
    ) { row throws(StoreError) in
      (sealed: try row.next([UInt8].self), source: try row.next(String.self), at: try row.next(Int64.self))
    }
    guard let row else { return nil }
    // One that cannot be read still holds: what it forbids is told by its place.
    let content = (try? SealedBox.open(row.sealed, key: seal, context: context(handle, scope)))
      .flatMap { try? JSONParser.parse($0) }
    return OptOut(
      address: content?["address"]?.stringValue ?? address, scope: scope, reason: content?["reason"]?.stringValue,
      source: row.source, effectiveAt: Timestamp(milliseconds: row.at))
  }

  private func context(_ handle: [UInt8], _ scope: OptOut.Scope) -> [UInt8] { handle + Array(scope.rawValue.utf8) }

  private func handle(for address: String) -> [UInt8] {
    let folded = address.normalizedNFC.lowercased().normalizedNFC
    return HMACSHA256.authenticate(Array(folded.utf8), key: lookup)
  }
}
