import AdminCore

extension LocalID {
  /// The id of a template as a caller gives it.
  static func template(_ text: String) throws(AdminError) -> LocalID {
    guard let id = LocalID(text) else {
      throw AdminError(
        .templateNotFound,
        "There is no template \(VisibleText.excerpt(text, limit: 60)); list_email_templates names them.")
    }
    return id
  }
}
