/// How deep the parser's tree will get, told from the tags alone.
///
/// Follows HTML's tree construction for the elements of `HTMLTag`: implied end tags, scopes, and formatting elements that
/// are open still when their block ends, which the parser opens again wherever text follows. Gumbo walks its stack of open
/// elements for nearly every token, so depth is what makes it slow; this keeps the depth known before it runs.
struct NestingModel {
  private struct Open {
    /// `nil` for an element that will be dropped, which the parser treats as one it does not know.
    let tag: HTMLTag?
    /// Tells start tags of one formatting element apart by their text; the parser keeps at most three that are equal.
    let key: Int
    /// For a boundary of formatting elements: those outside it.
    var outside: [Int: Pending] = [:]
  }

  private struct Pending {
    let tag: HTMLTag
    var count: Int
  }

  private static let maximumEqual = 3

  private var stack: [Open] = []
  /// Formatting elements whose end tag has not come though their block has ended.
  private var pending: [Int: Pending] = [:]
  private var pendingCount = 0

  var depth: Int { stack.count + pendingCount }

  /// Whether the parser moves what comes now out of a table, unless it is a part of one.
  var isBetweenCells: Bool {
    guard let tag = stack.last?.tag else { return false }
    return tag == .table || tag == .tr || tag.isRowGroup
  }

  // MARK: - Start tags

  mutating func open(_ tag: HTMLTag?, key: Int) {
    guard let tag else { return stack.append(Open(tag: nil, key: 0)) }
    if stack.last?.tag == .colgroup, tag != .col { pop(to: stack.count - 1) }
    if tag.isTablePart { return openTablePart(tag) }
    if tag == .table, let boundary = stack.lastIndex(where: { $0.tag?.isScopeBoundary == true }),
      stack[boundary].tag == .table
    {
      pop(to: boundary)
    }
    if tag == .li || tag == .dd || tag == .dt { endItem(before: tag) }
    if tag.endsParagraph, let paragraph = index(of: .p) { pop(to: paragraph) }
    if tag.isHeading, stack.last?.tag?.isHeading == true { pop(to: stack.count - 1) }
    if tag == .a { close(.a) }
    if !tag.isVoid { stack.append(Open(tag: tag, key: key)) }
  }

  private mutating func openTablePart(_ tag: HTMLTag) {
    guard let table = stack.lastIndex(where: { $0.tag == .table }) else { return }
    func place(_ matches: (HTMLTag) -> Bool) -> Int? {
      stack[table...].lastIndex { $0.tag.map(matches) ?? false }
    }
    switch tag {
    case .td, .th:
      if let row = place({ $0 == .tr }) {
        pop(to: row + 1)
      } else {
        openTablePart(.tr)
      }
      stack.append(Open(tag: tag, key: 0, outside: pending))
      pending = [:]
    case .tr:
      if let group = place(\.isRowGroup) {
        pop(to: group + 1)
      } else {
        openTablePart(.tbody)
      }
      stack.append(Open(tag: tag, key: 0))
    case .col:
      if place({ $0 == .colgroup }) == nil { pop(to: table + 1) }
    case .caption:
      pop(to: table + 1)
      stack.append(Open(tag: tag, key: 0, outside: pending))
      pending = [:]
    default:
      pop(to: table + 1)
      stack.append(Open(tag: tag, key: 0))
    }
  }

  /// The end of an open list item that the start of another implies.
  private mutating func endItem(before tag: HTMLTag) {
    for index in stack.indices.reversed() {
      guard let open = stack[index].tag else { continue }
      if open == tag || (tag != .li && (open == .dd || open == .dt)) { return pop(to: index) }
      if open.isSpecial, open != .div, open != .p { return }
    }
  }

  // MARK: - End tags

  mutating func close(_ tag: HTMLTag?) {
    guard let tag else { return closeOrdinary(nil) }
    switch tag {
    case _ where tag.isFormatting: closeFormatting(tag)
    case .table,
      _ where tag.isTablePart:
      closeTablePart(tag)
    case _ where tag.isHeading:
      if let index = indexInScope({ $0.isHeading }) { pop(to: index) }
    case .li:
      if let index = indexInScope({ $0 == .li || $0 == .ol || $0 == .ul }), stack[index].tag == .li { pop(to: index) }
    case _ where tag.isVoid: break
    case _ where tag.isSpecial:
      if let index = index(of: tag) { pop(to: index) }
    default: closeOrdinary(tag)
    }
  }

  private mutating func closeTablePart(_ tag: HTMLTag) {
    let table = stack.lastIndex { $0.tag == .table } ?? stack.endIndex
    if let index = stack[table...].lastIndex(where: { $0.tag == tag }) { pop(to: index) }
  }

  private mutating func closeOrdinary(_ tag: HTMLTag?) {
    for index in stack.indices.reversed() {
      if stack[index].tag == tag { return pop(to: index) }
      if stack[index].tag?.isSpecial == true { return }
    }
  }

  /// The adoption agency: blocks inside the element stay open and the element goes from around them.
  private mutating func closeFormatting(_ tag: HTMLTag) {
    guard let index = index(of: tag) else { return dropPending(tag) }
    if stack[index...].contains(where: { $0.tag?.isSpecial == true }) {
      let level = stack.lastIndex { $0.tag?.isScopeBoundary == true } ?? -1
      let equal = stack[(level + 1)...].count { $0.tag == tag }
      if equal <= Self.maximumEqual { stack.remove(at: index) }
    } else {
      pop(to: index, keepingLast: false)
    }
  }

  private mutating func dropPending(_ tag: HTMLTag) {
    guard let (key, entry) = pending.filter({ $0.value.tag == tag }).min(by: { $0.key < $1.key }) else { return }
    pending[key] = entry.count > 1 ? Pending(tag: tag, count: entry.count - 1) : nil
    pendingCount -= 1
  }

  // MARK: - The stack

  private func index(of tag: HTMLTag) -> Int? { indexInScope { $0 == tag } }

  private func indexInScope(_ matches: (HTMLTag) -> Bool) -> Int? {
    for index in stack.indices.reversed() {
      guard let open = stack[index].tag else { continue }
      if matches(open) { return index }
      if open.isScopeBoundary { return nil }
    }
    return nil
  }

  /// Ends the elements from `index` on. Formatting elements among them stay pending, but for the one an end tag named.
  private mutating func pop(to index: Int, keepingLast: Bool = true) {
    while stack.count > index {
      let open = stack.removeLast()
      guard let tag = open.tag else { continue }
      if tag.isCell || tag == .caption {
        pendingCount -= pending.values.reduce(0) { $0 + $1.count }
        pending = open.outside
      } else if tag.isFormatting, keepingLast || stack.count > index {
        let count = pending[open.key]?.count ?? 0
        if count < Self.maximumEqual {
          pending[open.key] = Pending(tag: tag, count: count + 1)
          pendingCount += 1
        }
      }
    }
  }
}
