/// Takes values that must not be seen out of a text that a service sent back.
enum ConfidentialText {
  static func hide(_ secrets: [String], in text: String) -> String {
    secrets.filter { $0.utf8.count >= 4 }.reduce(text) { text, secret in
      text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "[secret]")
    }
  }
}
