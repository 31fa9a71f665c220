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
    /// Whether the body may run the loop anew over other elements: `{{ loop(item.children) }}`.
    let isRecursive: Bool
    /// How the body first speaks of `loop`.
    let bodyUse: TemplateLoopUse.Use?
    let offset: Int
  }

  struct Binding: Sendable {
    let target: TemplateTarget
    let value: TemplateExpression
    let offset: Int
  }
}

extension TemplateSyntax {
  /// What the statement itself gives values to.
  var targets: [TemplateTarget] {
    switch self {
    case .output, .conditional, .filterBlock: []
    case .loop(let loop): [loop.target]
    case .assignment(let target, _, _), .blockAssignment(let target, _, _, _): [target]
    case .with(let bindings, _, _): bindings.map(\.target)
    }
  }

  /// The statements within.
  var bodies: [[TemplateSyntax]] {
    switch self {
    case .output, .assignment: []
    case .conditional(let branches, let otherwise): branches.map(\.body) + [otherwise]
    case .loop(let loop): [loop.body, loop.otherwise]
    case .blockAssignment(_, _, let body, _), .with(_, let body, _), .filterBlock(_, let body, _): [body]
    }
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
