import AdminCore
import Content
import ContentFuzzing
import Foundation

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

  fileprivate static let root: URL =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  fileprivate static let interpreter: URL =
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

  /// Asks what Jinja2 makes of each case, without waiting for the answers. Compiling a template takes Jinja2 some
  /// milliseconds, so as many processes are asked as there are processors.
  static func ask(_ cases: [DifferentialCase]) throws -> Inquiry {
    let share = max(1, (cases.count - 1) / ProcessInfo.processInfo.activeProcessorCount + 1)
    var inquiry = Inquiry()
    for start in stride(from: 0, to: cases.count, by: share) {
      try inquiry.start(lines(of: Array(cases[start..<min(start + share, cases.count)])))
    }
    return inquiry
  }

  /// Processes that are working on their answers.
  struct Inquiry {
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
      "m365-jinja-\(UUID().uuidString)")
    private var processes: [(process: Process, output: URL)] = []

    // Files, not pipes: no side can fill one and wait for the other.
    mutating func start(_ lines: [UInt8]) throws {
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      let input = directory.appendingPathComponent("\(processes.count).in")
      let output = directory.appendingPathComponent("\(processes.count).out")
      try Data(lines).write(to: input)
      _ = FileManager.default.createFile(atPath: output.path, contents: nil)
      let process = Process()
      process.executableURL = interpreter
      process.arguments = ["-W", "ignore", root.appendingPathComponent("Tests/Reference/jinja_reference.py").path]
      process.standardInput = try FileHandle(forReadingFrom: input)
      process.standardOutput = try FileHandle(forWritingTo: output)
      try process.run()
      processes.append((process, output))
    }

    func answers() throws -> [Answer] {
      defer { try? FileManager.default.removeItem(at: directory) }
      var answers: [Answer] = []
      for (process, output) in processes {
        process.waitUntilExit()
        answers += try [UInt8](Data(contentsOf: output)).split(separator: 0x0A).map { try answer(Array($0)) }
      }
      return answers
    }
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

  fileprivate static func answer(_ line: [UInt8]) throws -> Answer {
    let json = try JSONParser.parse(line)
    if let output = json["output"]?.stringValue { return .output(output) }
    return .error(
      type: json["error"]?.stringValue ?? "", message: json["message"]?.stringValue ?? "",
      line: json["line"]?.intValue)
  }
}
