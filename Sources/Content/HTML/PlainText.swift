package import AdminCore

/// The text of a mail body, for readers without HTML and for the `text/plain` part.
///
/// Lines are not wrapped: `format=flowed` is read by few programs, quoted-printable carries lines of any length, and a
/// program that shows text wraps it at the width it has.
package enum PlainText {
  fileprivate static let maximumSize = 1 << 20

  /// - Throws: `TMPL_005` for HTML beyond the sanitizer's bounds.
  package static func derive(fromHTML html: String) throws(AdminError) -> String {
    let text = try HTMLSanitizer.withTree(of: html) { nodes in
      var layout = TextLayout()
      layout.blocks(nodes)
      return layout.finished()
    }
    guard text.utf8.count <= maximumSize else {
      throw AdminError(.templateBound, "The mail's text is longer than \(maximumSize) bytes. Shorten it.")
    }
    return text
  }

  /// Text that was given, without what could deceive its reader or the program that shows it, and with plain line feeds.
  static func cleaned(_ text: String) -> String {
    let lines = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
    return HTMLText.cleaned(lines).text
  }
}

/// Lays a tree out as lines of text.
struct TextLayout {
  /// A list that is being written.
  private struct List {
    var number: Int?
    let step: Int
  }

  private var lines: [String] = []
  private var line = ""
  /// Whether a blank is due before the next word.
  private var hasPendingBlank = false
  /// What stands before each line: quotation marks and the indentation of lists.
  private var prefix = ""
  /// A list item's mark, for its first line only.
  private var mark: String?
  private var lists: [List] = []
  private var isPreformatted = false
  /// Whether the line is a table's row, which nothing within may break.
  private var isInRow = false
  private(set) var size = 0

  mutating func finished() -> String {
    endLine()
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
  }

  // MARK: - Lines

  fileprivate mutating func endLine() {
    hasPendingBlank = !line.isEmpty && isInRow
    guard !isInRow else { return }
    if !line.trimmingTrailingBlanks().isEmpty { emit(line) }
    line = ""
  }

  /// Gives an item that has shown nothing so far a line for its mark alone.
  private mutating func endMark() {
    endLine()
    if mark != nil { emit("") }
  }

  private mutating func emit(_ text: String) {
    let full = (prefix + (mark ?? "") + text).trimmingTrailingBlanks()
    if let mark { prefix += String(repeating: " ", count: mark.count) }
    mark = nil
    let isThirdEmpty = full.isEmpty && lines.suffix(2).allSatisfy(\.isEmpty)
    guard size <= PlainText.maximumSize, isPreformatted || !isThirdEmpty else { return }
    size += full.utf8.count + 1
    lines.append(full)
  }

  /// An empty line, unless there is one or the text begins here.
  fileprivate mutating func separate() {
    endLine()
    guard !isInRow else { return }
    let empty = prefix.trimmingTrailingBlanks()
    if let last = lines.last, last != empty, !last.isEmpty { lines.append(empty) }
  }

  private mutating func append(_ text: String) {
    if isPreformatted { return appendPreformatted(text) }
    for scalar in text.unicodeScalars {
      switch scalar {
      case " ", "\n", "\t", "\r", "\u{C}": hasPendingBlank = true
      // Invisible helpers of layout.
      case "\u{200B}", "\u{200C}", "\u{AD}": break
      default:
        if hasPendingBlank, !line.isEmpty, line.unicodeScalars.last != " " { line += " " }
        hasPendingBlank = false
        line.unicodeScalars.append(scalar == "\u{A0}" ? " " : scalar)
      }
    }
  }

  private mutating func appendPreformatted(_ text: String) {
    for scalar in text.unicodeScalars {
      if scalar == "\n" {
        emit(line)
        line = ""
      } else {
        line.unicodeScalars.append(scalar == "\u{A0}" ? " " : scalar)
      }
    }
  }

  // MARK: - Nodes

  mutating func blocks(_ nodes: [HTMLNode]) {
    for node in nodes {
      switch node {
      case .tag: break
      case .text(let text): append(text)
      case .element(let element): self.element(element)
      }
    }
  }

  private mutating func element(_ element: HTMLElement) {
    guard !element.isHidden else { return }
    switch element.tag {
    case .br:
      // A break that ends a block adds no line of its own.
      if isInRow { hasPendingBlank = true } else { breakLine() }
    case .hr:
      separate()
      emit(String(repeating: "-", count: 40))
      separate()
    case .img:
      if let alt = element[.alt], !alt.isEmpty { append(alt) }
    case .a: link(element)
    case .q:
      append("“")
      blocks(element.children)
      append("”")
    case .p, .dl: paragraph(element)
    case .h1, .h2, .h3, .h4, .h5, .h6: heading(element)
    case .ul, .ol: list(element)
    case .li: item(element)
    case .dt: block(element)
    case .dd: indented("    ", element)
    case .blockquote:
      separate()
      indented("> ", element)
      separate()
    case .pre:
      separate()
      isPreformatted = true
      blocks(element.children)
      if !line.isEmpty { emit(line) }
      line = ""
      isPreformatted = false
      separate()
    case .table: table(element)
    default:
      if element.tag.isBlock { block(element) } else { blocks(element.children) }
    }
  }

  private mutating func breakLine() {
    hasPendingBlank = false
    emit(line)
    line = ""
  }

  private mutating func block(_ element: HTMLElement) {
    endLine()
    blocks(element.children)
    endLine()
  }

  private mutating func paragraph(_ element: HTMLElement) {
    separate()
    blocks(element.children)
    separate()
  }

