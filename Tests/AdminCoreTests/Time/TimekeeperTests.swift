import AdminCore
import Synchronization
import TestSupport
import Testing

@Suite("Waiting")
struct TimekeeperTests {
  @Test("Asking stops at the first answer")
  func answers() async throws {
    let time = VirtualTimekeeper()
    var asked = 0
    let answer = try await time.poll(for: .seconds(60), every: [.seconds(1), .seconds(2), .seconds(4)]) {
      () throws(AdminError) -> String? in
      asked += 1
      return asked == 5 ? "ready" : nil
    }
    #expect(answer == "ready")
    #expect(time.pauses == [.seconds(1), .seconds(2), .seconds(4), .seconds(4)])
  }

  @Test("An answer that is there at once costs no pause")
  func answersAtOnce() async throws {
    let time = VirtualTimekeeper()
    let answer = try await time.poll(for: .zero, every: [.seconds(1)]) { () throws(AdminError) -> Int? in 7 }
    #expect(answer == 7)
    #expect(time.pauses.isEmpty)
  }

  @Test("Asking never goes past the deadline, and asks once more at it")
  func deadline() async throws {
    let time = VirtualTimekeeper()
    var asked: [Duration] = []
    let answer = try await time.poll(for: .seconds(5), every: [.seconds(2)]) { () throws(AdminError) -> Int? in
      asked.append(time.uptime())
      return nil
    }
    #expect(answer == nil)
    #expect(time.pauses == [.seconds(2), .seconds(2), .seconds(1)])
    #expect(asked == [.zero, .seconds(2), .seconds(4), .seconds(5)])
  }

  @Test("Without intervals it asks every second")
  func defaultInterval() async throws {
    let time = VirtualTimekeeper()
    let answer = try await time.poll(for: .seconds(2), every: []) { () throws(AdminError) -> Int? in nil }
    #expect(answer == nil)
    #expect(time.pauses == [.seconds(1), .seconds(1)])
  }

  @Test("An error of the question ends the asking")
  func failure() async {
    let time = VirtualTimekeeper()
    await #expect(
      performing: {
        try await time.poll(for: .seconds(5), every: [.seconds(1)]) { () throws(AdminError) -> Int? in
          throw AdminError(.notFound, "gone")
        }
      }, throws: { ($0 as? AdminError)?.code == .notFound })
    #expect(time.pauses.isEmpty)
  }

  @Test("A cancelled wait says that it was cancelled")
  func cancellation() async {
    let time = VirtualTimekeeper(.manual)
    let waiting = Task {
      do throws(AdminError) {
        _ = try await time.poll(for: .seconds(60), every: [.seconds(10)]) { () throws(AdminError) -> Int? in nil }
        return nil as ErrorCode?
      } catch {
        return error.code
      }
    }
    #expect(await eventually { time.sleeperCount == 1 })
    waiting.cancel()
    #expect(await waiting.value == .cancelled)
  }

  @Test("The machine's clocks go forward and a pause lasts")
  func systemClocks() async throws {
    let time = SystemTimekeeper()
    #expect(try time.now() > #require(Timestamp(iso8601: "2020-01-01")))
    let before = time.uptime()
    try await time.pause(for: .milliseconds(5))
    #expect(time.uptime() - before >= .milliseconds(5))
    #expect(time.bootID?.count == 36 && time.bootID == SystemTimekeeper().bootID)
  }

  @Test("A cancelled task does not sleep on the machine's clock either")
  func systemCancellation() async {
    let sleeping = Task {
      do throws(AdminError) {
        try await SystemTimekeeper().pause(for: .seconds(3600))
        return nil as ErrorCode?
      } catch {
        return error.code
      }
    }
    sleeping.cancel()
    #expect(await sleeping.value == .cancelled)
  }
}
