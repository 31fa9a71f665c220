/// The three uses of a schema that is made from one declaration.
package enum SchemaForm: Hashable, Sendable {
  /// As short as can be: it is sent to every client with every list, and paid for in tokens.
  case list
  /// With titles, examples and the descriptions of results, for people and documents.
  case full
  /// What arguments are checked against: the list form, with null allowed for whatever may be absent, because models
  /// often write it.
  case validation
}
