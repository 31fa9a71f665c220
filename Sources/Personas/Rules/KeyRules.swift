package import Access
package import AdminCore
package import Store

/// Who may read and write which keys of a tenant, beyond what roles say.
///
/// A rule that denies wins. Rules that allow narrow a key to whom they name. Where no rule fits, the role is enough. The
/// role `PersonaConfig.Admin` is never narrowed out, so that there is always somebody who can put things right.
package struct KeyRules: Sendable {
  package enum Right: Sendable {
    case read, write
  }

  package let rules: [KeyRuleRecord]
  private let tenant: TenantName

  package init(_ rules: [KeyRuleRecord], of tenant: TenantName) {
    self.rules = rules
    self.tenant = tenant
  }

  package var isEmpty: Bool { rules.isEmpty }

  /// - Parameters:
  ///   - path: the key, or a part of it with dots between.
  ///   - persona: `nil` for the layers above personas, which only rules for every persona concern.
  package func allows(_ right: Right, _ path: String, of persona: PersonaName?, to caller: Caller) -> Bool {
    guard !rules.isEmpty else { return true }
    let concerning = rules.filter { rule in
      rule.concerns(right) && Glob.matches(rule.personaGlob, persona?.text ?? "*")
        && Self.parents(of: path).contains { Glob.matches(rule.keyGlob, $0) }
    }
    if concerning.contains(where: { $0.effect == .deny && isNamed(caller, by: $0) }) { return false }
    let allowing = concerning.filter { $0.effect == .allow }
    return allowing.isEmpty || caller.roles.contains(.administerPersonas)
      || allowing.contains { isNamed(caller, by: $0) }
  }

  /// Whether rules speak of parts of keys, so that looking at whole keys is not enough.
  var concernParts: Bool { rules.contains { $0.keyGlob.contains(".") } }

  /// The value without the parts that the caller may not read.
  func visible(_ value: JSONValue, at path: String, of persona: PersonaName, to caller: Caller) -> JSONValue {
    guard concernParts, case .object(let object) = value else { return value }
    return .object(
      JSONObject(
        object.compactMap { member in
          let place = "\(path).\(member.key)"
          guard allows(.read, place, of: persona, to: caller) else { return nil }
          return JSONObject.Member(key: member.key, value: visible(member.value, at: place, of: persona, to: caller))
        }))
  }

  private func isNamed(_ caller: Caller, by rule: KeyRuleRecord) -> Bool {
    switch rule.principalKind {
    case .role:
      guard let role = Role(rawValue: rule.principal), caller.roles.contains(role) else { return false }
      // An administrator holds the smaller roles too, and is not meant by what is said of them.
      return role == .administerPersonas || !caller.roles.contains(.administerPersonas)
        || !Role.expanding([.administerPersonas]).contains(role)
    case .oid:
      if rule.principal == caller.actor { return true }
      // The same object id means somebody else in another tenant.
      return caller.objectID?.text == rule.principal && caller.tenantID?.text == tenant.text
    case .appid: return caller.applicationID?.text == rule.principal
    }
  }

  /// `a.b.c`, `a.b`, `a`.
  private static func parents(of path: String) -> [String] {
    var paths = [path]
    var rest = path[...]
    while let dot = rest.lastIndex(of: ".") {
      rest = rest[..<dot]
      paths.append(String(rest))
    }
    return paths
  }
}

extension KeyRuleRecord {
  fileprivate func concerns(_ right: KeyRules.Right) -> Bool {
    switch rights {
    case .readWrite: true
    case .read: right == .read
    case .write: right == .write
    }
  }
}

/// Names with `*` for any run of characters.
enum Glob {
  static func matches(_ pattern: String, _ text: String) -> Bool {
    let (pattern, text) = (Array(pattern.utf8), Array(text.utf8))
    var (place, position) = (0, 0)
    // The last star, and how much of the text it has taken so far.
    var star: (place: Int, taken: Int)?
    while position < text.count {
      if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
        star = (place, position)
        place += 1
      } else if place < pattern.count, pattern[place] == text[position] {
        place += 1
        position += 1
      } else if let last = star {
        star = (last.place, last.taken + 1)
        place = last.place + 1
        position = last.taken + 1
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
