import AdminCore

/// The arguments that every changing tool takes besides its own: they steer the call and are no part of what is done.
struct CallOptions: Sendable {
  /// Plan only.
  let isDryRun: Bool
  /// The same key with the same arguments is the same call.
  let idempotencyKey: String?
  /// A confirmation token, where the site has allowed them.
  let confirmation: String?

  private static let names = ["dryRun", "idempotencyKey", "confirm"]

  /// For the tool's input schema.
  static let schema: JSONObject = [
    "dryRun": ["type": "boolean"], "idempotencyKey": ["type": "string"], "confirm": ["type": "string"],
  ]

  /// The same with its rules, for checking.
  private static let validator: JSONSchema? = try? JSONSchema([
    "type": "object",
    "properties": [
      "dryRun": ["type": ["boolean", "null"]],
      "idempotencyKey": ["type": ["string", "null"], "minLength": 8, "maxLength": 128],
      "confirm": ["type": ["string", "boolean", "null"], "maxLength": 256],
    ],
  ])

  /// Takes the options out of the arguments.
  ///
  /// - Returns: the options, and the arguments that are the tool's own.
  static func split(_ arguments: JSONObject) throws(AdminError) -> (options: CallOptions, own: JSONObject) {
    let problems = validator?.problems(in: .object(arguments)) ?? []
    guard problems.isEmpty else { throw AdminError(problems: problems) }
    let options = CallOptions(
      isDryRun: arguments["dryRun"]?.boolValue ?? false,
      idempotencyKey: arguments["idempotencyKey"]?.stringValue,
      // `confirm: true` says that a model agrees with itself, which is no approval.
      confirmation: arguments["confirm"]?.stringValue)
    return (options, JSONObject(arguments.filter { !names.contains($0.key) }))
  }
}
