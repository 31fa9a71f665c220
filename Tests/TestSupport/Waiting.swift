/// Waits until a condition holds, by asking again whenever other tasks have had their turn; never by the clock alone.
///
/// - Returns: whether the condition came to hold before `limit` passed. Tests expect `true`; the limit only keeps a
///   broken program from hanging the run.
package func eventually(
  within limit: Duration = .seconds(300), _ condition: @Sendable () async throws -> Bool
) async rethrows -> Bool {
  let clock = ContinuousClock()
  let end = clock.now + limit
  while clock.now < end {
    if try await condition() { return true }
    try? await Task.sleep(for: .milliseconds(2))
  }
  return try await condition()
}