  private mutating func heading(_ element: HTMLElement) {
    separate()
    blocks(element.children)
    // Underlined when it is one line, as people do in plain text.
    let title = line
    endLine()
    if element.tag == .h1 || element.tag == .h2, !title.isEmpty, lines.last == prefix + title {
      emit(String(repeating: element.tag == .h1 ? "=" : "-", count: min(title.count, 78)))
    }
    separate()
  }

  private mutating func indented(_ indentation: String, _ element: HTMLElement) {
    endLine()
    let outer = prefix
    prefix += indentation
    blocks(element.children)
    endLine()
    while let last = lines.last, last == prefix.trimmingTrailingBlanks(), last != outer.trimmingTrailingBlanks() {
      lines.removeLast()
    }
    prefix = outer
  }

  /// `text (address)`, or the address alone where the text says the same.
  private mutating func link(_ element: HTMLElement) {
    let start = line.utf8.count
    let linesBefore = lines.count
    blocks(element.children)
    guard let address = element[.href] else { return }
    let shown = Self.shown(address)
    let isOneLine = linesBefore == lines.count && line.utf8.count >= start
    let text = isOneLine ? String(decoding: line.utf8.dropFirst(start), as: UTF8.self).trimmingBlanks() : "…"
    if text.isEmpty {
      append(shown)
    } else if !Self.means(text, shown) {
      append(" (\(shown))")
    }
  }

  /// A mail address or telephone number without what programs need around it.
  private static func shown(_ address: String) -> String {
    for scheme in ["mailto:", "tel:"] where address.hasPrefix(scheme) {
      let rest = address.dropFirst(scheme.count)
      let recipient = rest.prefix { $0 != "?" }
      return String(recipient.isEmpty ? rest : recipient)
    }
    return address
  }

  private static func means(_ text: String, _ address: String) -> Bool {
    func reduced(_ text: String) -> Substring {
      var rest = text.lowercased()[...]
      for prefix in ["https://", "www."] where rest.hasPrefix(prefix) {
        rest = rest.dropFirst(prefix.count)
      }
      return rest.hasSuffix("/") ? rest.dropLast() : rest
    }
    return reduced(text) == reduced(address) || text.filter { $0.isNumber || $0 == "+" } == address
  }

  // MARK: - Lists

  private mutating func list(_ element: HTMLElement) {
    if lists.isEmpty { separate() } else { endLine() }
    let isReversed = element[.reversed] != nil
    let items = element.children.count { if case .element(let child) = $0 { child.tag == .li } else { false } }
    let first = element[.start].flatMap(Int.init) ?? (isReversed ? items : 1)
    lists.append(List(number: element.tag == .ol ? first : nil, step: isReversed ? -1 : 1))
    blocks(element.children)
    endLine()
    lists.removeLast()
    if lists.isEmpty { separate() }
  }

  private mutating func item(_ element: HTMLElement) {
    endMark()
    let outer = prefix
    if let number = lists.last?.number {
      let current = element[.value].flatMap(Int.init) ?? number
      lists[lists.count - 1].number = current + lists[lists.count - 1].step
      mark = "\(current). "
    } else {
      mark = "- "
    }
    blocks(element.children)
    endMark()
    prefix = outer
  }
}

extension TextLayout {
  // MARK: - Tables

  /// A table with one cell in each row lays a page out: its cells are blocks. Otherwise rows become lines, with the cells
  /// set apart.
  fileprivate mutating func table(_ element: HTMLElement) {
    let rows = Self.rows(of: element.children)
    separate()
    for case .element(let caption) in element.children where caption.tag == .caption {
      blocks(caption.children)
      endLine()
    }
    let isLayout = rows.allSatisfy { $0.count <= 1 } || rows.joined().contains(where: Self.holdsBlocks)
    for row in rows {
      if isLayout {
        for cell in row { block(cell) }
      } else {
        line(of: row)
      }
    }
    separate()
  }

  private mutating func line(of row: [HTMLElement]) {
    endLine()
    let isNested = isInRow
    isInRow = true
    for (column, cell) in row.enumerated() {
      if column > 0 {
        while line.unicodeScalars.last == " " { line.unicodeScalars.removeLast() }
        line += line.isEmpty ? "| " : " | "
      }
      hasPendingBlank = false
      blocks(cell.children)
    }
    isInRow = isNested
    endLine()
  }

  private static func rows(of nodes: [HTMLNode]) -> [[HTMLElement]] {
    var rows: [[HTMLElement]] = []
    for case .element(let element) in nodes {
      if element.tag.isRowGroup {
        rows += self.rows(of: element.children)
      } else if element.tag == .tr {
        rows.append(
          element.children.compactMap { node in
            if case .element(let cell) = node, cell.tag.isCell { cell } else { nil }
          })
      }
    }
    return rows
  }

  /// Whether the cell holds more than a line of text.
  private static func holdsBlocks(_ cell: HTMLElement) -> Bool {
    cell.children.contains { node in
      guard case .element(let element) = node else { return false }
      switch element.tag {
      case .table, .ul, .ol, .dl, .blockquote, .pre, .hr: return true
      case .p, .div: return cell.children.count { !$0.isBlank } > 1 || holdsBlocks(element)
      default: return element.tag.isHeading || holdsBlocks(element)
      }
    }
  }
}

extension String {
  fileprivate func trimmingTrailingBlanks() -> String {
    var scalars = Substring(self).unicodeScalars
    while scalars.last == " " || scalars.last == "\t" { scalars.removeLast() }
    return String(scalars)
  }

  fileprivate func trimmingBlanks() -> String {
    var scalars = Substring(self).unicodeScalars
    while scalars.first == " " { scalars.removeFirst() }
    while scalars.last == " " { scalars.removeLast() }
    return String(scalars)
  }
}
