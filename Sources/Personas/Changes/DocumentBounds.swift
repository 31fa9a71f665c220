import AdminCore
import Store

/// How large a document may become.
enum DocumentBounds {
  static let largestDocument = 256 << 10
  static let mostKeys = 200

  static func check(_ settings: JSONObject, changed keys: [String]) throws(AdminError) {
    guard settings.count <= mostKeys else {
      throw AdminError(
        .documentBound, "The document would hold \(settings.count) keys; at most \(mostKeys) are allowed.")
    }
    for key in keys {
      guard let value = settings[key] else { continue }
      guard value.serialized.count <= KeyDefinition.largestValue else {
        throw AdminError(
          .documentBound, "The value of \(key) would take more than \(KeyDefinition.largestValue >> 10) KiB.")
      }
      guard value.depth <= KeyDefinition.deepestValue else {
        throw AdminError(
          .documentBound, "The value of \(key) would be nested deeper than \(KeyDefinition.deepestValue) levels.")
      }
    }
    let size = JSONValue.object(settings).serialized.count
    guard size <= largestDocument else {
      throw AdminError(
        .documentBound, "The document would take \(size) bytes; at most \(largestDocument >> 10) KiB are allowed.")
    }
  }
}
