package import AdminCore
import Content
import M365

// How the parts of a mailbox that Graph keeps are read, written and compared.

extension SettingAccess {
  static func timeZone(of target: MailboxPart.Target, _ services: WorkflowServices) -> SettingAccess {
    SettingAccess(
      read: { _ throws(AdminError) in
        let settings = try await services.graph().mailboxSettings(of: target.user)
        return ["timeZone": settings["timeZone"] ?? .null]
      },
      write: { wanted, _ throws(AdminError) in
        try await change(target, services, "time zone", wanted)
      },
      matches: { read, wanted in
        TimeZoneNames.areSame(read.stringValue ?? "", wanted.stringValue ?? "")
      })
  }

  /// Language and what goes with it: another language brings its own formats of dates and times, and putting the old
  /// one back has to bring the old formats back.
  static func region(of target: MailboxPart.Target, _ services: WorkflowServices) -> SettingAccess {
    let members = ["language", "dateFormat", "timeFormat"]
    return SettingAccess(
      read: { _ throws(AdminError) in
        let settings = try await services.graph().mailboxSettings(of: target.user)
        var region = JSONObject()
        for member in members { region[member] = settings[member] }
        region["language"] = ["locale": settings["language"]?["locale"] ?? .null]
        return ["region": .object(region)]
      },
      write: { wanted, _ throws(AdminError) in
        try await change(target, services, "language", wanted["region"]?.objectValue ?? [:])
      },
      matches: { read, wanted in
        func locale(_ value: JSONValue) -> String? { value["language"]?["locale"]?.stringValue?.lowercased() }
        guard locale(read) == locale(wanted) else { return false }
        return members.dropFirst().allSatisfy { wanted[$0] == nil || wanted[$0] == read[$0] }
      })
  }

  static func automaticReplies(of target: MailboxPart.Target, _ services: WorkflowServices) -> SettingAccess {
    SettingAccess(
      read: { _ throws(AdminError) in
        let settings = try await services.graph().mailboxSettings(of: target.user)
        return ["automaticReplies": settings["automaticRepliesSetting"] ?? .null]
      },
      write: { wanted, _ throws(AdminError) in
        try await change(
          target, services, "automatic replies", ["automaticRepliesSetting": wanted["automaticReplies"] ?? .null])
      },
      matches: { read, wanted in
        (wanted.objectValue ?? [:]).allSatisfy { member in
          AutomaticReplyText.areSame(member.key, read[member.key] ?? .null, member.value)
        }
      })
  }

  private static func change(
    _ target: MailboxPart.Target, _ services: WorkflowServices, _ name: String, _ changes: JSONObject
  ) async throws(AdminError) {
    do throws(AdminError) {
      _ = try await services.graph().updateMailboxSettings(of: target.user, changes)
    } catch  where error.details?["status"] == 400 {
      throw AdminError(
        .invalidArgument,
        "Exchange does not accept this \(name). \(error.details?["serviceMessage"]?.stringValue ?? "")",
        details: error.details, cause: error.cause)
    }
  }

  /// An inbox rule, found by its name; null where there is none.
  static func inboxRule(
    _ name: String, of target: MailboxPart.Target, _ services: WorkflowServices
  ) -> SettingAccess {
    @Sendable func named(_ rules: [InboxRule]) throws(AdminError) -> InboxRule? {
      let found = rules.filter { $0.name == name }
      guard found.count <= 1 else { throw .severalRules(name) }
      return found.first
    }
    return SettingAccess(
      read: { _ throws(AdminError) in
        let rule = try named(try await services.graph().inboxRules(of: target.user))
        return ["rule": rule.map { .object($0.content) } ?? .null]
      },
      write: { wanted, _ throws(AdminError) in
        let graph = try await services.graph()
        let rules = try await graph.inboxRules(of: target.user)
        switch (try named(rules), wanted["rule"]?.objectValue) {
        case (let rule?, let content?): try await graph.updateInboxRule(rule.id, in: target.user, content)
        case (let rule?, nil): try await graph.deleteInboxRule(rule.id, in: target.user)
        case (nil, let content?):
          let last = rules.compactMap { $0.content["sequence"]?.intValue }.max() ?? 0
          let place: JSONObject = ["sequence": .int(last + 1)]
          try await graph.createInboxRule(in: target.user, named: name, place.merging(content))
        case (nil, nil): break
        }
      },
      matches: { read, wanted in
        guard let read = read.objectValue, let wanted = wanted.objectValue else { return read == wanted }
        return InboxRuleForm.holds(wanted, in: read)
      })
  }
}

extension AdminError {
  /// Rules are told apart by their names.
  package static func severalRules(_ name: String) -> AdminError {
    AdminError(
      .needsClarification,
      "The inbox has several rules named “\(VisibleText.excerpt(name, limit: 80))”; give the rule another name, or have "
        + "the owner rename them.")
  }
}

/// Messages of automatic replies, as people write them and as Exchange keeps them.
package enum AutomaticReplyText {
  /// As HTML: what is not HTML already is put into it, with its lines.
  package static func html(_ text: String) -> String { looksLikeHTML(text) ? text : html(plain: text) }

  /// The same for a text that is no HTML, whatever it looks like.
  package static func html(plain text: String) -> String {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
      line.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }.joined(separator: "<br>")
  }

  private static func looksLikeHTML(_ text: String) -> Bool {
    text.firstRange(of: /<\/?[A-Za-z][^<>]*>/) != nil
  }

  static func plain(_ html: String) -> String {
    ((try? PlainText.derive(fromHTML: html)) ?? html).trimmingWhitespace()
  }

  /// Whether a member of the setting reads as it was written: Exchange wraps messages into whole documents, and writes
  /// times with seven decimals.
  static func areSame(_ key: String, _ read: JSONValue, _ wanted: JSONValue) -> Bool {
    switch key {
    case "internalReplyMessage", "externalReplyMessage":
      return plain(read.stringValue ?? "") == plain(wanted.stringValue ?? "")
    case "scheduledStartDateTime", "scheduledEndDateTime":
      func time(_ value: JSONValue) -> Timestamp? { value["dateTime"]?.stringValue.flatMap { Timestamp(iso8601: $0) } }
      return time(read) == time(wanted)
        && TimeZoneNames.areSame(read["timeZone"]?.stringValue ?? "", wanted["timeZone"]?.stringValue ?? "")
    default: return read.stringValue?.lowercased() == wanted.stringValue?.lowercased()
    }
  }
}

extension String {
  fileprivate func trimmingWhitespace() -> String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
