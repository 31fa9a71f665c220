package import AdminCore
import Cryptography

/// The keys derived from a store's key, each for one purpose, so that what one of them leaks or signs is of no use to
/// another.
package struct StoreKeys: Sendable {
  /// The names are part of the derivation and never change.
  package enum Purpose: String, CaseIterable, Sendable {
    /// Seals the personal identifiers behind the references of the audit trail.
    case subjectSeal = "subject-seal"
    /// Finds such an identifier without storing it readably.
    case subjectLookup = "subject-lookup"
    case cardSign = "card-sign"
    /// Signs the cursors of lists.
    case cursor
    /// Hashes confirmation tokens.
    case confirmation = "confirm"
    /// Seals the inputs of operations.
    case operationSeal = "wf-secret"
    /// Compares the inputs of operations without revealing them.
    case operationHash = "wf-input-hash"
    /// Fingerprints what the redaction removes.
    case redaction
    /// Seals approval plans and the state that is handed to clients.
    case stateSeal = "state-seal"
    case variablesHash = "variables-hash"
    /// Signs the checkpoints of the audit trail where no other key is given.
    case auditCheckpoint = "audit-checkpoint"
    /// Seals the addresses of those who have opted out.
    case optOutSeal = "opt-out-seal"
    /// Finds such an address without storing it readably.
    case optOutLookup = "opt-out-lookup"
  }

  private let keys: [Purpose: Secret<[UInt8]>]

  /// - Parameter chain: bound in as salt, so that two stores with one key share no derived key.
  init(from storeKey: Secret<[UInt8]>, chain: ChainID) throws(AdminError) {
    var keys: [Purpose: Secret<[UInt8]>] = [:]
    do throws(CryptographyError) {
      for purpose in Purpose.allCases {
        keys[purpose] = try HKDF.deriveKey(
          from: storeKey, purpose: "m365-admin-mcp/\(purpose.rawValue)/v1", salt: chain.bytes)
      }
    } catch {
      throw AdminError(.internalFault, "The keys of the store could not be derived.", cause: "\(error)")
    }
    self.keys = keys
  }

  /// A redactor whose marks tell equal values of this store from different ones.
  package var redactor: Redactor {
    let key = self[.redaction]
    return Redactor { Hex.encode(HMACSHA256.authenticate($0, key: key).prefix(6)) }
  }

  package subscript(purpose: Purpose) -> Secret<[UInt8]> {
    guard let key = keys[purpose] else { preconditionFailure("a key is derived for every purpose") }
    return key
  }
}
