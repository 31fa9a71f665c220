/// Resolves names to registers, folds constants, and makes statements ready to run.
struct TemplateCompiler {
  private let limits: TemplateLimits
  private var folder: TemplateFolder
  private var slots: [TemplateSymbols.Register: Int] = [:]
  private var functionCount = 0
  /// The loops around what is being compiled; what the outermost was asked need not be asked of those within.
  private var loopNesting = 0
  private(set) var variables: [String] = []
  private var indexOfVariable: [String: Int] = [:]

  init(limits: TemplateLimits, escapes: Bool) {
    self.limits = limits
    folder = TemplateFolder(limits: limits, escapes: escapes)
  }

  var slotCount: Int { slots.count }

  mutating func compile(_ statements: [TemplateSyntax]) throws(TemplateFault) -> TemplateStatement.Block {
    let symbols = TemplateSymbols(parent: nil, function: 0)
    symbols.visit(statements)
    let block = try block(statements, symbols)
    try folder.requireBudget()
    return block
  }

  // MARK: Names

  private mutating func slot(_ register: TemplateSymbols.Register) -> Int {
    if let slot = slots[register] { return slot }
    slots[register] = slots.count
    return slots.count - 1
  }

  private mutating func slot(_ name: TemplateName, _ symbols: TemplateSymbols) throws(TemplateFault) -> Int {
    guard let register = symbols.register(of: name.name) else {
      // Jinja2 does not look for names in the filter of a set block, and fails on those it has not met elsewhere.
      throw .syntax("'\(name.name)' is not known here; set it to a name of its own before this block", at: name.offset)
    }
    return slot(register)
  }

  private mutating func loads(_ symbols: TemplateSymbols) -> [TemplateLoad] {
    var loads: [TemplateLoad] = []
    for (register, source) in symbols.registers {
      switch source {
      case .variable: loads.append(.variable(variable(register.name), slot: slot(register)))
      case .copy(let outer): loads.append(.copy(of: slot(outer), slot: slot(register)))
      case .nothing: loads.append(.nothing(slot: slot(register)))
      case .parameter: break
      }
    }
    return loads
  }

  private mutating func variable(_ name: String) -> Int {
    if let index = indexOfVariable[name] { return index }
    indexOfVariable[name] = variables.count
    variables.append(name)
    return variables.count - 1
  }

  private mutating func assignee(
    _ target: TemplateTarget, _ symbols: TemplateSymbols
  ) throws(TemplateFault) -> TemplateAssignee {
    switch target {
    case .name(let name): return .slot(try slot(name, symbols))
    case .tuple(let targets):
      var assignees: [TemplateAssignee] = []
      for target in targets { assignees.append(try assignee(target, symbols)) }
      return .tuple(assignees)
    }
  }

  // MARK: Expressions

  /// The expression folded as Jinja2's compiler folds it, with its names resolved.
  private mutating func expression(
    _ expression: TemplateExpression, _ symbols: TemplateSymbols
  ) throws(TemplateFault) -> TemplateExpression {
    try resolved(try folder.compile(expression), symbols)
  }

  private mutating func resolved(
    _ expression: TemplateExpression, _ symbols: TemplateSymbols
  ) throws(TemplateFault) -> TemplateExpression {
    switch expression {
    case .name(var name):
      name.slot = try slot(name, symbols)
      return .name(name)
    default:
      return try expression.mapChildren { child throws(TemplateFault) in try resolved(child, symbols) }
    }
  }

  // MARK: Statements

  private mutating func block(
    _ statements: [TemplateSyntax], _ symbols: TemplateSymbols
  ) throws(TemplateFault) -> TemplateStatement.Block {
    TemplateStatement.Block(loads: loads(symbols), body: try body(statements, symbols))
  }

  private mutating func body(
    _ statements: [TemplateSyntax], _ symbols: TemplateSymbols
  ) throws(TemplateFault) -> [TemplateStatement] {
    var body: [TemplateStatement] = []
    for syntax in statements { body.append(try statement(syntax, symbols)) }
    return body
  }

