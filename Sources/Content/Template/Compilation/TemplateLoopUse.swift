/// Whether a loop's body speaks of `loop`.
enum TemplateLoopUse {
  enum Use { case reading, setting }

  /// How the statements, or those within them, first speak of `loop`.
  static func firstUse(in statements: [TemplateSyntax]) -> Use? {
    for statement in statements {
      if let use = firstUse(in: statement) { return use }
    }
    return nil
  }

  /// In the order in which Jinja2 looks through a statement, which has targets before values.
  private static func firstUse(in statement: TemplateSyntax) -> Use? {
    switch statement {
    case .output(let pieces):
      for case .expression(let expression, _) in pieces where reads(expression) { return .reading }
      return nil
    case .conditional(let branches, let otherwise):
      for branch in branches {
        if reads(branch.test) { return .reading }
        if let use = firstUse(in: branch.body) { return use }
      }
      return firstUse(in: otherwise)
    case .loop(let loop):
      if sets(loop.target) { return .setting }
      if reads(loop.sequence) { return .reading }
      return loop.bodyUse ?? firstUse(in: loop.otherwise) ?? (loop.test.map(reads) ?? false ? .reading : nil)
    case .assignment(let target, let expression, _):
      return sets(target) ? .setting : reads(expression) ? .reading : nil
    case .blockAssignment(let target, let filter, let body, _):
      if sets(target) { return .setting }
      return filter.map(reads) ?? false ? .reading : firstUse(in: body)
    case .with(let bindings, let body, _):
      if bindings.contains(where: { sets($0.target) }) { return .setting }
      return bindings.contains { reads($0.value) } ? .reading : firstUse(in: body)
    case .filterBlock(let filter, let body, _):
      return firstUse(in: body) ?? (reads(filter) ? .reading : nil)
    }
  }

  private static func reads(_ expression: TemplateExpression) -> Bool {
    if case .name(let name) = expression { return name.name == "loop" }
    return expression.children.contains(where: reads)
  }

  private static func sets(_ target: TemplateTarget) -> Bool { target.names.contains { $0.name == "loop" } }

  /// `loop` is taken within a loop: nothing may be assigned to it there, save by `with`.
  static func requireUnassigned(_ loop: TemplateSyntax.Loop) throws(TemplateFault) {
    try requireUnassigned(loop.target)
    try requireUnassigned(in: loop.body)
    try requireUnassigned(in: loop.otherwise)
  }

  private static func requireUnassigned(_ target: TemplateTarget) throws(TemplateFault) {
    for name in target.names where name.name == "loop" {
      throw .syntax("'loop' cannot be set within a loop; use another name", at: name.offset)
    }
  }

  private static func requireUnassigned(in statements: [TemplateSyntax]) throws(TemplateFault) {
    for statement in statements {
      // A `with` declares names of its own, `loop` among them if it likes.
      if case .with = statement {} else { for target in statement.targets { try requireUnassigned(target) } }
      for body in statement.bodies { try requireUnassigned(in: body) }
    }
  }
}
