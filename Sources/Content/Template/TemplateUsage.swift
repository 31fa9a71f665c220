/// Which names a template uses, found by reading it, without rendering.
struct TemplateUsage: Sendable {
  /// Names whose value comes from outside, sorted.
  let variables: [String]
  /// Names the template sets itself, sorted.
  let setNames: [String]

  init(_ statements: [TemplateSyntax], variables: [String]) {
    var names: Set<String> = []
    Self.collect(from: statements, into: &names)
    self.variables = variables.sorted()
    setNames = names.sorted()
  }

  private static func collect(from statements: [TemplateSyntax], into names: inout Set<String>) {
    for statement in statements {
      for target in statement.targets { names.formUnion(target.names.map(\.name)) }
      for body in statement.bodies { collect(from: body, into: &names) }
    }
  }
}

extension Template {
  /// The variables the template uses, sorted.
  package var variables: [String] { usage.variables }

  /// How the variables a template declares compare with those it uses.
  package struct Declaration: Hashable, Sendable {
    /// Used, but not declared.
    package let undeclared: [String]
    /// Declared, but not used.
    package let unused: [String]

    /// - Parameter used: by all texts of one template, such as subject and bodies.
    package init(used: [String], declared: [String]) {
      let (usedNames, declaredNames) = (Set(used), Set(declared))
      undeclared = usedNames.subtracting(declaredNames).sorted()
      unused = declaredNames.subtracting(usedNames).sorted()
    }
  }
}
