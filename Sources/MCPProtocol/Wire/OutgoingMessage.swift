package import AdminCore

/// Serialises what this side sends, straight to bytes: one message, one line, without its end.
package enum OutgoingMessage {
  package static func response(
    to id: RequestID, reserving capacity: Int = 256, _ result: (inout JSONWriter) -> Void
  ) -> [UInt8] {
    message(reserving: capacity) { writer in
      writer.key("id")
      id.write(to: &writer)
      writer.key("result")
      result(&writer)
    }
  }

  /// - Parameter id: absent where the message that failed had no usable one; then the member is left out.
  package static func error(_ error: JSONRPCError, id: RequestID?) -> [UInt8] {
    message { writer in
      if let id {
        writer.key("id")
        id.write(to: &writer)
      }
      writer.key("error")
      error.write(to: &writer)
    }
  }

  package static func notification(_ method: String, _ params: ((inout JSONWriter) -> Void)? = nil) -> [UInt8] {
    message { writer in
      writer.member("method", .string(method))
      if let params {
        writer.key("params")
        writer.object(params)
      }
    }
  }

  package static func request(id: RequestID, _ method: String, _ params: JSONObject?) -> [UInt8] {
    message { writer in
      writer.key("id")
      id.write(to: &writer)
      writer.member("method", .string(method))
      if let params { writer.member("params", .object(params)) }
    }
  }

  /// Several serialised responses as one batch.
  static func batch(_ responses: [[UInt8]]) -> [UInt8] {
    var writer = JSONWriter(reserving: responses.reduce(2) { $0 + $1.count + 1 })
    writer.array { array in
      for response in responses { array.fragment(response) }
    }
    return writer.bytes
  }

  private static func message(reserving capacity: Int = 256, _ body: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter(reserving: capacity)
    writer.object { object in
      object.key("jsonrpc")
      object.string("2.0")
      body(&object)
    }
    return writer.bytes
  }
}
