import Access
import AdminCore
import M365
import Workflows

/// The plan of a change that is made of parts, from what each of them is now.
struct PartsPlan {
  private let parts: [(part: TenantPart, reading: TenantPart.Reading)]

  init(_ parts: [TenantPart], _ readings: [TenantPart.Reading]) { self.parts = Array(zip(parts, readings)) }

  /// Whether anything is to be done.
  var hasWork: Bool { parts.contains { !$0.part.isAsWanted($0.reading) } }

  /// Refuses what the tenant could only do by taking something else away first.
  func requireFeasible() throws(AdminError) {
    for (part, reading) in parts { try part.requireFeasible(reading) }
  }

  /// - Parameter risks: of the change, which are none where nothing is to be done.
  func plan(
    _ summary: String, facts: [Plan.Fact], permissions: [GraphPermission], risks: [Risk], warnings: [String]
  ) -> Plan {
    let work = parts.filter { !$0.part.isAsWanted($0.reading) }
    let permanent = work.compactMap { part, _ in part.permanence.map { Risk.irreversible("\(part.name): \($0)") } }
    return Plan(
      hasWork ? summary : "\(summary): everything is so already, nothing will be changed",
      facts: facts + parts.map(fact), calls: calls, permissions: permissions.map(\.rawValue),
      risks: hasWork ? risks + permanent : [], warnings: warnings,
      basis: .array(parts.map { $0.reading.value.map(JSONValue.object) ?? .null }))
  }

  private func fact(_ part: TenantPart, _ reading: TenantPart.Reading) -> Plan.Fact {
    let now = shown(reading.value, part.wanted)
    guard !part.isAsWanted(reading) else { return Plan.Fact(part.name, "\(now), as wanted") }
    return Plan.Fact(part.name, "\(now) → \(shown(part.wanted, part.wanted))")
  }

  /// Of what there is, only what is about to change.
  private func shown(_ value: JSONObject?, _ wanted: JSONObject?) -> String {
    guard let value else { return "absent" }
    let shown = wanted.map { wanted in JSONObject(value.filter { wanted[$0.key] != nil }) } ?? value
    return VisibleText.excerpt(JSONValue.object(shown).text, limit: 300)
  }

  /// What is as wanted is only read.
  private var calls: [Plan.Call] {
    var calls: [Plan.Call] = []
    for (part, reading) in parts {
      let needed = part.isAsWanted(reading) ? part.reads : part.reads + part.writes
      calls += needed.filter { !calls.contains($0) }
    }
    return calls
  }
}
