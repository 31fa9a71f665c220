import Access
import AdminCore
import Content
import MCPProtocol
import Store

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

extension Risk {
  /// A wiring template that becomes one of another category loses the guards of bank details.
  static func ofLeavingWiring(from old: TemplateContent?, to new: TemplateContent) -> [Risk] {
    guard let old, old.knownCategory == .wiring, new.knownCategory != .wiring else { return [] }
    let name = VisibleText.excerpt(new.name, limit: 80)
    return [.weakensSecurity("the template “\(name)” is guarded as one with bank details no longer")]
  }
}
