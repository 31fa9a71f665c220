package import AdminCore
import Cryptography

/// One mail made from a template.
package struct TemplateUse: Sendable {
  /// Of the operation that sent it: noted twice, it still counts once. `nil` makes a new one.
  package var id: LocalID?
  package var templateID: LocalID
  package var version: Int
  package var sentBy: String
  package var sentTo: [String]
  /// Names and values; the store keeps the names and one keyed hash over all of it.
  package var variables: JSONObject
  /// The `internetMessageId`, where it is known.
  package var messageID: String?

  package init(
    templateID: LocalID, version: Int, sentBy: String, sentTo: [String], variables: JSONObject,
    messageID: String? = nil
  ) {
    self.templateID = templateID
    self.version = version
    self.sentBy = sentBy
    self.sentTo = sentTo
    self.variables = variables
    self.messageID = messageID
  }
}

/// A message that is known to be ours.
package struct SentMessage: Hashable, Sendable {
  /// The operation that sent it.
  package let operationID: LocalID
  package let templateID: LocalID
  package let version: Int
}

/// How often a template was used.
package struct TemplateUsageSummary: Hashable, Sendable {
  package struct Month: Hashable, Sendable {
    /// `2026-01`.
    package let month: String
    package let sends: Int
  }

  package let sends: Int
  package let lastSentAt: Timestamp?
  /// The newest first, two years at most; months without a send are left out.
  package let months: [Month]
}

extension TemplateRepository {
  /// Notes that a mail was sent.
  ///
  /// - Returns: the id of the note.
  @discardableResult
  package func recordUse(_ use: TemplateUse) async throws(AdminError) -> LocalID {
    let now = database.timekeeper.now()
    let id = use.id ?? LocalID.make(at: now)
    let variables = fingerprint(of: use.variables, in: use.templateID)
    try await database.write { connection in
      // The template may have been deleted since it was rendered; its version is there for good.
      try connection.execute(
        """
        INSERT OR IGNORE INTO template_usage (
          usage_id, template_id, sent_by, sent_to, variables_used, sent_at, message_id, used_template_id, used_version)
        VALUES (
          \(id), (SELECT template_id FROM email_templates WHERE template_id = \(use.templateID)), \(use.sentBy),
          \(JSONValue.strings(use.sentTo)), \(variables), \(now.iso8601), \(use.messageID), \(use.templateID),
          \(use.version))
        """)
    }
    return id
  }

  package func usage(of id: LocalID) async throws(AdminError) -> TemplateUsageSummary {
    try await database.read { connection in
      let total = try connection.first(
        "SELECT count(*), max(sent_at) FROM template_usage WHERE used_template_id = \(id)"
      ) { row throws(StoreError) in (sends: try row.next(Int.self), last: try row.next(String?.self)) }
      let months = try connection.all(
        """
        SELECT substr(sent_at, 1, 7), count(*) FROM template_usage WHERE used_template_id = \(id)
        GROUP BY 1 ORDER BY 1 DESC LIMIT 24
        """
      ) { row throws(StoreError) in TemplateUsageSummary.Month(month: try row.next(), sends: try row.next()) }
      return TemplateUsageSummary(
        sends: total?.sends ?? 0, lastSentAt: total?.last.flatMap { Timestamp(iso8601: $0) }, months: months)
    }
  }

  /// Those of the messages that were sent from here, by their `internetMessageId`.
  package func sentMessages(among ids: Set<String>) async throws(AdminError) -> [String: SentMessage] {
    guard !ids.isEmpty else { return [:] }
    return try await database.read { connection in
      let found = try connection.all(
        """
        SELECT message_id, usage_id, used_template_id, used_version FROM template_usage
        WHERE message_id IN \(list: ids.sorted())
        """
      ) { row throws(StoreError) in
        (
          id: try row.next(String.self),
          SentMessage(operationID: try row.next(), templateID: try row.next(), version: try row.next())
        )
      }
      return Dictionary(found.map { ($0.id, $0.1) }) { first, _ in first }
    }
  }

  /// `{"names":[…],"hmac":"…"}`: two mails with the same values can be told to be so, and no value can be read.
  private func fingerprint(of variables: JSONObject, in template: LocalID) -> JSONValue {
    let bound: JSONValue = ["template": .string(template.text), "values": .object(variables)]
    let hash = HMACSHA256.authenticate(CanonicalJSON.bytes(bound), key: database.keys[.variablesHash])
    return ["names": .strings(variables.keys.sorted()), "hmac": .string(Hex.encode(hash))]
  }
}
