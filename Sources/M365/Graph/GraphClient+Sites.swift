package import AdminCore

extension GraphClient {
  // MARK: Reading

  /// The site of a Microsoft 365 group; `nil` as long as it is not ready. Permission: Sites.Read.All. Idempotent.
  package func site(ofGroup id: String) async throws(AdminError) -> Site? {
    let call = GraphCall.get(
      "/groups/\(id)/sites/root", GraphQuery(select: ["id", "displayName", "webUrl"]), permissions: [.sitesRead],
      subject: .group(id))
    return try await ifPresent { () async throws(AdminError) in try await send(call).decode(call, Site.init) }
  }

  /// Waits for the site of a group that was just made: some seconds, sometimes minutes. Permission: Sites.Read.All.
  ///
  /// - Returns: `nil` when the deadline passed.
  package func waitForSite(
    ofGroup id: String, deadline: Duration, every intervals: [Duration] = [.seconds(3), .seconds(6)],
    onCheck: @Sendable (Duration) async -> Void = { _ in }
  ) async throws(AdminError) -> Site? {
    try await wait(for: deadline, every: intervals, onCheck: onCheck) { () async throws(AdminError) in
      try await site(ofGroup: id)
    }
  }

  /// Permission: Sites.Read.All. Idempotent.
  ///
  /// - Parameter id: an id, or `root` for the tenant's own.
  package func site(id: String) async throws(AdminError) -> Site {
    let call = GraphCall.get(
      "/sites/\(id)", GraphQuery(select: ["id", "displayName", "webUrl"]), permissions: [.sitesRead])
    return try await send(call).decode(call, Site.init)
  }

  /// The library of a group's site; `nil` as long as it is not ready. Permission: Files.Read.All. Idempotent.
  package func drive(ofGroup id: String) async throws(AdminError) -> Drive? {
    let call = GraphCall.get("/groups/\(id)/drive", permissions: [.filesRead], subject: .group(id))
    return try await ifPresent { () async throws(AdminError) in try await send(call).decode(call, Drive.init) }
  }

  /// The files of a user; `nil` for one who has no place for any. Permission: Files.Read.All. Idempotent.
  package func drive(ofUser user: UserReference) async throws(AdminError) -> Drive? {
    let call = GraphCall.get("/users/\(user)/drive", permissions: [.filesRead], subject: .user(user.text))
    do throws(AdminError) {
      return try await send(call).decode(call, Drive.init)
    } catch  where error.graphFault == .notFound {
      return nil
    }
  }

  /// Permission: Files.Read.All. Idempotent.
  package func item(_ id: String, ofDrive drive: String) async throws(AdminError) -> DriveItem {
    let call = GraphCall.get("/drives/\(drive)/items/\(id)", permissions: [.filesRead])
    return try await send(call).decode(call, DriveItem.init)
  }

  // MARK: Lists

  /// Permission: Sites.Read.All. Idempotent.
  package func lists(ofSite site: String) async throws(AdminError) -> [SiteList] {
    let call = GraphCall.get("/sites/\(site)/lists", permissions: [.sitesRead])
    return try await pages(call, reading(call, SiteList.init)).collect(maximum: 5000)
  }

  /// `nil` where there is none. Permission: Sites.Read.All. Idempotent.
  package func list(_ id: String, ofSite site: String) async throws(AdminError) -> SiteList? {
    let call = GraphCall.get("/sites/\(site)/lists/\(id)", permissions: [.sitesRead])
    return try await ifPresent { () async throws(AdminError) in try await send(call).decode(call, SiteList.init) }
  }

  /// The columns of a list, those among them that every list has; `nil` where there is no such list. Permission:
  /// Sites.Read.All. Idempotent.
  package func columns(ofList id: String, site: String) async throws(AdminError) -> [SiteListColumn]? {
    var query = GraphQuery(select: ["id"])
    query.expand = "columns"
    let call = GraphCall.get("/sites/\(site)/lists/\(id)", query, permissions: [.sitesRead])
    return try await ifPresent { () async throws(AdminError) -> [SiteListColumn] in
      try await send(call).decode(call) { $0.objects("columns").compactMap(SiteListColumn.init) }
    }
  }

