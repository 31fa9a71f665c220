import AdminCore
import MCPProtocol

/// `m365://health`: needs no role, and never fails.
enum HealthResource {
  static let uri = "m365://health"

  static func definition(_ services: AdminServices) -> ResourceDefinition {
    ResourceDefinition(
      ResourceEntry(
        uri: uri, name: "health",
        presentation: Presentation(
          title: "Health", description: "Sign-in, Microsoft Graph, store, audit trail and unfinished operations."),
        mimeType: "application/json")
    ) { _, _ in
      .contents([.json(try await services.health.report().fragment(), uri: uri)])
    }
  }
}
