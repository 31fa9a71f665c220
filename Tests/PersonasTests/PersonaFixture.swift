import Access
import AdminCore
import Personas
import Store
import TestSupport

/// A store with a persona in it, on a clock that tests move.
final class PersonaFixture: Sendable {
  let files: StoreFixture
  let clock = VirtualTimekeeper(.manual)
  let database: Database
  let service: PersonaService
  let tenant: TenantName
  let address: PersonaAddress

  static let administrator = Caller(actor: "local:1:admin", roles: [.administerPersonas])
  static let writer = Caller(actor: "local:2:writer", roles: [.writePersonas, .readPersonas])
  static let reader = Caller(actor: "local:3:reader", roles: [.readPersonas])

  init(registered: Bool = true) async throws {
    files = try StoreFixture()
    database = try await files.open(timekeeper: clock)
    service = PersonaService(PersonaRepository(database), audit: AuditLog(database))
    tenant = try Self.name("contoso")
    address = PersonaAddress(tenant, try Self.persona("sales-agent"))
    if registered { try await register(address) }
  }

  struct BadName: Error {}

  static func name(_ text: String) throws -> TenantName {
    guard let name = TenantName(text) else { throw BadName() }
    return name
  }

  static func persona(_ text: String) throws -> PersonaName {
    guard let name = PersonaName(text) else { throw BadName() }
    return name
  }

  func address(_ persona: String, in tenant: String = "contoso") throws -> PersonaAddress {
    PersonaAddress(try Self.name(tenant), try Self.persona(persona))
  }

  /// The same store as another process sees it: connections and memory of its own.
  func another() async throws -> PersonaService {
    let database = try await files.open(timekeeper: clock)
    return PersonaService(PersonaRepository(database), audit: AuditLog(database))
  }

  // MARK: Changing

  @discardableResult
  func perform(_ change: some PersonaChange, with service: PersonaService? = nil) async throws -> JSONObject {
    try await (service ?? self.service).perform(
      change, operation: LocalID.make(at: clock.now()), correlationID: "test")
  }

  func register(_ address: PersonaAddress, agent: String? = nil) async throws {
    var request = PersonaRegistration.Request(address, displayName: address.persona.text)
    request.agentAppID = agent.flatMap { GUID($0) }
    try await perform(PersonaRegistration(request, by: Self.administrator))
  }

  /// Plans and makes a change, as a call does.
  @discardableResult
  func update(
    _ configurations: JSONObject, _ layer: StoredLayer = .persona, of address: PersonaAddress? = nil,
    by caller: Caller = administrator, ifMatch: String? = nil, lock: [String] = [], unlock: [String] = []
  ) async throws -> JSONObject {
    var request = ConfigurationUpdate.Request(address ?? self.address, layer, configurations)
    (request.ifMatch, request.lock, request.unlock) = (ifMatch, lock, unlock)
    let preview = try await service.preview(request, by: caller)
    return try await perform(ConfigurationUpdate(request, by: caller, base: preview.base))
  }

  @discardableResult
  func rollback(
    to version: Int, _ layer: StoredLayer = .persona, ifMatch: String? = nil, force: Bool = false
  ) async throws -> JSONObject {
    let request = ConfigurationRollback.Request(
      address, layer, to: version, reason: "test", ifMatch: ifMatch, isForced: force)
    let preview = try await service.preview(request, by: Self.administrator)
    return try await perform(ConfigurationRollback(request, by: Self.administrator, base: preview.base))
  }

  @discardableResult
  func setSchema(
    _ key: String, _ schema: JSONValue, merge: KeySchemaRecord.Merge = .deep, standard: JSONValue? = nil,
    sensitive: Bool = false, aliases: [String] = [], deprecated: Bool = false
  ) async throws -> JSONObject {
    let record = KeySchemaRecord(
      key: key, schema: schema, merge: merge, standard: standard, isSensitive: sensitive, aliases: aliases,
      isDeprecated: deprecated)
    let preview = try await service.preview(KeySchemaChange(record, of: tenant, by: Self.administrator))
    return try await perform(
      KeySchemaChange(record, of: tenant, violations: preview.violations, by: Self.administrator))
  }

  @discardableResult
  func setRules(_ rules: [KeyRuleRecord], ifMatch: String? = nil) async throws -> JSONObject {
    try await perform(KeyRulesChange(rules, of: tenant, ifMatch: ifMatch, by: Self.administrator))
  }

  @discardableResult
  func override(
    _ settings: JSONObject?, for duration: Duration = .seconds(3600), everywhere: Bool = false
  ) async throws -> JSONObject {
    let setting = settings.map { OverrideChange.Setting($0, until: clock.now() + duration, reason: "incident 7") }
    return try await perform(
      OverrideChange(setting, of: tenant, everywhere ? nil : address.persona, by: Self.administrator))
  }

  // MARK: Reading

  struct Reading {
    let answer: ConfigurationAnswer
    let values: JSONObject
    let provenance: JSONObject

    subscript(key: String) -> JSONValue? { values[key] }
    /// `layer/version reason`.
    func origin(_ key: String) -> String {
      let origin = provenance[key]
      let shadow = origin?["shadowedBy"]?.stringValue.map { " shadowed by \($0)" } ?? ""
      return "\(origin?["layer"]?.stringValue ?? "?")/\(origin?["version"]?.intValue ?? -1) "
        + "\(origin?["reason"]?.stringValue ?? "?")\(shadow)"
    }
  }

  func read(
    _ query: ConfigurationQuery? = nil, by caller: Caller = administrator, with service: PersonaService? = nil
  ) async throws -> Reading {
    var query = query ?? ConfigurationQuery(address)
    query.withProvenance = true
    let answer = try await (service ?? self.service).configuration(query, for: caller)
    return Reading(
      answer: answer, values: try JSONParser.parse(answer.configurations).objectValue ?? [:],
      provenance: try JSONParser.parse(answer.provenance ?? []).objectValue ?? [:])
  }

  func query(_ change: (inout ConfigurationQuery) -> Void) -> ConfigurationQuery {
    var query = ConfigurationQuery(address)
    change(&query)
    return query
  }

  /// The code with which something is refused; `nil` when it is done.
  func refusal(_ body: () async throws -> Void) async throws -> ErrorCode? {
    do {
      try await body()
      return nil
    } catch let error as AdminError {
      return error.code
    }
  }
}
