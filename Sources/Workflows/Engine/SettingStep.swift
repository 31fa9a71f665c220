package import AdminCore

/// Values that belong together and are read and written as one: the automatic replies of a mailbox, a policy of the
/// tenant.
package struct SettingAccess: Sendable {
  package typealias Read = @Sendable (StepContext) async throws(AdminError) -> JSONObject
  package typealias Write = @Sendable (JSONObject, StepContext) async throws(AdminError) -> Void

  /// What is there now, in the form in which `write` takes it.
  package let read: Read
  /// Sets the members it is given and leaves the others alone. Absolute values, so that doing it twice is doing it once.
  package let write: Write
  /// Whether a value that was read is the one that was written, where the service returns it in another shape.
  package let matches: @Sendable (_ read: JSONValue, _ wanted: JSONValue) -> Bool

  package init(
    read: @escaping Read, write: @escaping Write,
    matches: @escaping @Sendable (_ read: JSONValue, _ wanted: JSONValue) -> Bool = { $0 == $1 }
  ) {
    self.read = read
    self.write = write
    self.matches = matches
  }

  /// Whether every wanted member is there as wanted. One that is absent counts as null.
  func holds(_ wanted: JSONObject, in read: JSONObject) -> Bool {
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
  package static func setting(
    _ id: String, _ name: String, to wanted: JSONObject, _ access: SettingAccess,
    propagation: String, patience: Duration = .seconds(20), isPivot: Bool = false, timekeeper: any Timekeeper
  ) -> [Step] {
    let captureID = "\(id).before"
    let capture = Step(captureID, "Read \(name)", effect: .none) { context throws(AdminError) in
      let now = try await access.read(context)
      return JSONObject(wanted.map { JSONObject.Member(key: $0.key, value: now[$0.key] ?? .null) })
    }
    let write = Step(
      id, "Set \(name)", effect: .idempotent, isPivot: isPivot,
      verify: { context throws(AdminError) in
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
      undo: Step.Undo(
        { _ in "\(name) was put back" },
        manualAction: { context in "put \(name) back to \(JSONValue.object(context.output(captureID) ?? [:]).text)" },
        drift: { context throws(AdminError) in
          guard context.output(id)?["changed"] == true else { return nil }
          return access.holds(wanted, in: try await access.read(context)) ? nil : "\(name) was changed since"
        }
      ) { context throws(AdminError) in
        guard context.output(id)?["changed"] == true, let before = context.output(captureID) else { return }
        try await access.write(before, context)
      }
    ) { context throws(AdminError) in
      guard let before = context.output(captureID), !access.holds(wanted, in: before) else { return ["changed": false] }
      try await access.write(wanted, context)
      return ["changed": true]
    }
    return [capture, write]
  }
}

extension AdminError {
  fileprivate static func readsBackDifferently(_ name: String) -> AdminError {
    AdminError(
      .graphFailed,
      "\(name) was written and reads back as something else. Somebody may have changed it at the same time; look at it "
        + "and make the call again.")
  }
}
