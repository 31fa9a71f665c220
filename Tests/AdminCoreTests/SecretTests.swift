import AdminCore
import Testing

@Suite("Secrets")
struct SecretTests {
  private struct Holder {
    let name = "holder"
    let secret = Secret("hunter2")
    let optional: Secret<String>? = Secret("hunter2")
    let list = [Secret("hunter2")]
    let credential = Configuration.Credential.clientSecret(Secret("hunter2"))
  }

  @Test("A secret never prints, however it is asked")
  func neverPrints() {
    let secret = Secret("hunter2")
    let holder = Holder()
    var dumped = ""
    dump(secret, to: &dumped)
    dump(holder, to: &dumped)
    dump(["key": secret], to: &dumped)
    var printed = ""
    print(secret, holder, [secret], Optional(secret) as Any, separator: " ", to: &printed)
    debugPrint(secret, holder, to: &printed)
    let texts = [
      dumped, printed, "\(secret)", "\(holder)", String(describing: secret), String(reflecting: secret),
      String(describing: holder), String(reflecting: holder), secret.description, secret.debugDescription,
      "\(Mirror(reflecting: secret).children.map(\.value))",
      "\(Mirror(reflecting: holder).children.map(\.value))",
    ]
    for text in texts { #expect(!text.contains("hunter2")) }
    #expect("\(secret)" == "[secret]")
    #expect(Mirror(reflecting: secret).children.isEmpty)
    #expect(printed.contains("holder"))
  }

  @Test("It reveals its value to whoever says so")
  func reveals() {
    #expect(Secret("hunter2").reveal() == "hunter2")
    #expect(Secret([UInt8](1...3)).reveal() == [1, 2, 3])
  }

  @Test("Secret bytes are equal when all of them are")
  func equality() {
    #expect(Secret([UInt8]()) == Secret([]))
    #expect(Secret<[UInt8]>([1, 2, 3]) == Secret([1, 2, 3]))
    #expect(Secret<[UInt8]>([1, 2, 3]) != Secret([1, 2, 4]))
    #expect(Secret<[UInt8]>([1, 2, 3]) != Secret([0, 2, 3]))
    #expect(Secret<[UInt8]>([1, 2, 3]) != Secret([1, 2]))
  }
}
