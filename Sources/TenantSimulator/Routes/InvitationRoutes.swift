import AdminCore

/// Guests are invited.
enum InvitationRoutes {
  static let routes = [
    Route(
      "POST", "/invitations", permissions: ["User.Invite.All", "User.ReadWrite.All", "Directory.ReadWrite.All"],
      handler: invite)
  ]

  /// Inviting somebody who is a guest already sends another invitation and makes nobody.
  @Sendable private static func invite(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let body = try call.object(DirectoryModel.invitation, for: .create)
    guard let email = body["invitedUserEmailAddress"]?.stringValue, AddressList.isAddress(email) else {
      throw .badRequest("The invited user's email address must be given.")
    }
    guard let redirect = body["inviteRedirectUrl"]?.stringValue, redirect.hasPrefix("https://") else {
      throw .badRequest("'inviteRedirectUrl' must be given, and begin with https.")
    }
    guard state.allowsInvitations else {
      throw GraphFailure(
        403, "Forbidden",
        "Guest invitations not allowed for your company. Contact your company administrator for more details.")
    }
    let domain = email.split(separator: "@").last ?? ""
    guard !state.organization.isVerified(domain) else {
      throw .badRequest("The invited user already exists in the directory: its domain is one of the organization's.")
    }
    let guest = guest(email, body, &state)
    state.record(.invitationSent, email, id: guest.id)
    let id = state.identifiers.guid()
    let answer: JSONObject = [
      "id": .string(id), "invitedUserDisplayName": .string(guest.displayName),
      "invitedUserEmailAddress": .string(email),
      "invitedUserType": "Guest", "inviteRedirectUrl": .string(redirect),
      "inviteRedeemUrl": .string("https://login.microsoftonline.com/redeem?rd=\(id)"),
      "resetRedemption": false, "sendInvitationMessage": body["sendInvitationMessage"] ?? false,
      "status": .string(guest.invitationState), "invitedUserMessageInfo": body["invitedUserMessageInfo"] ?? .null,
      "invitedUser": ["id": .string(guest.id)],
    ]
    return try call.answer(answer, DirectoryModel.invitation, context: "invitations", status: 201)
  }

  private static func guest(_ email: String, _ body: JSONObject, _ state: inout TenantState) -> User {
    if let known = state.users.values.first(where: { user in
      user.isGuest && state.mail(of: user)?.lowercased() == email.lowercased()
    }) {
      return known
    }
    let nickname = email.replacing("@", with: "_") + "#EXT#"
    var user = User(
      id: state.identifiers.guid(), userPrincipalName: "\(nickname)@\(state.organization.initialDomain)",
      displayName: body["invitedUserDisplayName"]?.stringValue ?? String(email.prefix { $0 != "@" }),
      mailNickname: nickname, passwordChangedAt: state.now, sessionsValidFrom: state.now, createdAt: state.now)
    user.isGuest = true
    user.explicitMail = email
    user.invitationState = "PendingAcceptance"
    state.insert(user)
    state.record(.userCreated, user.userPrincipalName, id: user.id)
    return user
  }
}
