import Content
import ContentFuzzing
import Testing

/// `scripts/fuzz` runs the same cases by the million.
@Suite("Random and mutated input")
struct FuzzTests {
  private static let count = 1_000

  @Test("A thousand cases of each kind go through without a fault", arguments: FuzzSubject.allCases)
  func cases(_ subject: FuzzSubject) {
    for number in 0..<Self.count {
      let faults = subject.faults(seed: 1, number: number)
      #expect(faults == [], "case \(number): \(subject.input(seed: 1, number: number).debugDescription)")
    }
  }

  @Test("The cases reach what they are there for")
  func reach() {
    func share(_ subject: FuzzSubject, _ succeeds: (String) -> Bool) -> Int {
      (0..<Self.count).count { succeeds(subject.input(seed: 1, number: $0)) } * 100 / Self.count
    }
    // Too few would mean that nothing but errors is looked at, too many that no errors are.
    #expect((10...60).contains(share(.parsing) { (try? Template($0, escaping: .html)) != nil }))
    #expect(share(.rendering) { (try? Template($0, escaping: .html)) != nil } > 90)
    #expect(
      (5...60).contains(
        share(.storing) { (try? HTMLSanitizer.sanitize(template: $0, splitter: .templateLanguage)) != nil }))
    #expect((3...60).contains(share(.addressing) { EmailAddress($0) != nil }))
  }

  @Test("All kinds are run in turn, and each number is the same case every time")
  func turns() {
    #expect(Set((0..<100).map(FuzzSubject.of)) == Set(FuzzSubject.allCases))
    for subject in FuzzSubject.allCases {
      #expect(subject.input(seed: 7, number: 3) == subject.input(seed: 7, number: 3))
      #expect(subject.input(seed: 7, number: 3) != subject.input(seed: 7, number: 4))
      #expect(subject.input(seed: 7, number: 3) != subject.input(seed: 8, number: 3))
    }
  }
}
