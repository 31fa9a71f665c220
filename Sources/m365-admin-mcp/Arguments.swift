import Store

/// What was asked for on the command line.
struct Arguments: Hashable, Sendable {
  enum Command: Hashable, Sendable {
    case serve
    case initialize(directory: String?, templates: String?)
    case health
    /// - Parameter needs: what the offered tools need, without asking the tenant what was granted.
    case doctor(needs: Bool)
    case call(tool: String, input: Input)
    case approve(planID: String)
    /// - Parameter tookEffect: what somebody has found in the tenant.
    case resolve(operationID: String, tookEffect: Bool)
    case auditVerify(from: Int)
    case auditExport(format: AuditExportFormat, output: String)
    case version
    case help
  }

  /// Where the arguments of a called tool come from.
  enum Input: Hashable, Sendable {
    case json(String)
    case standardInput
  }

  /// An argument that is not understood, in words for the terminal.
  struct Misuse: Error, Hashable, Sendable {
    let message: String
  }

  var command: Command
  var envFile: String?
  /// For scripts: the answer as JSON.
  var isJSON = false

  /// - Parameter words: without the name of the program.
  static func parse(_ words: [String]) throws(Misuse) -> Arguments {
    var parser = ArgumentParser(words)
    let envFile = try parser.option("--env-file")
    let isJSON = parser.flag("--json")
    if parser.flag("--help") || parser.flag("-h") { return Arguments(command: .help) }
    if parser.flag("--version") { return Arguments(command: .version) }
    let command = try command(&parser)
    try parser.finish()
    return Arguments(command: command, envFile: envFile, isJSON: isJSON)
  }

  private static func command(_ parser: inout ArgumentParser) throws(Misuse) -> Command {
    switch parser.word() {
    case nil, "serve": return .serve
    case "init":
      return .initialize(
        directory: try parser.option("--directory"), templates: try parser.option("--templates"))
    case "health": return .health
    case "doctor": return .doctor(needs: parser.flag("--needs"))
    case "call":
      guard let tool = parser.word() else { throw Misuse(message: "call needs the name of a tool") }
      guard let input = parser.word() else {
        throw Misuse(message: "call needs the arguments as JSON, or - to read them from standard input")
      }
      return .call(tool: tool, input: input == "-" ? .standardInput : .json(input))
    case "approve":
      guard let planID = parser.word() else { throw Misuse(message: "approve needs the id of a plan") }
      return .approve(planID: planID)
    case "resolve":
      guard let id = parser.word() else { throw Misuse(message: "resolve needs the id of an operation") }
      switch parser.word() {
      case "happened": return .resolve(operationID: id, tookEffect: true)
      case "did-not-happen": return .resolve(operationID: id, tookEffect: false)
      default: throw Misuse(message: "resolve takes happened or did-not-happen")
      }
    case "audit": return try audit(&parser)
    case "version": return .version
    case "help": return .help
    case let word?: throw Misuse(message: "unknown command \(word)")
    }
  }

  private static func audit(_ parser: inout ArgumentParser) throws(Misuse) -> Command {
    switch parser.word() {
    case "verify":
      guard let text = try parser.option("--from") else { return .auditVerify(from: 1) }
      guard let first = Int(text), first >= 1 else { throw Misuse(message: "--from takes a record number from 1 on") }
      return .auditVerify(from: first)
    case "export":
      let name = try parser.option("--format") ?? AuditExportFormat.ndjson.rawValue
      guard let format = AuditExportFormat(rawValue: name) else {
        throw Misuse(
          message: "--format is one of " + AuditExportFormat.allCases.map(\.rawValue).joined(separator: ", "))
      }
      guard let output = try parser.option("--out") else {
        throw Misuse(message: "audit export needs --out FILE (- for standard output)")
      }
      return .auditExport(format: format, output: output)
    default: throw Misuse(message: "audit takes verify or export")
    }
  }
}

/// Takes options from wherever they stand, and words in order.
private struct ArgumentParser {
  private var rest: [String]

  init(_ words: [String]) { rest = words }

  mutating func flag(_ name: String) -> Bool {
    guard let index = rest.firstIndex(of: name) else { return false }
    rest.remove(at: index)
    return true
  }

  mutating func option(_ name: String) throws(Arguments.Misuse) -> String? {
    if let index = rest.firstIndex(where: { $0.hasPrefix(name + "=") }) {
      return String(rest.remove(at: index).dropFirst(name.count + 1))
    }
    guard let index = rest.firstIndex(of: name) else { return nil }
    guard index + 1 < rest.count else { throw Arguments.Misuse(message: "\(name) needs a value") }
    rest.remove(at: index)
    return rest.remove(at: index)
  }

  mutating func word() -> String? {
    guard let first = rest.first, !first.hasPrefix("--") else { return nil }
    return rest.removeFirst()
  }

  func finish() throws(Arguments.Misuse) {
    if let first = rest.first { throw Arguments.Misuse(message: "unexpected argument \(first)") }
  }
}
