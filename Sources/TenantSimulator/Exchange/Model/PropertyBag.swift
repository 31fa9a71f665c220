import AdminCore

/// A property that a `Get-` cmdlet shows and a `Set-` or `New-` cmdlet takes under the same name.
struct CmdletProperty: Sendable {
  let name: String
  let kind: CmdletKind
  /// What it is as long as nobody has set it.
  let standard: JSONValue

  init(_ name: String, _ kind: CmdletKind, _ standard: JSONValue = .null) {
    self.name = name
    self.kind = kind
    self.standard = standard
  }

  var parameter: CmdletParameter { CmdletParameter(name, kind) }
}

extension [CmdletProperty] {
  var parameters: [CmdletParameter] { map(\.parameter) }

  /// An object on which nobody has set anything.
  var standards: JSONObject { JSONObject(map { JSONObject.Member(key: $0.name, value: $0.standard) }) }

  /// The object with what the call sets.
  func applied(_ call: CmdletCall, to object: JSONObject) -> JSONObject {
    var changed = object
    for property in self {
      guard let value = call.values[property.name] else { continue }
      if case .list(let change) = value {
        let present = (changed[property.name]?.arrayValue ?? []).compactMap(\.stringValue)
        changed[property.name] = .strings(change.applied(to: present))
      } else {
        changed[property.name] = value.shown(as: property.kind)
      }
    }
    return changed
  }
}
