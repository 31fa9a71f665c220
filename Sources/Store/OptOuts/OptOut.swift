package import AdminCore

/// That somebody does not want mail of a kind any more.
package struct OptOut: Hashable, Sendable {
  package enum Scope: String, CaseIterable, Sendable {
    case marketing
    /// Everything but what tells somebody where to send money.
    case all
  }

  package let address: String
  package let scope: Scope
  /// In the words of whoever recorded it.
  package let reason: String?
  /// What recorded it: the id of an operation.
  package let source: String
  package let effectiveAt: Timestamp
}
