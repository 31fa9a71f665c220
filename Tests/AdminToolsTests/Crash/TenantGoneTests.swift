import AdminCore
import AdminTools
import M365
import Store
import Synchronization
import TenantSimulator
import TestSupport
import Testing

/// A tenant that cannot be reached any more, from the middle of a change on.
@Suite("A tenant that goes away half-way")
struct TenantGoneTests {
  /// Passes requests on until one that is told, and from then on nothing.
  private final class GoingTransport: HTTPTransport {
    private let inner: InProcessTransport
    private let last: String
    private let isGone = Mutex(false)

    init(_ inner: InProcessTransport, until last: String) {
      self.inner = inner
      self.last = last
    }

    func comeBack() { isGone.withLock { $0 = false } }

    func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
      let isLast = request.method == .post && request.url.path.hasSuffix(last)
      let isGone = isGone.withLock { isGone in
        isGone = isGone || isLast
        return isGone
      }
      guard !isGone else { throw HTTPFailure(.unreachable, .notSent) }
      return try await inner.send(request)
    }
  }

  @Test("A user that was made and can be neither licensed nor deleted is told of, with what is left to do")
  func userHalfMade() async throws {
    let (clock, store) = (VirtualTimekeeper(.automatic), try StoreFixture())
    let tenant = try SimulatedTenant(SimulatedTenant.Options(lags: Lags.none, timekeeper: clock))
    let network = LockedList<GoingTransport>()
    let harness = try await AdminHarness(tenant, store, clock) { inner in
      let transport = GoingTransport(inner, until: "/assignLicense")
      network.add(transport)
      return transport
    }
    let email = "ada@\(harness.domain)"
    let answer = try await harness.call(
      "create_user", ["email": .string(email), "displayName": "Ada", "license": "BusinessStandard"])
    #expect(answer.code == "WF_008", "\(answer.json.text)")
    #expect(answer["message"]?.stringValue?.contains("delete the user") == true, "\(answer.json.text)")
    #expect(answer["details"]?["left"]?.arrayValue?.count == 1, "\(answer.json.text)")
    #expect(await harness.user(email)?["licenses"] == [])

    network.items.first?.comeBack()
    let operation = try await harness.call(
      "get_operation", ["operationId": answer["details"]?["operationId"] ?? .null])
    #expect(operation["state"] == "failed")
    #expect(operation.json.text.contains("delete the user"))
    #expect(await harness.counts()["userCreated"] == 1)
    #expect(try await harness.store().audit.verify().isIntact)
  }
}
