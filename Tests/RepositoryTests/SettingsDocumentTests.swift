import AdminCore
import TestSupport
import Testing

@Suite("Settings")
struct SettingsDocumentTests {
  @Test(".env.example names every setting with its meaning and default")
  func envExample() throws { try Recorded.compare(EnvFileTemplate.text(), with: ".env.example") }

  @Test("The example is an env file that sets nothing and has no fault")
  func exampleIsReadable() throws {
    let (values, problems) = EnvFile.parse(try Repository.text(".env.example"))
    #expect(values.isEmpty)
    #expect(problems.isEmpty)
  }
}
