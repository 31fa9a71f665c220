import AdminCore
import Foundation
import TestSupport
import Testing

@Suite("Settings")
struct SettingsDocumentTests {
  /// RECORD=1 writes the file anew; a run without it only compares.
  @Test(".env.example names every setting with its meaning and default")
  func envExample() throws {
    let expected = EnvFileTemplate.text()
    if ProcessInfo.processInfo.environment["RECORD"] == "1" {
      try expected.write(to: Repository.root.appendingPathComponent(".env.example"), atomically: true, encoding: .utf8)
    }
    #expect(try Repository.text(".env.example") == expected)
  }

  @Test("The example is an env file that sets nothing and has no fault")
  func exampleIsReadable() throws {
    let (values, problems) = EnvFile.parse(try Repository.text(".env.example"))
    #expect(values.isEmpty)
    #expect(problems.isEmpty)
  }
}
