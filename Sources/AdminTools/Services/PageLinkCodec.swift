import Access
import AdminCore
import M365
import Store

/// Gives Graph's links to further pages to clients as opaque cursors: signed, good for the list that gave them and for
/// whoever asked for it, and followed nowhere but to the Graph in use.
struct PageLinkCodec {
  /// Where a list goes on, and how many entries it has in all: Graph counts them with the first page only.
  struct Place {
    let link: PageLink
    let total: Int?
  }

  private let codec: CursorCodec
  private let list: String

  init(_ store: StoreSession, list: String, for caller: Caller) {
    codec = CursorCodec(key: store.database.keys[.cursor])
    self.list = "\(caller.actor)/\(list)"
  }

  func encode(_ place: Place) -> String {
    codec.encode([.string(place.link.url.text), place.total.map(JSONValue.int) ?? .null], for: list)
  }

  func decode(_ cursor: String, for graph: GraphClient) throws(AdminError) -> Place {
    let place = try codec.decode(cursor, for: list)
    guard let text = place.first?.stringValue, let link = PageLink(text, in: graph.endpoints) else {
      throw AdminError(problems: [
        AdminError.Problem(
          path: "/cursor", rule: "cursor", message: "belongs to another service; start again without it")
      ])
    }
    // A cursor of an older version has the link alone.
    return Place(link: link, total: place.count > 1 ? place[1].intValue : nil)
  }
}
