package import AdminCore

/// Values that belong together and are read and written as one: the automatic replies of a mailbox, a policy of the
/// tenant.
package struct SettingAccess: Sendable {
  package typealias Read = @Sendable (StepContext) async throws(AdminError) -> JSONObject
  package typealias Write = @Sendable (JSONObject, StepContext) async throws(AdminError) -> Void
  /// What has to happen first, in words for a person; `nil` where a refusal is one.
  package typealias Postponement = @Sendable (AdminError) async -> String?

  /// What is there now, in the form in which `write` takes it.
  package let read: Read
  /// Sets the members it is given and leaves the others alone. Absolute values, so that doing it twice is doing it once.
  package let write: Write
  /// Whether a value that was read is the one that was written, where the service returns it in another shape.
  package let matches: @Sendable (_ read: JSONValue, _ wanted: JSONValue) -> Bool
  /// Whether a write that was refused only waits for something, such as a record in the DNS.
  package let postponement: Postponement

  package init(
    read: @escaping Read, write: @escaping Write,
    matches: @escaping @Sendable (_ read: JSONValue, _ wanted: JSONValue) -> Bool = { $0 == $1 },
    postponement: @escaping Postponement = { _ in nil }
  ) {
    self.read = read
    self.write = write
    self.matches = matches
    self.postponement = postponement
  }

  /// Whether every wanted member is there as wanted. One that is absent counts as null.
  package func holds(_ wanted: JSONObject, in read: JSONObject) -> Bool {
    wanted.allSatisfy { member in matches(read[member.key] ?? .null, member.value) }
  }
}

extension Step {
  /// Two steps that give a setting its value: one reads what it is, so that it can be put back; the other writes what
  /// differs, reads back, and can undo.
  ///
  /// The reading is a step of its own because it has to be in the journal before the write: a process that goes on after
  /// a crash would otherwise take the new value for the old one.
  ///
  /// - Parameters:
  ///   - name: of the setting in reports: "the automatic replies of ada@contoso.com".
  ///   - propagation: how long the tenant may take until it shows the value, in words.
  ///   - patience: how long to wait for it to show.
  ///   - permanence: why nothing puts the old value back; `nil` where it can be put back.
  package static func setting(
    _ id: String, _ name: String, to wanted: JSONObject, _ access: SettingAccess,
    propagation: String, patience: Duration = .seconds(20), isPivot: Bool = false, permanence: String? = nil,
    timekeeper: any Timekeeper
  ) -> [Step] {
    let captureID = "\(id).before"
    let capture = Step(captureID, "Read \(name)", effect: .none) { context throws(AdminError) in
      let now = try await access.read(context)
      return JSONObject(wanted.map { JSONObject.Member(key: $0.key, value: now[$0.key] ?? .null) })
    }
    let write = Step(
      id, "Set \(name)", effect: .idempotent, isPivot: isPivot,
      verify: { context throws(AdminError) in
        if let reason = context.output(id)?["postponed"]?.stringValue { return .pending(reason) }
        guard context.output(id)?["changed"] == true else { return .verified }
        var last: JSONObject = [:]
        let shown = try await timekeeper.poll(for: patience, every: [.seconds(1), .seconds(2), .seconds(4)]) {
          () async throws(AdminError) -> Bool? in
          last = try await access.read(context)
          return access.holds(wanted, in: last) ? true : nil
        }
        if shown == true { return .verified }
        // The old value is on its way out; a third one is somebody else's, or not what the service understood.
        guard access.holds(context.output(captureID) ?? [:], in: last) else { throw .readsBackDifferently(name) }
        return .pending("\(name) was accepted and still shows the old value; it takes \(propagation)")
      },
      undo: permanence == nil ? puttingBack(id, name, from: wanted, access) : nil,
      reversal: permanence.map(Step.Reversal.never) ?? .asUndo
    ) { context throws(AdminError) in
      guard let before = context.output(captureID), !access.holds(wanted, in: before) else { return ["changed": false] }
      do throws(AdminError) {
        try await access.write(wanted, context)
      } catch {
        guard let reason = await access.postponement(error) else { throw error }
        return ["changed": false, "postponed": .string(reason)]
      }
      return ["changed": true]
    }
    return [capture, write]
  }

  private static func puttingBack(
    _ id: String, _ name: String, from wanted: JSONObject, _ access: SettingAccess
  ) -> Step.Undo {
    let captureID = "\(id).before"
    return Step.Undo(
      { context in
        context.output(id)?["changed"] == true ? "\(name) was put back" : "\(name) had not been changed"
      },
      manualAction: { context in "put \(name) back to \(JSONValue.object(context.output(captureID) ?? [:]).text)" },
      drift: { context throws(AdminError) in
        guard context.output(id)?["changed"] == true else { return nil }
        let now = try await access.read(context)
        let before = context.output(captureID) ?? [:]
        // The old value is what an undoing that died before it could say so has left, and where it writes more than once
        // it has left the old value of some members only. Putting back what is back already overwrites nobody.
        let isAsLeft = wanted.allSatisfy { member in
          let value = now[member.key] ?? .null
          return access.matches(value, member.value) || access.matches(value, before[member.key] ?? .null)
        }
        return isAsLeft ? nil : "\(name) was changed since"
      }
    ) { context throws(AdminError) in
      guard context.output(id)?["changed"] == true, let before = context.output(captureID) else { return }
      // Not every service takes a value that is there already.
      if context.wasBegun || context.isResumed, access.holds(before, in: try await access.read(context)) { return }
      try await access.write(before, context)
    }
  }
}

extension AdminError {
  static func readsBackDifferently(_ name: String) -> AdminError {
    AdminError(
      .graphFailed,
      "\(name) was written and reads back as something else. Somebody may have changed it at the same time; look at it "
        + "and make the call again.")
  }
}
