import AdminCore

/// Collects what is wrong with the places of a template's tags. Without a template there is nothing to collect.
struct TagProblems {
  static let maximumProblems = 20

  private let placeholders: TemplatePlaceholders?
  /// In the order found, each tag at most once.
  private(set) var messages: [String] = []
  private var reported: Set<Int> = []
  /// Tags found where they may be lost without harm to the template: in attributes, whole blocks at a time.
  private(set) var accounted: Set<Int> = []

  init(_ placeholders: TemplatePlaceholders?) { self.placeholders = placeholders }

  /// No tag may stand in `bytes`.
  mutating func refuse(in bytes: ArraySlice<UInt8>, _ reason: String) {
    for index in indices(in: bytes) { report(index, reason) }
  }

  /// Blocks that `bytes` opens must close there too.
  mutating func checkBlocks(in bytes: ArraySlice<UInt8>) {
    guard let placeholders else { return }
    let indices = indices(in: bytes)
    guard !indices.isEmpty else { return }
    accounted.formUnion(indices)
    for index in BlockStructure.unmatched(indices, among: placeholders.tags) {
      report(index, "must open and close its block inside the same attribute value")
    }
  }

  mutating func report(_ index: Int, _ reason: String) {
    guard let placeholders, messages.count < Self.maximumProblems, reported.insert(index).inserted else { return }
    messages.append("The template tag \(placeholders.tags[index].shown) \(reason).")
  }

  /// Content stands in a table outside its cells, from where every reader of HTML moves it, and out of any block around it.
  mutating func refuseMovedContent(_ content: ArraySlice<UInt8>) {
    guard placeholders != nil, messages.count < Self.maximumProblems else { return }
    let shown = VisibleText.excerpt(String(decoding: content.prefix(200), as: UTF8.self), limit: 40)
    messages.append(
      "The template has “\(shown)” in a table but outside its cells, where HTML does not keep it. Put it in a cell.")
  }

  /// The numbers of the tags in `bytes`, whole or torn: what follows the nonce is enough.
  private func indices(in bytes: ArraySlice<UInt8>) -> [Int] {
    guard let placeholders, bytes.count >= placeholders.nonce.count else { return [] }
    let nonce = placeholders.nonce
    var found: [Int] = []
    var position = bytes.startIndex
    while position + nonce.count <= bytes.endIndex {
      guard bytes[position] == nonce[0], bytes[position...].starts(with: nonce) else {
        position += 1
        continue
      }
      position += nonce.count
      let digits = bytes[position...].prefix { $0 >= 0x30 && $0 <= 0x39 }
      if let index = Int(String(decoding: digits, as: UTF8.self)), placeholders.tags.indices.contains(index) {
        found.append(index)
      }
    }
    return found
  }

  /// All of them as one error, or nothing.
  func check() throws(AdminError) {
    guard !messages.isEmpty else { return }
    throw AdminError(
      .templateSyntax,
      problems: messages.map { AdminError.Problem(path: "", rule: "templateTagPlace", message: $0) })
  }
}

/// The nesting of a template's blocks within one stretch of it.
enum BlockStructure {
  /// The tags that open, divide or close a block whose other tags are not in the same stretch.
  static func unmatched(_ indices: [Int], among tags: [TemplateTag]) -> [Int] {
    var open: [(index: Int, name: String)] = []
    var unmatched: [Int] = []
    for index in indices {
      switch tags[index].role {
      case .plain: break
      case .opens(let name): open.append((index, name))
      case .divides:
        if open.isEmpty { unmatched.append(index) }
      case .closes(let name):
        if open.last?.name == name { open.removeLast() } else { unmatched.append(index) }
      }
    }
    return (unmatched + open.map(\.index)).sorted()
  }
}
