import AdminCore

/// Binds the JSON of a call's parameters to their types, and refuses what the service's own binder refuses.
struct CmdletBinder: Sendable {
  let cmdlet: Cmdlet

  private static let table = "#Exchange.GenericHashTable"

  func bind(_ object: JSONObject) throws(ExchangeFailure) -> [String: CmdletValue] {
    var bound: [String: CmdletValue] = [:]
    for member in object where !member.key.contains("@") {
      guard let parameter = parameter(member.key) else { throw .unknownParameter(member.key) }
      guard bound.updateValue(try value(member.value, parameter), forKey: parameter.name) == nil else {
        throw .binding("Cannot bind parameter because parameter '\(parameter.name)' is specified more than once.")
      }
    }
    if let annotation = object.keys.first(where: {
      $0.contains("@") && parameter(String($0.prefix { $0 != "@" })) == nil
    }) {
      throw .unknownParameter(annotation)
    }
    let missing = cmdlet.parameters.filter { $0.isRequired && bound[$0.name] == nil }.map(\.name)
    guard missing.isEmpty else {
      throw .binding(
        "Cannot process command because of one or more missing mandatory parameters: \(missing.joined(separator: ", "))."
      )
    }
    return bound
  }

  /// Names are compared without case, as PowerShell does; parts of names are none.
  private func parameter(_ name: String) -> CmdletParameter? {
    cmdlet.parameters.first { $0.name.lowercased() == name.lowercased() }
  }

  private func value(_ value: JSONValue, _ parameter: CmdletParameter) throws(ExchangeFailure) -> CmdletValue {
    if value.isNull {
      switch parameter.kind {
      case .flag: return .flag(false)
      default: return .none
      }
    }
    let bound: CmdletValue? =
      switch parameter.kind {
      case .boolean, .flag: value.boolValue.map { .flag($0) }
      case .list: try list(value, parameter, mayChange: true).map { .list($0) }
      case .choices(let names): try list(value, parameter, mayChange: true, among: names).map { .list($0) }
      case .array: try list(value, parameter, mayChange: false).map { .list($0) }
      case .number(let range): value.intValue.flatMap { range.contains($0) ? .number($0) : nil }
      case .bytes: bytes(value).map { .bytes($0) }
      default: value.stringValue.flatMap { text($0, parameter.kind) }
      }
    guard let bound else { throw .transformation(parameter, value) }
    return bound
  }

  private func text(_ text: String, _ kind: CmdletKind) -> CmdletValue? {
    switch kind {
    case .identity: text.isEmpty ? nil : .text(text)
    case .address: text == "<>" || AddressList.isAddress(text) ? .text(text) : nil
    case .proxyAddress:
      AddressList.isAddress(text.lowercased().hasPrefix("smtp:") ? String(text.dropFirst(5)) : text)
        ? .text(text) : nil
    case .choice(let names): names.first { $0.lowercased() == text.lowercased() }.map { .text($0) }
    case .days:
      if text.lowercased() == "unlimited" {
        .text("Unlimited")
      } else {
        (Int(text).map { .seconds($0 * 86_400) } ?? DotNetSpan.read(text)).map { .span($0) }
      }
    case .span: DotNetSpan.read(text).map { .span($0) }
    case .time: DotNetTime.read(text).map { .time($0) }
    case .guid: GUID(text).map { .text($0.text) }
    default: .text(text)
    }
  }

  /// A list as an array, as a single text, or as a table that is tagged as one.
  private func list(
    _ value: JSONValue, _ parameter: CmdletParameter, mayChange: Bool, among names: [String]? = nil
  ) throws(ExchangeFailure) -> ListChange? {
    if let text = value.stringValue { return ListChange(replacement: try members([.string(text)], parameter, names)) }
    // What becomes of an empty array depends on the parameter; a client that sends one has not read the rules.
    if let array = value.arrayValue {
      return array.isEmpty ? nil : ListChange(replacement: try members(array, parameter, names))
    }
    guard let table = value.objectValue, table["@odata.type"] == .string(Self.table), mayChange else { return nil }
    var change = ListChange()
    for member in table where member.key != "@odata.type" {
      let values = try members(member.value.arrayValue ?? [member.value], parameter, names)
      switch member.key.lowercased() {
      case "add": change.added = values
      case "remove": change.removed = values
      default: return nil
      }
    }
    if table.count == 1 { change.replacement = [] }
    return change
  }

  private func members(
    _ values: [JSONValue], _ parameter: CmdletParameter, _ names: [String]?
  ) throws(ExchangeFailure) -> [String] {
    var members: [String] = []
    for value in values {
      guard let text = value.stringValue, !text.isEmpty else { throw .transformation(parameter, value) }
      guard let names else {
        members.append(text)
        continue
      }
      guard let name = names.first(where: { $0.lowercased() == text.lowercased() }) else {
        throw .transformation(parameter, value)
      }
      members.append(name)
    }
    return members
  }

  private func bytes(_ value: JSONValue) -> [UInt8]? {
    if value["@odata.type"] == "#Exchange.ByteArrayType" {
      return value["Data"]?.stringValue.flatMap { Base64.decode($0) }
    }
    guard let array = value.arrayValue else { return nil }
    let bytes = array.compactMap { $0.intValue.flatMap { UInt8(exactly: $0) } }
    return bytes.count == array.count ? bytes : nil
  }
}
