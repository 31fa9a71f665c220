import Foundation
import TestSupport
import Testing

@Suite("Modules")
struct ModuleGraphTests {
  /// What the operating system and the toolchain give; full Foundation is not among them, for the size of the binary.
  private static let platform: Set<String> = [
    "Glibc", "Dispatch", "Synchronization", "Swift", "FoundationEssentials", "_StringProcessing",
  ]

  @Test("Every import of the sources stands in docs/modules.md, and nothing else does")
  func importsAgreeWithTheDocument() throws {
    let rows = try Repository.table(startingWith: "module", in: "docs/modules.md")
    let documented = Dictionary(uniqueKeysWithValues: rows.map { ($0[0], Self.names(in: $0[1])) })
    var imported: [String: Set<String>] = [:]
    for file in try Repository.files(under: "Sources", suffix: ".swift") {
      let module = String(file.split(separator: "/")[1])
      imported[module, default: []].formUnion(Self.imports(in: try Repository.text(file)))
    }
    #expect(Set(imported.keys) == Set(documented.keys))
    for (module, names) in imported {
      let allowed = documented[module] ?? []
      #expect(names.subtracting(Self.platform).subtracting(allowed).isEmpty, "\(module) imports more than it may")
    }
  }

  @Test("Package.swift declares exactly the documented dependencies")
  func manifestAgreesWithTheDocument() throws {
    let manifest = try Repository.text("Package.swift")
    for row in try Repository.table(startingWith: "module", in: "docs/modules.md") {
      let declaration = try #require(
        manifest.firstMatch(of: try Regex(#"(?:module|program)\(\s*"\#(row[0])",\s*\[([^\]]*)\]"#)),
        "\(row[0]) is not declared")
      let declared = Set(
        (declaration.output[1].substring ?? "").split(whereSeparator: { ",\n ".contains($0) })
          .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "\"")) })
      #expect(declared == Self.names(in: row[1]), "\(row[0])")
    }
  }

  @Test("The top level holds only what was agreed")
  func topLevel() throws {
    let allowed: Set<String> = ["Package.swift", "Sources", "Tests", "README.md", "scripts", "docs", "data"]
    let names = try FileManager.default.contentsOfDirectory(atPath: Repository.root.path)
    #expect(names.filter { !$0.hasPrefix(".") && !allowed.contains($0) }.isEmpty)
  }

  private static func names(in cell: String) -> Set<String> {
    cell == "–" ? [] : Set(cell.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) })
  }

  private static func imports(in text: String) -> Set<String> {
    Set(
      text.split(separator: "\n").compactMap { line in
        let words = line.split(separator: " ")
        guard let index = words.firstIndex(of: "import"), index <= 2, words.count > index + 1 else { return nil }
        guard words[..<index].allSatisfy({ $0 == "package" || $0 == "public" || $0.hasPrefix("@") }) else {
          return nil
        }
        let name = words[index + 1] == "struct" || words[index + 1] == "func" ? words[index + 2] : words[index + 1]
        return name.split(separator: ".").first.map(String.init)
      })
  }
}
