package import AdminCore

/// A member of a distribution group or mail-enabled security group. Graph shows these groups and cannot change them.
package struct DistributionGroupMember: Hashable, Sendable {
  /// Of the object in the directory; `nil` for a contact.
  package let objectID: GUID?
  package let displayName: String
  package let address: String?
  package let recipientType: String

  package init?(_ row: JSONObject) {
    guard let name = row.value("DisplayName") ?? row.value("Name") else { return nil }
    objectID = row.guid("ExternalDirectoryObjectId")
    displayName = name
    address = row.address("PrimarySmtpAddress")
    recipientType = row.text("RecipientType") ?? ""
  }
}

extension ExchangeClient {
  /// - Parameter group: by its id in the directory or by its address. Idempotent.
  package func members(ofDistributionGroup group: String) async throws(AdminError) -> [DistributionGroupMember] {
    let parameters: ExchangeParameters<GetDistributionGroupMember> = [.resultSize: "Unlimited"]
    return try await pages(ExchangeCall(identity: group, parameters), DistributionGroupMember.init)
      .collect(maximum: 100_000)
  }

  /// Read back by `members(ofDistributionGroup:)`. Idempotent: looks first.
  ///
  /// - Parameter user: by the id in the directory.
  package func addMember(_ user: GUID, toDistributionGroup group: String) async throws(AdminError) -> ExchangeChange {
    // An application is no manager of the group, so the check for one is left out.
    let parameters: ExchangeParameters<AddDistributionGroupMember> = [
      .member: .text(user.text), .bypassManagerCheck: true, .confirm: false,
    ]
    return try await ensure(
      ExchangeCall(identity: group, parameters), accepting: [.alreadyThere]
    ) { () async throws(AdminError) in
      try await members(ofDistributionGroup: group).contains { $0.objectID == user }
    }
  }

  /// Read back by `members(ofDistributionGroup:)`. Idempotent: looks first.
  package func removeMember(
    _ user: GUID, fromDistributionGroup group: String
  ) async throws(AdminError) -> ExchangeChange {
    let parameters: ExchangeParameters<RemoveDistributionGroupMember> = [
      .member: .text(user.text), .bypassManagerCheck: true, .confirm: false,
    ]
    return try await ensure(
      ExchangeCall(identity: group, parameters), accepting: [.notThere]
    ) { () async throws(AdminError) in
      try await !members(ofDistributionGroup: group).contains { $0.objectID == user }
    }
  }
}
