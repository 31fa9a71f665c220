import AdminCore

/// The place upload sessions point to. Whoever knows the address may write: it takes no other credential, and refuses
/// one, as the real service does.
enum UploadService {
  private static let chunkUnit = 320 << 10
  private static let maximumChunk = 4 << 20

  static func answer(
    _ request: SimulatedRequest, _ target: RequestTarget, state: inout TenantState
  ) -> SimulatedResponse {
    let token = String(target.path.dropFirst("/uploads/".count))
    guard request.headers["Authorization"] == nil else {
      return fail(401, "InvalidAuthenticationToken", "The upload address takes no Authorization header.", &state)
    }
    guard let session = state.uploads[token], session.expiresAt > state.now else {
      return fail(404, "ErrorItemNotFound", "The upload session was not found.", &state)
    }
    switch request.method {
    case "PUT": return put(request, session, &state)
    case "GET": return SimulatedResponse.json(200, progress(session))
    case "DELETE":
      state.uploads[token] = nil
      return SimulatedResponse(status: 204)
    default: return fail(405, "BadRequest", "The method is not allowed here.", &state)
    }
  }

  private static func fail(
    _ status: Int, _ code: String, _ message: String, _ state: inout TenantState
  ) -> SimulatedResponse {
    GraphService.response(
      GraphFailure(status, code, message), request: SimulatedRequest("PUT", ""), state: &state)
  }

  private static func progress(_ session: UploadSession) -> JSONObject {
    [
      "expirationDateTime": .string(session.expiresAt.iso8601Seconds),
      "nextExpectedRanges": ["\(session.bytes.count)-"],
    ]
  }

  private static func put(
    _ request: SimulatedRequest, _ session: UploadSession, _ state: inout TenantState
  ) -> SimulatedResponse {
    guard let range = ContentRange(request.headers["Content-Range"] ?? ""), range.total == session.size,
      range.last - range.first + 1 == request.body.count
    else { return fail(400, "ErrorInvalidRequest", "The Content-Range does not fit the session or the body.", &state) }
    guard range.first == session.bytes.count else {
      return fail(416, "ErrorInvalidRequest", "The range \(session.bytes.count)- is expected next.", &state)
    }
    let isLast = range.last == session.size - 1
    guard request.body.count <= maximumChunk, isLast || request.body.count % chunkUnit == 0 else {
      return fail(
        400, "ErrorInvalidRequest", "A piece is a multiple of 320 KiB, at most 4 MB; only the last may be odd.", &state)
    }
    var changed = session
    changed.bytes += request.body
    guard isLast else {
      state.uploads[session.token] = changed
      return .json(200, progress(changed))
    }
    return finish(changed, &state)
  }

  private static func finish(_ session: UploadSession, _ state: inout TenantState) -> SimulatedResponse {
    state.uploads[session.token] = nil
    guard let mailbox = state.mailboxes[session.mailboxID], var message = mailbox.message(session.messageID),
      message.isDraft
    else { return fail(404, "ErrorItemNotFound", "The message of the upload session is gone.", &state) }
    let attachment = MailAttachment(
      id: state.identifiers.token(bytes: 16), name: session.name, contentType: session.contentType,
      isInline: session.isInline, contentID: session.contentID, bytes: session.bytes, modifiedAt: state.now)
    message.attachments.append(attachment)
    message.revision += 1
    message.mime = nil
    state.store(message, in: mailbox)
    state.record(.attachmentAdded, "\(message.subject): \(attachment.name)")
    let user = state.users[session.mailboxID]?.id ?? ""
    return SimulatedResponse(
      status: 201,
      headers: ["Location": "/v1.0/users('\(user)')/messages('\(message.id)')/attachments('\(attachment.id)')"])
  }
}

/// `bytes 0-327679/3483322` of RFC 9110 section 14.4.
struct ContentRange: Sendable, Hashable {
  let first: Int
  let last: Int
  let total: Int

  init?(_ text: String) {
    guard text.hasPrefix("bytes ") else { return nil }
    let parts = text.dropFirst(6).split(separator: "/")
    guard parts.count == 2, let total = Int(parts[1]) else { return nil }
    let ends = parts[0].split(separator: "-").compactMap { Int($0) }
    guard ends.count == 2, ends[0] >= 0, ends[0] <= ends[1], ends[1] < total else { return nil }
    (first, last, self.total) = (ends[0], ends[1], total)
  }
}
