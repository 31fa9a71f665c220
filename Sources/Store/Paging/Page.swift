/// A part of a list.
package struct Page<Item: Sendable>: Sendable {
  package var items: [Item]
  /// All that match, on this page and on others.
  package var count: Int
  /// Asks for what follows; `nil` on the last page.
  package var nextCursor: String?

  package init(items: [Item], count: Int, nextCursor: String? = nil) {
    self.items = items
    self.count = count
    self.nextCursor = nextCursor
  }

  package var isTruncated: Bool { nextCursor != nil }
}

/// How much a list may give at once.
package enum PageLimit {
  package static let standard = 50
  package static let range = 1...200

  static func clamp(_ limit: Int) -> Int { min(max(limit, range.lowerBound), range.upperBound) }
}
