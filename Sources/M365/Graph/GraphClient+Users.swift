package import AdminCore

extension GraphClient {
  // MARK: Reading

  /// Permission: User.Read.All. Idempotent.
  ///
  /// - Throws: `USER_002` when there is no such user.
  package func user(
    _ reference: UserReference, _ projection: UserProjection = .full, isFresh: Bool = false
  ) async throws(AdminError) -> DirectoryUser {
    var call = GraphCall.get(
      "/users/\(reference)", GraphQuery(select: projection.properties), permissions: [.userRead],
      subject: .user(reference.text))
    call.isFresh = isFresh
    return try await send(call).decode(call, DirectoryUser.init)
  }

  /// As `user`, with `nil` where there is none.
  package func findUser(
    _ reference: UserReference, _ projection: UserProjection = .full
  ) async throws(AdminError) -> DirectoryUser? {
    do throws(AdminError) {
      return try await user(reference, projection)
    } catch  where error.code == .userNotFound {
      return nil
    }
  }

  /// The user with a sign-in name, or with a mail address if no sign-in name is like it. Permission: User.Read.All.
  /// Idempotent.
  ///
  /// - Throws: `USER_002` when nobody has the address, `VAL_002` when several have.
  package func user(address: String, _ projection: UserProjection = .full) async throws(AdminError) -> DirectoryUser {
    if let user = try await findUser(UserReference(address), projection) { return user }
    var query = GraphQuery(select: projection.properties)
    query.filter = "mail eq \(address) or proxyAddresses/any(p:p eq \("smtp:" + address))"
    query.isAdvanced = true
    let call = GraphCall.get("/users", query, permissions: [.userRead], subject: .user(address))
    let found = try await page(call).map(reading(call, DirectoryUser.init)).items
    guard let user = found.first else {
      throw AdminError(.userNotFound, "There is no user \(VisibleText.excerpt(address)) in the tenant.")
    }
    guard found.count == 1 else {
      throw AdminError(
        .needsClarification,
        "Several users have the address \(VisibleText.excerpt(address)). Name one by its sign-in name.",
        details: .strings(found.map { VisibleText.excerpt($0.userPrincipalName) }))
    }
    return user
  }

  /// A page of the users whose name, sign-in name or address has a word that begins with the given ones, ordered by
  /// name; of all users where none are given. The first page says how many there are. Permission: User.Read.All.
  /// Idempotent.
  package func userPage(
    matching words: String? = nil, size: Int = 100, continuing link: PageLink? = nil
  ) async throws(AdminError) -> GraphPage<DirectoryUser> {
    let call = userList(words, size)
    return try await page(call, continuing: link).map(reading(call, DirectoryUser.init))
  }

  /// As `userPage`, page after page.
  package func userPages(matching words: String? = nil, size: Int = 100) -> GraphPages<DirectoryUser> {
    let call = userList(words, size)
    return pages(call, reading(call, DirectoryUser.init))
  }

  private func userList(_ words: String?, _ size: Int) -> GraphCall {
    var query = GraphQuery(select: UserProjection.row.properties)
    if let words, !words.isEmpty {
      query.search = GraphSearch(words, in: ["displayName", "userPrincipalName", "mail"])
    }
    query.orderBy = "displayName"
    // Graph gives at most 999 users a page.
    query.top = min(max(size, 1), 999)
    query.isAdvanced = true
    return .get("/users", query, permissions: [.userRead])
  }

  /// Soft-deleted users who had this sign-in name. They do not keep a new user from having it, but still hold the old
  /// one's mailbox. Permission: User.Read.All. Idempotent.
  package func deletedTwins(of name: UserPrincipalName) async throws(AdminError) -> [DirectoryUser] {
    var query = GraphQuery(select: ["id", "userPrincipalName", "displayName", "deletedDateTime"])
    query.filter = "endsWith(userPrincipalName,\(name.text))"
    query.isAdvanced = true
    let call = GraphCall.get("/directory/deletedItems/microsoft.graph.user", query, permissions: [.userRead])
    let found = try await pages(call, reading(call, DirectoryUser.init)).collect(maximum: 1000)
    // A deleted user is renamed to its id without dashes and its old name; the filter also finds longer names.
    return found.filter { user in
      let old = user.id.lowercased().filter { $0 != "-" } + name.text.lowercased()
      return [old, name.text.lowercased()].contains(user.userPrincipalName.lowercased())
    }
  }

  // MARK: Changing

