extension TemplateRenderer {
  mutating func run(_ statements: [TemplateStatement]) throws(TemplateFault) {
    for statement in statements { try run(statement) }
  }

  private mutating func run(_ statement: TemplateStatement) throws(TemplateFault) {
    evaluationDepth += 1
    defer { evaluationDepth -= 1 }
    switch statement {
    case .output(let pieces): try write(pieces)
    case .conditional(let branches, let otherwise): try runConditional(branches, otherwise)
    case .loop(let loop): try runLoop(loop)
    case .assignment(let target, let expression, let offset):
      let value = try value(of: expression)
      position = offset
      try assign(value, to: target)
    case .blockAssignment(let target, let filter, let block, let offset):
      try runBlockAssignment(target, filter, block, offset)
    case .with(let bindings, let block): try runWith(bindings, block)
    case .filterBlock(let filter, let block, let offset): try runFilterBlock(filter, block, offset)
    }
  }

  private mutating func run(_ block: TemplateStatement.Block) throws(TemplateFault) {
    try load(block.loads)
    try run(block.body)
  }

  mutating func load(_ loads: [TemplateLoad]) throws(TemplateFault) {
    for load in loads {
      switch load {
      case .variable(let index, let slot): slots[slot] = try variable(index)
      case .copy(let source, let slot): slots[slot] = slots[source]
      case .nothing(let slot): slots[slot] = nil
      }
    }
  }

  // MARK: Output

  private mutating func write(_ pieces: [TemplateStatement.Piece]) throws(TemplateFault) {
    for piece in pieces {
      switch piece {
      case .text(let bytes): try write(bytes)
      case .expression(let expression, let offset):
        let value = try value(of: expression)
        position = offset
        try write(value: value)
      }
    }
  }

  /// The value of an expression that stands alone in its tag. In a preview, where an undefined value deep inside ends
  /// the evaluation of the expression, the whole counts as undefined.
  private mutating func value(of expression: TemplateExpression) throws(TemplateFault) -> TemplateValue {
    try tolerating { renderer throws(TemplateFault) in
      try renderer.evaluate(expression)
    } _: {
      .undefined($0)
    }
  }

  // MARK: Branches and loops

  private mutating func runConditional(
    _ branches: [TemplateStatement.Branch], _ otherwise: [TemplateStatement]
  ) throws(TemplateFault) {
    for branch in branches {
      let value = try value(of: branch.test)
      position = branch.offset
      if try isTrue(value) { return try run(branch.body) }
    }
    try run(otherwise)
  }

  private mutating func runLoop(_ loop: TemplateStatement.Loop) throws(TemplateFault) {
    let value = try value(of: loop.sequence)
    position = loop.offset
    if mode == .lenient, case .undefined(let undefined) = value, !undefined.isLenient {
      return try write(value: value)
    }
    try run(loop, over: value, depth0: 0)
  }

  private mutating func run(
    _ loop: TemplateStatement.Loop, over value: TemplateValue, depth0: Int
  ) throws(TemplateFault) {
    var cursor = try cursor(over: value)
    cursor.filter = loop.filter
    let hasTurned: Bool
    if let slot = loop.loopSlot {
      hasTurned = try runTurns(of: loop, over: cursor, loopSlot: slot, depth0: depth0)
    } else {
      hasTurned = try runTurns(of: loop, over: cursor)
    }
    if !hasTurned, let otherwise = loop.otherwise { try run(otherwise) }
  }

  /// - Returns: whether there was any turn.
  private mutating func runTurns(
    of loop: TemplateStatement.Loop, over elements: TemplateCursor
  ) throws(TemplateFault) -> Bool {
    var cursor = elements
    var hasTurned = false
    while let element = try next(&cursor) {
      hasTurned = true
      try chargeTurn()
      position = loop.offset
      try assign(element, to: loop.target)
      try run(loop.block)
    }
    return hasTurned
  }

  private mutating func runTurns(
    of loop: TemplateStatement.Loop, over elements: TemplateCursor, loopSlot: Int, depth0: Int
  ) throws(TemplateFault) -> Bool {
    let number = loops.count
    try charge(100)
    loops.append(TemplateLoop(elements, loop, depth0: depth0))
    // Loops end in the reverse order of their beginning, and none can be reached after its end.
    defer { loops.removeSubrange(number...) }
    var hasTurned = false
    while let element = try turn(loop: number) {
      hasTurned = true
      try chargeTurn()
      position = loop.offset
      try assign(element, to: loop.target)
      slots[loopSlot] = .loop(number)
      try run(loop.block)
    }
    return hasTurned
  }

