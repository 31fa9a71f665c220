package import Access
package import AdminCore
import M365

/// One thing in the tenant that a feature or a connection gives another state: what reads it, what it is to be, and the
/// steps that bring it there and back.
package struct TenantPart: Sendable {
  /// What was found.
  package struct Reading: Hashable, Sendable {
    /// `nil` where there is nothing.
    package let value: JSONObject?
    package var objectID: String?

    package init(_ value: JSONObject?, objectID: String? = nil) {
      self.value = value
      self.objectID = objectID
    }
  }

  typealias Read = @Sendable (StepContext, TenantAccess) async throws(AdminError) -> Reading

  /// Names its step: unlike every other part of the same change.
  package let id: String
  /// In plans and reports: `the tag on mail from outside`.
  package let name: String
  /// What it is to be; `nil` where it is to be gone.
  package let wanted: JSONObject?
  /// The requests that look at it, and those that bring it there.
  package let reads: [Plan.Call]
  package let writes: [Plan.Call]
  /// Why nothing takes it back; `nil` where it can be taken back.
  package let permanence: String?
  let read: Read
  let holds: @Sendable (Reading) -> Bool
  /// The tenant can give what is there another content.
  var canChange = true
  /// Whether what was found means that the thing is available, where that is more than being as wanted.
  var isOn: (@Sendable (Reading) -> Bool?)?
  private let makeSteps: @Sendable (TenantAccess, _ propagation: String) -> [Step]

  package func reading(
    in context: StepContext, _ access: TenantAccess
  ) async throws(AdminError) -> Reading { try await read(context, access) }

  package func isAsWanted(_ reading: Reading) -> Bool { holds(reading) }

  /// - Throws: `VAL_001` where something is there otherwise than wanted, and cannot be changed.
  package func requireFeasible(_ reading: Reading) throws(AdminError) {
    guard !canChange, wanted != nil, let value = reading.value, !holds(reading) else { return }
    throw .otherwiseThere(name, value)
  }

  /// - Parameter propagation: how long the tenant may take until it shows the change, in words.
  package func steps(_ access: TenantAccess, propagation: String) -> [Step] { makeSteps(access, propagation) }
}

// MARK: - Values

/// The requests that a part is read and written with, for plans.
struct PartRequests: Sendable {
  let read: String
  let write: String
}

extension TenantPart {
  /// Values that are read and written as one.
  static func setting(
    _ id: String, _ name: String, to wanted: JSONObject, _ requests: PartRequests,
    read: @escaping @Sendable (TenantAccess) async throws(AdminError) -> JSONObject,
    write: @escaping @Sendable (JSONObject, TenantAccess) async throws(AdminError) -> Void,
    matches: @escaping @Sendable (_ read: JSONValue, _ wanted: JSONValue) -> Bool = { $0 == $1 },
    patience: Duration = .seconds(20), permanence: String? = nil,
    postponement: @escaping @Sendable (AdminError, TenantAccess) async -> String? = { _, _ in nil }
  ) -> TenantPart {
    @Sendable func access(_ tenant: TenantAccess) -> SettingAccess {
      SettingAccess(
        read: { _ throws(AdminError) in try await read(tenant) },
        write: { values, _ throws(AdminError) in try await write(values, tenant) }, matches: matches,
        postponement: { error in await postponement(error, tenant) })
    }
    return TenantPart(
      id: id, name: name, wanted: wanted,
      reads: [Plan.Call(requests.read, "Read \(name)", undo: "nothing is changed")],
      writes: [
        Plan.Call(requests.write, "Set \(name)", undo: permanence == nil ? "the value before is put back" : nil)
      ], permanence: permanence,
      read: { _, tenant throws(AdminError) in Reading(try await read(tenant)) },
      holds: { reading in
        let value = reading.value ?? [:]
        return wanted.allSatisfy { matches(value[$0.key] ?? .null, $0.value) }
      },
      makeSteps: { tenant, propagation in
        Step.setting(
          id, name, to: wanted, access(tenant), propagation: propagation, patience: patience, permanence: permanence,
          timekeeper: tenant.timekeeper)
      })
  }

  /// A setting of which the tenant has one, read and changed through Graph.
  ///
  /// - Parameters:
  ///   - wanted: the members to set; within objects, too, only what stands here is changed.
  ///   - sendsWholeObjects: the service takes objects as a whole, so what they hold besides is sent along.
  static func graph(
    _ setting: TenantSetting, _ name: String, to wanted: JSONObject, id: String = "set", sendsWholeObjects: Bool = false
  ) -> TenantPart {
    let (path, method) = (setting.path.template, setting.isReplaced ? "PUT" : "PATCH")
    return .setting(
      id, name, to: wanted, PartRequests(read: "GET \(path)", write: "\(method) \(path)"),
      read: { tenant throws(AdminError) in setting.restorable(try await tenant.value(of: setting), before: wanted) },
      write: { values, tenant throws(AdminError) in
        let graph = try await tenant.graph()
        var body = values
        if setting.isReplaced { body = try await graph.capture(setting, before: values).merging(values) }
        if sendsWholeObjects { body = try await graph.value(of: setting).only(values.keys).overlaid(with: values) }
        try await graph.write(body, to: setting)
      }, matches: { $0.shows($1) })
  }

