/// One rule: which requests it concerns, and what happens to them.
package struct FaultRule: Sendable, Hashable {
  /// `nil` for every method.
  package var method: String?
  /// `nil` for every path.
  package var path: PathPattern?
  package var fault: Fault
  /// Matching requests that pass unharmed first.
  package var skip: Int
  /// How many requests are hit after that; `nil` for all of them.
  package var times: Int?

  package init(_ fault: Fault, method: String? = nil, path: String? = nil, skip: Int = 0, times: Int? = nil) {
    self.fault = fault
    self.method = method
    self.path = path.map(PathPattern.init)
    self.skip = skip
    self.times = times
  }

  func concerns(_ method: String, _ path: String) -> Bool {
    (self.method ?? method) == method && self.path?.matches(path) ?? true
  }
}

/// Bad luck by chance, the same in every run with the same seed.
package struct RandomFaults: Sendable, Hashable {
  /// The share of requests that are hit, 0 through 1.
  package var rate: Double
  package var faults: [Fault]
  package var seed: UInt64

  package static let usualFaults: [Fault] = [
    .status(429, retryAfter: 1), .status(503, retryAfter: nil), .status(500, retryAfter: nil), .dropBefore, .dropAfter,
    .delay(.milliseconds(200)),
  ]

  package init(rate: Double, faults: [Fault] = RandomFaults.usualFaults, seed: UInt64 = 1) {
    self.rate = rate
    self.faults = faults
    self.seed = seed
  }
}

/// What will go wrong. Of several rules that concern a request, the first that still has something to do acts.
package struct FaultPlan: Sendable {
  package let rules: [FaultRule]
  package let random: RandomFaults?

  private var seen: [Int]
  private var chance: SplitMix64
  /// What happened so far, for reports.
  package private(set) var hits: [Int]

  package init(_ rules: [FaultRule] = [], random: RandomFaults? = nil) {
    self.rules = rules
    self.random = random
    seen = rules.map { _ in 0 }
    hits = seen
    chance = SplitMix64(seed: random?.seed ?? 0)
  }

  /// Decides over one request. Every rule that concerns it counts it.
  mutating func next(_ method: String, _ path: String) -> Fault? {
    var found: Fault?
    for (index, rule) in rules.enumerated() where rule.concerns(method, path) {
      if found == nil, seen[index] >= rule.skip, rule.times.map({ hits[index] < $0 }) ?? true {
        hits[index] += 1
        found = rule.fault
      }
      seen[index] += 1
    }
    return found ?? byChance()
  }

  private mutating func byChance() -> Fault? {
    guard let random, !random.faults.isEmpty else { return nil }
    // Both numbers are drawn each time, so that one request's luck does not shift with another's.
    let (luck, kind) = (Double(chance.next() >> 11) / Double(1 << 53), chance.next())
    return luck < random.rate ? random.faults[Int(kind % UInt64(random.faults.count))] : nil
  }
}
