/// A statement as the parser reads it, before names are resolved.
indirect enum TemplateSyntax: Sendable {
  case output([Piece])
  case conditional([Branch], otherwise: [TemplateSyntax])
  case loop(Loop)
  case assignment(TemplateTarget, TemplateExpression, offset: Int)
  case blockAssignment(TemplateTarget, filter: TemplateExpression?, body: [TemplateSyntax], offset: Int)
  case with([Binding], body: [TemplateSyntax], offset: Int)
  case filterBlock(TemplateExpression, body: [TemplateSyntax], offset: Int)

  enum Piece: Sendable {
    case text(String)
    case expression(TemplateExpression, offset: Int)
  }

  struct Branch: Sendable {
    let test: TemplateExpression
    let body: [TemplateSyntax]
    let offset: Int
  }

  struct Loop: Sendable {
    let target: TemplateTarget
    let sequence: TemplateExpression
    let test: TemplateExpression?
    let body: [TemplateSyntax]
    let otherwise: [TemplateSyntax]
    let offset: Int
  }

  struct Binding: Sendable {
    let target: TemplateTarget
    let value: TemplateExpression
    let offset: Int
  }
}

/// What values are assigned to: a name, or as many names as the value has elements.
indirect enum TemplateTarget: Sendable {
  case name(TemplateName)
  case tuple([TemplateTarget])

  var names: [TemplateName] {
    switch self {
    case .name(let name): [name]
    case .tuple(let targets): targets.flatMap(\.names)
    }
  }
}
