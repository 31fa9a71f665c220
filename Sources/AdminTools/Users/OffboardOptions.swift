import AdminCore

/// Which options of an offboarding go together.
enum OffboardOptions {
  /// - Throws: `VAL_001` with every pair that contradicts itself.
  static func check(_ input: OffboardUser.Input) throws(AdminError) {
    var problems: [AdminError.Problem] = []
    func conflict(_ isSo: Bool, _ path: String, _ message: String) {
      if isSo { problems.append(AdminError.Problem(path: "/\(path)", rule: "conflict", message: message)) }
    }
    conflict(
      input.forwardTo != nil && input.convertToSharedMailbox, "forwardTo",
      "choose one: forwarding, or a shared mailbox that its delegates read (delegateAccess)")
    conflict(
      input.removeLicenses && !input.convertToSharedMailbox && !input.deleteUser, "removeLicenses",
      "without a licence the mailbox is deleted after 30 days; add convertToSharedMailbox: true, which keeps it, or take "
        + "licences with update_user")
    conflict(
      input.deleteUser && input.removeLicenses, "removeLicenses",
      "deleting the user frees the licences by itself; leave this out")
    conflict(
      input.deleteUser && input.convertToSharedMailbox, "convertToSharedMailbox",
      "a shared mailbox goes with its user; keep the user (blocked), or leave this out")
    for (isSo, path) in [
      (input.forwardTo != nil, "forwardTo"), (input.automaticReply != nil, "automaticReply"),
      (!input.delegateAccess.isEmpty, "delegateAccess"), (input.hideFromAddressLists, "hideFromAddressLists"),
    ] {
      conflict(
        input.deleteUser && isSo, path, "deleting the user takes the mailbox along; leave this out, or deleteUser")
    }
    conflict(
      input.transferOwnershipTo != nil && !input.removeFromGroups, "transferOwnershipTo",
      "has a meaning with removeFromGroups: true only")
    conflict(
      isIdle(input), "blockSignIn", "everything is switched off, so nothing would be done")
    guard problems.isEmpty else { throw AdminError(problems: problems) }
  }

  private static func isIdle(_ input: OffboardUser.Input) -> Bool {
    !input.blockSignIn && !input.revokeSessions && !input.hideFromAddressLists && input.automaticReply == nil
      && input.forwardTo == nil && !input.convertToSharedMailbox && input.delegateAccess.isEmpty
      && !input.removeFromGroups && input.transferReportsTo == nil && !input.removeLicenses && !input.deleteUser
  }
}
