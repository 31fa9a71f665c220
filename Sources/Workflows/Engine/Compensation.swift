/// Which completed steps are to be taken back, and in which order: a decision without effects.
package enum Compensation {
  /// A step as the journal knows it.
  package struct Record: Hashable, Sendable {
    package let id: String
    package let isCompleted: Bool
    package let hasUndo: Bool
    package let isPivot: Bool
    /// Its undo has been done already, by this process or by one before it.
    package let isUndone: Bool

    package init(id: String, isCompleted: Bool, hasUndo: Bool, isPivot: Bool = false, isUndone: Bool = false) {
      self.id = id
      self.isCompleted = isCompleted
      self.hasUndo = hasUndo
      self.isPivot = isPivot
      self.isUndone = isUndone
    }
  }

  package enum Decision: Hashable, Sendable {
    /// Take back these, in this order. Empty when nothing was done.
    case undo([String])
    /// A pivot was passed: what was done stays.
    case keep
  }

  /// - Parameter records: in the order in which the steps completed.
  package static func decide(_ records: [Record]) -> Decision {
    if records.contains(where: { $0.isPivot && $0.isCompleted }) { return .keep }
    return .undo(records.filter { $0.isCompleted && $0.hasUndo && !$0.isUndone }.reversed().map(\.id))
  }

  /// Completed steps that cannot be taken back by anything: a person has to know of them.
  package static func irreversible(_ records: [Record], changing: Set<String>) -> [String] {
    records.filter { $0.isCompleted && !$0.hasUndo && changing.contains($0.id) }.map(\.id)
  }
}
