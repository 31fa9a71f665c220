/// Which name means which register in one body: Jinja2's scoping, in which a body decides before it runs, for each name
/// it reads or sets, where the name's value comes from when the body is entered.
///
/// The rules, as observed in Jinja2:
/// - A name read before it is set comes from the enclosing body, or else from the variables.
/// - A name set first is without value until then, even when a variable of that name is given.
/// - A name set in some branches of an `if` only may come from the variables in the others.
/// - A name set in a loop, a `with` or a block starts with the value outside and leaves that value alone.
final class TemplateSymbols {
  /// A register as Jinja2 names it. Bodies beside each other share theirs; what Jinja2 makes a function has its own:
  /// the condition of a loop, and a recursive loop.
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
  /// What is known of names here: first by the body itself, then by each branch around the place that is being read.
  private var layers = [Layer()]

  private struct Layer {
    var sources: [String: Source] = [:]
    /// The names of `sources` in the order in which they came up.
    var order: [String] = []
    var stored: Set<String> = []
    /// Names stored here whose source still has to be settled when the branch ends.
    var unsettled: [String] = []

    /// Takes the names of another branch in. The smaller one is put into the larger one, so that branches within
    /// branches cost no more than what they hold.
    mutating func formUnion(_ other: consuming Layer) {
      var other = other
      if other.order.count > order.count { swap(&self, &other) }
      for name in other.order where sources[name] == nil {
        sources[name] = other.sources[name]
        order.append(name)
      }
      stored.formUnion(other.stored)
      unsettled += other.unsettled
    }
  }

  init(parent: TemplateSymbols?, function: Int) {
    self.parent = parent
    self.function = function
    level = parent.map { $0.level + 1 } ?? 0
  }

  /// The registers of the body and how each is filled, in the order in which their names came up.
  var registers: [(register: Register, source: Source)] {
    layers[0].order.compactMap { name in layers[0].sources[name].map { (ownRegister(name), $0) } }
  }

  func register(of name: String) -> Register? { isOwn(name) ? ownRegister(name) : parent?.register(of: name) }

  private func ownRegister(_ name: String) -> Register { Register(function: function, level: level, name: name) }

  private func isOwn(_ name: String) -> Bool { layers.contains { $0.sources[name] != nil } }

  private func define(_ name: String, _ source: Source) {
    let top = layers.count - 1
    if layers[top].sources.updateValue(source, forKey: name) == nil { layers[top].order.append(name) }
  }

  private func markStored(_ name: String) {
    guard !layers.contains(where: { $0.stored.contains(name) }) else { return }
    layers[layers.count - 1].stored.insert(name)
    layers[layers.count - 1].unsettled.append(name)
  }

  // MARK: What a body does with names

  func read(_ name: String) {
    if register(of: name) == nil { define(name, .variable) }
  }

  func store(_ name: String) {
    markStored(name)
    guard !isOwn(name) else { return }
    if let outer = parent?.register(of: name) {
      define(name, .copy(outer))
    } else {
      define(name, .nothing)
    }
  }

  func declareParameter(_ name: String) {
    markStored(name)
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

  // MARK: Branches

  private func visit(_ branches: ArraySlice<TemplateSyntax.Branch>, _ otherwise: [TemplateSyntax]) {
    guard let first = branches.first else { return }
    read(first.test)
    var merged = branch { visit(first.body) }
    merged.formUnion(branch { for branch in branches.dropFirst() { visit([branch][...], []) } })
    merged.formUnion(branch { visit(otherwise) })
    // What was read before the branches has its source already.
    for name in merged.unsettled where merged.sources[name] != nil {
      merged.sources[name] = parent?.register(of: name).map(Source.copy) ?? .variable
    }
    merged.unsettled = []
    layers[layers.count - 1].formUnion(merged)
  }

  /// What a branch adds to the names of its body.
  private func branch(_ read: () -> Void) -> Layer {
    layers.append(Layer())
    read()
    return layers.removeLast()
  }
}
