import Access
import AdminCore
import M365
import Store

/// Gives Graph's links to further pages to clients as opaque cursors: signed, good for the list that gave them and for
/// whoever asked for it, and followed nowhere but to the Graph in use.
struct PageLinkCodec {
  private let codec: CursorCodec
  private let list: String

  init(_ store: StoreSession, list: String, for caller: Caller) {
    codec = CursorCodec(key: store.database.keys[.cursor])
    self.list = "\(caller.actor)/\(list)"
  }

  func encode(_ link: PageLink) -> String { codec.encode([.string(link.url.text)], for: list) }

  func decode(_ cursor: String, for graph: GraphClient) throws(AdminError) -> PageLink {
    let place = try codec.decode(cursor, for: list)
    guard let text = place.first?.stringValue, let link = PageLink(text, in: graph.endpoints) else {
      throw AdminError(problems: [
        AdminError.Problem(
          path: "/cursor", rule: "cursor", message: "belongs to another service; start again without it")
      ])
    }
    return link
  }
}
