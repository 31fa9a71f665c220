/// Which name means which register in one body: Jinja2's scoping, in which a body decides before it runs, for each name
/// it reads or sets, where the name's value comes from when the body is entered.
///
/// The rules, as observed in Jinja2:
/// - A name read before it is set comes from the enclosing body, or else from the variables.
/// - A name set first is without value until then, even when a variable of that name is given.
/// - A name set in some branches of an `if` only may come from the variables in the others.
/// - A name set in a loop, a `with` or a block starts with the value outside and leaves that value alone.
final class TemplateSymbols {
  /// A register as Jinja2 names it. Bodies beside each other share theirs; the condition of a loop, which Jinja2 makes
  /// a function, has its own.
  struct Register: Hashable {
    let function: Int
    let level: Int
    let name: String
  }

  enum Source {
    /// Assigned when the body begins: the target of a loop or a `with`.
    case parameter
    case variable
    case copy(Register)
    case nothing
  }

  let parent: TemplateSymbols?
  let level: Int
  let function: Int
  private(set) var registers: [String: Register] = [:]
  private(set) var sources: [Register: Source] = [:]
  /// The registers of `sources` in the order in which they came up.
  private(set) var order: [Register] = []
  private var stored: Set<String> = []

  init(parent: TemplateSymbols?, function: Int) {
    self.parent = parent
    self.function = function
    level = parent.map { $0.level + 1 } ?? 0
  }

  private init(copying other: TemplateSymbols) {
    (parent, level, function) = (other.parent, other.level, other.function)
    (registers, sources, order, stored) = (other.registers, other.sources, other.order, other.stored)
  }

  func register(of name: String) -> Register? { registers[name] ?? parent?.register(of: name) }

  private func define(_ name: String, _ source: Source) {
    let register = Register(function: function, level: level, name: name)
    registers[name] = register
    set(source, for: register)
  }

  private func set(_ source: Source, for register: Register) {
    if sources.updateValue(source, forKey: register) == nil { order.append(register) }
  }

  // MARK: What a body does with names

  func read(_ name: String) {
    if register(of: name) == nil { define(name, .variable) }
  }

  func store(_ name: String) {
    stored.insert(name)
    guard registers[name] == nil else { return }
    if let outer = parent?.register(of: name) {
      define(name, .copy(outer))
    } else {
      define(name, .nothing)
    }
  }

  func declareParameter(_ name: String) {
    stored.insert(name)
    define(name, .parameter)
  }

  func read(_ expression: TemplateExpression) {
    if case .name(let name) = expression { return read(name.name) }
    for child in expression.children { read(child) }
  }

  /// Reads the statements of the body itself. Bodies within it are read when they are compiled, apart from what Jinja2
  /// evaluates outside them.
  func visit(_ statements: [TemplateSyntax]) {
    for statement in statements { visit(statement) }
  }

  private func visit(_ statement: TemplateSyntax) {
    switch statement {
    case .output(let pieces):
      for case .expression(let expression, _) in pieces { read(expression) }
    case .conditional(let branches, let otherwise): visit(branches[...], otherwise)
    case .loop(let loop): read(loop.sequence)
    case .assignment(let target, let expression, _):
      read(expression)
      for name in target.names { store(name.name) }
    case .blockAssignment(let target, _, _, _):
      for name in target.names { store(name.name) }
    case .with(let bindings, _, _):
      for binding in bindings { read(binding.value) }
    case .filterBlock(let filter, _, _): read(filter)
    }
  }

  private func visit(_ branches: ArraySlice<TemplateSyntax.Branch>, _ otherwise: [TemplateSyntax]) {
    guard let first = branches.first else { return }
    read(first.test)
    let body = TemplateSymbols(copying: self)
    body.visit(first.body)
    let others = TemplateSymbols(copying: self)
    for branch in branches.dropFirst() { others.visit([branch][...], []) }
    let last = TemplateSymbols(copying: self)
    last.visit(otherwise)
    merge([body, others, last])
  }

  private func merge(_ branches: [TemplateSymbols]) {
    var names: [String] = []
    for branch in branches {
      for name in branch.stored where !stored.contains(name) && !names.contains(name) { names.append(name) }
    }
    for branch in branches {
      registers.merge(branch.registers) { $1 }
      for register in branch.order {
        if let source = branch.sources[register] { set(source, for: register) }
      }
      stored.formUnion(branch.stored)
    }
    for name in names {
      guard let register = register(of: name) else { continue }
      if let outer = parent?.register(of: name) {
        set(.copy(outer), for: register)
      } else {
        set(.variable, for: register)
      }
    }
  }
}
