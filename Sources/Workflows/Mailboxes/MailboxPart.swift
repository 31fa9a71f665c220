package import AdminCore
package import M365

/// One thing of a mailbox that is given a value: how it is read, written, compared and told.
package enum MailboxPart: Sendable {
  case timeZone(String)
  /// A locale such as `en-IE`.
  case language(String)
  /// In Graph's form, with the members that are to change.
  case automaticReplies(JSONObject)
  /// What the mailbox answers when a sender asks for a read receipt.
  case readReceipts(ReadReceiptResponse.Answer)
  /// Whether delivery reports about mail to the mailbox may say that it was read.
  case readStatus(Bool)
  /// Everything that arrives goes to one other address, whatever rules there are.
  case forwarding(MailboxForwarding)
  /// An inbox rule of that name, in Graph's form.
  case rule(name: String, content: JSONObject)

  /// The mailbox, as both services name it.
  package struct Target: Hashable, Sendable {
    /// Of the user in the directory.
    package let userID: String
    /// The sign-in name, which is also an address.
    package let address: String

    package init(userID: String, address: String) {
      self.userID = userID
      self.address = address
    }

    var user: UserReference { UserReference(userID) }

    func mailbox() throws(AdminError) -> MailboxReference {
      guard let mailbox = MailboxReference(address: address) else {
        throw AdminError(
          .invalidAddress, "\(VisibleText.excerpt(address)) is not the address of a mailbox in Exchange Online.")
      }
      return mailbox
    }
  }

  /// In results and plans.
  package var setting: String {
    switch self {
    case .timeZone: "timeZone"
    case .language: "language"
    case .automaticReplies: "automaticReplies"
    case .readReceipts: "readReceipts"
    case .readStatus: "messageTracking"
    case .forwarding: "forwarding"
    case .rule(let name, _): "inbox rule “\(VisibleText.excerpt(name, limit: 80))”"
    }
  }

  /// Of the request that writes it.
  package var operation: String {
    switch self {
    case .timeZone, .language, .automaticReplies: "PATCH /users/{id}/mailboxSettings"
    case .readReceipts: "Set-MailboxMessageConfiguration"
    case .readStatus, .forwarding: "Set-Mailbox"
    case .rule: "POST or PATCH /users/{id}/mailFolders/inbox/messageRules"
    }
  }

  package var needsExchange: Bool {
    switch self {
    case .readReceipts, .readStatus, .forwarding: true
    case .timeZone, .language, .automaticReplies, .rule: false
    }
  }

  private var propagation: String {
    switch self {
    case .timeZone, .language, .automaticReplies, .rule: "up to some minutes"
    case .readReceipts, .readStatus, .forwarding: Duration.seconds(900).upTo
    }
  }

  /// The value as it is given to `access(_:_:)`.
  package var wanted: JSONObject {
    switch self {
    case .timeZone(let name): ["timeZone": .string(name)]
    case .language(let locale): ["region": ["language": ["locale": .string(locale)]]]
    case .automaticReplies(let replies): ["automaticReplies": .object(replies)]
    case .readReceipts(let answer): ["value": .object(ReadReceiptResponse(answer).parameters.json)]
    case .readStatus(let isShown): ["value": ["MessageTrackingReadStatusEnabled": .bool(isShown)]]
    case .forwarding(let forwarding): ["value": .object(forwarding.parameters.json)]
    case .rule(_, let content): ["rule": .object(content)]
    }
  }

  package func access(
    _ target: Target, _ services: WorkflowServices
  ) throws(AdminError) -> SettingAccess {
    switch self {
    case .timeZone: .timeZone(of: target, services)
    case .language: .region(of: target, services)
    case .automaticReplies: .automaticReplies(of: target, services)
    case .readReceipts: .exchange(MailboxSetting(ReadReceiptResponse.self, of: try target.mailbox()), services)
    case .readStatus: .exchange(ExchangeSwitch.readStatusInReports(try target.mailbox()), services)
    case .forwarding: .exchange(MailboxSetting(MailboxForwarding.self, of: try target.mailbox()), services)
    case .rule(let name, _): .inboxRule(name, of: target, services)
    }
  }

  /// The two steps that give it its value.
  ///
  /// - Parameter id: of the second step; unlike that of every other part.
  func steps(_ id: String, _ target: Target, _ services: WorkflowServices) -> [Step] {
    let name = "\(setting) of \(target.address)"
    do throws(AdminError) {
      return Step.setting(
        id, name, to: wanted, try access(target, services), propagation: propagation, timekeeper: services.timekeeper)
    } catch {
      // Told by the step, like everything else that cannot be done.
      let refusal = error
      return [Step(id, "Set \(name)", effect: .none) { _ throws(AdminError) in throw refusal }]
    }
  }
}

// MARK: - In words

