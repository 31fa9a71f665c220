import AdminCore
import Foundation
import TenantSimulator
import TestSupport
import Testing

/// Runs every example of `docs/simulator.md` and every file of `data/simulator`.
@Suite("The simulator's documentation")
struct DocumentationTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The fenced blocks of a kind.
  private static func blocks(_ kind: String) throws -> [String] {
    try text("docs/simulator.md").split(separator: "\n```").filter { $0.hasPrefix(kind + "\n") }
      .map { String($0.dropFirst(kind.count + 1)) }
  }

  @Test("Each command line is understood, and its files are there")
  func commands() throws {
    let lines = try Self.blocks("sh").flatMap { $0.split(separator: "\n") }.filter { $0.hasPrefix("tenant-simulator") }
    #expect(lines.count == 3)
    for line in lines {
      let words = line.split(separator: " ").dropFirst().map(String.init)
      guard case .serve(let arguments) = try SimulatorArguments.parse(words) else {
        Issue.record("\(line)")
        continue
      }
      for path in [arguments.seedFile, arguments.faultsFile].compactMap({ $0 }) { _ = try Self.text(path) }
    }
  }

  @Test("Each example of the control endpoint succeeds")
  func control() async throws {
    let fixture = try await TenantFixture()
    let blocks = try Self.blocks("http")
    #expect(blocks.count == 9)
    for block in blocks {
      let lines = block.split(separator: "\n", maxSplits: 1)
      let words = lines[0].split(separator: " ").map(String.init)
      let body = lines.count == 2 ? Array(lines[1].utf8) : []
      let response = await fixture.tenant.control(SimulatedRequest(words[0], words[1], body: body))
      #expect(response.status == 200, "\(block): \(String(decoding: response.body, as: UTF8.self))")
    }
  }

  @Test("Each example of a cmdlet succeeds")
  func cmdlets() async throws {
    let tenant = try await CmdletFixture()
    let blocks = try Self.blocks("http cmdlet")
    #expect(blocks.count == 2)
    for block in blocks {
      let lines = block.split(separator: "\n", maxSplits: 1)
      let anchor = lines[0] == "APP:SystemMailbox" ? tenant.system : String(lines[0])
      let answer = try await tenant.send("POST", tenant.path, body: Array(lines[1].utf8), anchor: anchor)
      #expect(answer.reply.status == 200, "\(block): \(answer.reply.text)")
      #expect(answer.warnings.isEmpty)
    }
  }

  @Test("The cmdlets are those the page names")
  func cmdletNames() async throws {
    let tenant = try await CmdletFixture()
    let page = try Self.text("docs/simulator.md").replacing("\n", with: " ")
    let path = "/adminapi/v1.0/\(tenant.tenantID)/EXOModuleFile?Version=3.9.2"
    let answer = try await tenant.send("GET", path, headers: ["CommandName": "*"])
    for name in (answer.rows.first?["exportedCmdlets"]?.stringValue ?? "").split(separator: ",") {
      let noun = name.split(separator: "-").last ?? ""
      let stem = noun.hasSuffix("Rule") ? noun.dropLast(4) : noun
      #expect(page.contains(noun) || page.contains("\(stem)Policy` and `-Rule"), "\(name)")
    }
  }

  @Test("Each example with curl succeeds")
  func curl() async throws {
    let fixture = try await TenantFixture()
    let lines = try Self.blocks("sh").flatMap { $0.split(separator: "\n") }.filter { $0.hasPrefix("curl") }
    #expect(lines.count == 2)
    for line in lines {
      let path = String(line.split(separator: "$control").last ?? "")
      let quoted = line.split(separator: "'")
      let body = quoted.count == 3 ? Array(quoted[1].utf8) : []
      let response = await fixture.tenant.control(
        SimulatedRequest(body.isEmpty ? "GET" : "POST", path, body: body))
      #expect(response.status == 200, "\(line)")
    }
  }

  @Test("Each seed makes a tenant, each fault plan is one")
  func seedsAndFaults() throws {
    let seeds = try Self.blocks("json seed") + [Self.text("data/simulator/small-office.json")]
    #expect(seeds.count == 2)
    for seed in seeds {
      let tenant = try SimulatedTenant(
        SimulatedTenant.Options(seed: try Seed(text: seed), timekeeper: VirtualTimekeeper()))
      #expect(tenant.domain.hasSuffix(".example"))
    }
    let plans = try Self.blocks("json faults") + [Self.text("data/simulator/faults.json")]
    #expect(plans.count == 2)
    for plan in plans { #expect(try FaultPlan(json: try JSONParser.parse(plan)).rules.count >= 2) }
  }

  @Test("The parts of the state are those the page names")
  func parts() async throws {
    let page = try Self.text("docs/simulator.md").replacing("\n", with: " ")
    let fixture = try await TenantFixture()
    let names = await fixture.tenant.report().objectValue?.keys ?? []
    #expect(
      page.contains(
        names.filter { !["lags", "faults", "requests", "earlyRequests"].contains($0) }.joined(separator: " ")))
    #expect(names.allSatisfy { page.contains($0) })
  }

  @Test("The options of the help are those the program reads")
  func help() throws {
    let options = SimulatorArguments.help.split(separator: "\n").compactMap { line -> String? in
      let word = line.split(separator: " ").first.map(String.init) ?? ""
      return line.hasPrefix("  --") ? word : nil
    }
    #expect(options.count == 9)
    let values = [
      "--listen": "127.0.0.1:0", "--seed": "x", "--lag": "none", "--faults": "x", "--record": "x",
    ]
    for option in options {
      _ = try SimulatorArguments.parse([option] + (values[option].map { [$0] } ?? []))
    }
  }
}
