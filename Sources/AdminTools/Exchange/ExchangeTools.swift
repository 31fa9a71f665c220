/// The tools of this folder.
enum ExchangeTools {
  static let all: [any AdminTool.Type] = [
    ConfigureMailbox.self, ConfigureTracking.self, DeployOutlookAddin.self, GetMessageTrackingLogs.self,
  ]
}
