import Cryptography

/// The right edge of a Merkle tree as RFC 6962 section 2.1 builds it: enough to add leaves and to know the root, in
/// space and time that grow with the logarithm of the size.
package struct MerkleFrontier: Hashable, Sendable {
  package private(set) var size: Int
  /// The roots of the perfect subtrees that make up the tree, the largest first: one for each bit set in `size`.
  private(set) var nodes: [[UInt8]]

  package init() {
    size = 0
    nodes = []
  }

  /// - Parameter nodes: the roots one after the other; `nil` when their number does not fit the size.
  init?(size: Int, nodes: [UInt8]) {
    guard size >= 0, nodes.count == size.nonzeroBitCount * SHA256.byteCount else { return nil }
    self.size = size
    self.nodes = stride(from: 0, to: nodes.count, by: SHA256.byteCount).map {
      Array(nodes[$0..<($0 + SHA256.byteCount)])
    }
  }

  var serialized: [UInt8] { nodes.flatMap { $0 } }

  package mutating func append(_ leaf: [UInt8]) {
    var node = leaf
    // Each trailing one of the size is a subtree as large as the one that grows here.
    for _ in 0..<(~size).trailingZeroBitCount { node = Self.parent(nodes.removeLast(), node) }
    nodes.append(node)
    size += 1
  }

  /// The root of the tree; of an empty one the hash of nothing.
  package var root: [UInt8] {
    guard var root = nodes.last else { return SHA256.hash([]) }
    for node in nodes.dropLast().reversed() { root = Self.parent(node, root) }
    return root
  }

  private static func parent(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] { SHA256.hash([0x01] + left + right) }
}
