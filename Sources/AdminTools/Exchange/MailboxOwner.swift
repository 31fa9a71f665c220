import AdminCore
import Content
import M365
import Workflows

/// Somebody with a mailbox, as the directory has them.
struct MailboxOwner {
  let user: DirectoryUser
  let organization: Organization

  var target: MailboxPart.Target {
    MailboxPart.Target(userID: user.id, address: user.userPrincipalName)
  }

  /// Addresses that lead into the mailbox, in lower case.
  var addresses: Set<String> {
    let proxies = user.proxyAddresses.filter { $0.lowercased().hasPrefix("smtp:") }.map { String($0.dropFirst(5)) }
    return Set((proxies + [user.userPrincipalName] + [user.mail].compactMap { $0 }).map { $0.lowercased() })
  }

  /// - Parameter path: where the address stands in the call.
  static func find(_ text: String, path: String, _ call: ToolCall) async throws(AdminError) -> MailboxOwner {
    let graph = try await call.graph()
    do throws(AdminError) {
      let user = try await graph.user(address: text)
      guard !user.isGuest else {
        throw AdminError(
          .invalidArgument, "\(VisibleText.excerpt(text)) is a guest, whose mailbox is in another organisation.",
          details: ["path": .string(path)])
      }
      return MailboxOwner(user: user, organization: try await graph.organization())
    } catch  where error.code == .userNotFound {
      var error = error
      error.details = ["path": .string(path)]
      throw error
    }
  }

  /// Those of the addresses that are no address of the organisation.
  func outside(_ addresses: [String]) -> [String] {
    let domains = Set(organization.domains.map(\.name))
    return addresses.filter { address in
      EmailAddress(address).map { !domains.contains($0.domain.ascii) } ?? true
    }
  }
}
