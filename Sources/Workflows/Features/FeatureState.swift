import AdminCore

/// Whether a feature is available now.
package enum FeatureState: Hashable, Sendable {
  case enabled
  case disabled
  /// Neither as enabling nor as disabling leaves it; in words.
  case other(String)
  /// Could not be read, for this reason.
  case unknown(String)

  package var word: String {
    switch self {
    case .enabled: "enabled"
    case .disabled: "disabled"
    case .other: "other"
    case .unknown: "unknown"
    }
  }

  package var detail: String? {
    switch self {
    case .enabled, .disabled: nil
    case .other(let text), .unknown(let text): text
    }
  }
}

extension Feature {
  /// Reads whether it is available. What cannot be read is unknown, with the reason.
  package func currentState(
    _ scope: FeatureScope, target: FeatureRequest.Target?, _ access: TenantAccess
  ) async -> FeatureState {
    do throws(AdminError) {
      let on = FeatureRequest(feature: name, isEnabled: true, scope: scope, target: target)
      if let state { return try await state(on, access) }
      return try await combinedState(on, access)
    } catch {
      return .unknown(error.stateReason)
    }
  }

  /// Enabled where every part is, disabled where none is.
  private func combinedState(
    _ request: FeatureRequest, _ access: TenantAccess
  ) async throws(AdminError) -> FeatureState {
    let off = FeatureRequest(
      feature: name, isEnabled: false, scope: request.scope, target: request.target)
    let (enabling, disabling) = (parts(request), parts(off))
    let readings = try await PartsChange(enabling, access, propagation: propagation).readings()
    let states = zip(enabling, readings).map { part, reading -> Bool? in
      if let isOn = part.isOn { return isOn(reading) }
      if part.isAsWanted(reading) { return true }
      guard let opposite = disabling.first(where: { $0.id == part.id }) else { return nil }
      return opposite.isAsWanted(reading) ? false : nil
    }
    // What only enabling does, such as making keys that stay, says nothing about being enabled.
    let switched = zip(enabling, states).filter { part, _ in disabling.contains { $0.id == part.id } }.map(\.1)
    let telling = switched.isEmpty ? states : switched
    if telling.allSatisfy({ $0 == true }) { return .enabled }
    if telling.allSatisfy({ $0 == false }) { return .disabled }
    let values = readings.compactMap(\.value).map { JSONValue.object($0).text }
    return .other(VisibleText.excerpt(values.joined(separator: " "), limit: 160))
  }
}

extension AdminError {
  fileprivate var stateReason: String {
    switch code {
    case .permissionDenied: "no permission"
    case .licenseLacking: "no licence"
    default: code.rawValue
    }
  }
}