  /// Permission: Sites.Manage.All. To be checked after an unclear end by listing.
  ///
  /// - Throws: an error whose fault is `nameTaken` when a list has the name.
  package func createList(_ list: NewSiteList, onSite site: String) async throws(AdminError) -> SiteList {
    let call = GraphCall.post(
      "/sites/\(site)/lists", .json(list.json), permissions: [.sitesManage], safety: .checkFirst)
    return try await send(call).decode(call, SiteList.init)
  }

  /// Deletes the list with what is in it. One that is gone already is as good. Permission: Sites.Manage.All. Idempotent.
  package func deleteList(_ id: String, ofSite site: String) async throws(AdminError) {
    try await ignoringAbsence { () async throws(AdminError) in
      try await send(.delete("/sites/\(site)/lists/\(id)", permissions: [.sitesManage]))
    }
  }

  // MARK: Applications on a site

  /// Permission: Sites.FullControl.All. Idempotent.
  package func permissions(ofSite site: String) async throws(AdminError) -> [SharingPermission] {
    let call = GraphCall.get("/sites/\(site)/permissions", permissions: [.sitesFullControl])
    return try await pages(call, reading(call, SharingPermission.init)).collect(maximum: 5000)
  }

  /// Lets an application that has Sites.Selected into a site. Permission: Sites.FullControl.All. To be checked after an
  /// unclear end by `permissions(ofSite:)`.
  ///
  /// - Parameter role: `read`, `write` or `fullcontrol`.
  package func grantSite(
    _ site: String, toApplication appID: GUID, named name: String, role: String
  ) async throws(AdminError) -> SharingPermission {
    let call = GraphCall.post(
      "/sites/\(site)/permissions",
      .json([
        "roles": [.string(role)],
        "grantedToIdentities": [["application": ["id": .string(appID.text), "displayName": .string(name)]]],
      ]), permissions: [.sitesFullControl], safety: .checkFirst)
    return try await send(call).decode(call, SharingPermission.init)
  }

  /// One that is gone already is as good. Permission: Sites.FullControl.All. Idempotent.
  package func removePermission(_ id: String, fromSite site: String) async throws(AdminError) {
    try await ignoringAbsence { () async throws(AdminError) in
      try await send(.delete("/sites/\(site)/permissions/\(id)", permissions: [.sitesFullControl]))
    }
  }

  // MARK: People on an item

  /// Makes a folder. Permission: Files.ReadWrite.All. To be checked after an unclear end.
  ///
  /// - Parameter parent: the id of a folder, or `root`.
  package func createFolder(
    _ name: String, in parent: String, ofDrive drive: String
  ) async throws(AdminError) -> DriveItem {
    let call = GraphCall.post(
      "/drives/\(drive)/items/\(parent)/children", .json(["name": .string(name), "folder": [:]]),
      permissions: [.filesReadWrite], safety: .checkFirst)
    return try await send(call).decode(call, DriveItem.init)
  }

  /// Permission: Files.Read.All. Idempotent.
  package func permissions(ofItem item: String, drive: String) async throws(AdminError) -> [SharingPermission] {
    let call = GraphCall.get("/drives/\(drive)/items/\(item)/permissions", permissions: [.filesRead])
    return try await pages(call, reading(call, SharingPermission.init)).collect(maximum: 5000)
  }

  /// Shares an item with people, who must sign in. Permission: Files.ReadWrite.All. To be checked after an unclear end by
  /// `permissions(ofItem:drive:)`.
  ///
  /// - Parameters:
  ///   - role: `read` or `write`.
  ///   - sendsInvitation: whether Microsoft 365 writes them a mail about it.
  package func share(
    item: String, ofDrive drive: String, with emails: [String], role: String, sendsInvitation: Bool
  ) async throws(AdminError) -> [SharingPermission] {
    let call = GraphCall.post(
      "/drives/\(drive)/items/\(item)/invite",
      .json([
        "recipients": .array(emails.map { ["email": .string($0)] }), "roles": [.string(role)], "requireSignIn": true,
        "sendInvitation": .bool(sendsInvitation),
      ]), permissions: [.filesReadWrite], safety: .checkFirst)
    return try await page(call).map(reading(call, SharingPermission.init)).items
  }

  /// One that is gone already is as good. Permission: Files.ReadWrite.All. Idempotent.
  package func removePermission(_ id: String, fromItem item: String, drive: String) async throws(AdminError) {
    try await ignoringAbsence { () async throws(AdminError) in
      try await send(
        .delete("/drives/\(drive)/items/\(item)/permissions/\(id)", permissions: [.filesReadWrite]))
    }
  }
}
