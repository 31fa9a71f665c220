extension Origin {
  /// Where a machine in Azure asks for the tokens of its managed identity: a fixed link-local address that answers the
  /// machine itself and nobody else. The one origin beyond loopback that is spoken to without TLS.
  package static let instanceMetadata = Origin(plainHost: "169.254.169.254")

  private init(plainHost: String) {
    scheme = "http"
    host = plainHost
    port = nil
  }
}
