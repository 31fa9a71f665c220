/// Requests that were read but not begun, in the order in which they came.
struct WaitingRequests {
  struct Request {
    let ticket: InFlightRequests.Ticket
    /// Bytes of its line.
    let size: Int
    let start: @Sendable () -> Task<Void, Never>
  }

  private var requests: [Request] = []
  private var first = 0

  var count: Int { requests.count - first }

  mutating func append(_ request: Request) { requests.append(request) }

  mutating func next() -> Request? {
    guard first < requests.count else { return nil }
    let request = requests[first]
    first += 1
    if first == requests.count || first > 1024 {
      requests.removeFirst(first)
      first = 0
    }
    return request
  }
}
