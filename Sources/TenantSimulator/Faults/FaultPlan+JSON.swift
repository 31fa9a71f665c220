package import AdminCore

extension FaultPlan {
  /// - Parameter json: a list of rules, or `{"rules": […], "random": {"rate": 0.05, "seed": 7, "actions": […]}}`.
  package init(json: JSONValue) throws(SeedError) {
    if let rules = json.arrayValue {
      self.init(try Self.rules(rules, "faults"))
      return
    }
    guard let object = json.objectValue else { throw SeedError("faults", "must be a list of rules or an object") }
    try Self.check(object, ["rules", "random"], "faults")
    guard let rules = (object["rules"] ?? []).arrayValue else { throw SeedError("faults.rules", "must be a list") }
    self.init(
      try Self.rules(rules, "faults.rules"),
      random: try object["random"].map { value throws(SeedError) in try Self.random(value) })
  }

  package var json: JSONValue {
    let rules = zip(rules, hits).map { rule, hits in
      var object = rule.json
      object["hits"] = .int(hits)
      return JSONValue.object(object)
    }
    var object: JSONObject = ["rules": .array(rules)]
    if let random {
      object["random"] = [
        "rate": JSONNumber(random.rate).map(JSONValue.number) ?? 0, "seed": .int(Int64(bitPattern: random.seed)),
        "actions": .strings(random.faults.map(\.name)),
      ]
    }
    return .object(object)
  }

  private static func check(_ object: JSONObject, _ names: [String], _ path: String) throws(SeedError) {
    guard let unknown = object.keys.first(where: { !names.contains($0) }) else { return }
    throw SeedError("\(path).\(unknown)", "is unknown; known are \(names.joined(separator: ", "))")
  }

  private static func rules(_ values: [JSONValue], _ path: String) throws(SeedError) -> [FaultRule] {
    guard values.count <= 1_000 else { throw SeedError(path, "must not hold more than 1000 rules") }
    var rules: [FaultRule] = []
    for (index, value) in values.enumerated() { rules.append(try rule(value, "\(path)[\(index)]")) }
    return rules
  }

  private static func rule(_ value: JSONValue, _ path: String) throws(SeedError) -> FaultRule {
    guard let object = value.objectValue else { throw SeedError(path, "must be an object") }
    try check(object, ["match", "action", "retryAfter", "seconds", "code", "location", "bytes", "skip", "times"], path)
    guard let match = (object["match"] ?? [:]).objectValue else {
      throw SeedError("\(path).match", "must be an object")
    }
    try check(match, ["method", "path"], "\(path).match")
    return FaultRule(
      try fault(object, path), method: match["method"]?.stringValue?.uppercased(), path: match["path"]?.stringValue,
      skip: try count(object["skip"], "\(path).skip") ?? 0, times: try count(object["times"], "\(path).times"))
  }

  private static func count(_ value: JSONValue?, _ path: String) throws(SeedError) -> Int? {
    guard let value, !value.isNull else { return nil }
    guard let number = value.intValue, (0...1_000_000).contains(number) else {
      throw SeedError(path, "must be a number from 0 to 1000000")
    }
    return number
  }

  private static func fault(_ object: JSONObject, _ path: String) throws(SeedError) -> Fault {
    let action = object["action"]?.stringValue ?? object["action"]?.intValue.map(String.init) ?? ""
    switch action {
    case "429", "503", "500", "403":
      return .status(Int(action) ?? 500, retryAfter: try count(object["retryAfter"], "\(path).retryAfter"))
    case "drop_before": return .dropBefore
    case "drop_after": return .dropAfter
    case "delay":
      guard let seconds = object["seconds"]?.doubleValue, (0...3_600).contains(seconds) else {
        throw SeedError("\(path).seconds", "must be a number from 0 to 3600")
      }
      return .delay(.milliseconds(Int64(seconds * 1000)))
    case "claims_challenge": return .claimsChallenge
    case "fail_operation": return .failOperation
    case "aadsts":
      guard let code = object["code"]?.intValue, TokenFailure.isKnown(code) else {
        throw SeedError("\(path).code", "must be a number of Entra ID's that the simulator knows, such as 7000215")
      }
      return .aadsts(code)
    case "redirect":
      guard let location = object["location"]?.stringValue, location.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
        throw SeedError("\(path).location", "must be an address")
      }
      return .redirect(location)
    case "huge_body":
      let size = object["bytes"]?.intValue ?? 50 << 20
      guard (1...(256 << 20)).contains(size) else { throw SeedError("\(path).bytes", "must be 1 to 268435456") }
      return .hugeBody(size)
    case "admin_errors": return .adminErrors
    case "header_warning": return .headerWarning
    case "weak_keys": return .weakKeys
    default:
      throw SeedError(
        "\(path).action",
        "must be one of 429, 503, 500, 403, drop_before, drop_after, delay, claims_challenge, aadsts, fail_operation, "
          + "redirect, huge_body, admin_errors, header_warning, weak_keys")
    }
  }

  private static func random(_ value: JSONValue) throws(SeedError) -> RandomFaults {
    guard let object = value.objectValue else { throw SeedError("faults.random", "must be an object") }
    try check(object, ["rate", "seed", "actions"], "faults.random")
    guard let rate = object["rate"]?.doubleValue, (0...1).contains(rate) else {
      throw SeedError("faults.random.rate", "must be a number from 0 to 1")
    }
    let seed = try count(object["seed"], "faults.random.seed") ?? 1
    guard let actions = object["actions"] else { return RandomFaults(rate: rate, seed: UInt64(seed)) }
    var faults: [Fault] = []
    for (index, action) in (actions.arrayValue ?? []).enumerated() {
      let rule: JSONObject = action.objectValue ?? ["action": action, "seconds": 0.2]
      faults.append(try fault(rule, "faults.random.actions[\(index)]"))
    }
    guard !faults.isEmpty else { throw SeedError("faults.random.actions", "must be a list that is not empty") }
    return RandomFaults(rate: rate, faults: faults, seed: UInt64(seed))
  }
}

extension FaultRule {
  fileprivate var json: JSONObject {
    var match = JSONObject()
    match["method"] = method.map(JSONValue.string)
    match["path"] = (path?.description).map(JSONValue.string)
    var object: JSONObject = ["match": .object(match), "action": .string(fault.name)]
    switch fault {
    case .status(_, let retryAfter): object["retryAfter"] = retryAfter.map { .int($0) }
    case .delay(let duration):
      object["seconds"] = JSONNumber(Double(duration.milliseconds) / 1000).map(JSONValue.number)
    case .aadsts(let code):
      object["action"] = "aadsts"
      object["code"] = .int(code)
    case .redirect(let location): object["location"] = .string(location)
    case .hugeBody(let size): object["bytes"] = .int(size)
    case .dropBefore, .dropAfter, .claimsChallenge, .failOperation, .adminErrors, .headerWarning, .weakKeys: break
    }
    if skip > 0 { object["skip"] = .int(skip) }
    object["times"] = times.map { .int($0) }
    return object
  }
}
