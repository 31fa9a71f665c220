/// Rows by id, in the order in which they were added.
struct Table<Row: Sendable>: Sendable {
  private(set) var ids: [String] = []
  private var rows: [String: Row] = [:]

  subscript(id: String) -> Row? {
    get { rows[id] }
    set {
      if let newValue {
        if rows.updateValue(newValue, forKey: id) == nil { ids.append(id) }
      } else if rows.removeValue(forKey: id) != nil {
        ids.removeAll { $0 == id }
      }
    }
  }

  var values: [Row] { ids.compactMap { rows[$0] } }

  /// Changes the row in place.
  mutating func update(_ id: String, _ change: (inout Row) -> Void) {
    guard var row = rows.removeValue(forKey: id) else { return }
    change(&row)
    rows[id] = row
  }
}
