import AdminCore
import Content

/// Everybody a mail goes to, each once: whoever stands in `to` is left out of `cc`, and so on.
struct Recipients {
  let to: [EmailAddress]
  let cc: [EmailAddress]
  let bcc: [EmailAddress]

  init(_ input: SendFromTemplate.Input) throws(AdminError) {
    to = try AddressList.parse(input.to, path: "/to").addresses
    var seen = Set(to.map(\.normalized))
    cc = try AddressList.parse(input.cc, path: "/cc").addresses.filter { seen.insert($0.normalized).inserted }
    bcc = try AddressList.parse(input.bcc, path: "/bcc").addresses.filter { seen.insert($0.normalized).inserted }
    guard seen.count <= AddressList.maximumCount else {
      throw AdminError(
        .tooLarge, "A mail goes to at most \(AddressList.maximumCount) recipients; send several.")
    }
  }
}
