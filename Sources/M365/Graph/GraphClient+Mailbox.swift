package import AdminCore

/// Whether a user has a mailbox that can be used.
package enum MailboxReadiness: Hashable, Sendable {
  package enum Obstacle: String, Sendable {
    case noExchangePlan, guest, onPremises
  }

  case ready
  /// It is being made, which takes minutes and sometimes hours.
  case provisioning
  /// It will not come by waiting.
  case unavailable(Obstacle)

  /// What the directory alone can tell.
  ///
  /// - Parameter details: the user's licences, needed where no plan shows.
  /// - Returns: `nil` when Exchange has to be asked.
  static func judge(_ user: DirectoryUser, _ details: [LicenseDetails]) -> MailboxReadiness? {
    if user.isGuest { return .unavailable(.guest) }
    if user.hasExchangePlan { return nil }
    return details.contains { $0.includesMailbox } ? .provisioning : .unavailable(.noExchangePlan)
  }

  /// What Exchange's refusal to show the settings means.
  ///
  /// - Returns: `nil` for a failure that has nothing to do with the mailbox's state.
  static func judge(_ user: DirectoryUser, refusal: AdminError) -> MailboxReadiness? {
    switch refusal.graphFault {
    case .mailboxMissing: user.isSynchronized ? .unavailable(.onPremises) : .provisioning
    case .mailboxBusy, .notFound: .provisioning
    default: nil
    }
  }
}

extension DirectoryUser {
  /// Whether Exchange is told to keep a mailbox for the user.
  package var hasExchangePlan: Bool {
    plans.contains { $0.service.lowercased() == "exchange" && ["enabled", "warning"].contains($0.status.lowercased()) }
  }
}

extension GraphClient {
  /// Automatic replies, time zone, language and working hours. Permission: MailboxSettings.Read. Idempotent.
  package func mailboxSettings(of reference: UserReference) async throws(AdminError) -> JSONObject {
    let call = GraphCall.get(
      "/users/\(reference)/mailboxSettings", permissions: [.mailboxSettingsRead], subject: .mailbox(reference.text))
    return try await send(call).decode(call) { $0 }
  }

  /// - Parameter changes: the members to change and no others, with absolute values.
  /// - Returns: the settings afterwards. Permission: MailboxSettings.ReadWrite. Idempotent.
  package func updateMailboxSettings(
    of reference: UserReference, _ changes: JSONObject
  ) async throws(AdminError) -> JSONObject {
    let call = GraphCall.patch(
      "/users/\(reference)/mailboxSettings", .object(changes), permissions: [.mailboxSettingsReadWrite],
      subject: .mailbox(reference.text))
    return try await send(call).decode(call) { $0 }
  }

  /// Whether the user's mailbox is there now. Permissions: User.Read.All, LicenseAssignment.Read.All,
  /// MailboxSettings.Read. Idempotent.
  package func mailboxReadiness(of reference: UserReference) async throws(AdminError) -> MailboxReadiness {
    let user = try await user(reference, .mailbox, isFresh: true)
    var details: [LicenseDetails] = []
    if !user.hasExchangePlan, !user.licenses.isEmpty { details = try await licenseDetails(of: user.reference) }
    if let known = MailboxReadiness.judge(user, details) { return known }
    do throws(AdminError) {
      _ = try await mailboxSettings(of: user.reference)
      return .ready
    } catch {
      guard let readiness = MailboxReadiness.judge(user, refusal: error) else { throw error }
      return readiness
    }
  }

  /// A licence that was just given takes a while to show everywhere; until then its absence proves nothing.
  private static let licenseLag = Duration.seconds(60)

  /// Waits until the mailbox is there, or will not come, or `deadline` has passed. A failure that passes does not end
  /// the wait.
  ///
  /// - Parameter onCheck: hears after each look how long it has taken so far.
  package func waitForMailbox(
    of reference: UserReference, deadline: Duration,
    every intervals: [Duration] = [2, 3, 5, 10, 15, 30, 60].map { .seconds($0) },
    onCheck: @Sendable (Duration) async -> Void = { _ in }
  ) async throws(AdminError) -> MailboxReadiness {
    let start = timekeeper.uptime()
    var last = MailboxReadiness.provisioning
    let settled = try await timekeeper.poll(for: deadline, every: intervals) { () async throws(AdminError) in
      do throws(AdminError) {
        last = try await mailboxReadiness(of: reference)
      } catch  where error.isRetryable {
        last = .provisioning
      }
      let elapsed = timekeeper.uptime() - start
      await onCheck(elapsed)
      let isPremature = last == .unavailable(.noExchangePlan) && elapsed < Self.licenseLag
      return last == .provisioning || isPremature ? nil : last
    }
    return settled ?? last
  }
}
