package import AdminCore

/// The recipients of one mail, each once.
package struct AddressList: Hashable, Sendable {
  /// What Exchange Online accepts in one message.
  package static let maximumCount = 500

  package let addresses: [EmailAddress]

  /// Reads addresses; one that was there already, in whatever letters, is left out.
  ///
  /// - Parameter path: where the list stands in the call's arguments (RFC 6901).
  /// - Throws: `MAIL_001` with every address that is none.
  package static func parse(_ texts: [String], path: String = "") throws(AdminError) -> AddressList {
    var problems: [AdminError.Problem] = []
    var addresses: [EmailAddress] = []
    var seen: Set<String> = []
    for (index, text) in texts.enumerated() {
      do throws(EmailAddress.Problem) {
        let address = try EmailAddress(checking: text)
        if seen.insert(address.normalized).inserted { addresses.append(address) }
      } catch {
        problems.append(
          AdminError.Problem(
            path: "\(path)/\(index)", rule: "address",
            message: "“\(VisibleText.excerpt(text, limit: 80))” is no mail address: \(error)"))
      }
    }
    guard problems.isEmpty else { throw AdminError(.invalidAddress, problems: problems) }
    guard addresses.count <= maximumCount else {
      throw AdminError(
        .invalidAddress,
        problems: [
          AdminError.Problem(
            path: path, rule: "recipients",
            message: "\(addresses.count) recipients; Exchange Online accepts \(maximumCount) in one mail. Send several."
          )
        ])
    }
    return AddressList(addresses: addresses)
  }
}
