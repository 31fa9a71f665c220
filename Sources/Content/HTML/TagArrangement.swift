/// Sees to it that every block of a template opens and closes among the children of one element.
///
/// Then whatever a block renders (nothing, one branch, many turns) is a row of whole elements, and the rendered mail has the
/// structure the template shows. HTML's optional tags stand in the way: the parser makes a `tbody` only when the first row
/// comes, so a `for` before it is outside and its `endfor` inside, and a missing `</li>` leaves an `endif` inside the item.
/// Tags are moved over edges that the parser made up, never over one that somebody wrote.
struct TagArrangement {
  private let tags: [TemplateTag]
  /// For each tag that opens, divides or closes a block, the number of the tag that ends the block and of the one that
  /// begins it.
  private var ends: [Int: Int] = [:]
  private var begins: [Int: Int] = [:]

  init(_ tags: [TemplateTag], in nodes: [HTMLNode]) {
    self.tags = tags
    var open: [(index: Int, dividers: [Int])] = []
    for index in Self.indices(in: nodes) {
      switch tags[index].role {
      case .plain: break
      case .opens: open.append((index, []))
      case .divides: if !open.isEmpty { open[open.count - 1].dividers.append(index) }
      case .closes:
        guard let block = open.popLast() else { break }
        for member in [block.index, index] + block.dividers {
          ends[member] = index
          begins[member] = block.index
        }
      }
    }
  }

  /// The numbers of the tags in the content, in order.
  static func indices(in nodes: [HTMLNode]) -> [Int] {
    var found: [Int] = []
    for node in nodes {
      switch node {
      case .text: break
      case .tag(let index): found.append(index)
      case .element(let element): found += indices(in: element.children)
      }
    }
    return found
  }

  func arranged(_ nodes: [HTMLNode]) -> [HTMLNode] {
    var result: [HTMLNode] = []
    for node in nodes {
      guard case .element(var element) = node else {
        result.append(node)
        continue
      }
      if element.isImplied { pullIn(from: &result, to: &element) }
      element.children = arranged(element.children)
      let hoisted = element.endsImplicitly ? hoist(from: &element) : []
      result.append(.element(element))
      result += hoisted
    }
    return result
  }

  /// Takes tags directly before an element that the parser made up into it, when their blocks end in there.
  private func pullIn(from before: inout [HTMLNode], to element: inout HTMLElement) {
    let inside = Self.indices(in: element.children)
    guard let last = inside.last else { return }
    var start: Int?
    for index in before.indices.reversed() {
      if before[index].isBlank { continue }
      guard case .tag(let tag) = before[index], tags[tag].role != .divides else { break }
      if case .closes = tags[tag].role { break }
      if case .opens = tags[tag].role {
        guard let end = ends[tag], end <= last else { break }
        start = index
      }
    }
    guard let start else { return }
    element.children.insert(contentsOf: before[start...], at: 0)
    before.removeSubrange(start...)
  }

  /// Takes tags at the end of an element whose end tag was missing out of it, when their blocks began before it.
  private func hoist(from element: inout HTMLElement) -> [HTMLNode] {
    let inside = Set(Self.indices(in: element.children))
    var start: Int?
    for index in element.children.indices.reversed() {
      if element.children[index].isBlank { continue }
      guard case .tag(let tag) = element.children[index] else { break }
      guard tags[tag].role != .plain else { continue }
      let isWhole = begins[tag].map(inside.contains) == true && ends[tag].map(inside.contains) == true
      if isWhole { break }
      start = index
    }
    guard let start else { return [] }
    let hoisted = Array(element.children[start...])
    element.children.removeSubrange(start...)
    return hoisted
  }

  /// Reports what still spans elements, and which of the `expected` tags the document lost or reordered.
  func check(_ nodes: [HTMLNode], expected: Set<Int>, problems: inout TagProblems) {
    checkBlocks(of: nodes, problems: &problems)
    let found = Self.indices(in: nodes)
    for (left, right) in zip(found, found.dropFirst()) where left >= right {
      problems.report(right, "stands where HTML moves it to another place; close the elements around it properly")
    }
    for index in expected.subtracting(found).subtracting(problems.accounted).sorted() {
      problems.report(index, "stands where HTML drops it")
    }
  }

  private func checkBlocks(of nodes: [HTMLNode], problems: inout TagProblems) {
    var here: [Int] = []
    for node in nodes {
      switch node {
      case .text: break
      case .tag(let index): here.append(index)
      case .element(let element): checkBlocks(of: element.children, problems: &problems)
      }
    }
    for index in BlockStructure.unmatched(here, among: tags) {
      problems.report(
        index, "must open and close its block inside the same element; repeat or choose between whole elements")
    }
  }
}
