package import AdminCore
import Cryptography

/// Gives a part of a persona's instances other settings, the same part every time.
package struct Experiment: Hashable, Sendable {
  /// Shares are counted in hundredths of a percent.
  static let buckets = 10_000

  package struct Variant: Hashable, Sendable {
    package let name: String
    package let settings: JSONObject
    /// The buckets that get it.
    let range: Range<Int>
  }

  package let name: String
  let salt: String
  let isEnabled: Bool
  /// In the order in which they take their shares; what is left over is the control group.
  package let variants: [Variant]

  /// - Returns: `nil` where the variants want more than there is, or shares finer than a hundredth of a percent.
  package init?(_ name: String, _ json: JSONValue) {
    self.name = name
    salt = json["salt"]?.stringValue ?? ""
    isEnabled = json["enabled"]?.boolValue ?? true
    var variants: [Variant] = []
    var next = 0
    for entry in json["variants"]?.arrayValue ?? [] {
      guard let title = entry["name"]?.stringValue, let percentage = entry["percentage"]?.doubleValue,
        (0...100).contains(percentage), let settings = entry["settings"]?.objectValue,
        !variants.contains(where: { $0.name == title })
      else { return nil }
      let share = Int((percentage * 100).rounded())
      guard (Double(share) - percentage * 100).magnitude < 1e-6, next + share <= Self.buckets else { return nil }
      variants.append(Variant(name: title, settings: settings, range: next..<(next + share)))
      next += share
    }
    self.variants = variants
  }

  /// - Parameter instance: names one instance of the agent, or one conversation; without one it belongs to the control
  ///   group.
  func variant(for instance: String?) -> Variant? {
    guard isEnabled, let instance else { return nil }
    let bucket = Self.bucket(salt: salt, experiment: name, instance: instance)
    return variants.first { $0.range.contains(bucket) }
  }

  /// 0 through 9999, from the first eight bytes of SHA-256 over `salt|experiment|instance`.
  package static func bucket(salt: String, experiment: String, instance: String) -> Int {
    let hash = SHA256.hash("\(salt)|\(experiment)|\(instance)".utf8)
    let number = hash.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(number % UInt64(buckets))
  }

  /// The experiments of a configuration.
  static func all(in value: JSONValue?) -> [Experiment] {
    (value?.objectValue ?? [:]).compactMap { Experiment($0.key, $0.value) }
  }
}
