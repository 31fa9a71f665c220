package import AdminCore

/// A wish that the platform has nothing for. It is told, never pretended.
package struct Unsupported: Hashable, Sendable {
  /// As the call names it.
  package let setting: String
  package let reason: String
  package let instead: String

  package init(_ setting: String, reason: String, instead: String) {
    self.setting = setting
    self.reason = reason
    self.instead = instead
  }

  /// There is no setting of a mailbox that has anything to do with delivery receipts.
  package static let deliveryReceipts = Unsupported(
    "deliveryReceipts",
    reason: "a mailbox has no setting for delivery receipts: the sender asks for one with each mail",
    instead: "send_from_template with deliveryReceipt: true; get_message_tracking_logs shows what was delivered")

  package var text: String { "\(setting) was not set: \(reason). Instead: \(instead)." }

  package var json: JSONValue {
    ["setting": .string(setting), "reason": .string(reason), "instead": .string(instead)]
  }

  init?(journalled json: JSONValue) {
    guard let setting = json["setting"]?.stringValue, let reason = json["reason"]?.stringValue,
      let instead = json["instead"]?.stringValue
    else { return nil }
    self.init(setting, reason: reason, instead: instead)
  }

  /// - Throws: `FEAT_002` where nothing else was wished for.
  package static func refuse(_ wishes: [Unsupported]) throws(AdminError) {
    throw AdminError(
      .notPossible, "Nothing was done. " + wishes.map(\.text).joined(separator: " "),
      details: ["unsupported": .array(wishes.map(\.json))])
  }
}
