/// Which variables a template uses, found by reading it, without rendering.
struct TemplateUsage: Sendable {
  /// Names whose value comes from outside, sorted.
  let variables: [String]
  /// Those of them that are used at least once where a missing value would be an error.
  let required: [String]
  /// Members of variables, as dotted paths, sorted.
  let paths: [String]
  /// Names the template sets itself.
  let setNames: [String]

  init(_ statements: [TemplateSyntax], variables: [String]) {
    var reader = Reader(variables: Set(variables))
    reader.read(statements, Reader.Scope())
    self.variables = variables.sorted()
    required = reader.required.sorted()
    paths = reader.paths.sorted()
    setNames = reader.setNames.sorted()
  }
}

extension Template {
  /// The variables the template uses, sorted.
  package var variables: [String] { usage.variables }

  /// The variables without which some rendering fails: all but those used only under `default`, under `is defined`,
  /// or where the template has set them before. A variable used in a branch that is not always taken counts.
  package var requiredVariables: [String] { usage.required }

  /// What of its variables the template looks at, as dotted paths: `customer.address.city`.
  package var variablePaths: [String] { usage.paths }

  /// How the variables a template declares compare with those it uses.
  package struct Declaration: Hashable, Sendable {
    /// Used, but not declared.
    package let undeclared: [String]
    /// Declared, but not used.
    package let unused: [String]
  }

  package func compare(withDeclared names: [String]) -> Declaration {
    Self.compare(used: variables, declared: names)
  }

  /// The same for several texts of one template, such as subject and bodies.
  package static func compare(used: [String], declared: [String]) -> Declaration {
    let (usedNames, declaredNames) = (Set(used), Set(declared))
    return Declaration(
      undeclared: usedNames.subtracting(declaredNames).sorted(), unused: declaredNames.subtracting(usedNames).sorted())
  }
}

/// Walks through the statements with what is known at each place.
private struct Reader {
  struct Scope {
    /// Names that have a value of the template's own here.
    var assigned: Set<String> = []
    /// Variables that are known to be given here.
    var guarded: Set<String> = []
  }

  private let variables: Set<String>
  private(set) var required: Set<String> = []
  private(set) var paths: Set<String> = []
  private(set) var setNames: Set<String> = []

  init(variables: Set<String>) { self.variables = variables }

  // MARK: Statements

  @discardableResult
  mutating func read(_ statements: [TemplateSyntax], _ scope: Scope) -> Scope {
    var scope = scope
    for statement in statements { read(statement, &scope) }
    return scope
  }

  private mutating func read(_ statement: TemplateSyntax, _ scope: inout Scope) {
    switch statement {
    case .output(let pieces):
      for case .expression(let expression, _) in pieces { read(expression, scope) }
    case .conditional(let branches, let otherwise): read(branches, otherwise, &scope)
    case .loop(let loop): read(loop, scope)
    case .assignment(let target, let expression, _):
      read(expression, scope)
      assign(target, in: &scope)
    case .blockAssignment(let target, let filter, let body, _):
      let inner = read(body, scope)
      if let filter { read(filter, inner) }
      assign(target, in: &scope)
    case .with(let bindings, let body, _):
      var inner = scope
      for binding in bindings {
        read(binding.value, scope)
        assign(binding.target, in: &inner)
      }
      read(body, inner)
    case .filterBlock(let filter, let body, _):
      let inner = read(body, scope)
      read(filter, inner)
    }
  }

  private mutating func assign(_ target: TemplateTarget, in scope: inout Scope) {
    for name in target.names {
      scope.assigned.insert(name.name)
      setNames.insert(name.name)
    }
  }

