package import AdminCore
import Cryptography

/// A signed statement of what the audit chain was at some size, in the form of a signed note (C2SP signed-note).
///
///     m365-admin/audit/<chain>
///     <size>
///     <base64 Merkle root>
///     chain <base64 H_n>
///     time <RFC 3339>
///     prev <base64 SHA-256 of the note before>
///
///     — <key name> <base64(key id ‖ signature)>
package struct CheckpointNote: Hashable, Sendable {
  package let chain: ChainID
  package let size: Int
  package let root: [UInt8]
  /// `H_size`.
  package let head: [UInt8]
  package let time: Timestamp
  /// The hash of the note before; zeros in the first.
  package let previous: [UInt8]

  static let noPrevious = [UInt8](repeating: 0, count: SHA256.byteCount)
  private static let origin = "m365-admin/audit/"

  static func hash(of note: String) -> [UInt8] { SHA256.hash(Array(note.utf8)) }

  /// What is signed: every line before the blank one, each with its line feed.
  private var signedText: String {
    """
    \(Self.origin)\(chain)
    \(size)
    \(Base64.encode(root))
    chain \(Base64.encode(head))
    time \(time.iso8601)
    prev \(Base64.encode(previous))

    """
  }

  func text(signedBy signer: CheckpointSigner) throws -> String {
    let signature = try signer.sign(Array(signedText.utf8))
    return "\(signedText)\n— \(signer.name) \(Base64.encode(signer.keyID + signature))\n"
  }
}

extension CheckpointNote {
  /// A note as it was read, with its signatures.
  struct Signed {
    let note: CheckpointNote
    /// Key name and key id with signature, for each line.
    fileprivate let signatures: [(name: String, bytes: [UInt8])]

    enum Verdict {
      case valid, forged
      /// Signed with a key that is not at hand.
      case unknownKey
    }

    func verdict(by signer: CheckpointSigner) -> Verdict {
      let own = signatures.filter { $0.name == signer.name && $0.bytes.starts(with: signer.keyID) }
      guard !own.isEmpty else { return .unknownKey }
      let text = Array(note.signedText.utf8)
      return own.allSatisfy { signer.isValid(Array($0.bytes.dropFirst(signer.keyID.count)), text) } ? .valid : .forged
    }
  }

  /// Reads a note; `nil` when it is not one in exactly the form in which notes are written.
  static func read(_ text: String) -> Signed? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count >= 9, lines.last == "", lines[6] == "", let chain = ChainID(after: origin, in: lines[0]),
      let size = Int(lines[1]), let root = Base64.decode(lines[2]),
      let head = lines[3].value(after: "chain ").flatMap({ Base64.decode($0) }),
      let time = lines[4].value(after: "time ").flatMap({ Timestamp(iso8601: $0) }),
      let previous = lines[5].value(after: "prev ").flatMap({ Base64.decode($0) })
    else { return nil }
    let note = CheckpointNote(chain: chain, size: size, root: root, head: head, time: time, previous: previous)
    guard note.signedText == lines[0..<6].map({ $0 + "\n" }).joined() else { return nil }
    var signatures: [(name: String, bytes: [UInt8])] = []
    for line in lines[7..<(lines.count - 1)] {
      let parts = line.split(separator: " ")
      guard parts.count == 3, parts[0] == "—", let bytes = Base64.decode(parts[2]), bytes.count > 4 else { return nil }
      signatures.append((String(parts[1]), bytes))
    }
    return Signed(note: note, signatures: signatures)
  }
}

extension ChainID {
  fileprivate init?(after prefix: String, in line: String) {
    guard let text = line.value(after: prefix) else { return nil }
    self.init(text)
  }
}

extension String {
  fileprivate func value(after prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
