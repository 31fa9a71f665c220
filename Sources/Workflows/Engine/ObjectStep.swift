package import AdminCore

/// An object of the tenant as it was found.
package struct FoundObject: Hashable, Sendable {
  /// Empty where nothing is there, and that counts as something with this content.
  package let id: String
  /// What it holds, in the form in which it can be made again.
  package let content: JSONObject

  package init(id: String, _ content: JSONObject) {
    self.id = id
    self.content = content
  }
}

/// Something that is there or not, and is found by what it is: a policy of a name, the tab of a channel, a rule.
package struct ObjectAccess: Sendable {
  package typealias Find = @Sendable (StepContext) async throws(AdminError) -> FoundObject?
  package typealias Create = @Sendable (JSONObject, StepContext) async throws(AdminError) -> String
  package typealias Update = @Sendable (String, JSONObject, StepContext) async throws(AdminError) -> Void
  package typealias Complete = @Sendable (JSONObject, StepContext) async throws(AdminError) -> Void
  package typealias Remove = @Sendable (String, StepContext) async throws(AdminError) -> Void

  package let find: Find
  /// Makes it and returns its id.
  package let create: Create
  /// Gives it another content; `nil` where the tenant cannot.
  package let update: Update?
  /// Succeeds where it is gone already.
  package let remove: Remove
  /// Makes what a making of several requests that died between them has left out; `nil` where it is one request.
  package var complete: Complete?
  /// Whether what was found is what is wanted, where the service returns it in another shape.
  package let matches: @Sendable (_ found: JSONObject, _ wanted: JSONObject) -> Bool

  package init(
    find: @escaping Find, create: @escaping Create, update: Update? = nil, remove: @escaping Remove,
    matches: @escaping @Sendable (_ found: JSONObject, _ wanted: JSONObject) -> Bool = { $0 == $1 }
  ) {
    self.find = find
    self.create = create
    self.update = update
    self.remove = remove
    self.matches = matches
  }

  /// Whether what was found is as wanted; both may be nothing.
  package func holds(_ wanted: JSONObject?, in found: FoundObject?) -> Bool {
    switch (wanted, found) {
    case (nil, nil): true
    case (let wanted?, let found?): matches(found.content, wanted)
    default: false
    }
  }
}

/// What a step about an object is to do, and how it tells of it.
package struct ObjectWish: Sendable {
  package let id: String
  /// In reports: `the tab Plan of the channel General`.
  package let name: String
  /// `nil` where it is to be gone.
  package let content: JSONObject?
  /// What is done about it: `Make`, `Set`, `Install`.
  package var verb = "Make"
  /// What becomes of it when it is taken back, where that is not a removal.
  package var removal = "was removed"
  /// What it holds after it was taken back, where something of it stays.
  package var remains: JSONObject?
  /// How long the tenant may take until it shows what was done, in words.
  package var propagation = "some minutes"
  /// Cannot be made without a secret of the call.
  package var needsSecret = false

  package init(_ id: String, _ name: String, _ content: JSONObject?) {
    self.id = id
    self.name = VisibleText.excerpt(name, limit: 300)
    self.content = content
  }

  /// How it is taken back, for plans.
  var taking: String { verb == "Set" ? "the value before is put back" : "it \(removal.replacing("was ", with: "is "))" }

  var captureID: String { "\(id).before" }
}

extension Step {
  /// Two steps that make an object be there as it is wanted, or be gone: one looks whether it is there, so that it can be
  /// made again; the other makes, changes or removes it, looks for it where the answer is lost, reads back, and can undo.
  package static func object(
    _ wish: ObjectWish, _ access: ObjectAccess, patience: Duration = .seconds(20), timekeeper: any Timekeeper
  ) -> [Step] {
    let work = ObjectWork(wish: wish, access: access, patience: patience, timekeeper: timekeeper)
    let capture = Step(wish.captureID, "Look for \(wish.name)", effect: .none) { context throws(AdminError) in
      guard let found = try await access.find(context) else { return [:] }
      return ["id": .string(found.id), "content": .object(found.content)]
    }
    let change = Step(
      wish.id, wish.content == nil ? "Remove \(wish.name)" : "\(wish.verb) \(wish.name)",
      effect: .once { context throws(AdminError) in try await work.probe(context) }, needsSecret: wish.needsSecret,
      verify: { context throws(AdminError) in try await work.verify(context) }, undo: work.undo
    ) { context throws(AdminError) in try await work.perform(context) }
    return [capture, change]
  }
}

