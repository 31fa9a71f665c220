import AdminCore

/// Attachments of 3 MB and more: the draft's mailbox gives an address, and the file goes there in parts. The address is
/// its own authorisation, so no token travels with the parts, and they go to no host but Outlook's.
extension GraphClient {
  /// A multiple of 320 KiB below 4 MB, as Graph wants the parts.
  static let uploadPartSize = 10 * 320 * 1024

  private static let maximumResumptions = 5

  func upload(
    _ attachment: MailAttachment, to draft: String, in mailbox: UserReference
  ) async throws(AdminError) {
    let url = try await uploadAddress(for: attachment, draft, mailbox)
    var offset = 0
    var resumptions = 0
    while offset < attachment.bytes.count {
      let end = min(offset + Self.uploadPartSize, attachment.bytes.count)
      let call = part(attachment.bytes, offset..<end, to: url, mailbox)
      let answer = try await caller.perform(call)
      if answer.response.isSuccess {
        offset = end
        continue
      }
      // The service tells what it has, which may be more or less than what was answered for.
      resumptions += 1
      guard resumptions <= Self.maximumResumptions, let expected = try await expectedOffset(at: url, mailbox) else {
        throw refusal(answer, mailbox)
      }
      guard (0...attachment.bytes.count).contains(expected) else { throw refusal(answer, mailbox) }
      offset = expected
    }
  }

  private func uploadAddress(
    for attachment: MailAttachment, _ draft: String, _ mailbox: UserReference
  ) async throws(AdminError) -> HTTPURL {
    // A session that nobody uses ends by itself, so asking twice does no harm.
    let call = GraphCall.post(
      "/users/\(mailbox)/messages/\(draft)/attachments/createUploadSession",
      .json(["attachmentItem": attachment.item]), permissions: [.mailReadWrite], safety: .idempotent,
      subject: .message(mailbox: mailbox.text))
    let text = try await send(call).decode(call) { $0.text("uploadUrl") }
    guard let url = HTTPURL(text), endpoints.allowsUpload(to: url) else {
      throw AdminError(
        .graphFailed,
        "Microsoft Graph gave an address for the attachment that is not Outlook's. Nothing was uploaded; check "
          + "M365_GRAPH_ENDPOINT and AZURE_CLOUD.")
    }
    return url
  }

  private func part(
    _ bytes: [UInt8], _ range: Range<Int>, to url: HTTPURL, _ mailbox: UserReference
  ) -> ServiceCall {
    let request = HTTPRequest(
      .put, url,
      headers: [
        "Content-Type": "application/octet-stream",
        "Content-Range": "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(bytes.count)",
      ], body: Array(bytes[range]))
    return uploadCall(request, mailbox)
  }

  private func uploadCall(_ request: HTTPRequest, _ mailbox: UserReference) -> ServiceCall {
    ServiceCall(
      request, service: .upload, workload: .outlook(mailbox: mailbox.text.lowercased()), template: "/{uploadUrl}",
      safety: .idempotent)
  }

  /// - Returns: `nil` when the session is over.
  private func expectedOffset(at url: HTTPURL, _ mailbox: UserReference) async throws(AdminError) -> Int? {
    let answer = try await caller.perform(uploadCall(HTTPRequest(.get, url), mailbox))
    guard answer.response.isSuccess, let json = try? JSONParser.parse(answer.response.body) else { return nil }
    // `26-` or `26-100`: the first byte that is missing.
    return json["nextExpectedRanges"]?[0]?.stringValue.flatMap { Int($0.prefix { $0.isNumber }) }
  }

  private func refusal(_ answer: ServiceAnswer, _ mailbox: UserReference) -> AdminError {
    let error = GraphError(
      status: answer.response.status, headers: answer.response.headers, body: answer.response.body,
      retryAfter: answer.retryAfter)
    return GraphRefusal(
      error: error, operation: "PUT /{uploadUrl}", permissions: [.mailReadWrite],
      subject: .message(mailbox: mailbox.text), roles: nil, clientRequestID: nil
    ).adminError
  }
}