  /// What every branch assigns is assigned afterwards.
  private mutating func read(
    _ branches: [TemplateSyntax.Branch], _ otherwise: [TemplateSyntax], _ scope: inout Scope
  ) {
    var remaining = scope
    var assigned: Set<String>?
    for branch in branches {
      read(branch.test, remaining)
      var inner = remaining
      inner.guarded.formUnion(Self.defined(by: branch.test, when: true))
      let after = read(branch.body, inner).assigned
      assigned = assigned?.intersection(after) ?? after
      remaining.guarded.formUnion(Self.defined(by: branch.test, when: false))
    }
    let after = read(otherwise, remaining).assigned
    scope.assigned.formUnion(assigned?.intersection(after) ?? after)
  }

  private mutating func read(_ loop: TemplateSyntax.Loop, _ scope: Scope) {
    read(loop.sequence, scope)
    var inner = scope
    assign(loop.target, in: &inner)
    if let test = loop.test {
      read(test, inner)
      inner.guarded.formUnion(Self.defined(by: test, when: true))
    }
    inner.assigned.insert("loop")
    read(loop.body, inner)
    read(loop.otherwise, scope)
  }

  // MARK: Expressions

  /// The variables known to be given when `test` came out as `outcome`.
  private static func defined(by test: TemplateExpression, when outcome: Bool) -> Set<String> {
    switch test {
    case .test(let use):
      guard case .name(let name) = use.input else { return [] }
      return (use.test.name == "defined" && outcome) || (use.test.name == "undefined" && !outcome) ? [name.name] : []
    case .not(let operand, _): return defined(by: operand, when: !outcome)
    case .and(let left, let right, _):
      let (left, right) = (defined(by: left, when: outcome), defined(by: right, when: outcome))
      return outcome ? left.union(right) : left.intersection(right)
    case .or(let left, let right, _):
      let (left, right) = (defined(by: left, when: outcome), defined(by: right, when: outcome))
      return outcome ? left.intersection(right) : left.union(right)
    default: return []
    }
  }

  /// - Parameter mayBeMissing: whether the expression stands where an undefined value is welcome.
  private mutating func read(_ expression: TemplateExpression, _ scope: Scope, mayBeMissing: Bool = false) {
    note(expression, scope)
    switch expression {
    case .name(let name): use(name.name, scope, mayBeMissing: mayBeMissing)
    case .filter(let use):
      read(use.input, scope, mayBeMissing: use.filter.takesUndefined)
      for argument in use.arguments.expressions { read(argument, scope) }
    case .test(let use):
      read(use.input, scope, mayBeMissing: use.test.takesUndefined)
      for argument in use.arguments.expressions { read(argument, scope) }
    case .and(let left, let right, _): read(left, right, scope, decidedBy: true)
    case .or(let left, let right, _): read(left, right, scope, decidedBy: false)
    case .conditional(let test, let then, let otherwise, _):
      read(test, scope)
      var inner = scope
      inner.guarded.formUnion(Self.defined(by: test, when: true))
      read(then, inner, mayBeMissing: mayBeMissing)
      inner = scope
      inner.guarded.formUnion(Self.defined(by: test, when: false))
      if let otherwise { read(otherwise, inner, mayBeMissing: mayBeMissing) }
    default:
      for child in expression.children { read(child, scope) }
    }
  }

  private mutating func read(
    _ left: TemplateExpression, _ right: TemplateExpression, _ scope: Scope, decidedBy outcome: Bool
  ) {
    read(left, scope)
    var inner = scope
    inner.guarded.formUnion(Self.defined(by: left, when: outcome))
    read(right, inner)
  }

  private mutating func use(_ name: String, _ scope: Scope, mayBeMissing: Bool) {
    guard variables.contains(name), !scope.assigned.contains(name) else { return }
    if !mayBeMissing, !scope.guarded.contains(name) { required.insert(name) }
  }

  private mutating func note(_ expression: TemplateExpression, _ scope: Scope) {
    guard case .attribute = expression, let path = expression.path, let root = path.split(separator: ".").first,
      variables.contains(String(root)), !scope.assigned.contains(String(root))
    else { return }
    paths.insert(path)
    // The path that leads to a longer one says nothing more.
    if let parent = path.lastIndex(of: ".") { paths.remove(String(path[..<parent])) }
  }
}
