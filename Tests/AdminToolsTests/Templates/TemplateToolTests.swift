import AdminCore
import AdminTools
import Store
import TestSupport
import Testing

@Suite("Template tools")
struct TemplateToolTests {
  @Test("A template is stored, read, changed, found and deleted")
  func life() async throws {
    let harness = try await AdminHarness()
    let stored = try await harness.call("create_email_template", Samples.welcome)
    #expect(stored["version"] == 1)
    let id = try #require(stored["templateId"])

    let read = try await harness.call("get_email_template", ["templateId": id])
    #expect(read["bodyHtml"] == "<p>Hello {{ name }}, your balance is {{ amount }}.</p>")
    #expect(read["variables"] == Samples.variables)

    let changed = try await harness.call(
      "update_email_template", ["templateId": id, "subject": "Hello, {{ name }}", "description": "First mail"])
    #expect(changed["version"] == 2)
    let now = try await harness.call("get_email_template", ["templateId": id])
    #expect(now["subject"] == "Hello, {{ name }}")
    #expect(now["description"] == "First mail")

    let list = try await harness.call("list_email_templates", ["searchQuery": "first MAIL"])
    #expect(list["count"] == 1)
    #expect(list["items"]?.arrayValue?.first?["bodyHtml"] == nil)

    let person = PretendPerson(.approve)
    let deleted = try await harness.call("delete_email_template", ["templateId": id], as: person)
    #expect(!deleted.isError)
    #expect(person.questions.count == 1, "deletion is asked about")
    #expect(try await harness.call("get_email_template", ["templateId": id]).code == "TMPL_001")
    #expect(try await harness.call("list_email_templates")["count"] == 0)
  }

  @Test("A list that is kept ready is never older than the store, whichever process changes it")
  func keptLists() async throws {
    let harness = try await AdminHarness()
    let other = try await AdminHarness(harness.tenant, harness.fixture, harness.timekeeper)
    #expect(try await harness.call("list_email_templates")["count"] == 0)
    #expect(try await harness.call("list_email_templates")["count"] == 0)

    let id = try #require(try await other.call("create_email_template", Samples.welcome)["templateId"])
    #expect(try await harness.call("list_email_templates")["count"] == 1)
    #expect(try await harness.call("list_template_versions", ["templateId": id])["count"] == 1)

    _ = try await harness.call("update_email_template", ["templateId": id, "subject": "Hello, {{ name }}"])
    #expect(try await harness.call("list_template_versions", ["templateId": id])["count"] == 2)
    let listed = try await harness.call("list_email_templates")["items"]?.arrayValue?.first
    #expect(listed?["version"] == 2)
    #expect(try await other.call("list_email_templates", ["searchQuery": "nothing like it"])["count"] == 0)
    #expect(try await other.call("list_email_templates")["count"] == 1, "the arguments are part of what is kept")
  }

  @Test("What the sanitizer takes out is reported, and is not stored")
  func removed() async throws {
    let harness = try await AdminHarness()
    var arguments = Samples.welcome
    arguments["bodyHtml"] =
      "<p onclick=\"x()\">Hello {{ name }} {{ amount }}</p><script>alert(1)</script><img src=\"http://x/y.png\">"
    let answer = try await harness.call("create_email_template", arguments)
    #expect(answer["removed"]?.arrayValue?.count ?? 0 >= 3)
    let html = try await harness.call("get_email_template", ["templateId": try #require(answer["templateId"])])[
      "bodyHtml"]?.stringValue
    #expect(html?.contains("script") == false)
    #expect(html?.contains("onclick") == false)
    #expect(html?.contains("<p>Hello {{ name }} {{ amount }}</p>") == true)
  }

  @Test("Undeclared and unused variables are reported when a template is stored")
  func variables() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call(
      "create_email_template", Samples.welcome.merging(["variables": ["name", "city"]]))
    let warnings = (answer["warnings"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: "\n")
    #expect(warnings.contains("amount"))
    #expect(warnings.contains("city"))
  }

  @Test("A name that is taken is refused, when storing and when renaming")
  func taken() async throws {
    let harness = try await AdminHarness()
    _ = try await harness.template(Samples.welcome)
    #expect(try await harness.call("create_email_template", Samples.welcome).code == "TMPL_004")
    let other = try await harness.template(Samples.welcome.merging(["templateName": "Other"]))
    let renamed = try await harness.call(
      "update_email_template", ["templateId": .string(other), "templateName": "Welcome"])
    #expect(renamed.code == "TMPL_004")
  }

  struct Bad: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let changes: JSONObject
    let code: String
    var words: [String] = []
  }

