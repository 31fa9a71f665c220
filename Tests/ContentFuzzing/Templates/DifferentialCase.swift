package import AdminCore
package import Content

/// One template to be rendered, by this language and by Jinja2.
package struct DifferentialCase: Sendable {
  package let template: String
  package let context: JSONObject
  package let escaping: Template.Escaping

  package init(_ template: String, _ context: JSONObject = [:], escaping: Template.Escaping = .none) {
    self.template = template
    self.context = context
    self.escaping = escaping
  }
}
