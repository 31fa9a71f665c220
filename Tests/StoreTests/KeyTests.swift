import AdminCore
import Cryptography
import Foundation
import Store
import TestSupport
import Testing

@Suite("The key of a store")
struct KeyTests {
  @Test("64 hexadecimal digits are a raw key, anything else of 16 characters or more a passphrase")
  func forms() throws {
    let text = StoreKey.makeText()
    #expect(text.reveal().utf8.count == 64)
    guard case .raw(let bytes) = try StoreKey(text) else {
      Issue.record("not taken as a raw key")
      return
    }
    #expect(Hex.encode(bytes.reveal()) == text.reveal())
    for passphrase in [String(repeating: "g", count: 64), String(repeating: "a", count: 63), "sixteen letters!"] {
      guard case .passphrase(let kept) = try StoreKey(Secret(passphrase)) else {
        Issue.record("not taken as a passphrase")
        continue
      }
      #expect(kept.reveal() == passphrase)
    }
  }

  @Test("A short passphrase is refused by the name of the setting, without the value")
  func tooShort() async {
    let error = await adminError { _ = try StoreKey(Secret("8letters")) }
    #expect(error?.code == .misconfigured)
    #expect(error?.message.hasPrefix("DB_ENCRYPTION_KEY must hold") == true)
    #expect(error?.message.contains("8letters") == false)
  }

  @Test("A key file is read when only its owner can, and refused otherwise", arguments: KeyFile.allCases)
  func keyFile(_ kind: KeyFile) async throws {
    let directory = try TemporaryDirectory()
    let text = StoreKey.makeText()
    let path = directory.file("key")
    switch kind {
    case .good: try StoreTests.write(Array("\(text.reveal())\n".utf8), to: path)
    case .readOnly: try StoreTests.write(Array("\(text.reveal())\r\n".utf8), to: path, mode: 0o400)
    case .missing: break
    case .groupReadable: try StoreTests.write(Array(text.reveal().utf8), to: path, mode: 0o640)
    case .worldReadable: try StoreTests.write(Array(text.reveal().utf8), to: path, mode: 0o604)
    case .directory: try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    case .huge: try StoreTests.write([UInt8](repeating: 0x61, count: 5000), to: path)
    case .short: try StoreTests.write(Array("short".utf8), to: path)
    case .link:
      try StoreTests.write(Array(text.reveal().utf8), to: directory.file("real"))
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: directory.file("real"))
    }
    var key: StoreKey?
    let error = await adminError { key = try StoreKey(Configuration.StoreKey.file(path)) }
    if let complaint = kind.complaint {
      #expect(error?.code == .misconfigured)
      #expect(error?.message.hasPrefix("DB_ENCRYPTION_KEY_FILE ") == true)
      #expect(error?.message.contains(complaint) == true, "\(error?.message ?? "")")
      #expect(error?.message.contains(text.reveal()) == false)
    } else {
      guard case .raw(let bytes) = key else {
        Issue.record("no raw key: \(String(describing: error))")
        return
      }
      #expect(Hex.encode(bytes.reveal()) == text.reveal())
    }
  }

  enum KeyFile: CaseIterable {
    case good, readOnly, missing, groupReadable, worldReadable, directory, huge, short, link

    var complaint: String? {
      switch self {
      case .good, .readOnly: nil
      case .missing: "cannot be read"
      case .groupReadable: "mode 0640"
      case .worldReadable: "mode 0604"
      case .directory: "regular file"
      case .huge: "more than 4096 bytes"
      case .short: "must hold 64 hexadecimal digits"
      case .link: "symbolic link"
      }
    }
  }

  @Test("A value given directly is taken as it stands")
  func value() throws {
    guard case .passphrase(let kept) = try StoreKey(Configuration.StoreKey.value(Secret("correct horse battery")))
    else {
      Issue.record("not taken as a passphrase")
      return
    }
    #expect(kept.reveal() == "correct horse battery")
  }

  @Test("A passphrase opens the store through a salt file of its owner's, which is no secret but is needed")
  func passphrase() async throws {
    let fixture = try StoreFixture()
    let key = StoreKey.passphrase(Secret("correct horse battery staple"))
    let first = try await Database.open(at: fixture.path, key: key)
    try await ConfigRepository(first).set("a", to: "b")
    await first.close()
    let salt = fixture.path + ".kdf"
    #expect(try mode(of: salt) == 0o600)
    #expect(String(decoding: try bytes(of: salt), as: UTF8.self).hasPrefix("m365-admin-kdf/1 "))

    let second = try await Database.open(at: fixture.path, key: key)
    #expect(second.identity == first.identity)
    #expect(try await ConfigRepository(second).value(for: "a") == "b")
    await second.close()

    let good = try bytes(of: salt)
    for bad in [[], Array("m365-admin-kdf/1 00\n".utf8), Array(good.dropLast()), [0x78] + good] {
      try StoreTests.write(bad, to: salt)
      let error = await adminError { _ = try await Database.open(at: fixture.path, key: key) }
      #expect(error?.code == .cannotDecrypt)
      #expect(error?.message.contains("damaged") == true)
    }
    try StoreTests.write(good, to: salt, mode: 0o644)
    let error = await adminError { _ = try await Database.open(at: fixture.path, key: key) }
    #expect(error?.message.contains("chmod 600") == true)
    try StoreTests.write(good, to: salt)
    await (try Database.open(at: fixture.path, key: key)).close()
  }

  @Test("The keys derived for two purposes, or for two stores with the same key, have nothing in common")
  func derivedKeys() async throws {
    let fixture = try StoreFixture()
    let first = try await fixture.open()
    let second = try await Database.open(at: fixture.directory.file("other.db"), key: fixture.key)
    var seen: Set<[UInt8]> = []
    for purpose in StoreKeys.Purpose.allCases {
      #expect(seen.insert(first.keys[purpose].reveal()).inserted)
      #expect(seen.insert(second.keys[purpose].reveal()).inserted)
    }
    await first.close()
    let again = try await fixture.open()
    #expect(again.keys[.cursor] == first.keys[.cursor])

    let secret: JSONObject = ["password": "x"]
    let mark = first.keys.redactor.redact(secret)
    #expect(mark["password"]?["hmac"]?.stringValue?.utf8.count == 12)
    #expect(again.keys.redactor.redact(secret) == mark && second.keys.redactor.redact(secret) != mark)
  }
}
