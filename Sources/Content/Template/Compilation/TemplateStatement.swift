/// A statement with its names resolved to registers, ready to run.
indirect enum TemplateStatement: Sendable {
  case output([Piece])
  case conditional([Branch], otherwise: [TemplateStatement])
  case loop(Loop)
  case assignment(TemplateAssignee, TemplateExpression, offset: Int)
  case blockAssignment(TemplateAssignee, filter: TemplateExpression?, block: Block, offset: Int)
  case with([Binding], Block)
  case filterBlock(TemplateExpression, Block, offset: Int)

  enum Piece: Sendable {
    case text([UInt8])
    case expression(TemplateExpression, offset: Int)
  }

  struct Branch: Sendable {
    let test: TemplateExpression
    let body: [TemplateStatement]
    let offset: Int
  }

  /// A body with names of its own.
  struct Block: Sendable {
    let loads: [TemplateLoad]
    let body: [TemplateStatement]
  }

  struct Binding: Sendable {
    let target: TemplateAssignee
    let value: TemplateExpression
    let offset: Int
  }

  struct Loop: Sendable {
    let target: TemplateAssignee
    let sequence: TemplateExpression
    let filter: TemplateLoopFilter?
    /// The register of `loop`, when the body uses it.
    let loopSlot: Int?
    let block: Block
    let otherwise: Block?
    let isRecursive: Bool
    let offset: Int
  }
}

/// What is assigned to, in registers.
indirect enum TemplateAssignee: Sendable {
  case slot(Int)
  case tuple([TemplateAssignee])
}

/// How a register is filled when the body that has it is entered.
enum TemplateLoad: Sendable {
  /// From the variable at a place of the template's list of names.
  case variable(Int, slot: Int)
  case copy(of: Int, slot: Int)
  case nothing(slot: Int)
}