/// What the two steps do.
private struct ObjectWork: Sendable {
  private enum Action: String {
    case none, created, updated, removed
  }

  let wish: ObjectWish
  let access: ObjectAccess
  let patience: Duration
  let timekeeper: any Timekeeper

  private static let intervals = [1, 2, 4].map { Duration.seconds($0) }

  private func before(_ context: StepContext) -> FoundObject? {
    guard let output = context.output(wish.captureID), let id = output["id"]?.stringValue else { return nil }
    return FoundObject(id: id, output["content"]?.objectValue ?? [:])
  }

  private func action(_ context: StepContext) -> Action {
    context.output(wish.id)?["action"]?.stringValue.flatMap(Action.init) ?? .none
  }

  private func output(_ action: Action, _ id: String?) -> JSONObject {
    ["changed": .bool(action != .none), "action": .string(action.rawValue), "objectId": .optional(id)]
  }

  // MARK: Forward

  func perform(_ context: StepContext) async throws(AdminError) -> JSONObject {
    let before = before(context)
    if access.holds(wish.content, in: before) { return output(.none, before?.id) }
    switch (wish.content, before) {
    case (let content?, nil): return output(.created, try await access.create(content, context))
    case (let content?, let before?):
      guard let update = access.update else { throw .otherwiseThere(wish.name, before.content) }
      try await update(before.id, content, context)
      return output(.updated, before.id)
    case (nil, let before?):
      try await access.remove(before.id, context)
      return output(.removed, before.id)
    case (nil, nil): return output(.none, nil)
    }
  }

  /// What has become of an attempt. What was made moments ago may take a while to show.
  func probe(_ context: StepContext) async throws(AdminError) -> Step.ProbeAnswer {
    let before = before(context)
    guard let content = wish.content else {
      return try await access.find(context) == nil
        ? .happened(output(before == nil ? .none : .removed, before?.id)) : .didNotHappen
    }
    let found = try await sought(context, isExpected: before == nil)
    guard let found else { return .didNotHappen }
    if access.matches(found.content, content) {
      let action: Action = before == nil ? .created : access.holds(content, in: before) ? .none : .updated
      return .happened(output(action, found.id))
    }
    // Somebody else may have made it meanwhile, and what is somebody else's is not touched.
    return before == nil ? .unknown("\(wish.name) is there, and not as it was to be made") : .didNotHappen
  }

  private func sought(_ context: StepContext, isExpected: Bool) async throws(AdminError) -> FoundObject? {
    guard isExpected else { return try await access.find(context) }
    return try await timekeeper.poll(for: patience, every: Self.intervals) { () async throws(AdminError) in
      try await access.find(context)
    }
  }

  func verify(_ context: StepContext) async throws(AdminError) -> Step.Verification {
    guard action(context) != .none else { return .verified }
    var last: FoundObject?
    let shown = try await timekeeper.poll(for: patience, every: Self.intervals) {
      () async throws(AdminError) -> Bool? in
      last = try await access.find(context)
      return access.holds(wish.content, in: last) ? true : nil
    }
    if shown == true { return .verified }
    let before = before(context)
    guard last == before || (before.map { access.holds($0.content, in: last) } ?? false) else {
      throw .readsBackDifferently(wish.name)
    }
    return .pending("\(wish.name) was accepted and does not show yet; it takes \(wish.propagation)")
  }

  // MARK: Back