  /// What the body of a recursive loop makes of other elements, as a text. Its names are its own each time.
  mutating func runAgain(loop number: Int, over value: TemplateValue) throws(TemplateFault) -> TemplateValue {
    let (loop, depth0) = (loops[number].statement, loops[number].depth0 + 1)
    guard loop.isRecursive else {
      throw .value("only a recursive loop can be called; write '{% for … in … recursive %}'")
    }
    guard depth0 < limits.nesting, evaluationDepth < limits.evaluationDepth else {
      throw .bound("the recursive loop calls itself too deep")
    }
    let outer = slots
    try charge(100 + 16 * outer.count)
    defer { slots = outer }
    return .text(try capture { renderer throws(TemplateFault) in try renderer.run(loop, over: value, depth0: depth0) })
  }

  // MARK: Assignment

  mutating func assign(_ value: TemplateValue, to target: TemplateAssignee) throws(TemplateFault) {
    switch target {
    case .slot(let slot): slots[slot] = value
    case .tuple(let targets):
      if mode == .lenient, case .undefined(let undefined) = value, !undefined.isLenient {
        noteMissing(undefined)
        for target in targets { try assign(value, to: target) }
        return
      }
      var cursor = try cursor(over: value)
      for (index, target) in targets.enumerated() {
        guard let element = try next(&cursor) else {
          throw .value("\(counted(index, "value")) cannot be shared among \(counted(targets.count, "name"))")
        }
        try assign(element, to: target)
      }
      guard try next(&cursor) == nil else {
        throw .value("there are more values than \(counted(targets.count, "name"))")
      }
    }
  }

  private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  /// What was assigned to `target`, as Python's generator gives it on.
  func value(of target: TemplateAssignee) throws(TemplateFault) -> TemplateValue {
    switch target {
    case .slot(let slot): return slots[slot] ?? .none
    case .tuple(let targets):
      var elements: [TemplateValue] = []
      for target in targets { elements.append(try value(of: target)) }
      return .tuple(TemplateSequence(elements, depth: (elements.map(\.depth).max() ?? 0) + 1))
    }
  }

  private mutating func runBlockAssignment(
    _ target: TemplateAssignee, _ filter: TemplateExpression?, _ block: TemplateStatement.Block, _ offset: Int
  ) throws(TemplateFault) {
    var value = TemplateValue.text(try capture { renderer throws(TemplateFault) in try renderer.run(block) })
    position = offset
    if let filter {
      value = try evaluate(filter, on: value)
      position = offset
      if escapes {
        // Where blocks are markup, Jinja2 wants the filter's result as a text even if nobody uses the name.
        if mode == .lenient, case .undefined(let undefined) = value, !undefined.isLenient {
          noteMissing(undefined)
        } else {
          value = .text(TemplateText(try string(value), isMarkup: true))
        }
      }
    }
    try assign(value, to: target)
  }

  private mutating func runWith(
    _ bindings: [TemplateStatement.Binding], _ block: TemplateStatement.Block
  ) throws(TemplateFault) {
    try load(block.loads)
    for binding in bindings {
      let value = try value(of: binding.value)
      position = binding.offset
      try assign(value, to: binding.target)
    }
    try run(block.body)
  }

  private mutating func runFilterBlock(
    _ filter: TemplateExpression, _ block: TemplateStatement.Block, _ offset: Int
  ) throws(TemplateFault) {
    let captured = try capture { renderer throws(TemplateFault) in try renderer.run(block) }
    let value = try evaluate(filter, on: .text(captured))
    position = offset
    // The filter's result goes out as it is: Jinja2 does not escape it again, and takes nothing but texts.
    guard case .text(let text) = value else {
      if let undefined = value.undefined {
        guard mode == .lenient else { throw undefined.fault }
        return try write(value: value)
      }
      throw .value("the filter of a filter block must give a text, not \(value.kind)")
    }
    try write(text.string)
  }

  private mutating func evaluate(
    _ filter: TemplateExpression, on captured: TemplateValue
  ) throws(TemplateFault) -> TemplateValue {
    let outer = capturedText
    capturedText = captured
    defer { capturedText = outer }
    return try value(of: filter)
  }
}
