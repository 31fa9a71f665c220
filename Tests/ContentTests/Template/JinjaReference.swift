import AdminCore
import Content
import Foundation

/// One template to be rendered by both languages.
struct DifferentialCase: Sendable {
  let template: String
  let context: JSONObject
  let escaping: Template.Escaping

  init(_ template: String, _ context: JSONObject = [:], escaping: Template.Escaping = .none) {
    self.template = template
    self.context = context
    self.escaping = escaping
  }
}

/// The Python program that renders with Jinja2, as `Tests/Reference/jinja_reference.py` describes.
enum JinjaReference {
  enum Answer: Sendable, CustomStringConvertible {
    case output(String)
    case error(type: String, message: String, line: Int?)

    var description: String {
      switch self {
      case .output(let text): "output \(JSONValue.string(text).text)"
      case .error(let type, let message, let line): "\(type) in line \(line ?? 0): \(message)"
      }
    }
  }

  private static let root: URL =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static let interpreter: URL =
    ProcessInfo.processInfo.environment["M365_TEST_PYTHON"].map { URL(fileURLWithPath: $0) }
    ?? root.appendingPathComponent(".venv/bin/python")

  /// Why there is nothing to compare with; `nil` when there is.
  static let unavailability: String? = {
    guard FileManager.default.isExecutableFile(atPath: interpreter.path) else {
      return "no Python at \(interpreter.path); set M365_TEST_PYTHON or make a virtual environment in .venv"
    }
    let process = Process()
    process.executableURL = interpreter
    process.arguments = ["-c", "import jinja2"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return "\(interpreter.path) does not start" }
    process.waitUntilExit()
    return process.terminationStatus == 0
      ? nil : "\(interpreter.path) has no jinja2; install Tests/Reference/requirements.txt"
  }()

  /// What Jinja2 makes of each case.
  static func answers(to cases: [DifferentialCase]) throws -> [Answer] {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("m365-jinja-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let (input, output) = (directory.appendingPathComponent("in"), directory.appendingPathComponent("out"))
    try Data(lines(of: cases)).write(to: input)
    _ = FileManager.default.createFile(atPath: output.path, contents: nil)

    let process = Process()
    process.executableURL = interpreter
    process.arguments = [root.appendingPathComponent("Tests/Reference/jinja_reference.py").path]
    process.standardInput = try FileHandle(forReadingFrom: input)
    process.standardOutput = try FileHandle(forWritingTo: output)
    try process.run()
    process.waitUntilExit()
    return try [UInt8](Data(contentsOf: output)).split(separator: 0x0A).map { try answer(Array($0)) }
  }

  private static func lines(of cases: [DifferentialCase]) -> [UInt8] {
    var writer = JSONWriter(reserving: 1 << 20)
    var bytes: [UInt8] = []
    for item in cases {
      writer = JSONWriter()
      writer.object { writer in
        writer.member("template", .string(item.template))
        writer.member("context", .object(item.context))
        writer.member("autoescape", .bool(item.escaping == .html))
      }
      bytes += writer.bytes
      bytes.append(0x0A)
    }
    return bytes
  }

  private static func answer(_ line: [UInt8]) throws -> Answer {
    let json = try JSONParser.parse(line)
    if let output = json["output"]?.stringValue { return .output(output) }
    return .error(
      type: json["error"]?.stringValue ?? "", message: json["message"]?.stringValue ?? "",
      line: json["line"]?.intValue)
  }
}
