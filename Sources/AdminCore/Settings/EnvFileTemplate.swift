/// The text of an env file that names every setting, each with its meaning and default: `.env.example`, and what `init`
/// writes.
package enum EnvFileTemplate {
  /// - Parameter values: settings that are set; all others stand there as comments.
  package static func text(_ values: [Setting: String] = [:]) -> String {
    var lines = [
      "# Settings of m365-admin-mcp. The environment comes first, then this file.",
      "# Keep it to yourself: chmod 600.",
    ]
    for section in Setting.Section.allCases {
      lines += ["", "# \(section.rawValue)", ""]
      for setting in Setting.allCases where setting.definition.section == section {
        let definition = setting.definition
        let standard = definition.defaultValue.map { " (default: \($0))" } ?? ""
        lines.append("# \(definition.meaning)\(standard)")
        if let value = values[setting] {
          lines.append("\(setting.rawValue)=\(quoted(value))")
        } else {
          lines.append("#\(setting.rawValue)=")
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Values end at the next quote of their kind, so one that holds both kinds cannot be written.
  private static func quoted(_ value: String) -> String {
    let isPlain = value.utf8.allSatisfy { byte in
      (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || (byte >= 0x30 && byte <= 0x39) || "-._/:@,~".utf8.contains(byte)
    }
    if isPlain { return value }
    return value.contains("'") ? "\"\(value)\"" : "'\(value)'"
  }
}
