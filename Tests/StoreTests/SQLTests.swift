import AdminCore
import Store
import TestSupport
import Testing

@Suite("SQL and its values")
struct SQLTests {
  @Test("What is interpolated is bound, not spliced")
  func binds() {
    let name = "x'; DROP TABLE t; --"
    let absent: Int? = nil
    let part: SQL = "b > \(2.5)"
    let sql: SQL = "SELECT * FROM t WHERE a = \(name) AND \(part) AND c IS \(absent) AND d IN \(list: [1, 2])"
    #expect(sql.text == "SELECT * FROM t WHERE a = ? AND b > ? AND c IS ? AND d IN (?, ?)")
    #expect(sql.values == [.text(name), .real(2.5), .null, .integer(1), .integer(2)])
  }

  @Test("Conditions are joined, and none make no clause")
  func conditions() {
    #expect(SQL.where([]).text.isEmpty)
    let both = SQL.where(["a = \(1)", "b = \("x")"])
    #expect(both.text == " WHERE a = ? AND b = ?")
    #expect(both.values == [.integer(1), .text("x")])
  }

  @Test("Every kind of value comes back as it was written")
  func roundTrip() throws {
    let connection = try memory()
    try connection.execute("CREATE TABLE t (a, b, c, d, e, f, g)")
    let text = "a\0b \u{1F600} é"
    let blob: [UInt8] = [0, 255, 0]
    let absent: String? = nil
    try connection.execute(
      "INSERT INTO t VALUES (\(Int64.min), \(0.1), \(text), \(blob), \(absent), \(""), \([UInt8]()))")
    let isRead: Bool? = try connection.first("SELECT a, b, c, d, e, f, g, f FROM t") { row throws(StoreError) in
      #expect(try row.next(Int64.self) == .min)
      #expect(try row.next(Double.self) == 0.1)
      #expect(try row.next(String.self) == text)
      #expect(try row.next([UInt8].self) == blob)
      #expect(try row.next(String?.self) == nil)
      #expect(try row.next(String?.self) == "")
      #expect(try row.next([UInt8]?.self) == [])
      #expect(try row.next([UInt8].self) == [])
      return true
    }
    #expect(isRead == true)
    try connection.execute("UPDATE t SET a = \(true), b = \(7)")
    #expect(try connection.value("SELECT a FROM t", as: Bool.self) == true)
    #expect(try connection.value("SELECT b FROM t", as: Double.self) == 7)
  }

