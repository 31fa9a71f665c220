import AdminCore
import Foundation
import TestSupport
import Testing

/// The commands beside `serve`, as a person or a script runs them.
@Suite("Commands")
struct CommandTests {
  @Test("init makes a key, an env file that only its owner reads, and a store; and never touches what is there")
  func initialize() async throws {
    let installation = try await Installation()
    let attributes = try FileManager.default.attributesOfItem(atPath: installation.envFile)
    #expect((attributes[.posixPermissions] as? Int) == 0o600)
    let store = try FileManager.default.attributesOfItem(atPath: installation.storePath)
    #expect((store[.posixPermissions] as? Int) == 0o600)
    let before = try String(contentsOfFile: installation.envFile, encoding: .utf8)
    #expect(before.contains(/DB_ENCRYPTION_KEY=[0-9a-f]{64}/))
    let again = try await installation.command(["init", "--directory", installation.directory.path])
    #expect(again.status == 78)
    #expect(again.errors.contains("stays as it is"))
    #expect(try String(contentsOfFile: installation.envFile, encoding: .utf8) == before)
  }

  @Test("An init whose templates cannot be read makes nothing, and the next one succeeds")
  func initializeWithoutTemplates() async throws {
    let home = try TemporaryDirectory()
    let target = home.file("new")
    let broken = home.file("broken")
    try FileManager.default.createDirectory(atPath: broken, withIntermediateDirectories: false)
    try "{".write(toFile: broken + "/one.json", atomically: false, encoding: .utf8)
    for folder in ["/nonexistent", broken] {
      let failed = try await Self.runInit(target, ["--templates", folder], home: home)
      #expect(failed.status != 0, "\(folder)")
      #expect(failed.errors.contains(folder == broken ? "one" : folder), "\(failed.errors)")
      #expect(!FileManager.default.fileExists(atPath: target), "nothing is made before \(folder) is read")
    }
    #expect(try await Self.runInit(target, ["--templates", "/nonexistent"], home: home).status == 78)
    let next = try await Self.runInit(target, home: home)
    #expect(next.status == 0, "\(next.errors)")
    #expect(FileManager.default.fileExists(atPath: target + "/store.db"), "the store is there after the second try")
  }

  @Test("No new key is written beside a store whose own was lost, and the store stays as it is")
  func initializeBesideStore() async throws {
    let home = try TemporaryDirectory()
    let target = home.file("new")
    #expect(try await Self.runInit(target, home: home).status == 0)
    let kept = home.file("kept.env")
    try FileManager.default.moveItem(atPath: target + "/.env", toPath: kept)
    let before = FileManager.default.contents(atPath: target + "/store.db")
    let refused = try await Self.runInit(target, ["--json"], home: home)
    #expect(refused.status == 78, "\(refused.errors)")
    #expect(refused.errors.contains("opens only with the key it was made with"), "\(refused.errors)")
    #expect(try JSONParser.parse(refused.output)["code"] == "CFG_001", "\(refused.output)")
    #expect(!FileManager.default.fileExists(atPath: target + "/.env"), "a key that does not fit would only mislead")
    #expect(FileManager.default.contents(atPath: target + "/store.db") == before, "the store is not touched")
    let health = try await CommandResult.run(
      Programs.server, ["audit", "verify", "--env-file", kept], environment: Programs.environment(home: home.path),
      directory: home.path)
    #expect(health.status == 0, "the old key still opens it: \(health.errors)")
  }

