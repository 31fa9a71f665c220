import Cryptography

/// What an audit chain amounts to after a number of records: enough to add the next one, and to tell whether a stored
/// one is what was written.
///
/// `L_n = SHA-256(0x00 ‖ body_n)`, `H_0 = SHA-256("m365-admin-audit/v1\n" ‖ chain id)` and
/// `H_n = SHA-256(0x02 ‖ be64(n) ‖ H_{n-1} ‖ L_n)`. The first byte keeps leaves, inner nodes and links apart.
struct AuditHead: Hashable {
  private(set) var size: Int
  /// `H_size`.
  private(set) var chain: [UInt8]
  /// `nil` when the chain is followed from somewhere in its middle, where no frontier is known.
  private(set) var frontier: MerkleFrontier?

  /// The head of a chain without records.
  init(_ id: ChainID) {
    size = 0
    chain = SHA256.hash(Array("m365-admin-audit/v1\n".utf8) + id.bytes)
    frontier = MerkleFrontier()
  }

  init(size: Int, chain: [UInt8], frontier: MerkleFrontier?) {
    self.size = size
    self.chain = chain
    self.frontier = frontier
  }

  static func leaf(_ body: [UInt8]) -> [UInt8] { SHA256.hash([0x00] + body) }

  /// The link that a record with this leaf would get.
  func link(to leaf: [UInt8]) -> [UInt8] {
    let position = UInt64(size + 1)
    let bigEndian = (0..<8).map { UInt8(truncatingIfNeeded: position >> (56 - 8 * $0)) }
    return SHA256.hash([0x02] + bigEndian + chain + leaf)
  }

  mutating func append(leaf: [UInt8]) {
    chain = link(to: leaf)
    frontier?.append(leaf)
    size += 1
  }
}