  @Test("Ids, JSON and times come back, and anything else in their columns is an error")
  func storedValues() throws {
    let connection = try memory()
    let id = LocalID.make(at: Timestamp(milliseconds: 5))
    let json: JSONValue = ["a": [1, 2.5, nil]]
    let time = Timestamp(milliseconds: 1_767_600_000_123)
    func read<Value>(_ sql: SQL, _ body: (inout Row) throws(StoreError) -> Value) throws -> Value? {
      try connection.first(sql, body)
    }
    #expect(try read("SELECT \(id)") { row throws(StoreError) in try row.next(LocalID.self) } == id)
    #expect(try read("SELECT \(json)") { row throws(StoreError) in try row.next(JSONValue.self) } == json)
    #expect(try read("SELECT \(time.iso8601)") { row throws(StoreError) in try row.nextTime() } == time)
    #expect(try read("SELECT \("2026-01-05 08:00:00.123Z")") { row throws(StoreError) in try row.nextTime() } == time)
    #expect(
      try read("SELECT \("2026-01-05T08:00:00Z")") { row throws(StoreError) in try row.nextTime().milliseconds }
        == 1_767_600_000_000)
    #expect(
      try read("SELECT \(time.milliseconds)") { row throws(StoreError) in try row.nextMilliseconds() } == time)
    #expect(throws: StoreError.self) {
      try read("SELECT \("2026-13-05T08:00:00.123Z")") { row throws(StoreError) in try row.nextTime() }
    }
    #expect(throws: StoreError.self) {
      try read("SELECT 'x'") { row throws(StoreError) in try row.next(LocalID.self) }
    }
    #expect(throws: StoreError.self) {
      try read("SELECT '{'") { row throws(StoreError) in try row.next(JSONValue.self) }
    }
    #expect(throws: StoreError.self) {
      try read("SELECT 'sold'") { row throws(StoreError) in try row.next(AuditStatus.self) }
    }
  }

  @Test(
    "A list of texts is read in whatever form it was written",
    arguments: [
      ("[]", []), (#"["a"]"#, ["a"]), (#"["a","bc",""]"#, ["a", "bc", ""]), (#"[ "a" , "b" ]"#, ["a", "b"]),
      (#"["é","a\"b","c\u0041"]"#, ["é", "a\"b", "cA"]), (#"["a",1,null]"#, ["a"]), (#"{"a":"b"}"#, []), ("7", []),
      (#"["a",["b"]]"#, ["a"]), (#"["],["]"#, ["],["]),
    ])
  func lists(json: String, texts: [String]) throws {
    let read: [String]? = try memory().first("SELECT \(json)") { row throws(StoreError) in try row.nextStrings() }
    #expect(read == texts)
  }

  @Test(
    "What is no list of texts is an error",
    arguments: ["", "[", "]", #"["a",]"#, #"["a" "b"]"#, #"["a"#, #"["]"#, "[,]"])
  func noLists(json: String) throws {
    let connection = try memory()
    #expect(throws: StoreError.self) {
      try connection.first("SELECT \(json)") { row throws(StoreError) in try row.nextStrings() }
    }
  }

  @Test("A value of another kind than the schema promises is an error that names the column")
  func mismatch() throws {
    let connection = try memory()
    for (sql, read) in [
      ("SELECT 'x'", { row throws(StoreError) in _ = try row.next(Int.self) }),
      ("SELECT 1", { row throws(StoreError) in _ = try row.next(String.self) }),
      ("SELECT 1", { row throws(StoreError) in _ = try row.next([UInt8].self) }),
      ("SELECT x'00'", { row throws(StoreError) in _ = try row.next(Double.self) }),
      ("SELECT NULL", { row throws(StoreError) in _ = try row.next(Int.self) }),
    ] as [(String, (inout Row) throws(StoreError) -> Void)] {
      let error = #expect(throws: StoreError.self) { try connection.forEach(SQL(raw: sql), read) }
      #expect(error?.code == .mismatch)
      #expect(error?.description.contains("column 1") == true)
    }
    let error = #expect(throws: StoreError.self) {
      try connection.forEach("SELECT 1") { row throws(StoreError) in
        _ = try row.next(Int.self)
        _ = try row.next(Int.self)
      }
    }
    #expect(error?.message == "column 2 does not hold one more column")
  }

  @Test("A statement that cannot be run says so without the values bound to it")
  func errors() throws {
    let connection = try memory()
    let canary = "canary-4711"
    try connection.execute("CREATE TABLE t (a TEXT UNIQUE)")
    try connection.execute("INSERT INTO t VALUES (\(canary))")
    let error = #expect(throws: StoreError.self) { try connection.execute("INSERT INTO t VALUES (\(canary))") }
    #expect(error?.code.primary == .constraint)
    #expect(error?.description.contains("INSERT INTO t VALUES (?)") == true)
    #expect(error?.description.contains(canary) == false)
    for sql in ["SELEKT", "", ";", "SELECT 1; SELECT 2"] {
      #expect(throws: StoreError.self) { try connection.execute(SQL(raw: sql)) }
    }
    #expect(throws: StoreError.self) { try connection.execute(SQL(raw: "SELECT ?", values: [])) }
    #expect(throws: StoreError.self) { try connection.run(script: "CREATE TABLE u (a); NONSENSE") }
    #expect(try connection.value("SELECT 1; ", as: Int.self) == 1)
  }

  @Test("A statement may run again inside the loop over its own rows")
  func nested() throws {
    let connection = try memory()
    try connection.run(script: "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)")
    var pairs = 0
    try connection.forEach("SELECT a FROM t") { _ throws(StoreError) in
      try connection.forEach("SELECT a FROM t") { _ throws(StoreError) in pairs += 1 }
    }
    #expect(pairs == 9)
    #expect(try connection.all("SELECT a FROM t") { row throws(StoreError) in try row.next(Int.self) } == [1, 2, 3])
  }

  @Test("More texts than the cache holds are run all the same")
  func manyStatements() throws {
    let connection = try memory()
    for number in 0..<600 {
      #expect(try connection.value(SQL(raw: "SELECT \(number)"), as: Int.self) == number)
    }
  }

  @Test(
    "Every failure of SQLite becomes an error that says what to do",
    arguments: [
      (5, ErrorCode.storeBusy), (6, .storeBusy), (8, .storeReadOnly), (10, .storeReadOnly), (13, .storeReadOnly),
      (14, .storeReadOnly), (3, .storeReadOnly), (26, .cannotDecrypt), (11, .cannotDecrypt), (1, .internalFault),
      (19, .internalFault), (20, .internalFault), (778, .storeReadOnly), (261, .storeBusy),
    ] as [(Int32, ErrorCode)])
  func mapping(result: Int32, code: ErrorCode) {
    let error = AdminError(StoreError(.init(rawValue: result), "private words", sql: "SELECT 1"))
    #expect(error.code == code)
    #expect(error.isRetryable == (code == .storeBusy))
    #expect(!error.message.contains("private words"))
    #expect(error.cause?.contains("private words") == true)
  }

  private func memory() throws -> Connection {
    try ConnectionRecipe(path: ":memory:", key: Secret([UInt8](repeating: 1, count: 32)), busyTimeout: .zero)
      .open(.create)
  }
}
