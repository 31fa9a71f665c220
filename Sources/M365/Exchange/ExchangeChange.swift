import AdminCore

/// What a change has come to.
package struct ExchangeChange: Hashable, Sendable {
  /// Whether this call made a difference, which is what undoing it has to know.
  package let hasChanged: Bool
  package let warnings: [String]

  package init(hasChanged: Bool, warnings: [String] = []) {
    self.hasChanged = hasChanged
    self.warnings = warnings
  }

  init(_ reply: ExchangeReply) {
    hasChanged = !reply.saysNothingChanged
    warnings = reply.saysNothingChanged ? [] : reply.warnings
  }

  package static let none = ExchangeChange(hasChanged: false)
}

extension ExchangeClient {
  /// Sends a change that may be repeated.
  func change(_ call: ExchangeCall) async throws(AdminError) -> ExchangeChange {
    ExchangeChange(try await send(call))
  }

  /// Brings about what must not be done twice: looks whether it is so, does it, and looks again where the answer is lost.
  ///
  /// - Parameters:
  ///   - faults: refusals that say that it is so already, by somebody who was quicker or seen too late.
  ///   - isDone: whether it is so.
  func ensure(
    _ call: ExchangeCall, accepting faults: Set<ExchangeFault> = [],
    _ isDone: () async throws(AdminError) -> Bool
  ) async throws(AdminError) -> ExchangeChange {
    if try await isDone() { return .none }
    do throws(AdminError) {
      return ExchangeChange(try await send(call))
    } catch {
      if let fault = error.exchangeFault, faults.contains(fault) { return .none }
      guard error.code == .outcomeUnknown, try await settles(isDone) else { throw error }
      return ExchangeChange(hasChanged: true)
    }
  }

  /// Removes an object. It is not looked for first: what was made a moment ago may not show yet, and is there all the
  /// same.
  ///
  /// - Parameter isGone: asked where the answer is lost.
  func remove(
    _ call: ExchangeCall, _ isGone: () async throws(AdminError) -> Bool
  ) async throws(AdminError) -> ExchangeChange {
    do throws(AdminError) {
      return ExchangeChange(try await send(call))
    } catch {
      if error.exchangeFault == .notFound { return .none }
      guard error.code == .outcomeUnknown, try await settles(isGone) else { throw error }
      return ExchangeChange(hasChanged: true)
    }
  }

  /// Makes an object that has a name of its own, and finds it where the answer is lost.
  ///
  /// - Throws: `EXO_001` with the fault `nameTaken` where there is one already.
  func create<Model: Sendable>(
    _ call: ExchangeCall, named name: String, _ read: (JSONObject) -> Model?,
    find: () async throws(AdminError) -> Model?
  ) async throws(AdminError) -> Model {
    guard try await find() == nil else { throw .nameTaken(name, call.cmdlet) }
    do throws(AdminError) {
      let rows = try await send(call).rows
      if let row = rows.first, let made = read(row) { return made }
      guard let made = try await poll(find) else { throw .malformedExchangeReply(call.cmdlet) }
      return made
    } catch  where error.code == .outcomeUnknown {
      // There was none before, so this one is ours.
      guard let made = try await poll(find) else { throw error }
      return made
    }
  }

  private static let intervals = [1, 2, 3, 5].map { Duration.seconds($0) }

  private func settles(_ isDone: () async throws(AdminError) -> Bool) async throws(AdminError) -> Bool {
    try await poll { () async throws(AdminError) in try await isDone() ? true : nil } ?? false
  }

  /// What was done may take a while to show.
  private func poll<Answer: Sendable>(
    _ look: () async throws(AdminError) -> Answer?
  ) async throws(AdminError) -> Answer? {
    try await timekeeper.poll(for: .seconds(20), every: Self.intervals, look)
  }
}

extension AdminError {
  static func nameTaken(_ name: String, _ cmdlet: String) -> AdminError {
    AdminError(
      .exchangeRefused, "There is something by the name \(VisibleText.excerpt(name)) in Exchange Online already.",
      details: [
        "service": "exchange", "fault": .string(ExchangeFault.nameTaken.rawValue), "operation": .string(cmdlet),
      ])
  }
}
