package import AdminCore

/// How a change is applied to a value, and a layer laid over another.
package enum MergePatch {
  /// RFC 7396: members of objects are set one by one, null removes, everything else takes the place of what was there.
  ///
  /// - Returns: `nil` where nothing is left.
  package static func apply(_ patch: JSONValue, to target: JSONValue?) -> JSONValue? {
    // Not `patch.isNull ? nil : patch`: there nil is the JSON value null.
    if patch.isNull { return nil }
    guard case .object(let changes) = patch else { return patch }
    var result = target?.objectValue ?? [:]
    for change in changes { result[change.key] = apply(change.value, to: result[change.key]) }
    return .object(result)
  }

  /// The members of `upper` set over those of `lower`, objects member by member; anything else takes the place of what
  /// was there.
  package static func overlay(_ upper: JSONValue, on lower: JSONValue?) -> JSONValue {
    guard case .object(let members) = upper, case .object(var result)? = lower else { return upper }
    for member in members { result[member.key] = overlay(member.value, on: result[member.key]) }
    return .object(result)
  }
}
