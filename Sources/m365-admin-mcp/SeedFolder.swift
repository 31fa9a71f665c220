import AdminCore
import Content
import Glibc
import Store

/// A folder of seed templates: for each one a description (`name.json`) and its two bodies (`name.html`, `name.txt`).
struct SeedFolder {
  private static let largestFile = 512 << 10

  let path: String

  init(_ path: String) { self.path = path }

  /// The templates in the order of their file names, each checked as one that somebody stores by hand.
  func templates() throws(AdminError) -> [TemplateContent] {
    var contents: [TemplateContent] = []
    for name in try names() {
      let seed = try SeedTemplate(
        json: try text(name + ".json"), html: try text(name + ".html"), text: try text(name + ".txt"))
      let accepted = try MailTemplate.accept(seed.draft, category: seed.category, cache: TemplateCache())
      contents.append(
        TemplateContent(
          name: seed.name, subject: accepted.draft.subject, bodyHTML: accepted.draft.bodyHTML,
          bodyText: accepted.draft.bodyText, category: seed.category.rawValue, variables: accepted.draft.variables,
          description: seed.description))
    }
    return contents
  }

  private func names() throws(AdminError) -> [String] {
    guard let directory = opendir(path) else { throw unreadable(path) }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasSuffix(".json") { names.append(String(name.dropLast(5))) }
    }
    return names.sorted()
  }

  private func text(_ name: String) throws(AdminError) -> String {
    let file = path + "/" + name
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable(file) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0, bytes.count <= Self.largestFile else { throw unreadable(file) }
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer.prefix(count)
    }
  }

  private func unreadable(_ file: String) -> AdminError {
    AdminError(.misconfigured, "\(file) cannot be read as a seed template: \(String(cString: strerror(errno))).")
  }
}
