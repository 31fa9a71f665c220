package import AdminCore

/// Why a person has to look at a plan first. Risk is by effect, not by verb.
package enum Risk: Hashable, Sendable {
  case sendsBankDetails
  case sendsOutside(domains: [String])
  case manyRecipients(Int)
  case deletes(String)
  case removesLicense
  case changesOrganization
  case forwardsOutside(addresses: [String])
  case grantsAccess(String)
  case installsSoftware(String)
  case irreversible(String)
  case weakensSecurity(String)
  case canLockOut(String)
  case hasLegalEffect(String)
  case takesBack(String)
  case endsAccess(String)
  /// Whoever asks for it wants it approved.
  case requested(String)

  package var text: String {
    switch self {
    case .sendsBankDetails: "sends bank details"
    case .sendsOutside(let domains): "sends mail outside the approved domains: \(domains.joined(separator: ", "))"
    case .manyRecipients(let count): "sends to \(count) recipients"
    case .deletes(let what): "deletes \(what)"
    case .removesLicense: "removes a licence, after which data may be lost"
    case .changesOrganization: "changes a setting of the whole organization"
    case .forwardsOutside(let addresses): "forwards mail outside: \(addresses.joined(separator: ", "))"
    case .grantsAccess(let what): "grants access: \(what)"
    case .installsSoftware(let what): "installs \(what)"
    case .irreversible(let what): "cannot be undone: \(what)"
    case .weakensSecurity(let what): "makes the tenant less safe: \(what)"
    case .canLockOut(let whom): "can lock out \(whom)"
    case .hasLegalEffect(let what): "has legal effect: \(what)"
    case .takesBack(let what): "takes back \(what)"
    case .endsAccess(let who): "ends the access of \(who)"
    case .requested(let why): why
    }
  }
}

/// Exactly what a changing call is about to do, made from the arguments and the state of the tenant, before anything is
/// done. It is what `dryRun` returns, what a person approves, and what an approval is bound to.
package struct Plan: Hashable, Sendable {
  /// One request to the tenant, or one change of the store.
  package struct Call: Hashable, Sendable {
    /// `POST /users`, `Set-Mailbox`, or `local` for the store.
    package let operation: String
    package let purpose: String
    /// How the step is undone if a later one fails; `nil` where it cannot be.
    package let undo: String?

    package init(_ operation: String, _ purpose: String, undo: String? = nil) {
      self.operation = operation
      self.purpose = purpose
      self.undo = undo
    }
  }

  /// Something the person has to see before deciding, such as the recipients.
  package struct Fact: Hashable, Sendable {
    package let label: String
    package let value: String

    package init(_ label: String, _ value: String) {
      self.label = label
      self.value = value
    }
  }

  package var summary: String
  package var facts: [Fact]
  package var calls: [Call]
  package var permissions: [String]
  package var risks: [Risk]
  package var warnings: [String]
  /// State of the tenant that the plan depends on but need not show; part of what an approval is bound to.
  package var basis: JSONValue

  package init(
    _ summary: String, facts: [Fact] = [], calls: [Call] = [], permissions: [String] = [], risks: [Risk] = [],
    warnings: [String] = [], basis: JSONValue = .null
  ) {
    self.summary = summary
    self.facts = facts
    self.calls = calls
    self.permissions = permissions
    self.risks = risks
    self.warnings = warnings
    self.basis = basis
  }

  package var needsApproval: Bool { !risks.isEmpty }

  /// Whether everything the plan does can be undone.
  package var isReversible: Bool { calls.allSatisfy { $0.undo != nil } }

  package var json: JSONObject {
    var object: JSONObject = ["summary": .string(summary)]
    if !facts.isEmpty {
      object["facts"] = .array(facts.map { ["label": .string($0.label), "value": .string($0.value)] })
    }
    object["calls"] = .array(
      calls.map { call in
        ["operation": .string(call.operation), "purpose": .string(call.purpose), "undo": .optional(call.undo)]
      })
    object["permissions"] = .strings(permissions)
    object["reversible"] = .bool(isReversible)
    object["risks"] = .strings(risks.map(\.text))
    if !warnings.isEmpty { object["warnings"] = .strings(warnings) }
    return object
  }

  /// The plan as a person reads it, in a dialog or in a terminal. Every text that came from outside is on one line and
  /// free of what cannot be seen.
  package var text: String {
    var lines = [VisibleText.excerpt(summary, limit: 500)]
    lines += facts.map { "  \(VisibleText.excerpt($0.label)): \(VisibleText.excerpt($0.value, limit: 2000))" }
    if !risks.isEmpty {
      lines += ["Why you are asked:"] + risks.map { "  - \(VisibleText.excerpt($0.text, limit: 500))" }
    }
    if !warnings.isEmpty {
      lines += ["Note:"] + warnings.map { "  - \(VisibleText.excerpt($0, limit: 500))" }
    }
    lines.append("What will be done:")
    for (index, call) in calls.enumerated() {
      let undo = call.undo.map { "; undone by: \(VisibleText.excerpt($0, limit: 500))" } ?? "; cannot be undone"
      let (purpose, operation) = (VisibleText.excerpt(call.purpose, limit: 500), VisibleText.excerpt(call.operation))
      lines.append("  \(index + 1). \(purpose) (\(operation)\(undo))")
    }
    return lines.joined(separator: "\n")
  }
}
