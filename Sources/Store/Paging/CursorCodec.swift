package import AdminCore
import Cryptography

/// Cursors of lists: the place after which the next page begins, signed, and good for the very query that gave it.
///
/// A place is a key of the last row (keyset paging), so rows that come and go elsewhere neither repeat nor hide others.
package struct CursorCodec: Sendable {
  private static let tagSize = 16

  private let key: Secret<[UInt8]>

  package init(key: Secret<[UInt8]>) { self.key = key }

  /// - Parameter query: whatever tells one query from another.
  package func encode(_ place: [JSONValue], for query: String) -> String {
    let payload = JSONValue.array(place).serialized
    return Base64.encode(payload + tag(payload, query), .url)
  }

  package func decode(_ cursor: String, for query: String) throws(AdminError) -> [JSONValue] {
    guard let bytes = Base64.decode(cursor, .url), bytes.count > Self.tagSize else { throw Self.refused }
    let payload = Array(bytes.dropLast(Self.tagSize))
    guard Secret(Array(bytes.suffix(Self.tagSize))) == Secret(tag(payload, query)),
      let place = try? JSONParser.parse(payload).arrayValue
    else { throw Self.refused }
    return place
  }

  private func tag(_ payload: [UInt8], _ query: String) -> [UInt8] {
    let query = Array(query.utf8)
    let authenticated = Array("\(query.count):".utf8) + query + payload
    return Array(HMACSHA256.authenticate(authenticated, key: key).prefix(Self.tagSize))
  }

  private static let refused = AdminError(problems: [
    AdminError.Problem(
      path: "/cursor", rule: "cursor",
      message: "is not a cursor of this list with these filters; ask for the first page again, without a cursor")
  ])
}
