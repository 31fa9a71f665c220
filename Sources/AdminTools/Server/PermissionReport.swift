package import M365

/// What the offered tools need, what the application was granted, and where the two differ.
package struct PermissionReport: Sendable {
  package struct Need: Sendable {
    package let permission: GraphPermission
    package let isGranted: Bool
    /// Names of the tools that need it.
    package let tools: [String]
  }

  package let needs: [Need]
  /// What some uses of a tool need and none of them always.
  package let optional: [Need]
  /// Granted and needed by no offered tool: least privilege says to take them back.
  package let excess: [String]

  package var missing: [Need] { needs.filter { !$0.isGranted } }

  /// - Parameter roles: of the application's token.
  package init(tools: [any AdminTool.Type], roles: [String]) {
    func needs(_ names: Set<GraphPermission>, _ own: ((any AdminTool.Type) -> [GraphPermission])) -> [Need] {
      names.sorted { $0.rawValue < $1.rawValue }.map { permission in
        Need(
          permission: permission, isGranted: permission.isGranted(by: roles),
          tools: tools.filter { own($0).contains(permission) }.map { $0.name })
      }
    }
    let required = Set(tools.flatMap { $0.permissions })
    let needed = required.union(tools.flatMap { $0.optionalPermissions })
    self.needs = needs(required) { $0.permissions }
    optional = needs(needed.subtracting(required)) { $0.optionalPermissions }
    // A wide permission is of use only where it stands in for a narrow one that was not granted.
    excess = roles.filter { role in
      let others = roles.filter { $0 != role }
      return needed.allSatisfy { need in
        need.rawValue != role && (need.isGranted(by: others) || !need.isGranted(by: roles))
      }
    }.sorted()
  }
}