  @Test("An init whose store cannot be made takes its env file back, and removes nothing that was there")
  func initializeWithoutStore() async throws {
    let home = try TemporaryDirectory()
    let (target, file) = (home.file("new"), home.file("file"))
    try "mine".write(toFile: file, atomically: false, encoding: .utf8)
    let failed = try await Self.runInit(target, home: home, ["DATABASE_PATH": file + "/store.db"])
    #expect(failed.status == 1, "\(failed.errors)")
    #expect(failed.errors.contains("STORE_"), "\(failed.errors)")
    #expect(!FileManager.default.fileExists(atPath: target), "neither env file nor directory of this run stay")
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")

    try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: false)
    let again = try await Self.runInit(target, home: home, ["DATABASE_PATH": file + "/store.db"])
    #expect(again.status == 1, "\(again.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: target).isEmpty, "a directory that was there stays")
    let next = try await Self.runInit(target, home: home)
    #expect(next.status == 0, "\(next.errors)")
  }

  private static func runInit(
    _ target: String, _ options: [String] = [], home: TemporaryDirectory, _ settings: [String: String] = [:]
  ) async throws -> CommandResult {
    try await CommandResult.run(
      Programs.server, ["init", "--directory", target] + options,
      environment: Programs.environment(home: home.path).merging(settings) { $1 }, directory: home.path)
  }

  @Test("The store opens with the standard tool and the key of the env file")
  func standardTool() async throws {
    let installation = try await Installation()
    let text = try String(contentsOfFile: installation.envFile, encoding: .utf8)
    let key = try #require(text.firstMatch(of: /DB_ENCRYPTION_KEY=([0-9a-f]{64})/)).1
    let result = try await CommandResult.run(
      "/usr/bin/sqlcipher", [installation.storePath], environment: installation.environment,
      input: """
        PRAGMA key = "x'\(key)'";
        PRAGMA cipher_page_size = 4096;
        SELECT count(*) FROM email_templates;
        SELECT operation, status FROM audit_logs LIMIT 1;

        """)
    #expect(result.output.contains("3"))
    #expect(!result.errors.contains("Error"), "\(result.errors)")
  }

  @Test("health, doctor and version say what they find, to people and to programs")
  func looking() async throws {
    let installation = try await Installation()
    let health = try await installation.command(["health", "--json"])
    #expect(health.status == 0, "\(health.output)")
    #expect(try JSONParser.parse(health.output)["status"] == "healthy")
    let shown = try await installation.command(["health"])
    #expect(shown.output.contains("signed in       yes"))
    let doctor = try await installation.command(["doctor"])
    #expect(doctor.status == 0, "\(doctor.output)")
    #expect(doctor.output.contains("granted  User.ReadWrite.All"))
    #expect(doctor.output.contains("certificate until"))
    let doctorJSON = try JSONParser.parse(try await installation.command(["doctor", "--json"]).output)
    #expect(doctorJSON["needed"]?.arrayValue?.isEmpty == false)
    let version = try await installation.command(["version", "--json"])
    #expect(try JSONParser.parse(version.output)["name"] == "m365-admin-mcp")

    installation.simulator.kill()
    let down = try await installation.command(["health", "--json"])
    #expect(down.status == 2)
    #expect(try JSONParser.parse(down.output)["authenticated"] == false)
  }

  private static let usages: [([String], Int32)] = [
    (["--help"], 0), (["help"], 0), (["frobnicate"], 64), (["health", "extra"], 64), (["call"], 64), (["audit"], 64),
    (["audit", "export"], 64), (["audit", "verify", "--from", "x"], 64), (["approve"], 64),
    (["resolve"], 64), (["resolve", "x"], 64), (["resolve", "x", "perhaps"], 64),
  ]

  @Test("Help names every command and exit code; what is not understood is misuse", arguments: usages)
  func misuse(_ words: [String], _ status: Int32) async throws {
    let directory = try TemporaryDirectory()
    let result = try await CommandResult.run(
      Programs.server, words, environment: Programs.environment(home: directory.path), directory: directory.path)
    #expect(result.status == status)
    if status == 0 {
      for word in [
        "init", "health", "doctor", "call", "approve", "resolve", "audit verify", "audit export", "version", "78",
      ] {
        #expect(result.output.contains(word))
      }
    } else {
      #expect(result.output.isEmpty)
      #expect(result.errors.contains("--help"))
    }
  }

  @Test("call runs a tool under the same guards, refuses a secret on the command line, and takes it from its input")
  func call() async throws {
    let installation = try await Installation()
    let list = try await installation.command(["call", "list_email_templates", "{}"])
    #expect(list.status == 0)
    #expect(try JSONParser.parse(list.output)["count"] == 3)
    let user: JSONObject = [
      "email": .string("ada@\(installation.domain)"), "displayName": "Ada", "license": "BusinessStandard",
      "password": "Correct-Horse-9-Battery",
    ]
    let exposed = try await installation.command(["call", "create_user", JSONValue.object(user).text])
    #expect(exposed.status == 1)
    #expect(exposed.errors.contains("command line"))
    #expect(!exposed.errors.contains("Correct-Horse"))
    let made = try await installation.command(["call", "create_user", "-"], input: JSONValue.object(user).text)
    #expect(made.status == 0, "\(made.output)\(made.errors)")
    #expect(!made.output.contains("Correct-Horse"))
    let twice = try await installation.command(["call", "create_user", "-"], input: JSONValue.object(user).text)
    #expect(twice.status == 1)
    #expect(try JSONParser.parse(twice.output)["code"] == "USER_001")
    let unknown = try await installation.command(["call", "create_usr", "{}"])
    #expect(unknown.errors.contains("create_user"))
    let broken = try await installation.command(["call", "find_users", "{"])
    #expect(broken.status == 1)
    try installation.expectNoSecrets("Correct-Horse-9-Battery")
  }

  @Test("A risky call waits for a person in a terminal; approved there, it goes through once")
  func approve() async throws {
    let installation = try await Installation()
    let template = try await installation.command(
      ["call", "create_email_template", "-"],
      input: #"{"templateName":"Short","subject":"S","bodyHtml":"<p>x</p>","category":"customer_communication"}"#)
    let id = try #require(try JSONParser.parse(template.output)["templateId"]?.stringValue)
    let arguments = #"{"templateId":"\#(id)"}"#
    let refused = try await installation.command(["call", "delete_email_template", arguments])
    let error = try JSONParser.parse(refused.output)
    #expect(error["code"] == "CONF_001")
    let plan = try #require(error["details"]?["planId"]?.stringValue)

    let piped = try await installation.command(["approve", plan], input: "approve\n")
    #expect(piped.status == 1, "a program that pipes a word into it approves nothing")
    #expect(piped.errors.contains("terminal"))

    let terminal = try PretendTerminal(installation, ["approve", plan])
    let screen = terminal.read(until: "> ")
    #expect(screen.contains("Delete the template"))
    #expect(screen.contains("anything else refuses it"))
    try terminal.type("approve\n")
    #expect(terminal.status() == 0)
    let done = try await installation.command(["call", "delete_email_template", arguments])
    #expect(done.status == 0, "\(done.output)")
  }

  @Test("A person who types anything else refuses the plan")
  func refuse() async throws {
    let installation = try await Installation()
    let list = try JSONParser.parse(try await installation.command(["call", "list_email_templates", "{}"]).output)
    let id = try #require(list["items"]?[0]?["templateId"]?.stringValue)
    let refused = try await installation.command(["call", "delete_email_template", #"{"templateId":"\#(id)"}"#])
    let plan = try #require(try JSONParser.parse(refused.output)["details"]?["planId"]?.stringValue)
    let terminal = try PretendTerminal(installation, ["approve", plan])
    _ = terminal.read(until: "> ")
    try terminal.type("yes\n")
    #expect(terminal.status() == 1)
    let again = try await installation.command(["call", "delete_email_template", #"{"templateId":"\#(id)"}"#])
    #expect(again.status == 1)
  }

  @Test("The audit trail is verified, exported, and a changed byte is found where it is")
  func audit() async throws {
    let installation = try await Installation()
    _ = try await installation.command(
      ["call", "create_email_template", "-"],
      input: #"{"templateName":"Short","subject":"S","bodyHtml":"<p>x</p>","category":"customer_communication"}"#)
    #expect(try await installation.command(["audit", "verify"]).status == 0)
    let file = installation.directory.file("trail.ndjson")
    let exported = try await installation.command(["audit", "export", "--out", file])
    #expect(exported.status == 0, "\(exported.errors)")
    #expect((try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int) == 0o600)
    let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
    #expect(lines.contains { $0.contains("create_email_template") })
    let again = try await installation.command(["audit", "export", "--out", file])
    #expect(again.status == 1, "an export never overwrites a file")
    let csv = try await installation.command(["audit", "export", "--format", "csv", "--out", "-"])
    #expect(csv.output.contains("create_email_template"))

    let key = try installation.key()
    let tampered = try await CommandResult.run(
      "/usr/bin/sqlcipher", [installation.storePath], environment: installation.environment,
      input: """
        PRAGMA key = "x'\(key)'";
        PRAGMA cipher_page_size = 4096;
        DROP TRIGGER audit_records_keep;
        UPDATE audit_records SET body = replace(body, 'create', 'crEate') WHERE seq = 2;

        """)
    #expect(!tampered.errors.contains("Error"), "\(tampered.errors)")
    let broken = try await installation.command(["audit", "verify", "--json"])
    #expect(broken.status == 1)
    #expect(try JSONParser.parse(broken.output)["firstBad"] == 2)
    let refused = try await installation.command(
      ["call", "create_email_template", "-"],
      input: #"{"templateName":"Next","subject":"S","bodyHtml":"<p>x</p>","category":"customer_communication"}"#)
    #expect(try JSONParser.parse(refused.output)["code"] == "AUD_002", "with a broken trail nothing is changed")
  }
}

extension Installation {
  func key() throws -> String {
    let text = try String(contentsOfFile: envFile, encoding: .utf8)
    return String(try #require(text.firstMatch(of: /DB_ENCRYPTION_KEY=([0-9a-f]{64})/)).1)
  }
}
