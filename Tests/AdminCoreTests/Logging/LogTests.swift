import AdminCore
import Synchronization
import TestSupport
import Testing

private final class Lines: Sendable {
  private let lines = Mutex<[[UInt8]]>([])

  func append(_ line: [UInt8]) { lines.withLock { $0.append(line) } }

  var all: [[UInt8]] { lines.withLock { $0 } }

  var texts: [String] { all.map { String(decoding: $0, as: UTF8.self) } }

  func log(_ level: LogLevel) -> Log {
    Log(level: level, redactor: Redactor(), now: { Timestamp(milliseconds: 1_767_600_000_000) }) { self.append($0) }
  }
}

@Suite("The log")
struct LogTests {
  @Test("A line is one line of JSON with time, level, message and fields")
  func line() throws {
    let lines = Lines()
    lines.log(.debug).info("Started", ["count": 3, "text": "a\nb", "nothing": nil])
    let text = try #require(lines.texts.first)
    #expect(
      text == #"{"ts":"2026-01-05T08:00:00.000Z","level":"info","message":"Started","count":3,"text":"a\nb"}"# + "\n")
    #expect(lines.all.first?.count { $0 == 0x0A } == 1)
  }

  @Test("Lines below the level are not written, and their fields not even made", arguments: LogLevel.allCases)
  func levels(level: LogLevel) {
    let lines = Lines()
    let log = lines.log(level)
    var made = 0
    func fields() -> JSONObject {
      made += 1
      return ["n": .int(made)]
    }
    log.debug("d", fields())
    log.info("i", fields())
    log.warning("w", fields())
    log.error("e", fields())
    let expected = LogLevel.allCases.filter { $0 >= level }
    #expect(lines.texts.map { (try? JSONParser.parse($0))?["level"]?.stringValue } == expected.map(\.name))
    #expect(made == expected.count)
    #expect(log.level == level)
  }

  @Test("The correlation id of the task is on every line")
  func correlation() async {
    let lines = Lines()
    let log = lines.log(.info)
    log.info("before")
    await Log.$correlationID.withValue("corr-7") {
      log.info("inside")
      await Task { log.info("in a task of it") }.value
    }
    #expect(lines.texts.map { $0.contains(#""correlationId":"corr-7""#) } == [false, true, true])
  }

  @Test("Fields are redacted by name and by shape")
  func redaction() {
    let lines = Lines()
    lines.log(.info).info("x", ["password": "hunter2", "url": "https://u:hunter2@h/", "list": [["secret": "hunter2"]]])
    #expect(lines.texts.first?.contains("hunter2") == false)
    #expect(lines.texts.first?.contains(#""password":{"redacted":true,"len":7}"#) == true)
  }

  @Test("Nothing reaches a terminal that could steer it or hide from its reader")
  func visibleText() throws {
    let lines = Lines()
    lines.log(.info).info(
      "x", ["na\u{202E}me": "a\u{9B}31mb\u{1B}[0m\u{200B}c\u{E0041}", "list": ["\u{2066}d"], "flag": true])
    let line = try JSONParser.parse(try #require(lines.texts.first))
    #expect(line["name"] == "a31mb[0mc")
    #expect(line["list"] == ["d"])
    #expect(line["flag"] == true)
  }

  @Test("A field cannot stand in for what every line begins with")
  func reservedNames() throws {
    let lines = Lines()
    Log.$correlationID.withValue("real") {
      lines.log(.info).info("real", ["level": "error", "message": "forged", "ts": "never", "correlationId": "forged"])
    }
    let line = try JSONParser.parse(try #require(lines.texts.first))
    #expect(line["level"] == "info")
    #expect(line["message"] == "real")
    #expect(line["correlationId"] == "real")
    #expect(line["field.message"] == "forged")
  }

  @Test("A failure is logged with its cause, as an error only when it is the program's own")
  func failure() throws {
    let lines = Lines()
    let log = lines.log(.info)
    log.failure("Call failed", AdminError(.graphFailed, "Graph said no.", cause: "HTTP 400 password=hunter2"))
    log.failure("Call failed", AdminError(.internalFault, "Sorry."))
    let parsed = try lines.texts.map { try JSONParser.parse($0) }
    #expect(parsed.map { $0["level"] } == ["warning", "error"])
    #expect(parsed.first?["code"] == "GRAPH_001")
    #expect(parsed.first?["text"] == "Graph said no.")
    #expect(parsed.first?["cause"] == "HTTP 400 password=[redacted]")
    #expect(parsed.last?["cause"] == nil)
  }

  @Test("The log that goes nowhere takes everything")
  func none() {
    Log.none.error("x", ["a": 1])
    #expect(Log.none.level == .error)
  }

  @Test("A level has the names people use for it, whatever their case")
  func levelNames() {
    for level in LogLevel.allCases {
      #expect(LogLevel(name: level.name) == level)
      #expect(LogLevel(name: level.name.uppercased()) == level)
    }
    #expect(LogLevel(name: "verbose") == nil)
    #expect(LogLevel(name: "") == nil)
    #expect(LogLevel.allCases.sorted() == LogLevel.allCases)
  }
}
