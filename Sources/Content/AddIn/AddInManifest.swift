package import AdminCore

/// An add-in-only manifest (XML) of an Outlook add-in: who it is, what it may do and where its code comes from.
package struct AddInManifest: Sendable {
  /// What an add-in may do with mail, from least to most.
  package enum Permission: String, CaseIterable, Sendable {
    case restricted = "Restricted"
    case readItem = "ReadItem"
    case readWriteItem = "ReadWriteItem"
    case readWriteMailbox = "ReadWriteMailbox"

    package var meaning: String {
      switch self {
      case .restricted: "sees little of the open item"
      case .readItem: "reads the open item"
      case .readWriteItem: "reads and changes the open item"
      case .readWriteMailbox: "reads, changes and sends everything in the mailbox"
      }
    }
  }

  /// More than any manifest has; Exchange takes no more.
  package static let maximumSize = 256 << 10

  package let id: GUID
  package let version: AddInVersion
  package let displayName: String
  package let provider: String
  package let permission: Permission
  /// The hosts that its pages and scripts come from.
  package let hosts: [String]

  /// - Throws: `VAL_001` with everything that is wrong, `FEAT_002` for a manifest that can be deployed only by hand,
  ///   `VAL_003` for one that is too large.
  package init(_ bytes: [UInt8]) throws(AdminError) {
    guard bytes.count <= Self.maximumSize else {
      throw AdminError(.tooLarge, "The manifest is larger than \(Self.maximumSize >> 10) KiB.")
    }
    if UnifiedManifest.isOne(bytes) { throw UnifiedManifest.refusal }
    let root: XMLElement
    do throws(XMLDocument.Problem) {
      root = try XMLDocument.parse(bytes)
    } catch {
      throw AdminError(.invalidArgument, "This is no add-in manifest: it \(error).", details: ["rule": "manifest"])
    }
    var check = ManifestCheck(root)
    try check.requireMailApp()
    let id = check.id()
    let version = check.version()
    displayName = check.displayName()
    provider = check.text("ProviderName") ?? ""
    permission = check.permission()
    hosts = check.hosts()
    guard check.problems.isEmpty, let id, let version else { throw AdminError(problems: check.problems) }
    self.id = id
    self.version = version
  }
}

/// The version of an add-in: two to four numbers.
package struct AddInVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
  private let numbers: [Int]
  /// As it was written.
  package let description: String

  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (2...4).contains(parts.count), parts.allSatisfy({ Self.isNumber($0) }) else { return nil }
    numbers = parts.compactMap { Int($0) } + [Int](repeating: 0, count: 4 - parts.count)
    description = text
  }

  private static func isNumber(_ text: Substring) -> Bool {
    (1...9).contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
  }

  package static func == (left: AddInVersion, right: AddInVersion) -> Bool { left.numbers == right.numbers }
  package func hash(into hasher: inout Hasher) { hasher.combine(numbers) }

  package static func < (left: AddInVersion, right: AddInVersion) -> Bool {
    left.numbers.lexicographicallyPrecedes(right.numbers)
  }
}

/// Manifests of the newer, unified form. There is no way to deploy them as an application.
enum UnifiedManifest {
  /// A JSON document, or the zip file that holds it.
  static func isOne(_ bytes: [UInt8]) -> Bool {
    if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return true }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
    return text.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "{")
  }

  static var refusal: AdminError { .manualDeployment("A unified manifest (JSON)") }
}

extension AdminError {
  /// For what only a person can deploy, in the admin center.
  static func manualDeployment(_ what: String) -> AdminError {
    AdminError(
      .notPossible,
      "\(what) cannot be deployed by an application: the only way without a person takes XML manifests of Outlook "
        + "add-ins. Deploy it in the Microsoft 365 admin center.",
      details: ["steps": .strings(manualSteps)])
  }

  /// How a person deploys an add-in.
  package static let manualSteps = [
    "Sign in to https://admin.microsoft.com with a role that may manage apps (Global Administrator, or Exchange "
      + "Administrator for Outlook add-ins).",
    "Open Settings > Integrated apps > Upload custom apps.",
    "Choose the kind of app, give the file or the https address of the manifest, and validate it.",
    "Choose who gets it: everybody, or users and groups.",
    "Accept the permissions and finish. It shows within 24 hours.",
  ]
}