  /// A part of Exchange's configuration.
  ///
  /// - Parameter wanted: some of what `setting` journals; the rest stays as it is.
  static func exchange<Setting: ExchangeSetting>(
    _ setting: Setting, to wanted: JSONObject, id: String = "set", permanence: String? = nil,
    postponement: @escaping @Sendable (AdminError, TenantAccess) async -> String? = { _, _ in nil }
  ) -> TenantPart {
    let (reading, writing) = setting.cmdlets
    return .setting(
      id, setting.title, to: wanted, PartRequests(read: reading, write: writing),
      read: { tenant throws(AdminError) in
        let exchange = try await tenant.exchange()
        return setting.journalled(try await exchange.value(of: setting))
      },
      write: { values, tenant throws(AdminError) in
        let exchange = try await tenant.exchange()
        let now = setting.journalled(try await exchange.value(of: setting))
        guard let value = setting.value(journalled: now.merging(values)) else {
          throw AdminError(.internalFault, "\(setting.title) cannot take the values of the plan.")
        }
        _ = try await exchange.set(setting, to: value)
      }, permanence: permanence, postponement: postponement)
  }

  /// Something of Exchange's configuration that is on or off.
  static func exchange(_ setting: ExchangeSwitch, _ isOn: Bool, id: String = "set") -> TenantPart {
    .exchange(setting, to: setting.journalled(isOn), id: id)
  }

  /// As above, for what stands in the organisation's configuration with many others.
  static func organization(
    _ flag: ExchangeSwitch.OrganizationFlag, _ isOn: Bool, id: String = "set"
  ) -> TenantPart {
    let setting = ExchangeSwitch.organization(flag)
    let (reading, writing) = setting.cmdlets
    return .setting(
      id, setting.title, to: setting.journalled(isOn), PartRequests(read: reading, write: writing),
      read: { tenant throws(AdminError) in setting.journalled(try await tenant.organizationFlag(flag)) },
      write: { values, tenant throws(AdminError) in
        guard let value = setting.value(journalled: values) else { return }
        _ = try await tenant.exchange().set(setting, to: value)
      })
  }
}

// MARK: - Objects

extension TenantPart {
  /// Something that is there or not.
  static func object(
    _ wish: ObjectWish, _ requests: ObjectRequests,
    find: @escaping @Sendable (StepContext, TenantAccess) async throws(AdminError) -> FoundObject?,
    create: @escaping @Sendable (JSONObject, StepContext, TenantAccess) async throws(AdminError) -> String,
    update: (@Sendable (String, JSONObject, StepContext, TenantAccess) async throws(AdminError) -> Void)? = nil,
    remove: @escaping @Sendable (String, StepContext, TenantAccess) async throws(AdminError) -> Void,
    complete: (@Sendable (JSONObject, StepContext, TenantAccess) async throws(AdminError) -> Void)? = nil,
    matches: @escaping @Sendable (_ found: JSONObject, _ wanted: JSONObject) -> Bool = { $0 == $1 },
    patience: Duration = .seconds(20)
  ) -> TenantPart {
    @Sendable func access(_ tenant: TenantAccess) -> ObjectAccess {
      var change: ObjectAccess.Update?
      if let update {
        change = { id, content, context throws(AdminError) in try await update(id, content, context, tenant) }
      }
      var access = ObjectAccess(
        find: { context throws(AdminError) in try await find(context, tenant) },
        create: { content, context throws(AdminError) in try await create(content, context, tenant) }, update: change,
        remove: { id, context throws(AdminError) in try await remove(id, context, tenant) }, matches: matches)
      if let complete {
        access.complete = { content, context throws(AdminError) in try await complete(content, context, tenant) }
      }
      return access
    }
    var part = TenantPart(
      id: wish.id, name: wish.name, wanted: wish.content,
      reads: [Plan.Call(requests.find, "Look for \(wish.name)", undo: "nothing is changed")],
      writes: [requests.change(for: wish)], permanence: nil,
      read: { context, tenant throws(AdminError) in
        let found = try await find(context, tenant)
        return Reading(found?.content, objectID: found?.id)
      },
      holds: { reading in
        switch (wish.content, reading.value) {
        case (nil, nil): true
        case (let wanted?, let value?): matches(value, wanted)
        default: false
        }
      },
      isOn: { $0.value != nil },
      makeSteps: { tenant, propagation in
        var wish = wish
        wish.propagation = propagation
        return Step.object(wish, access(tenant), patience: patience, timekeeper: tenant.timekeeper)
      })
    part.canChange = update != nil
    return part
  }

