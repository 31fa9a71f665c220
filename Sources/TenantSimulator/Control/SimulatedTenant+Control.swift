package import AdminCore
import Cryptography

extension SimulatedTenant {
  // MARK: In process

  /// The whole report of `GET /state`.
  package func report() -> JSONValue {
    refresh()
    let report = StateReport(state: state)
    var object = JSONObject()
    for name in StateReport.parts { object[name] = report.part(name) }
    for name in Self.ownParts { object[name] = ownPart(name) }
    return .object(object)
  }

  /// One part of the report; `nil` where there is none of that name.
  package func report(_ part: String) -> JSONValue? {
    refresh()
    return ownPart(part) ?? StateReport(state: state).part(part)
  }

  package func setFaults(_ plan: FaultPlan) { faults = plan }

  package func setLags(_ lags: Lags) { state.lags = lags }

  /// Publishes CNAME records in the pretended DNS, as `POST /dns` does.
  package func publish(_ records: JSONValue) throws(SeedError) { try state.publish(records, at: "") }

  /// Moves the tenant's clock, which otherwise goes with its timekeeper's.
  package func advanceClock(by duration: Duration) { clockOffset += duration }

  /// Puts the tenant back to its start, or to the start of another seed. The keys, the application and its credentials
  /// stay as they are, so that whoever is configured for the tenant still is.
  package func reset(to seed: Seed? = nil) throws(SeedError) {
    let time = now()
    if let seed {
      let usual = try seed.lags()
      initialState = try SeedReader.state(
        seed, number: options.number, now: time, lags: options.lags ?? usual,
        certificate: credentials.identity.certificate)
      options.seed = seed
    }
    state = initialState
    state.now = time
    faults = options.faults
    forgetNotes()
  }

  private func refresh() {
    state.now = now()
    state.deliver()
    state.settleGroupLicenses()
  }

  private static let ownParts = ["lags", "faults", "requests", "earlyRequests"]

  private func ownPart(_ name: String) -> JSONValue? {
    switch name {
    case "lags": state.lags.json
    case "faults": faults.json
    case "requests": .array(log.map(\.json))
    case "earlyRequests": .array(earlyRequests.map(\.json))
    default: nil
    }
  }

  // MARK: Over HTTP

  /// Serves a request to the control endpoint, which is no part of the tenant: nothing of it is recorded or disturbed.
  package func control(_ request: SimulatedRequest) -> SimulatedResponse {
    do throws(SeedError) {
      return try serveControl(request)
    } catch {
      return .json(400, ["error": .string(error.description)])
    }
  }

  private func serveControl(_ request: SimulatedRequest) throws(SeedError) -> SimulatedResponse {
    let path = RequestTarget(request).path
    switch (request.method, path) {
    case ("GET", "/state"): return Self.answer(report())
    case ("GET", let path) where path.hasPrefix("/state/"):
      guard let part = report(String(path.dropFirst("/state/".count))) else { break }
      return Self.answer(part)
    case ("GET", "/faults"): return Self.answer(faults.json)
    case ("POST", "/faults"):
      faults = try FaultPlan(json: try Self.json(request))
      return Self.answer(faults.json)
    case ("GET", "/lags"): return Self.answer(state.lags.json)
    case ("POST", "/lags"):
      state.lags = try state.lags.changed(by: try Self.json(request))
      return Self.answer(state.lags.json)
    case ("GET", "/dns"): return Self.answer(report("dns") ?? .null)
    case ("POST", "/dns"):
      try state.publish(try Self.json(request), at: "")
      return Self.answer(report("dns") ?? .null)
    case ("GET", "/clock"): return Self.answer(["now": .string(now().iso8601)])
    case ("POST", "/clock"):
      try setClock(try Self.json(request))
      return Self.answer(["now": .string(now().iso8601)])
    case ("POST", "/tokens"):
      let order = try TokenOrder(json: try Self.json(request))
      guard let token = try? issueToken(order) else { throw SeedError("", "The token could not be made.") }
      return Self.answer(["token": .string(token)])
    case ("POST", "/reset"):
      let body = request.body.isEmpty ? [:] : try Self.json(request)
      let object = try SeedObject(body, at: "", allowing: ["seed"])
      try reset(to: object["seed"].map { Seed($0) })
      return Self.answer(["now": .string(now().iso8601)])
    default: break
    }
    return .json(404, ["error": .string("The control endpoint has no \(request.method) \(path).")])
  }

  private static func answer(_ value: JSONValue) -> SimulatedResponse {
    SimulatedResponse(
      status: 200, headers: ["Content-Type": "application/json; charset=utf-8"], body: value.serialized)
  }

  private static func json(_ request: SimulatedRequest) throws(SeedError) -> JSONValue {
    do throws(JSONParseError) {
      return try JSONParser.parse(request.body)
    } catch {
      throw SeedError("", "The body is not valid JSON: \(error)")
    }
  }

  /// `{"advanceSeconds": 90}` or `{"set": "2026-02-01T08:00:00Z"}`.
  private func setClock(_ json: JSONValue) throws(SeedError) {
    let object = try SeedObject(json, at: "", allowing: ["advanceSeconds", "set"])
    if let seconds = object["advanceSeconds"] {
      guard let seconds = seconds.doubleValue, seconds.magnitude <= 4_000_000_000 else {
        throw SeedError("advanceSeconds", "must be a number of seconds")
      }
      advanceClock(by: .milliseconds(Int64(seconds * 1000)))
    } else if let moment = try object.moment("set") {
      advanceClock(by: moment - now())
    } else {
      throw SeedError("", "The body must hold advanceSeconds or set.")
    }
  }
}

extension SimulatedTenant.LogEntry {
  fileprivate var json: JSONValue {
    [
      "at": .string(at.iso8601), "method": .string(method), "url": .string(url),
      "status": status.map { .int($0) } ?? .null,
      "fault": .optional(fault?.name), "clientRequestId": .optional(clientRequestID),
    ]
  }
}
