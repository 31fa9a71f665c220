import CCurl

extension HTTPFailure {
  /// What libcurl's code means for whoever sent the request.
  init(_ code: CURLcode, of easy: borrowing CurlEasy) {
    let reception = easy.reception
    let reason: Reason =
      if reception.exceedsBound {
        .tooLarge
      } else if reception.hasRefusedAddress {
        .refusedAddress
      } else {
        Self.reason(code, wasStarted: reception.starts > 0)
      }
    let text = easy.errorMessage
    self.init(reason, reception.delivery, text.isEmpty ? String(cString: curl_easy_strerror(code)) : text)
  }

  static func reason(_ code: CURLcode, wasStarted: Bool) -> Reason {
    switch code {
    case CURLE_URL_MALFORMAT: .malformedRequest
    // Before sending it is the scheme that is not allowed, after it an answer in no version of HTTP.
    case CURLE_UNSUPPORTED_PROTOCOL: wasStarted ? .malformedReply : .malformedRequest
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .unresolved
    case CURLE_COULDNT_CONNECT, CURLE_PROXY, CURLE_INTERFACE_FAILED: .unreachable
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
      CURLE_SSL_INVALIDCERTSTATUS:
      .untrusted
    case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_ENGINE_INITFAILED: .tls
    case CURLE_OPERATION_TIMEDOUT: .timedOut
    case CURLE_FILESIZE_EXCEEDED: .tooLarge
    // libcurl keeps at most 100 KB of one header line and reports a longer one as lacking memory.
    case CURLE_OUT_OF_MEMORY: wasStarted ? .tooLarge : .closed
    case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING: .malformedReply
    // Everything else befalls a connection that stood: sending, receiving, framing, a refused repetition.
    default: .interrupted
    }
  }
}