extension MailboxPart {
  /// A value of this part, as `access` reads it, in words for a plan or a result.
  package func describe(_ object: JSONObject) -> String {
    switch self {
    case .timeZone: object["timeZone"]?.stringValue.map(Self.shown) ?? "none"
    case .language: object["region"]?["language"]?["locale"]?.stringValue.map(Self.shown) ?? "none"
    case .automaticReplies: Self.replies(object["automaticReplies"])
    case .readReceipts:
      object["value"]?.objectValue.flatMap(ReadReceiptResponse.init).map { Self.word($0.answer) } ?? "unknown"
    case .readStatus:
      object["value"]?["MessageTrackingReadStatusEnabled"]?.boolValue.map { $0 ? "shown" : "hidden" } ?? "unknown"
    case .forwarding: object["value"]?.objectValue.flatMap(MailboxForwarding.init).map(Self.forwarding) ?? "unknown"
    case .rule: Self.rule(object["rule"])
    }
  }

  private static func shown(_ text: String) -> String { VisibleText.excerpt(text, limit: 160) }

  private static func word(_ answer: ReadReceiptResponse.Answer) -> String {
    switch answer {
    case .ask: "ask each time"
    case .always: "always sent"
    case .never: "never sent"
    }
  }

  private static func replies(_ value: JSONValue?) -> String {
    guard let value else { return "none" }
    var parts = [value["status"]?.stringValue ?? "as it was"]
    for (name, key) in [("from", "scheduledStartDateTime"), ("to", "scheduledEndDateTime")]
    where value["status"] == "scheduled" {
      if let time = value[key]?["dateTime"]?.stringValue {
        parts.append("\(name) \(time.prefix(16)) \(value[key]?["timeZone"]?.stringValue ?? "")")
      }
    }
    if let audience = value["externalAudience"]?.stringValue { parts.append("outside: \(audience)") }
    for (name, key) in [("inside", "internalReplyMessage"), ("outside", "externalReplyMessage")] {
      guard let html = value[key]?.stringValue else { continue }
      let text = AutomaticReplyText.plain(html)
      if !text.isEmpty { parts.append("\(name) “\(VisibleText.excerpt(text, limit: 120))”") }
    }
    return shown(parts.joined(separator: ", "))
  }

  private static func forwarding(_ forwarding: MailboxForwarding) -> String {
    guard let target = forwarding.recipient ?? forwarding.address else { return "off" }
    return shown("to \(target), \(forwarding.keepsCopy ? "a copy is kept" : "NO copy is kept")")
  }

  private static func rule(_ value: JSONValue?) -> String {
    guard let content = value?.objectValue else { return "none" }
    return shown(InboxRuleForm.describe(content))
  }
}

// MARK: - The journalled form

extension MailboxPart {
  var journalled: JSONValue {
    let value: JSONValue =
      switch self {
      case .timeZone(let name): .string(name)
      case .language(let locale): .string(locale)
      case .automaticReplies(let replies): .object(replies)
      case .readReceipts(let answer): .string(answer.rawValue)
      case .readStatus(let isShown): .bool(isShown)
      case .forwarding(let forwarding): .object(forwarding.parameters.json)
      case .rule(let name, let content): ["name": .string(name), "content": .object(content)]
      }
    return ["part": .string(kind), "value": value]
  }

  private var kind: String {
    if case .rule = self { "rule" } else { setting }
  }

  init?(journalled json: JSONValue) {
    let value = json["value"]
    let part: MailboxPart? =
      switch json["part"]?.stringValue {
      case "timeZone": value?.stringValue.map(MailboxPart.timeZone)
      case "language": value?.stringValue.map(MailboxPart.language)
      case "automaticReplies": value?.objectValue.map(MailboxPart.automaticReplies)
      case "readReceipts":
        value?.stringValue.flatMap(ReadReceiptResponse.Answer.init).map(MailboxPart.readReceipts)
      case "messageTracking": value?.boolValue.map(MailboxPart.readStatus)
      case "forwarding": value?.objectValue.flatMap(MailboxForwarding.init).map(MailboxPart.forwarding)
      case "rule":
        if let name = value?["name"]?.stringValue, let content = value?["content"]?.objectValue {
          .rule(name: name, content: content)
        } else {
          nil
        }
      default: nil
      }
    guard let part else { return nil }
    self = part
  }
}

// MARK: - Looking

extension MailboxPart {
  /// How the part is now, and whether that is as wanted: for a plan.
  package func look(
    _ target: Target, _ services: WorkflowServices
  ) async throws(AdminError) -> (now: JSONObject, isAsWanted: Bool) {
    let access = try access(target, services)
    let now = services.timekeeper.now()
    let id = LocalID.make(at: now)
    let read = try await access.read(StepContext(operationID: id, createdAt: now, correlationID: id.text))
    return (read, access.holds(wanted, in: read))
  }
}
