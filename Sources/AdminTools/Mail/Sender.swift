import AdminCore
import Content
import M365

/// The mailbox that sends, as the directory has it.
struct Sender {
  let userID: String
  let address: EmailAddress
  let organization: Organization

  /// - Parameter named: by the call; otherwise the configured one sends.
  static func resolve(_ named: String?, _ call: ToolCall) async throws(AdminError) -> Sender {
    guard let text = named ?? call.services.configuration.defaultSender else {
      throw AdminError(
        .senderRefused, "No mailbox is named to send from: give from, or set M365_DEFAULT_SENDER.")
    }
    let address = try EmailAddress.parse(text)
    let graph = try await call.graph()
    let organization = try await graph.organization()
    do throws(AdminError) {
      let user = try await graph.user(address: address.text)
      guard !user.isGuest else {
        throw AdminError(
          .senderRefused, "\(address) belongs to a guest, who has no mailbox here to send from.",
          details: ["path": "/from"])
      }
      return Sender(userID: user.id, address: address, organization: organization)
    } catch  where error.code == .userNotFound {
      throw AdminError(
        .senderRefused, "There is no user with the address \(address); find_users shows who there is.",
        details: ["path": "/from"])
    }
  }
}
