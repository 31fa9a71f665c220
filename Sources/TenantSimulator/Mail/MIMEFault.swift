/// What is wrong with a message in MIME form.
struct MIMEFault: Error, Sendable, Hashable {
  let message: String

  init(_ message: String) { self.message = message }
}