  /// Settings that are made from a template of the directory: where nobody has made any, the template's own values hold.
  static func directory(_ template: String, _ name: String, to values: [String: String]) -> TenantPart {
    let requests = ObjectRequests(
      find: "GET /groupSettings", create: "POST or PATCH /groupSettings/{id}", remove: "DELETE /groupSettings/{id}")
    var wish = ObjectWish("set", name, JSONObject(values))
    wish.verb = "Set"
    var part = TenantPart.object(
      wish, requests,
      find: { _, tenant throws(AdminError) in
        if let setting = try await tenant.directorySetting(template) { return setting }
        return FoundObject(id: "", try await tenant.directoryDefaults(template))
      },
      create: { _, _, _ throws(AdminError) in throw AdminError(.internalFault, "\(name) cannot be absent.") },
      update: { id, values, _, tenant throws(AdminError) in
        try await write(values, template, restoringAbsence: id.isEmpty, tenant)
      },
      remove: { _, _, _ throws(AdminError) in throw AdminError(.internalFault, "\(name) cannot be absent.") },
      matches: { found, wanted in
        wanted.allSatisfy { found[$0.key]?.stringValue?.lowercased() == $0.value.stringValue?.lowercased() }
      })
    part.isOn = nil
    return part
  }

  /// - Parameter restoringAbsence: there were no settings at first, so values that all are the template's own mean none.
  private static func write(
    _ values: JSONObject, _ template: String, restoringAbsence: Bool, _ tenant: TenantAccess
  ) async throws(AdminError) {
    let graph = try await tenant.graph()
    let defaults = try await tenant.directoryDefaults(template)
    let known = try await graph.directorySetting(template: template)
    let wanted = defaults.merging(JSONObject(known?.values ?? [:])).merging(values)
    switch known {
    case let known? where restoringAbsence && wanted == defaults: try await graph.deleteDirectorySetting(id: known.id)
    case let known?: try await graph.updateDirectorySetting(id: known.id, values: wanted.texts)
    case nil where wanted == defaults: return
    case nil:
      do throws(AdminError) {
        _ = try await graph.createDirectorySetting(template: template, values: wanted.texts)
      } catch  where error.code == .outcomeUnknown {
        // There is at most one from each template, so looking again tells.
        guard try await graph.directorySetting(template: template) != nil else { throw error }
      }
    }
  }
}

/// The requests that an object is found, made and removed with, for plans.
struct ObjectRequests: Sendable {
  let find: String
  let create: String
  let remove: String

  func change(for wish: ObjectWish) -> Plan.Call {
    wish.content == nil
      ? Plan.Call(remove, "Remove \(wish.name)", undo: "it is made again as it was")
      : Plan.Call(create, "\(wish.verb) \(wish.name)", undo: wish.taking)
  }
}

// MARK: - What has no way back of its own

extension TenantPart {
  /// Something that is done once and stays, or goes with another part.
  ///
  /// - Parameters:
  ///   - request: that does it.
  ///   - reversal: what undoing the change later does about it.
  ///   - isDone: whether it is so already.
  ///   - canBeReadBack: `isDone` looks at the tenant; otherwise the answer of the service is all there is.
  static func action(
    _ id: String, _ name: String, _ request: String, reversal: Step.Reversal,
    isDone: @escaping @Sendable (StepContext, TenantAccess) async throws(AdminError) -> Bool,
    perform: @escaping @Sendable (StepContext, TenantAccess) async throws(AdminError) -> Void,
    patience: Duration = .seconds(20), canBeReadBack: Bool = true
  ) -> TenantPart {
    var permanence: String?
    if case .never(let reason) = reversal { permanence = reason }
    return TenantPart(
      id: id, name: name, wanted: ["done": true],
      reads: [],
      writes: [Plan.Call(request, name, undo: permanence == nil ? "it is harmless, or goes with the rest" : nil)],
      permanence: permanence,
      read: { context, tenant throws(AdminError) in Reading(["done": .bool(try await isDone(context, tenant))]) },
      holds: { $0.value?["done"] == true },
      makeSteps: { tenant, propagation in
        [
          Step(
            id, name, effect: .idempotent,
            verify: { context throws(AdminError) in
              guard canBeReadBack, context.output(id)?["changed"] == true else { return .verified }
              let isDone = try await tenant.timekeeper.poll(
                for: patience, every: [.seconds(1), .seconds(2), .seconds(5)]
              ) {
                () async throws(AdminError) -> Bool? in
                try await isDone(context, tenant) ? true : nil
              }
              if isDone == true { return .verified }
              return .pending("\(name): accepted, and does not show yet; it takes \(propagation)")
            }, reversal: reversal
          ) { context throws(AdminError) in
            if try await isDone(context, tenant) { return ["changed": false] }
            try await perform(context, tenant)
            return ["changed": true]
          }
        ]
      })
  }
}

extension StepContext {
  /// Whether the object of an earlier part was there before, so that what belongs to it is taken to be there too.
  func foundBefore(_ part: String) -> Bool {
    let output = output(part)
    return output?["objectId"]?.stringValue != nil && output?["changed"] != true
  }
}
