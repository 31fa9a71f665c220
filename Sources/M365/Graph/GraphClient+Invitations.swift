package import AdminCore

/// An invitation that was sent, or made to be sent.
package struct Invitation: Hashable, Sendable {
  /// Of the guest, who exists from now on.
  package let userID: String
  /// `PendingAcceptance`, `Completed` and others.
  package let status: String
  /// Where the guest accepts.
  package let redeemURL: String?

  package init?(_ json: JSONObject) {
    guard let user = json.object("invitedUser")?.text("id") else { return nil }
    userID = user
    status = json.text("status") ?? ""
    redeemURL = json.text("inviteRedeemUrl")
  }
}

extension GraphClient {
  /// Invites a guest. Whoever is a guest already stays the same one and is only written to again. Permission:
  /// User.Invite.All. To be checked after an unclear end by looking for the guest's address; a repetition at worst sends
  /// a second mail.
  ///
  /// - Parameters:
  ///   - redirect: where the guest lands after accepting.
  ///   - sendsMail: whether Microsoft 365 writes the invitation.
  package func invite(
    _ address: String, displayName: String? = nil, redirect: String = "https://myapplications.microsoft.com",
    sendsMail: Bool = true
  ) async throws(AdminError) -> Invitation {
    var body: JSONObject = [
      "invitedUserEmailAddress": .string(address), "inviteRedirectUrl": .string(redirect),
      "sendInvitationMessage": .bool(sendsMail),
    ]
    body["invitedUserDisplayName"] = displayName.map(JSONValue.string)
    let call = GraphCall.post(
      "/invitations", .json(.object(body)), permissions: [.userInvite], safety: .checkFirst, subject: .user(address))
    return try await send(call).decode(call, Invitation.init)
  }
}
