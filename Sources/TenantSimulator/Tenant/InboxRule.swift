import AdminCore

/// A rule that Exchange applies to what arrives in an inbox.
struct InboxRule: Sendable {
  let id: String
  var displayName: String
  var sequence: Int
  var isEnabled: Bool
  /// As the client wrote them, with every name in the model's own spelling.
  var conditions: JSONObject
  var exceptions: JSONObject
  var actions: JSONObject

  var json: JSONObject {
    [
      "id": .string(id), "displayName": .string(displayName), "sequence": .int(sequence),
      "isEnabled": .bool(isEnabled), "hasError": false, "isReadOnly": false,
      "conditions": conditions.isEmpty ? .null : .object(conditions),
      "exceptions": exceptions.isEmpty ? .null : .object(exceptions), "actions": .object(actions),
    ]
  }

  /// Whether every condition holds for the message, and no exception does.
  func applies(to message: MailMessage) -> Bool {
    isEnabled && conditions.allSatisfy { Self.holds($0.key, $0.value, message) }
      && !exceptions.contains { Self.holds($0.key, $0.value, message) }
  }

  private static func holds(_ name: String, _ value: JSONValue, _ message: MailMessage) -> Bool {
    let words = (value.arrayValue ?? []).compactMap(\.stringValue)
    func contains(_ texts: [String]) -> Bool {
      words.contains { word in texts.contains { $0.lowercased().contains(word.lowercased()) } }
    }
    func names(_ people: [MailAddress]) -> Bool {
      let wanted = addresses(value)
      return people.contains { wanted.contains($0.address.lowercased()) }
    }
    let from = message.from.map { [$0] } ?? []
    switch name {
    case "subjectContains": return contains([message.subject])
    case "bodyContains": return contains([message.content])
    case "bodyOrSubjectContains": return contains([message.subject, message.content])
    case "senderContains": return contains(from.flatMap { [$0.address, $0.name] })
    case "recipientContains": return contains(message.recipients.all.flatMap { [$0.address, $0.name] })
    case "fromAddresses": return names(from)
    case "sentToAddresses": return names(message.recipients.to + message.recipients.cc)
    case "hasAttachments": return message.attachments.isEmpty != (value.boolValue ?? false)
    case "importance": return value.stringValue == message.importance
    default: return false
    }
  }

  private static func addresses(_ value: JSONValue) -> [String] {
    (value.arrayValue ?? []).compactMap { $0["emailAddress"]?["address"]?.stringValue?.lowercased() }
  }

  func targets(_ action: String) -> [String] { Self.addresses(actions[action] ?? []) }

  var stops: Bool { actions["stopProcessingRules"] == true }
}
