import AdminCore
import Foundation
import TenantSimulator
import TestSupport
import Testing

@Suite("The command")
struct CommandTests {
  private static func parsed(_ arguments: String...) throws -> SimulatorArguments? {
    if case .serve(let parsed) = try SimulatorArguments.parse(arguments) { parsed } else { nil }
  }

  @Test("The options are read")
  func options() throws {
    let parsed = try Self.parsed(
      "--listen", "localhost:8080", "--tls", "--seed", "s.json", "--faults", "f.json", "--record", "r.jsonl", "--lag",
      "2.5", "--until-eof")
    #expect(parsed?.listen.description == "127.0.0.1:8080")
    #expect(parsed?.usesTLS == true)
    #expect(parsed?.seedFile == "s.json")
    #expect(parsed?.faultsFile == "f.json")
    #expect(parsed?.recordFile == "r.jsonl")
    #expect(parsed?.lags == Lags(all: .milliseconds(2_500)))
    #expect(parsed?.stopsAtEndOfInput == true)
    #expect(try Self.parsed("--lag", "none")?.lags == Lags.none)
    #expect(try Self.parsed()?.lags == nil)
    #expect(try Self.parsed()?.listen.description == "127.0.0.1:0")
    if case .help = try SimulatorArguments.parse(["-h"]) {} else { Issue.record("-h is help") }
    if case .printSeed = try SimulatorArguments.parse(["--print-seed"]) {} else { Issue.record("no seed") }
  }

  @Test(
    "What cannot be understood is refused",
    arguments: [
      (["--port", "1"], "the option '--port' is unknown; see --help"), (["--listen"], "--listen needs a value"),
      (["--listen", "somewhere"], "--listen needs an IP address"),
      (["--listen", "1.2.3:5"], "--listen needs an IP address"),
      (["--listen", "127.0.0.1:70000"], "--listen needs an IP address"), (["--seed", "--tls"], "--seed needs a value"),
      (["--lag", "soon"], "--lag needs 'none'"), (["--lag", "-1"], "--lag needs 'none'"),
    ])
  func usage(_ arguments: [String], _ message: String) {
    let error = #expect(throws: SimulatorArguments.UsageError.self) { try SimulatorArguments.parse(arguments) }
    #expect(error?.description.hasPrefix(message) == true)
  }
}

@Suite("Running the command")
struct CommandRunTests {
  private static func run(_ arguments: SimulatorArguments, _ body: (JSONValue) -> Void = { _ in }) throws -> Int32 {
    do throws(SimulatorCommand.Failure) {
      try SimulatorCommand.run(arguments, timekeeper: VirtualTimekeeper()) { line in
        body((try? JSONParser.parse(line)) ?? .null)
      } wait: {
      }
      return 0
    } catch {
      return error.exitCode
    }
  }

  @Test("The ready line has every member, its files are private, and they are gone at the end")
  func readyLine() throws {
    var arguments = SimulatorArguments()
    arguments.usesTLS = true
    var files: [String] = []
    let code = try Self.run(arguments) { line in
      let names = [
        "login", "graph", "exchange", "tenantId", "clientId", "clientSecret", "certificatePath", "caFile", "domain",
        "sampleManifest", "control",
      ]
      #expect(Set(line.objectValue?.keys ?? []) == Set(names))
      #expect(line["login"] == line["graph"])
      #expect(line["sampleManifest"]?.stringValue?.hasPrefix(line["graph"]?.stringValue ?? "?") == true)
      files = ["certificatePath", "caFile"].compactMap { line[$0]?.stringValue }
      for file in files {
        let mode = try? FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
      }
      let pem = (try? String(contentsOfFile: files[0], encoding: .utf8)) ?? ""
      #expect(pem.contains("PRIVATE KEY") && pem.contains("BEGIN CERTIFICATE"))
    }
    #expect(code == 0)
    #expect(files.count == 2)
    for file in files { #expect(!FileManager.default.fileExists(atPath: file)) }
    #expect(!FileManager.default.fileExists(atPath: URL(fileURLWithPath: files[0]).deletingLastPathComponent().path))
  }

  @Test("Files that are missing, wrong or out of reach end the program with their code")
  func exitCodes() throws {
    let folder = try TemporaryDirectory()
    func file(_ name: String, _ text: String) throws -> String {
      try text.write(toFile: folder.file(name), atomically: true, encoding: .utf8)
      return folder.file(name)
    }
    let broken = try file("broken.json", "{")
    let wrong = try file("wrong.json", "{\"tenant\": 5}")
    let plan = try file("plan.json", "[{\"action\": \"x\"}]")
    var arguments = SimulatorArguments()
    arguments.seedFile = folder.file("none.json")
    #expect(try Self.run(arguments) == 66)
    arguments.seedFile = broken
    #expect(try Self.run(arguments) == 65)
    arguments.seedFile = wrong
    #expect(try Self.run(arguments) == 65)
    arguments.seedFile = nil
    arguments.faultsFile = broken
    #expect(try Self.run(arguments) == 65)
    arguments.faultsFile = plan
    #expect(try Self.run(arguments) == 65)
    arguments.faultsFile = nil
    arguments.recordFile = folder.file("none/record.jsonl")
    #expect(try Self.run(arguments) == 73)
    arguments.recordFile = nil
    arguments.listen = ListenAddress("192.0.2.1:0") ?? .loopback
    #expect(try Self.run(arguments) == 69)
  }

  @Test("A seed and a plan are taken from their files")
  func files() throws {
    let folder = try TemporaryDirectory()
    let seed: JSONValue = [
      "tenant": ["displayName": "Other", "country": "DE", "domains": [["name": "other.example", "default": true]]]
    ]
    try seed.text.write(toFile: folder.file("seed.json"), atomically: true, encoding: .utf8)
    try "[{\"action\": \"503\"}]".write(toFile: folder.file("faults.json"), atomically: true, encoding: .utf8)
    var arguments = SimulatorArguments()
    arguments.seedFile = folder.file("seed.json")
    arguments.faultsFile = folder.file("faults.json")
    arguments.recordFile = folder.file("record.jsonl")
    let code = try Self.run(arguments) { line in #expect(line["domain"] == "other.example") }
    #expect(code == 0)
    #expect(FileManager.default.fileExists(atPath: folder.file("record.jsonl")))
  }
}
