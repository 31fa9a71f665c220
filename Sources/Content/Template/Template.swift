package import AdminCore

/// A template in the language of this product: Jinja2's, without anything that could reach beyond the data given.
///
/// Parsed once, rendered any number of times, from any thread. The results are Jinja2's to the letter, with undefined
/// variables as errors (`StrictUndefined`); what differs on purpose is refused when the template is parsed.
package struct Template: Sendable {
  /// What becomes of the characters that HTML gives a meaning to.
  package enum Escaping: String, Hashable, Sendable {
    /// Values are escaped unless they are markup: for HTML bodies.
    case html
    /// Values are put out as they are: for subjects and plain text.
    case none
  }

  package let escaping: Escaping
  package let limits: TemplateLimits
  let usage: TemplateUsage
  private let source: TemplateSource
  private let statements: TemplateStatement.Block
  private let names: [String]
  private let slotCount: Int

  package init(
    _ source: String, escaping: Escaping, limits: TemplateLimits = .standard
  ) throws(TemplateError) {
    let bytes = TemplateSource(source)
    do throws(TemplateFault) {
      var lexer = TemplateLexer(bytes, limits: limits)
      try lexer.run()
      var parser = TemplateParser(tokens: lexer.tokens, limits: limits)
      let syntax = try parser.template()
      var compiler = TemplateCompiler(limits: limits, escapes: escaping == .html)
      statements = try compiler.compile(syntax)
      names = compiler.variables
      slotCount = compiler.slotCount
      usage = TemplateUsage(syntax, variables: compiler.variables)
    } catch {
      throw TemplateError(error, in: bytes, at: 0)
    }
    self.escaping = escaping
    self.limits = limits
    self.source = bytes
  }

  // MARK: Rendering

  /// The template with `variables` put in.
  ///
  /// - Parameter declaredNames: further names that a misspelt variable may have been meant to be.
  package func render(
    _ variables: JSONObject, declaredNames: [String] = []
  ) throws(TemplateError) -> String {
    var renderer = renderer(.strict, variables)
    try run(&renderer, knownNames: declaredNames + variables.keys)
    return String(decoding: renderer.output, as: UTF8.self)
  }

  /// A rendering for a person to look at, and what it lacks.
  package struct Preview: Hashable, Sendable {
    package let text: String
    /// The variables, or dotted paths, on which `render` would fail, in the order in which they are met.
    package let missingVariables: [String]
  }

  /// The template with `variables` put in, where what is missing shows as `[name]`: a condition on it counts as false,
  /// and a loop over it shows it once. Other errors are errors.
  package func preview(_ variables: JSONObject) throws(TemplateError) -> Preview {
    var renderer = renderer(.lenient, variables)
    try run(&renderer, knownNames: variables.keys)
    return Preview(text: String(decoding: renderer.output, as: UTF8.self), missingVariables: renderer.missing)
  }

  private func renderer(_ mode: TemplateRenderer.Mode, _ variables: JSONObject) -> TemplateRenderer {
    var renderer = TemplateRenderer(
      limits: limits, escapes: escaping == .html, mode: mode, slotCount: slotCount,
      variables: TemplateVariables(names: names, values: variables))
    renderer.output.reserveCapacity(min(2 * source.bytes.count + 256, limits.outputBytes))
    return renderer
  }

  private func run(_ renderer: inout TemplateRenderer, knownNames: [String]) throws(TemplateError) {
    do throws(TemplateFault) {
      try renderer.load(statements.loads)
      try renderer.run(statements.body)
    } catch {
      throw TemplateError(error, in: source, at: renderer.position, knownNames: knownNames + usage.setNames)
    }
  }
}
