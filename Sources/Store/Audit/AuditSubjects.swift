import AdminCore
import Cryptography

/// The persons that audit records speak of. Records hold a random reference; who is behind it stands sealed in a table
/// of its own, so that a person can be forgotten without breaking the chain.
struct AuditSubjects: Sendable {
  private static let prefix = "s:"

  let seal: Secret<[UInt8]>
  let lookup: Secret<[UInt8]>

  init(_ keys: StoreKeys) {
    seal = keys[.subjectSeal]
    lookup = keys[.subjectLookup]
  }

  static func isReference(_ text: String) -> Bool { text.hasPrefix(prefix) && text.utf8.count == 38 }

  /// The reference of `identifier`, made when it is new.
  func reference(
    for identifier: String, at now: Timestamp, in connection: borrowing Connection
  ) throws(StoreError) -> String {
    if let known = try existingReference(for: identifier, in: connection) { return known }
    let reference = Self.prefix + LocalID.make(at: now).text
    let sealed: [UInt8]
    do throws(CryptographyError) {
      sealed = try SealedBox.seal(Array(identifier.utf8), key: seal, context: Array(reference.utf8))
    } catch {
      throw StoreError(.misuse, "an audit subject could not be sealed: \(error)")
    }
    try connection.execute(
      """
      INSERT INTO audit_subjects (ref, lookup, kind, sealed, created_ms)
      VALUES (\(reference), \(handle(for: identifier)), 'person', \(sealed), \(now.milliseconds))
      """)
    return reference
  }

  func existingReference(
    for identifier: String, in connection: borrowing Connection
  ) throws(StoreError) -> String? {
    try connection.value("SELECT ref FROM audit_subjects WHERE lookup = \(handle(for: identifier))")
  }

  /// Who is behind a reference; `nil` when the person was forgotten, or the row was tampered with.
  func identifier(of reference: String, in connection: borrowing Connection) throws(StoreError) -> String? {
    guard
      let sealed = try connection.value(
        "SELECT sealed FROM audit_subjects WHERE ref = \(reference)", as: [UInt8].self),
      let plain = try? SealedBox.open(sealed, key: seal, context: Array(reference.utf8))
    else { return nil }
    return String(decoding: plain, as: UTF8.self)
  }

  /// A keyed hash, so that a stolen table is no list of addresses.
  private func handle(for identifier: String) -> [UInt8] {
    let folded = identifier.normalizedNFC.lowercased().normalizedNFC
    return HMACSHA256.authenticate(Array(folded.utf8), key: lookup)
  }
}

extension AuditSubjects {
  /// The value with every mail address in it replaced by a reference, in names of members too. Ids of messages look
  /// like addresses and are left alone.
  func withoutAddresses(
    _ value: JSONValue, at now: Timestamp, in connection: borrowing Connection
  ) throws(StoreError) -> JSONValue {
    switch value {
    case .null, .bool, .number: return value
    case .string(let text): return .string(try withoutAddresses(text, at: now, in: connection))
    case .array(let elements):
      var replaced: [JSONValue] = []
      for element in elements { replaced.append(try withoutAddresses(element, at: now, in: connection)) }
      return .array(replaced)
    case .object(let object): return .object(try withoutAddresses(object, at: now, in: connection))
    }
  }

  func withoutAddresses(
    _ object: JSONObject, at now: Timestamp, in connection: borrowing Connection
  ) throws(StoreError) -> JSONObject {
    var replaced = JSONObject()
    for member in object {
      let key = try withoutAddresses(member.key, at: now, in: connection)
      let isMessageID = member.key.lowercased().hasSuffix("messageid")
      replaced[key] = isMessageID ? member.value : try withoutAddresses(member.value, at: now, in: connection)
    }
    return replaced
  }

  private func withoutAddresses(
    _ text: String, at now: Timestamp, in connection: borrowing Connection
  ) throws(StoreError) -> String {
    try AddressText.replaceAddresses(in: text) { address throws(StoreError) in
      try reference(for: address, at: now, in: connection)
    }
  }
}
