package import AdminCore

extension JSONValue {
  /// Laid out for people to read and for line-by-line comparison; short values stay on one line.
  package var pretty: String { layout(indent: "") + "\n" }

  private func layout(indent: String) -> String {
    let short = text
    if short.utf8.count + indent.utf8.count <= 100 { return short }
    let inner = indent + "  "
    switch self {
    case .object(let object) where object.count > 0:
      let members = object.map { "\(inner)\(JSONValue.string($0.key).text): \($0.value.layout(indent: inner))" }
      return "{\n" + members.joined(separator: ",\n") + "\n\(indent)}"
    case .array(let values) where !values.isEmpty:
      return "[\n" + values.map { inner + $0.layout(indent: inner) }.joined(separator: ",\n") + "\n\(indent)]"
    default: return short
    }
  }
}