  /// Permission: User.ReadWrite.All. To be checked after an unclear end: `creation(of:notBefore:)`.
  package func createUser(_ user: NewUser) async throws(AdminError) -> DirectoryUser {
    var call = GraphCall.post(
      "/users", .json(user.json), permissions: [.userReadWrite], safety: .checkFirst, subject: .user(user.name.text))
    call.confidential = [user.password]
    return try await send(call).decode(call, DirectoryUser.init)
  }

  /// What has become of an attempt to make a user.
  package enum UserCreation: Hashable, Sendable {
    case absent
    /// Made by the attempt.
    case ours(DirectoryUser)
    /// Somebody else's.
    case foreign(DirectoryUser)
  }

  /// Looks whether an attempt to make a user took effect: a user of that name is ours when it is as new as the attempt
  /// and has the same display name and nickname. Permission: User.Read.All. Idempotent.
  ///
  /// - Parameter start: when the attempt began; five minutes are allowed for clocks that differ.
  package func creation(
    of user: NewUser, notBefore start: Timestamp
  ) async throws(AdminError) -> UserCreation {
    guard let found = try await findUser(UserReference(user.name)) else { return .absent }
    let isOurs =
      found.createdAt.map { $0 >= start - .seconds(300) } == true && found.displayName == user.displayName
      && found.mailNickname == user.mailNickname
    return isOurs ? .ours(found) : .foreign(found)
  }

  /// Permission: User.ReadWrite.All, and for a password User-PasswordProfile.ReadWrite.All. Idempotent.
  package func updateUser(
    _ reference: UserReference, _ changes: UserChanges, isFresh: Bool = false
  ) async throws(AdminError) {
    var call = GraphCall.patch(
      "/users/\(reference)", .object(changes.json),
      permissions: changes.password == nil ? [.userReadWrite] : [.userReadWrite, .userPasswordProfile],
      subject: .user(reference.text))
    call.isFresh = isFresh
    call.confidential = changes.password.map { [$0] } ?? []
    _ = try await send(call)
  }

  /// Deletes softly: the user can be restored for 30 days. One that is gone already is as good. Permission:
  /// User.DeleteRestore.All. Idempotent.
  package func deleteUser(_ reference: UserReference) async throws(AdminError) {
    try await ignoringAbsence { () async throws(AdminError) in
      try await send(
        .delete("/users/\(reference)", permissions: [.userDeleteRestore], subject: .user(reference.text)))
    }
  }

  /// Brings back a soft-deleted user. Permission: User.DeleteRestore.All. To be checked after an unclear end by reading
  /// the user.
  package func restoreUser(id: String) async throws(AdminError) -> DirectoryUser {
    let call = GraphCall.post(
      "/directory/deletedItems/\(id)/restore", .none, permissions: [.userDeleteRestore], safety: .checkFirst,
      subject: .user(id))
    return try await send(call).decode(call, DirectoryUser.init)
  }

  // MARK: The manager

  /// `nil` where there is none. Permission: User.Read.All. Idempotent.
  package func manager(of reference: UserReference) async throws(AdminError) -> DirectoryUser? {
    let call = GraphCall.get(
      "/users/\(reference)/manager", GraphQuery(select: UserProjection.row.properties), permissions: [.userRead])
    do throws(AdminError) {
      return try await send(call).decode(call, DirectoryUser.init)
    } catch  where error.graphFault == .notFound {
      return nil
    }
  }

  /// Permission: User.ReadWrite.All. Idempotent.
  package func setManager(of reference: UserReference, to manager: UserReference) async throws(AdminError) {
    _ = try await send(
      .put(
        "/users/\(reference)/manager/$ref", ["@odata.id": .string(self.reference("/users/\(manager)"))],
        permissions: [.userReadWrite], subject: .user(reference.text)))
  }

  /// Permission: User.ReadWrite.All. Idempotent.
  package func removeManager(of reference: UserReference) async throws(AdminError) {
    try await ignoringAbsence { () async throws(AdminError) in
      try await send(.delete("/users/\(reference)/manager/$ref", permissions: [.userReadWrite]))
    }
  }

  // MARK: Teams

  /// Ids and names of the teams the user is in. Permission: Team.ReadBasic.All. Idempotent.
  package func joinedTeams(of reference: UserReference) async throws(AdminError) -> [(id: String, name: String)] {
    let call = GraphCall.get(
      "/users/\(reference)/joinedTeams", permissions: [.teamReadBasic], subject: .user(reference.text))
    return try await pages(call) { $0 }.collect(maximum: 2000).compactMap { team in
      team.text("id").map { ($0, team.text("displayName") ?? "") }
    }
  }
}
