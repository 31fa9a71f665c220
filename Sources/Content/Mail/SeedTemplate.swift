package import AdminCore

/// A template that is shipped with the product, in `data/seed/templates`: three files of one name, so that the bodies can be
/// opened, edited and compared as what they are.
package struct SeedTemplate: Sendable {
  /// Marks details that are there to be replaced. A wiring mail that shows it is not sent.
  package static let placeholderMark = "REPLACE BEFORE USE"

  package let name: String
  package let category: TemplateCategory
  package let description: String
  package let draft: TemplateDraft

  /// - Parameters:
  ///   - json: `{templateName, subject, category, variables, description}`
  ///   - html: the body
  ///   - text: the body for readers without HTML
  /// - Throws: `VAL_001` naming what is missing.
  package init(json: String, html: String, text: String) throws(AdminError) {
    let object: JSONValue
    do throws(JSONParseError) {
      object = try JSONParser.parse(json)
    } catch {
      throw AdminError(.invalidArgument, "A seed template's description is no JSON: \(error).")
    }
    var missing: [String] = []
    func string(_ key: String) -> String {
      guard let value = object[key]?.stringValue, !value.isEmpty else {
        missing.append(key)
        return ""
      }
      return value
    }
    name = string("templateName")
    description = string("description")
    let subject = string("subject")
    let category = TemplateCategory(rawValue: string("category"))
    let variables = object["variables"]?.arrayValue?.compactMap(\.stringValue)
    if category == nil { missing.append("category") }
    if variables == nil { missing.append("variables") }
    guard missing.isEmpty, let category, let variables else {
      throw AdminError(
        .invalidArgument,
        "A seed template lacks \(Set(missing).sorted().joined(separator: ", ")), or has it in a wrong form.")
    }
    self.category = category
    draft = TemplateDraft(subject: subject, bodyHTML: html, bodyText: text, variables: variables)
  }
}