  private mutating func statement(
    _ statement: TemplateSyntax, _ symbols: TemplateSymbols
  ) throws(TemplateFault) -> TemplateStatement {
    switch statement {
    case .output(let pieces): return .output(try output(pieces, symbols))
    case .conditional(let branches, let otherwise):
      var compiled: [TemplateStatement.Branch] = []
      for branch in branches {
        let test = try expression(branch.test, symbols)
        let body = try body(branch.body, symbols)
        compiled.append(TemplateStatement.Branch(test: test, body: body, offset: branch.offset))
      }
      return .conditional(compiled, otherwise: try body(otherwise, symbols))
    case .loop(let loop): return .loop(try self.loop(loop, symbols))
    case .assignment(let target, let value, let offset):
      let value = try expression(value, symbols)
      return .assignment(try assignee(target, symbols), value, offset: offset)
    case .blockAssignment(let target, let filter, let statements, let offset):
      let inner = TemplateSymbols(parent: symbols, function: symbols.function)
      inner.visit(statements)
      let block = try block(statements, inner)
      var compiled: TemplateExpression?
      if let filter { compiled = try expression(filter, inner) }
      return .blockAssignment(try assignee(target, symbols), filter: compiled, block: block, offset: offset)
    case .with(let bindings, let statements, _): return try with(bindings, statements, symbols)
    case .filterBlock(let filter, let statements, let offset):
      let inner = TemplateSymbols(parent: symbols, function: symbols.function)
      inner.visit(statements)
      inner.read(filter)
      let block = try block(statements, inner)
      return .filterBlock(try expression(filter, inner), block, offset: offset)
    }
  }

  /// Texts and expressions whose text is known, put together.
  private mutating func output(
    _ pieces: [TemplateSyntax.Piece], _ symbols: TemplateSymbols
  ) throws(TemplateFault) -> [TemplateStatement.Piece] {
    var compiled: [TemplateStatement.Piece] = []
    var text: [UInt8] = []
    func flush() {
      if !text.isEmpty { compiled.append(.text(text)) }
      text = []
    }
    for piece in pieces {
      switch piece {
      case .text(let more): text += more.utf8
      case .expression(let syntax, let offset):
        if let constant = folder.output(of: syntax) {
          text += constant.utf8
        } else {
          flush()
          compiled.append(.expression(try expression(syntax, symbols), offset: offset))
        }
      }
    }
    flush()
    return compiled
  }

  private mutating func with(
    _ bindings: [TemplateSyntax.Binding], _ statements: [TemplateSyntax], _ symbols: TemplateSymbols
  ) throws(TemplateFault) -> TemplateStatement {
    let inner = TemplateSymbols(parent: symbols, function: symbols.function)
    for binding in bindings {
      for name in binding.target.names { inner.declareParameter(name.name) }
    }
    inner.visit(statements)
    var compiled: [TemplateStatement.Binding] = []
    for binding in bindings {
      let value = try expression(binding.value, symbols)
      compiled.append(
        TemplateStatement.Binding(target: try assignee(binding.target, inner), value: value, offset: binding.offset))
    }
    return .with(compiled, try block(statements, inner))
  }

  private mutating func loop(
    _ loop: TemplateSyntax.Loop, _ symbols: TemplateSymbols
  ) throws(TemplateFault) -> TemplateStatement.Loop {
    if loopNesting == 0 { try TemplateLoopUse.requireUnassigned(loop) }
    loopNesting += 1
    defer { loopNesting -= 1 }
    let function = loop.isRecursive ? newFunction() : symbols.function
    let inner = TemplateSymbols(parent: symbols, function: function)
    let usesLoop = loop.isRecursive || loop.bodyUse == .reading
    if usesLoop { inner.declareParameter("loop") }
    for name in loop.target.names { inner.declareParameter(name.name) }
    inner.visit(loop.body)

    var filter: TemplateLoopFilter?
    if let test = loop.test { filter = try loopFilter(loop.target, test, symbols) }
    let sequence = try expression(loop.sequence, symbols)
    let target = try assignee(loop.target, inner)
    let block = try block(loop.body, inner)
    var loopSlot: Int?
    if usesLoop, let register = inner.register(of: "loop") { loopSlot = slot(register) }

    var otherwise: TemplateStatement.Block?
    if !loop.otherwise.isEmpty {
      let symbols = TemplateSymbols(parent: symbols, function: function)
      symbols.visit(loop.otherwise)
      otherwise = try self.block(loop.otherwise, symbols)
    }
    return TemplateStatement.Loop(
      target: target, sequence: sequence, filter: filter, loopSlot: loopSlot, block: block, otherwise: otherwise,
      isRecursive: loop.isRecursive, offset: loop.offset)
  }

  /// A number for what Jinja2 makes a function, whose registers are its own.
  private mutating func newFunction() -> Int {
    functionCount += 1
    return functionCount
  }

  private mutating func loopFilter(
    _ target: TemplateTarget, _ test: TemplateExpression, _ symbols: TemplateSymbols
  ) throws(TemplateFault) -> TemplateLoopFilter {
    let inner = TemplateSymbols(parent: symbols, function: newFunction())
    for name in target.names { inner.declareParameter(name.name) }
    inner.read(test)
    let assignee = try assignee(target, inner)
    let test = try expression(test, inner)
    return TemplateLoopFilter(target: assignee, test: test, loads: loads(inner))
  }
}
