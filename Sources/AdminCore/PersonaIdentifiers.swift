/// Names a tenant in persona configuration: a tenant id (GUID), or a short name of one's own in lower case.
package struct TenantName: Hashable, Sendable, CustomStringConvertible {
  package let text: String

  package init?(_ text: String) {
    if let guid = GUID(text) {
      self.text = guid.text
      return
    }
    guard (1...63).contains(text.utf8.count), let first = text.utf8.first, Self.isAlphanumeric(first),
      text.utf8.allSatisfy({ Self.isAlphanumeric($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") })
    else { return nil }
    self.text = text
  }

  package var description: String { text }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7A)
  }
}

/// Names a persona within its tenant. Capitals matter.
package struct PersonaName: Hashable, Sendable, CustomStringConvertible {
  package let text: String

  package init?(_ text: String) {
    guard (1...128).contains(text.utf8.count), let first = text.utf8.first, ConfigurationKey.isAlphanumeric(first),
      text.utf8.allSatisfy({ ConfigurationKey.isNameByte($0) || $0 == UInt8(ascii: ".") })
    else { return nil }
    self.text = text
  }

  package var description: String { text }
}

/// Names a value of a configuration document. Capitals matter.
package struct ConfigurationKey: Hashable, Sendable, CustomStringConvertible {
  package static let maximumLength = 64

  package let text: String

  package init?(_ text: some StringProtocol) {
    guard (1...Self.maximumLength).contains(text.utf8.count), let first = text.utf8.first, Self.isLetter(first),
      text.utf8.allSatisfy(Self.isNameByte)
    else { return nil }
    self.text = String(text)
  }

  package var description: String { text }

  static func isNameByte(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }

  static func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || (byte >= 0x30 && byte <= 0x39) }

  private static func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A }
}

/// A value of a configuration document, or a part of one: `featureFlags`, or `featureFlags.useAdvancedSummarization`.
package struct ConfigurationPath: Hashable, Sendable, CustomStringConvertible {
  package static let maximumDepth = 8

  package let key: ConfigurationKey
  /// Names of members inside the value.
  package let members: [String]

  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= Self.maximumDepth, let first = parts.first, let key = ConfigurationKey(first) else {
      return nil
    }
    let members = parts.dropFirst().compactMap { ConfigurationKey($0)?.text }
    guard members.count == parts.count - 1 else { return nil }
    self.key = key
    self.members = members
  }

  package var description: String { ([key.text] + members).joined(separator: ".") }
}

/// A persona of a tenant.
package struct PersonaAddress: Hashable, Sendable {
  package let tenant: TenantName
  package let persona: PersonaName

  package init(_ tenant: TenantName, _ persona: PersonaName) {
    self.tenant = tenant
    self.persona = persona
  }
}
