import AdminCore
import Content
import ContentFuzzing
import Foundation
import Testing

@Suite(
  "What another parser makes of the sanitizer's output",
  .enabled(if: PythonReference.isAvailable(for: "HTML as html5lib reads it", modules: ["html5lib"])))
struct HTMLReferenceTests {
  @Test("html5lib reads the tree that was written")
  func sameTree() throws {
    var texts = try HostileVectors.all.map { try HTMLSanitizer.sanitize($0.html).html }
    for seed in 0..<UInt64(1_000) {
      if let result = try? HTMLSanitizer.sanitize(HTMLFuzzer.document(seed: seed)) { texts.append(result.html) }
    }
    let input = Data(JSONValue.strings(texts).serialized)
    let output = try PythonReference.run(script: "html_reference.py", input: input)
    let differences = try JSONParser.parse(Array(output))
    #expect(differences == [], "\(differences.text)")
  }
}
