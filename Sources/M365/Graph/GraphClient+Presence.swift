package import AdminCore

extension GraphClient {
  /// What is to be gone and is not there, is as it should be.
  func ignoringAbsence(_ deletion: () async throws(AdminError) -> GraphReply) async throws(AdminError) {
    do throws(AdminError) {
      _ = try await deletion()
    } catch  where error.graphFault == .notFound {
      return
    }
  }

  /// What is to be so and is so already, is as it should be.
  func ignoringPresence(_ addition: () async throws(AdminError) -> GraphReply) async throws(AdminError) {
    do throws(AdminError) {
      _ = try await addition()
    } catch  where error.graphFault == .alreadyThere {
      return
    }
  }

  /// `nil` for what is not there.
  func ifPresent<Value: Sendable>(
    _ reading: () async throws(AdminError) -> Value
  ) async throws(AdminError) -> Value? {
    do throws(AdminError) {
      return try await reading()
    } catch  where [.notFound, .notReady].contains(error.graphFault) {
      return nil
    }
  }

  /// How often is looked for what the tenant is making: closely at first, patiently later.
  package static let usualPauses: [Duration] = [2, 3, 5, 10].map { .seconds($0) }

  /// Asks until there is an answer or `deadline` has passed. That something is not there yet, and a failure that passes,
  /// do not end the wait.
  ///
  /// - Parameters:
  ///   - deadline: how long to go on asking.
  ///   - intervals: the pauses between two questions; the last one is used for all that follow.
  ///   - onCheck: hears after each look how long it has taken so far.
  /// - Returns: `nil` when the deadline passed.
  package func wait<Answer: Sendable>(
    for deadline: Duration, every intervals: [Duration] = GraphClient.usualPauses,
    onCheck: @Sendable (Duration) async -> Void = { _ in }, _ question: () async throws(AdminError) -> Answer?
  ) async throws(AdminError) -> Answer? {
    let start = timekeeper.uptime()
    return try await timekeeper.poll(for: deadline, every: intervals) { () async throws(AdminError) in
      var answer: Answer?
      do throws(AdminError) {
        answer = try await ifPresent(question) ?? nil
      } catch  where error.isRetryable {
        answer = nil
      }
      await onCheck(timekeeper.uptime() - start)
      return answer
    }
  }
}