  @Test(
    "A template that cannot work, or must not, is refused with the place",
    arguments: [
      Bad(
        testDescription: "syntax", changes: ["bodyHtml": "<p>{% if name %}{{ amount }}</p>"], code: "TMPL_002",
        words: ["line"]),
      Bad(testDescription: "include", changes: ["bodyHtml": "{% include 'x' %}"], code: "TMPL_002", words: ["include"]),
      Bad(testDescription: "a call", changes: ["subject": "{{ name() }}"], code: "TMPL_002"),
      Bad(
        testDescription: "a bank detail as a variable",
        changes: ["category": "wiring", "bodyHtml": "<p>IBAN: {{ amount }}</p>"], code: "VAL_001", words: ["bank"]),
      Bad(
        testDescription: "a variable that is named as one", changes: ["category": "wiring", "variables": ["iban"]],
        code: "VAL_001", words: ["iban"]),
      Bad(
        testDescription: "marketing without a way out", changes: ["category": "marketing"], code: "VAL_001",
        words: ["unsubscribe"]),
      Bad(testDescription: "a line break in the subject", changes: ["subject": "a\nb"], code: "VAL_001"),
      Bad(
        testDescription: "a body beyond the bound",
        changes: ["bodyHtml": .string(String(repeating: "a", count: 600_000))], code: "VAL_001"),
      Bad(
        testDescription: "nesting beyond the bound",
        changes: ["bodyHtml": .string(String(repeating: "<div>", count: 300))], code: "TMPL_005"),
    ])
  func refused(_ item: Bad) async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call("create_email_template", Samples.welcome.merging(item.changes))
    #expect(answer.code == item.code, "\(answer.json.text)")
    for word in item.words { #expect(answer.json.text.contains(word), "\(answer.json.text)") }
    #expect(try await harness.call("list_email_templates")["count"] == 0)
  }

  @Test("Nobody overwrites what somebody else has changed since the plan")
  func concurrent() async throws {
    let harness = try await AdminHarness()
    let id = try await harness.template(Samples.welcome)
    async let first = harness.call("update_email_template", ["templateId": .string(id), "subject": "One"])
    async let second = harness.call("update_email_template", ["templateId": .string(id), "subject": "Two"])
    let answers = try await [first, second]
    let version = try await harness.call("get_email_template", ["templateId": .string(id)])["version"]?.intValue
    #expect(version == 1 + answers.count { !$0.isError })
  }

  @Test("Three hundred templates are listed page by page, in order, each once")
  func pages() async throws {
    let harness = try await AdminHarness()
    let templates = try await harness.store().templates
    for number in 1...300 {
      _ = try await templates.create(
        TemplateContent(
          name: "Template \(String(number).count < 3 ? "0" : "")\(number)", subject: "S", bodyHTML: "<p>x</p>",
          bodyText: nil, category: "marketing", variables: [], description: nil), by: "test")
    }
    var names: [String] = []
    var cursor: JSONValue?
    var pages = 0
    repeat {
      var arguments: JSONObject = ["limit": 70]
      arguments["cursor"] = cursor
      let page = try await harness.call("list_email_templates", arguments)
      #expect(page["count"] == 300)
      names += page["items"]?.arrayValue?.compactMap { $0["templateName"]?.stringValue } ?? []
      cursor = page["nextCursor"]
      #expect(page["truncated"] == .bool(cursor != nil))
      pages += 1
    } while cursor != nil && pages < 10
    #expect(pages == 5)
    #expect(names.count == 300)
    #expect(names == names.sorted())
    #expect(Set(names).count == 300)
    #expect(try await harness.call("list_email_templates", ["cursor": "forged"]).code == "VAL_001")
  }

  @Test("Reading a wiring template is audited, listing is not")
  func audited() async throws {
    let harness = try await AdminHarness()
    let id = try await harness.template(Samples.wiring)
    let before = try await harness.audit().count
    _ = try await harness.call("list_email_templates")
    #expect(try await harness.audit().count == before)
    _ = try await harness.call("get_email_template", ["templateId": .string(id)])
    _ = try await harness.call(
      "preview_email_template", ["templateId": .string(id), "variables": .object(Samples.values)])
    let told = try await harness.audit().dropFirst(before).map(\.operation)
    #expect(told == ["get_email_template", "preview_email_template"])
    #expect(try await !harness.auditBodies().contains("IE64"))
  }

  @Test("With AUDIT_READS=0 no read is audited, with 2 every one is", arguments: [("0", 0), ("2", 3)])
  func auditLevels(level: String, count: Int) async throws {
    let harness = try await AdminHarness(settings: [.auditReads: level])
    let id = try await harness.template(Samples.wiring)
    let before = try await harness.audit().count
    _ = try await harness.call("list_email_templates")
    _ = try await harness.call("get_email_template", ["templateId": .string(id)])
    _ = try await harness.call("find_users")
    #expect(try await harness.audit().count - before == count)
  }
}
