package import AdminCore

/// A user as paths name one: by object id, which never changes, or by sign-in name.
package struct UserReference: Hashable, Sendable, CustomStringConvertible {
  package let text: String

  package init(_ text: String) { self.text = text }
  package init(_ id: GUID) { text = id.text }
  package init(_ name: UserPrincipalName) { text = name.text }

  package var description: String { text }
}

extension UserReference: ExpressibleByStringLiteral {
  package init(stringLiteral value: String) { text = value }
}
