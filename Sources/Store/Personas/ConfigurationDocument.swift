package import AdminCore
import Cryptography

/// The newest state of a document.
package struct ConfigurationDocument: Hashable, Sendable {
  /// Counts the changes, from 1; 0 for a document that nobody has written yet.
  package let version: Int
  /// Another one after every change; empty for a document that nobody has written yet.
  package let etag: String
  package let settings: JSONObject
  /// Keys that layers below this one cannot set.
  package let locked: [String]

  package static let none = ConfigurationDocument(version: 0, etag: "", settings: [:], locked: [])

  package init(version: Int, etag: String, settings: JSONObject, locked: [String]) {
    self.version = version
    self.etag = etag
    self.settings = settings
    self.locked = locked
  }
}

/// What happens to a document, before it has a number.
package struct NewVersion: Sendable {
  package enum Operation: String, Sendable, SQLBindable, ColumnReadable {
    case update, rollback
    /// An update that had been written down to be made at a given time.
    case scheduled
  }

  package var operation: Operation
  /// What each key that changes becomes; null for one that goes.
  package var patch: JSONObject
  /// Keys whose value or lock this changes.
  package var keys: [String]
  package var settings: JSONObject
  package var locked: [String]
  package var author: String
  /// Who the caller says has changed it; a claim and no more.
  package var claimedAuthor: String?
  package var reason: String?

  package init(
    _ operation: Operation, patch: JSONObject, keys: [String], settings: JSONObject, locked: [String], author: String,
    claimedAuthor: String? = nil, reason: String? = nil
  ) {
    self.operation = operation
    self.patch = patch
    self.keys = keys
    self.settings = settings
    self.locked = locked
    self.author = author
    self.claimedAuthor = claimedAuthor
    self.reason = reason
  }
}

/// A version in a list: everything but the values.
package struct VersionSummary: Hashable, Sendable {
  package let version: Int
  package let etag: String
  package let operation: NewVersion.Operation
  package let at: Timestamp
  package let author: String
  package let claimedAuthor: String?
  package let reason: String?
  package let keys: [String]
}

/// A version with the whole document as it was then. Never changed.
package struct DocumentVersion: Hashable, Sendable {
  package let summary: VersionSummary
  /// The version it was made from; 0 for the first.
  package let parent: Int
  package let patch: JSONObject
  package let document: ConfigurationDocument
}

/// Names the content of a document.
package enum ConfigurationETag {
  /// `3-0f9a…`: the number and the beginning of the hash, so that equal content under another number is another one.
  static func make(version: Int, hash: [UInt8]) -> String { "\(version)-\(Hex.encode(Array(hash.prefix(8))))" }

  static func hash(_ settings: JSONObject) -> [UInt8] { SHA256.hash(CanonicalJSON.bytes(.object(settings))) }
}