  var undo: Step.Undo {
    Step.Undo(
      { context in title(context) }, manualAction: { context in manualAction(context) },
      drift: { context throws(AdminError) in try await drift(context) }
    ) { context throws(AdminError) in try await takeBack(context) }
  }

  private func title(_ context: StepContext) -> String {
    switch action(context) {
    case .none: "\(wish.name) had not been changed"
    case .created: "\(wish.name) \(wish.removal)"
    case .updated: "\(wish.name) was put back"
    case .removed: "\(wish.name) was made again"
    }
  }

  private func manualAction(_ context: StepContext) -> String {
    let content = JSONValue.object(before(context)?.content ?? [:]).text
    return switch action(context) {
    case .none: "nothing"
    case .created: "remove \(wish.name)"
    case .updated: "put \(wish.name) back to \(content)"
    case .removed: "make \(wish.name) again: \(content)"
    }
  }

  private func drift(_ context: StepContext) async throws(AdminError) -> String? {
    let action = action(context)
    guard action != .none else { return nil }
    let found = try await access.find(context)
    // As it was before is what an undoing that died before it could say so has left.
    if access.holds(wish.content, in: found) || access.holds(before(context)?.content, in: found) { return nil }
    if isTakenBack(found, action) || (context.wasBegun && isHalfUndone(found, action, context)) { return nil }
    if found == nil { return "\(wish.name) was removed since" }
    return action == .removed ? "\(wish.name) was made again since" : "\(wish.name) was changed since"
  }

  private func isTakenBack(_ found: FoundObject?, _ action: Action) -> Bool {
    guard action == .created, let remains = wish.remains else { return false }
    return access.holds(remains, in: found)
  }

  /// Whether it is what an undoing leaves that died in the middle: gone where it is changed by being made anew, or with
  /// some members as before and the others as written.
  private func isHalfUndone(_ found: FoundObject?, _ action: Action, _ context: StepContext) -> Bool {
    guard action == .updated, let wanted = wish.content, let before = before(context)?.content else { return false }
    guard let found else { return true }
    return found.content.allSatisfy { $0.value == wanted[$0.key] || $0.value == before[$0.key] }
  }

  /// What is there now is sought by what it is: a later undoing may have made it again, under another id than the journal
  /// holds.
  private func takeBack(_ context: StepContext) async throws(AdminError) {
    let before = before(context)
    switch action(context) {
    case .none: return
    case .created:
      guard let made = context.output(wish.id)?["objectId"]?.stringValue else { return }
      let found = try await access.find(context)
      guard !isTakenBack(found, .created) else { return }
      let id = (access.holds(wish.content, in: found) ? found?.id : nil) ?? made
      // Of what was accepted and not shown so far nobody knows the id.
      guard !id.isEmpty else { throw .notShown(wish.name) }
      try await access.remove(id, context)
    case .updated:
      guard let before else { return }
      let id = before.id.isEmpty ? before.id : try await access.find(context)?.id ?? before.id
      try await access.update?(id, before.content, context)
    case .removed:
      guard let before else { return }
      guard try await access.find(context) == nil else {
        if context.wasBegun { try await access.complete?(before.content, context) }
        return
      }
      do throws(AdminError) {
        _ = try await access.create(before.content, context)
      } catch  where error.code == .outcomeUnknown {
        guard try await sought(context, isExpected: true) != nil else { throw error }
      }
    }
  }
}

extension AdminError {
  static func notShown(_ name: String) -> AdminError {
    AdminError(
      .illegalState, "\(name) was accepted by the tenant and does not show yet, so it cannot be taken back now.")
  }

  /// The object is there with another content, and the tenant cannot change that.
  static func otherwiseThere(_ name: String, _ content: JSONObject) -> AdminError {
    AdminError(
      .invalidArgument,
      "\(name) is there already, and otherwise than wanted (\(VisibleText.excerpt(JSONValue.object(content).text))). "
        + "Remove that one first, or choose another name.")
  }
}
