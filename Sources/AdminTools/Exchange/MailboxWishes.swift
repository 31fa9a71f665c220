import AdminCore
import Content
import M365
import Workflows

/// What a call wants of a mailbox, checked as far as it can be without asking the tenant.
struct MailboxWishes {
  private(set) var parts: [MailboxPart] = []
  private(set) var unsupported: [Unsupported] = []
  private(set) var warnings: [String] = []
  private var problems: [AdminError.Problem] = []

  init(_ settings: ConfigureMailbox.Settings, _ owner: MailboxOwner, now: Timestamp) throws(AdminError) {
    if let name = settings.timeZone { addTimeZone(name) }
    if let locale = settings.language { addLanguage(locale) }
    if let replies = settings.automaticReplies { addReplies(replies, now: now) }
    addReceipts(settings)
    addRules(settings.forwardingRules, owner)
    guard problems.isEmpty else { throw AdminError(problems: problems) }
    guard !parts.isEmpty || !unsupported.isEmpty else {
      throw AdminError(problems: [
        AdminError.Problem(path: "/settings", rule: "required", message: "name at least one setting")
      ])
    }
  }

  private mutating func note(_ path: String, _ rule: String, _ message: String) {
    problems.append(AdminError.Problem(path: "/settings/\(path)", rule: rule, message: message))
  }

  // MARK: Region and receipts

  private mutating func addTimeZone(_ name: String) {
    guard TimeZoneNames.isComparable(name) else {
      return note(
        "timeZone", "timeZone",
        "is a name that cannot be compared with what Exchange shows; give the Windows name, such as W. Europe Standard Time"
      )
    }
    parts.append(.timeZone(name))
  }

  private mutating func addLanguage(_ locale: String) {
    let subtags = locale.split(separator: "-", omittingEmptySubsequences: false)
    let isLocale = subtags.allSatisfy {
      (1...8).contains($0.count) && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }
    guard isLocale, (2...3).contains(subtags[0].count) else {
      return note("language", "locale", "must be a locale such as en-IE")
    }
    parts.append(.language(locale))
  }

  private mutating func addReceipts(_ settings: ConfigureMailbox.Settings) {
    if settings.readReceipts != nil, settings.readReceiptResponse != nil {
      note("readReceiptResponse", "exclusive", "says the same as readReceipts; give one of them")
    }
    if let answers = settings.readReceipts { parts.append(.readReceipts(answers ? .always : .never)) }
    switch settings.readReceiptResponse {
    case .ask: parts.append(.readReceipts(.ask))
    case .always: parts.append(.readReceipts(.always))
    case .never: parts.append(.readReceipts(.never))
    case nil: break
    }
    if settings.readReceipts != nil || settings.readReceiptResponse != nil {
      warnings.append(
        "The answer to read receipts holds in Outlook on the web and the new Outlook; classic Outlook has its own "
          + "setting.")
    }
    if settings.deliveryReceipts != nil { unsupported.append(.deliveryReceipts) }
  }

  // MARK: Automatic replies

  private mutating func addReplies(_ replies: ConfigureMailbox.Replies, now: Timestamp) {
    var json = JSONObject()
    if let status = replies.status { json["status"] = .string(status.rawValue) }
    if let audience = replies.externalAudience { json["externalAudience"] = .string(audience.rawValue) }
    if let text = replies.internalReplyMessage { json["internalReplyMessage"] = .string(AutomaticReplyText.html(text)) }
    if let text = replies.externalReplyMessage { json["externalReplyMessage"] = .string(AutomaticReplyText.html(text)) }
    let start = time(replies.scheduledStartDateTime, "scheduledStartDateTime")
    let end = time(replies.scheduledEndDateTime, "scheduledEndDateTime")
    if replies.status == .scheduled {
      if replies.scheduledStartDateTime == nil || replies.scheduledEndDateTime == nil {
        note("automaticReplies", "required", "scheduled replies need scheduledStartDateTime and scheduledEndDateTime")
      }
    } else if replies.scheduledStartDateTime != nil || replies.scheduledEndDateTime != nil {
      note("automaticReplies/status", "required", "must be scheduled where times are given")
    }
    if let start, let end {
      if end <= start { note("automaticReplies/scheduledEndDateTime", "order", "must be after the start") }
      if end <= now { note("automaticReplies/scheduledEndDateTime", "past", "is over already") }
      json["scheduledStartDateTime"] = Self.graphTime(start)
      json["scheduledEndDateTime"] = Self.graphTime(end)
    }
    guard !json.isEmpty else { return note("automaticReplies", "required", "names nothing to set") }
    parts.append(.automaticReplies(json))
  }

