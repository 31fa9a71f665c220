import AdminCore

/// Puts results into the frame their revision asks for: a bare object before 2026-07-28; since then with the kind of
/// result, the server's name and, where it can be kept, for how long.
struct ResultFrame: Sendable {
  private let serverInfo: JSONFragment

  init(_ implementation: Implementation) {
    serverInfo = JSONFragment(.object(implementation.json(for: .modern)))
  }

  func complete(
    _ request: ServedRequest, hint: CacheHint? = nil, meta: JSONObject = [:], reserving capacity: Int = 512,
    _ body: (inout JSONWriter) -> Void = { _ in }
  ) -> [UInt8] {
    frame(request, kind: "complete", meta: meta, reserving: capacity) { result in
      body(&result)
      if let hint, request.revision.isModern {
        result.key("ttlMs")
        result.int(hint.milliseconds)
        result.member("cacheScope", .string(hint.scope.rawValue))
      }
    }
  }

  func inputRequired(_ request: ServedRequest, _ body: (inout JSONWriter) -> Void) -> [UInt8] {
    frame(request, kind: "input_required", meta: [:], reserving: 1024, body)
  }

  /// The graceful end of a stream.
  func streamEnd(_ id: RequestID) -> [UInt8] {
    OutgoingMessage.response(to: id) { writer in
      writer.object { result in
        result.member("resultType", "complete")
        result.key("_meta")
        result.object { meta in
          meta.key(MetaKey.subscriptionID)
          id.write(to: &meta)
          meta.key(MetaKey.serverInfo)
          meta.fragment(serverInfo.bytes)
        }
      }
    }
  }

  private func frame(
    _ request: ServedRequest, kind: String, meta: JSONObject, reserving capacity: Int,
    _ body: (inout JSONWriter) -> Void
  ) -> [UInt8] {
    OutgoingMessage.response(to: request.id, reserving: capacity) { writer in
      writer.object { result in
        if request.revision.isModern { result.member("resultType", .string(kind)) }
        body(&result)
        guard request.revision.isModern || !meta.isEmpty else { return }
        result.key("_meta")
        result.object { members in
          for member in meta where member.key != MetaKey.serverInfo { members.member(member.key, member.value) }
          guard request.revision.isModern else { return }
          members.key(MetaKey.serverInfo)
          members.fragment(serverInfo.bytes)
        }
      }
    }
  }
}
