/// The tools of this folder.
enum FeatureTools {
  static let all: [any AdminTool.Type] = [
    EnableFeature.self, ListFeatures.self, ConnectService.self, ListServiceConnections.self,
  ]
}