  private mutating func time(_ text: String?, _ name: String) -> Timestamp? {
    guard let text else { return nil }
    guard let reading = ISO8601Reading(text) else {
      note("automaticReplies/\(name)", "dateTime", "must be a date and time in ISO 8601, such as 2026-08-03T08:00:00Z")
      return nil
    }
    if reading.offsetMinutes == nil {
      warnings.append("\(name) names no offset and is taken as UTC.")
    }
    return reading.timestamp
  }

  private static func graphTime(_ time: Timestamp) -> JSONValue {
    ["dateTime": .string(String(time.iso8601Seconds.dropLast())), "timeZone": "UTC"]
  }

  // MARK: Forwarding

  private mutating func addRules(_ rules: [ConfigureMailbox.Rule], _ owner: MailboxOwner) {
    var names: Set<String> = []
    var hasForwarding = false
    for (index, rule) in rules.enumerated() {
      let path = "forwardingRules/\(index)"
      let forward = addresses(rule.forwardTo, "\(path)/forwardTo", owner)
      let redirect = addresses(rule.redirectTo, "\(path)/redirectTo", owner)
      guard let name = rule.name.map(Self.trimmed) else {
        if hasForwarding { note(path, "unique", "a mailbox has one forwarding; give the other rules a name") }
        hasForwarding = true
        addForwarding(rule, forward, path)
        continue
      }
      if name.isEmpty { note("\(path)/name", "name", "must not be blank") }
      if !names.insert(name).inserted { note("\(path)/name", "unique", "stands twice") }
      addRule(name, rule, forward, redirect, path, owner)
    }
  }

  private static func trimmed(_ name: String) -> String {
    String(name.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  private mutating func addForwarding(_ rule: ConfigureMailbox.Rule, _ forward: [String], _ path: String) {
    if !rule.redirectTo.isEmpty || rule.conditions != nil {
      note("\(path)/name", "required", "a rule with conditions or redirectTo is an inbox rule and needs a name")
    }
    guard rule.enabled else { return parts.append(.forwarding(.off)) }
    guard rule.forwardTo.count == 1 else {
      return note(
        "\(path)/forwardTo", "count",
        "forwarding a whole mailbox has exactly one target; give the rule a name to send to several")
    }
    guard let target = forward.first else { return }
    parts.append(.forwarding(MailboxForwarding(to: target, keepsCopy: rule.keepCopy)))
  }

  private mutating func addRule(
    _ name: String, _ rule: ConfigureMailbox.Rule, _ forward: [String], _ redirect: [String], _ path: String,
    _ owner: MailboxOwner
  ) {
    guard !rule.forwardTo.isEmpty || !rule.redirectTo.isEmpty else {
      // A rule that is only switched; what it does stays.
      if rule.conditions != nil { note(path, "required", "names no address in forwardTo or redirectTo") }
      return parts.append(.rule(name: name, content: ["isEnabled": .bool(rule.enabled)]))
    }
    let actions = InboxRuleForm.Actions(forwardTo: forward, redirectTo: redirect, keepsCopy: rule.keepCopy)
    parts.append(
      .rule(
        name: name,
        content: InboxRuleForm.content(
          actions, conditions: conditions(rule.conditions, "\(path)/conditions"), isEnabled: rule.enabled)))
  }

  private mutating func conditions(_ given: ConfigureMailbox.Conditions?, _ path: String) -> JSONObject {
    guard let given else { return [:] }
    var json = JSONObject()
    let senders = addresses(given.fromAddresses, "\(path)/fromAddresses", nil)
    if !senders.isEmpty { json["fromAddresses"] = InboxRuleForm.recipients(senders) }
    for (name, words) in [
      ("senderContains", given.senderContains), ("subjectContains", given.subjectContains),
      ("bodyContains", given.bodyContains),
    ] where !words.isEmpty { json[name] = .strings(words) }
    if let flag = given.hasAttachments { json["hasAttachments"] = .bool(flag) }
    return json
  }

  /// - Parameter owner: whose own addresses mail must not be sent on to; `nil` for addresses of senders.
  private mutating func addresses(_ texts: [String], _ path: String, _ owner: MailboxOwner?) -> [String] {
    var addresses: [String] = []
    for (index, text) in texts.enumerated() {
      do throws(EmailAddress.Problem) {
        let address = try EmailAddress(checking: text).normalized
        if owner?.addresses.contains(address) == true {
          note("\(path)/\(index)", "loop", "is an address of the mailbox itself")
        } else if !addresses.contains(address) {
          addresses.append(address)
        }
      } catch {
        note("\(path)/\(index)", "address", "is not a mail address: \(error)")
      }
    }
    return addresses
  }
}
