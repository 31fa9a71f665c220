import AdminCore
import AdminTools
import Testing

@Suite("preview_email_template")
struct PreviewTests {
  @Test("A stored template is shown as it would be sent")
  func stored() async throws {
    let harness = try await AdminHarness()
    let id = try await harness.template(Samples.wiring)
    let answer = try await harness.call(
      "preview_email_template", ["templateId": .string(id), "variables": .object(Samples.values)])
    #expect(answer["subject"] == "Payment of EUR 1,200.00")
    #expect(answer["bodyHtml"]?.stringValue?.contains("IE64 IRCE 9205 0112 3456 78") == true)
    #expect(answer["bodyText"]?.stringValue?.hasPrefix("Dear Ada,") == true)
    #expect(answer["missingVariables"] == [])
  }

  @Test("What has no value is named and shown in brackets; what has a default is not missing")
  func missing() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call(
      "preview_email_template",
      [
        "subject": "Hello {{ name }}",
        "bodyHtml": "<p>{{ greeting | default('Hi') }} {{ name }}{% if vip is defined %}!{% endif %} {{ city }}</p>",
        "variables": ["name": "Ada"],
      ])
    #expect(answer["missingVariables"] == ["city"])
    #expect(answer["bodyHtml"] == "<p>Hi Ada [city]</p>")
    #expect(answer["subject"] == "Hello Ada")
  }

  @Test("Values are escaped in HTML, and what is unsafe in them is removed and reported")
  func escaped() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call(
      "preview_email_template",
      [
        "subject": "{{ name }}", "bodyHtml": "<p>{{ name }}</p><p>{{ html | safe }}</p>",
        "variables": ["name": "<b>Ada</b>", "html": "<em>ok</em><script>x</script>"],
      ])
    #expect(answer["bodyHtml"]?.stringValue?.contains("&lt;b&gt;Ada&lt;/b&gt;") == true)
    #expect(answer["bodyHtml"]?.stringValue?.contains("<em>ok</em>") == true)
    #expect(answer["bodyHtml"]?.stringValue?.contains("script") == false)
    #expect(answer["removed"]?.arrayValue?.isEmpty == false)
    #expect(answer["subject"] == "<b>Ada</b>")
  }

  @Test("Without a template and without texts it says what to give")
  func nothing() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call("preview_email_template", ["subject": "only a subject"])
    #expect(answer.code == "VAL_001")
    #expect(answer.json.text.contains("templateId"))
  }

  @Test("What the server fills in shows in a preview of a marketing mail")
  func marketing() async throws {
    let harness = try await AdminHarness(settings: [
      .postalAddress: "1 Quay Street, Galway", .unsubscribeURL: "https://harbourfinch.example/out",
    ])
    let id = try await harness.template(Samples.newsletter)
    let answer = try await harness.call(
      "preview_email_template", ["templateId": .string(id), "variables": ["name": "Ada"]])
    #expect(answer["bodyHtml"]?.stringValue?.contains("1 Quay Street, Galway") == true)
    #expect(answer["bodyHtml"]?.stringValue?.contains("https://harbourfinch.example/out") == true)

    let unset = try await AdminHarness()
    let other = try await unset.template(Samples.newsletter)
    let shown = try await unset.call(
      "preview_email_template", ["templateId": .string(other), "variables": ["name": "Ada"]])
    #expect(shown["missingVariables"]?.arrayValue?.contains("postal_address") == true)
  }
}
