import Content
import MCPProtocol

/// A category on the wire.
enum TemplateCategoryChoice: String, Choice {
  case wiring
  case customerCommunication = "customer_communication"
  case marketing

  var category: TemplateCategory {
    switch self {
    case .wiring: .wiring
    case .customerCommunication: .customerCommunication
    case .marketing: .marketing
    }
  }
}
