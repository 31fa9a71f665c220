/// The tools of this folder.
enum OperationTools {
  static let all: [any AdminTool.Type] = [GetOperation.self, ListOperations.self, RunBulk.self, UndoOperation.self]
}
