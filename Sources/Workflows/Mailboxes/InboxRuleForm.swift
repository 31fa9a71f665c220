package import AdminCore

/// Inbox rules in Graph's form: made, compared and told.
package enum InboxRuleForm {
  /// Where a rule sends mail, and what becomes of it here.
  package struct Actions: Sendable {
    package var forwardTo: [String]
    package var redirectTo: [String]
    /// Otherwise the mail goes to Deleted Items.
    package var keepsCopy: Bool

    package init(forwardTo: [String], redirectTo: [String], keepsCopy: Bool) {
      self.forwardTo = forwardTo
      self.redirectTo = redirectTo
      self.keepsCopy = keepsCopy
    }
  }

  package static func content(
    _ actions: Actions, conditions: JSONObject, isEnabled: Bool
  ) -> JSONObject {
    var written = JSONObject()
    if !actions.forwardTo.isEmpty { written["forwardTo"] = recipients(actions.forwardTo) }
    if !actions.redirectTo.isEmpty { written["redirectTo"] = recipients(actions.redirectTo) }
    if !actions.keepsCopy { written["delete"] = true }
    return ["isEnabled": .bool(isEnabled), "conditions": .object(conditions), "actions": .object(written)]
  }

  package static func recipients(_ addresses: [String]) -> JSONValue {
    .array(addresses.map { ["emailAddress": ["address": .string($0)]] })
  }

  /// Every address that a rule sends mail to.
  package static func targets(of content: JSONObject) -> [String] {
    ["forwardTo", "redirectTo", "forwardAsAttachmentTo"].flatMap { addresses(content["actions"]?[$0]) }
  }

  private static func addresses(_ value: JSONValue?) -> [String] {
    (value?.arrayValue ?? []).compactMap { $0["emailAddress"]?["address"]?.stringValue }
  }

  // MARK: Comparing

  /// Whether a rule is as wanted, in the parts that are wanted: order and case of addresses say nothing.
  static func holds(_ wanted: JSONObject, in read: JSONObject) -> Bool {
    wanted.allSatisfy { member in
      let value = read[member.key] ?? .null
      guard let part = member.value.objectValue else { return value == member.value }
      return CanonicalJSON.bytes(.object(normalized(part)))
        == CanonicalJSON.bytes(.object(normalized(value.objectValue ?? [:])))
    }
  }

  private static func normalized(_ part: JSONObject) -> JSONObject {
    var normal = JSONObject()
    for member in part {
      switch member.value {
      case .null, .bool(false): continue
      case .array(let elements):
        let texts = elements.map { $0["emailAddress"]?["address"]?.stringValue?.lowercased() ?? $0.text }
        if !texts.isEmpty { normal[member.key] = .strings(texts.sorted()) }
      default: normal[member.key] = member.value
      }
    }
    return normal
  }

  // MARK: In words

  static func describe(_ content: JSONObject) -> String {
    let actions = content["actions"]
    var parts: [String] = []
    for (word, key) in [
      ("forward to", "forwardTo"), ("redirect to", "redirectTo"), ("forward as attachment to", "forwardAsAttachmentTo"),
    ] {
      let list = addresses(actions?[key])
      if !list.isEmpty { parts.append("\(word) \(list.joined(separator: ", "))") }
    }
    if actions?["delete"] == true || actions?["permanentDelete"] == true { parts.append("keep NO copy in the inbox") }
    let others = (actions?.objectValue?.keys ?? []).filter {
      !["forwardTo", "redirectTo", "forwardAsAttachmentTo", "delete", "permanentDelete"].contains($0)
    }
    parts += others
    let conditions = (content["conditions"]?.objectValue ?? [:]).map { "\($0.key) \(shown($0.value))" }
    if !conditions.isEmpty { parts.append("when " + conditions.joined(separator: " and ")) }
    return (content["isEnabled"] == false ? "off: " : "") + parts.joined(separator: ", ")
  }

  private static func shown(_ value: JSONValue) -> String {
    let list = addresses(value)
    if !list.isEmpty { return list.joined(separator: ", ") }
    return value.arrayValue?.compactMap(\.stringValue).joined(separator: ", ") ?? value.text
  }
}
