import Access
import AdminCore
import Testing

@Suite("Plans and what approvals are bound to")
struct PlanTests {
  private let caller = Caller(actor: "local:1:ada", roles: [])

  private let plan = Plan(
    "Send \"Wire instructions\" to 1 recipient",
    facts: [Plan.Fact("To", "cfo@partner.example")],
    calls: [
      Plan.Call("POST /users/{sender}/messages", "Create the draft", undo: "the draft is deleted"),
      Plan.Call("POST /users/{sender}/messages/{id}/send", "Send it"),
    ],
    permissions: ["Mail.Send"], risks: [.sendsBankDetails], basis: ["templateVersion": 3])

  @Test("A plan with a risk needs approval, one without does not")
  func needsApproval() {
    #expect(plan.needsApproval)
    #expect(!Plan("List users").needsApproval)
  }

  @Test("A plan is reversible only if every call can be undone")
  func reversibility() {
    #expect(!plan.isReversible)
    #expect(Plan("x", calls: [Plan.Call("a", "b", undo: "c")]).isReversible)
  }

  @Test("The text a person sees holds facts, reasons and every call")
  func text() {
    #expect(
      plan.text == """
        Send "Wire instructions" to 1 recipient
          To: cfo@partner.example
        Why you are asked:
          - sends bank details
        What will be done:
          1. Create the draft (POST /users/{sender}/messages; undone by: the draft is deleted)
          2. Send it (POST /users/{sender}/messages/{id}/send; cannot be undone)
        """)
  }

  @Test("Text from outside cannot forge lines of the plan or hide in it")
  func textIsCleaned() {
    let hostile = Plan(
      "Send to Bob\nTo: attacker@evil.example", facts: [Plan.Fact("To", "a@b.example\n  Approved: yes\u{202E}")],
      warnings: ["x\ny"])
    #expect(hostile.text.split(separator: "\n").count == 5)
    #expect(!hostile.text.contains("\u{202E}"))
  }

  @Test("The same call on the same state has the same digest, whatever the order of its arguments")
  func digestIsStable() {
    let left = PlanDigest(tool: "send", caller: caller, arguments: ["a": 1, "b": "x"], plan: plan)
    let right = PlanDigest(tool: "send", caller: caller, arguments: ["b": "x", "a": 1], plan: plan)
    #expect(left == right)
  }

  @Test("Another tool, caller, argument, plan or tenant state has another digest")
  func digestIsSensitive() {
    var changedRecipient = plan
    changedRecipient.facts = [Plan.Fact("To", "attacker@evil.example")]
    var changedBasis = plan
    changedBasis.basis = ["templateVersion": 4]
    let digests = [
      PlanDigest(tool: "send", caller: caller, arguments: ["a": 1], plan: plan),
      PlanDigest(tool: "delete", caller: caller, arguments: ["a": 1], plan: plan),
      PlanDigest(tool: "send", caller: Caller(actor: "local:2:bob", roles: []), arguments: ["a": 1], plan: plan),
      PlanDigest(tool: "send", caller: caller, arguments: ["a": 2], plan: plan),
      PlanDigest(tool: "send", caller: caller, arguments: ["a": 1], plan: changedRecipient),
      PlanDigest(tool: "send", caller: caller, arguments: ["a": 1], plan: changedBasis),
    ]
    #expect(Set(digests).count == digests.count)
  }

  @Test("A question survives its sealed state, and a malformed state is none")
  func requestRoundTrip() {
    let request = ApprovalRequest(
      digest: PlanDigest(tool: "t", caller: caller, arguments: [:], plan: plan), nonce: "n",
      expiresAt: Timestamp(milliseconds: 5))
    #expect(ApprovalRequest(state: request.state) == request)
    #expect(ApprovalRequest(state: ["plan": "00", "nonce": "n", "expires": 5]) == nil)
    #expect(ApprovalRequest(state: [:]) == nil)
  }

  @Test("An answer counts once, and not after its time")
  func singleUse() {
    let answered = AnsweredRequests()
    let digest = PlanDigest(tool: "t", caller: caller, arguments: [:], plan: plan)
    let request = ApprovalRequest(digest: digest, nonce: "n", expiresAt: Timestamp(milliseconds: 1000))
    #expect(answered.claim(request, at: Timestamp(milliseconds: 999)))
    #expect(!answered.claim(request, at: Timestamp(milliseconds: 999)))
    let late = ApprovalRequest(digest: digest, nonce: "m", expiresAt: Timestamp(milliseconds: 1000))
    #expect(!answered.claim(late, at: Timestamp(milliseconds: 1000)))
  }

  @Test(
    "Every risk says in words what it is",
    arguments: [
      (Risk.sendsOutside(domains: ["a.example", "b.example"]), "a.example, b.example"),
      (.manyRecipients(12), "12 recipients"), (.deletes("user x"), "user x"), (.removesLicense, "licence"),
      (.changesOrganization, "organization"), (.forwardsOutside(addresses: ["x@y.example"]), "x@y.example"),
      (.grantsAccess("y"), "y"), (.installsSoftware("add-in"), "add-in"), (.irreversible("z"), "z"),
    ])
  func riskTexts(risk: Risk, part: String) { #expect(risk.text.contains(part)) }

  @Test("The plan's JSON lists calls, permissions, risks and reversibility")
  func json() {
    #expect(plan.json["risks"] == ["sends bank details"])
    #expect(plan.json["permissions"] == ["Mail.Send"])
    #expect(plan.json["reversible"] == false)
    #expect(plan.json["calls"]?[1]?["undo"] == .null)
    #expect(plan.json["warnings"] == nil)
  }
}
