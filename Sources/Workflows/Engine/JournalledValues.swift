import AdminCore

extension AdminError {
  /// An error as the journal has it.
  init?(journalled json: JSONValue) {
    guard let code = json["code"]?.stringValue.flatMap(ErrorCode.init), let message = json["message"]?.stringValue
    else { return nil }
    self.init(
      code, message, isRetryable: json["retryable"]?.boolValue,
      retryAfter: json["retryAfterMs"]?.intValue.map { .milliseconds($0) }, details: json["details"])
    correlationID = json["correlationId"]?.stringValue
  }
}

extension OperationReport {
  /// A report as the journal has it, without output and error, which stand beside it.
  init(operationID: LocalID, state: State, journalled json: JSONObject) {
    self.init(operationID: operationID, state: state)
    func strings(_ key: String) -> [String] { json[key]?.arrayValue?.compactMap(\.stringValue) ?? [] }
    done = strings("done")
    undone = strings("undone")
    pending = strings("pending")
    isResumed = json["resumed"]?.boolValue ?? false
    left = (json["left"]?.arrayValue ?? []).compactMap { entry in
      guard let step = entry["step"]?.stringValue, let action = entry["action"]?.stringValue else { return nil }
      return ManualAction(step: step, action: action)
    }
  }
}

extension AdminError {
  /// An operation whose input this version of the program cannot read.
  static func malformedJournal(_ workflow: String) -> AdminError {
    AdminError(.internalFault, "The journal's input for \(workflow) cannot be read.")
  }
}
