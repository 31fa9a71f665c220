package import AdminCore

/// Text that may stand in a header of a mail: one line, with nothing in it that a reader cannot see or that turns the
/// direction of what follows. Whoever holds one cannot inject a header.
package struct HeaderText: Hashable, Sendable {
  /// Why a text cannot stand in a header. The raw values complete a sentence that begins with the name of the field.
  package enum Problem: String, Error, Sendable {
    case empty = "is empty"
    case tooLong = "is too long"
    case lineBreak = "holds a line break"
    case control = "holds a control or invisible character"
    case direction = "holds a character that turns the direction of text"
  }

  package let text: String

  package init(_ text: String, maximumLength: Int = 998) throws(Problem) {
    guard text.unicodeScalars.contains(where: { $0 != " " }) else { throw .empty }
    guard text.unicodeScalars.count <= maximumLength else { throw .tooLong }
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0A, 0x0D, 0x85, 0x2028, 0x2029: throw .lineBreak
      case 0x200E, 0x200F, 0x061C, 0x202A...0x202E, 0x2066...0x2069: throw .direction
      case 0x09,
        _ where HTMLText.isForbidden(scalar):
        throw .control
      default: break
      }
    }
    self.text = text
  }
}

/// The subject of a mail. Exchange keeps 255 characters of it.
package struct MailSubject: Hashable, Sendable, CustomStringConvertible {
  package static let maximumLength = 255

  package let header: HeaderText

  package var description: String { header.text }

  package init(_ text: String) throws(HeaderText.Problem) {
    header = try HeaderText(text, maximumLength: Self.maximumLength)
  }

  package static func parse(_ text: String) throws(AdminError) -> MailSubject {
    do throws(HeaderText.Problem) {
      return try MailSubject(text)
    } catch {
      throw AdminError(
        .invalidAddress, "The subject \(error.rawValue). Give one line of at most \(maximumLength) characters.")
    }
  }
}

/// An address with the name it is shown with.
package struct Mailbox: Hashable, Sendable {
  package static let maximumNameLength = 256

  package let name: HeaderText?
  package let address: EmailAddress

  package init(_ address: EmailAddress, name: HeaderText? = nil) {
    self.address = address
    self.name = name
  }

  package static func parse(_ address: String, name: String? = nil) throws(AdminError) -> Mailbox {
    let address = try EmailAddress.parse(address)
    guard let name, !name.isEmpty else { return Mailbox(address) }
    do throws(HeaderText.Problem) {
      return Mailbox(address, name: try HeaderText(name, maximumLength: maximumNameLength))
    } catch {
      throw AdminError(.invalidAddress, "The name shown with \(address.text) \(error.rawValue).")
    }
  }
}
