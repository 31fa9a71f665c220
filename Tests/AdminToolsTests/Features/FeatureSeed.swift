import AdminCore
import TenantSimulator
import TestSupport

/// The company with more, or less, than it has.
enum FeatureSeed {
  private static func seed(_ change: (inout JSONObject) -> Void) throws -> Seed {
    var json = try JSONParser.parse(Seed.standardText).objectValue ?? [:]
    change(&json)
    return try Seed(text: JSONValue.object(json).text)
  }

  /// With a product of which the company has no need, so that every feature can be had, and with the permissions that let
  /// applications be let in.
  static func withEverything() throws -> Seed {
    try seed { json in
      json["products"] = .array((json["products"]?.arrayValue ?? []) + [["partNumber": "SPE_E5", "seats": 2]])
    }
  }

  /// Only what brings mailboxes and Teams.
  static func withoutLicenses() throws -> Seed {
    try seed { json in
      let kept: Set<JSONValue> = ["O365_BUSINESS_ESSENTIALS", "O365_BUSINESS_PREMIUM"]
      json["products"] = .array([
        ["partNumber": "O365_BUSINESS_ESSENTIALS", "seats": 10], ["partNumber": "O365_BUSINESS_PREMIUM", "seats": 40],
      ])
      func plain(_ key: String) {
        json[key] = .array(
          (json[key]?.arrayValue ?? []).map { user in
            guard let licenses = user["licenses"]?.arrayValue, var object = user.objectValue else { return user }
            let left = licenses.filter(kept.contains)
            object["licenses"] = .array(left.isEmpty ? ["O365_BUSINESS_PREMIUM"] : left)
            return .object(object)
          })
      }
      plain("users")
      plain("deletedUsers")
    }
  }

  /// An application that may read users and licences, and nothing else.
  static func withoutPermissions() throws -> Seed {
    try seed { json in
      var application = json["application"]?.objectValue ?? [:]
      application["roles"] = ["User.Read.All", "LicenseAssignment.Read.All", "Organization.Read.All"]
      json["application"] = .object(application)
      // Nothing is to fail for want of a licence first.
      json["products"] = .array((json["products"]?.arrayValue ?? []) + [["partNumber": "SPE_E5", "seats": 2]])
    }
  }

  /// Nothing that is written shows on the same day.
  static let hours = Lags(all: .seconds(36_000))
}
