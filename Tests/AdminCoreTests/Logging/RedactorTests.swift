import AdminCore
import Testing

private let jwt = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"
private let sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
private let storageKey = "Zm9vYmFyMTIzNDU2Nzg5MHF3ZXJ0eXVpb3Bhc2RmZ2hqa2x6eGN2Ym5t/QWERTY0987654321+aBc=="
private let entraSecret = "Abc8Q~dEfGhIjKlMnOpQrStUvWxYz_-.aBcDeFgH"

@Suite("Redaction")
struct RedactorTests {
  private let redactor = Redactor()

  private func redacted(_ value: JSONValue) -> JSONValue { redactor.redact(value) }

  // MARK: By the name of a member

  @Test(
    "A value is hidden by its name, however the name is spelled",
    arguments: [
      "password", "Password", "PASSWORD", "newPassword", "password_hash_input", "pwd", "passwd", "passphrase",
      "passCode",
      "secret", "clientSecret", "client_secret", "client-secret", "AZURE_CLIENT_SECRET", "secretText", "token",
      "accessToken", "refresh_token", "X-Auth-Token", "authorization", "Proxy-Authorization", "clientAssertion", "key",
      "Key", "apiKey", "api_key", "accountKey", "SharedAccessKey", "DB_ENCRYPTION_KEY", "encryptionKey",
      "connectionString",
      "connection_string", "cookie", "Set-Cookie", "sig", "otp", "pin", "certificate", "certificateData", "private",
      "privateKey", "keyCredentials", "passwordCredentials", "jwt", "signing_key", "subscriptionKey",
    ])
  func hidesByName(name: String) {
    #expect(redacted([name: "hunter2"] as JSONValue) == [name: ["redacted": true, "len": 7]])
    #expect(redacted([name: 1234567] as JSONValue) == [name: ["redacted": true, "len": 7]])
    #expect(redacted([name: ["a": "hunter2"]] as JSONValue)[name]?["redacted"] == true)
    #expect(redacted([name: ["hunter2", "x"]] as JSONValue)[name]?[0] == ["redacted": true, "len": 7])
    #expect(redacted(["a": [[name: "hunter2"]]] as JSONValue)["a"]?[0]?[name]?["redacted"] == true)
    #expect(redacted([name: true] as JSONValue) == [name: true])
    #expect(redacted([name: nil] as JSONValue) == [name: nil])
  }

  @Test(
    "Names that only resemble such names keep their values",
    arguments: [
      "monkey", "keyboard", "hockey", "turkey", "design", "signature", "significant", "postcode", "zipCode",
      "errorCode",
      "opinion", "spin", "pinned", "otpion", "passenger", "compass", "tokenExpiresAt", "certificateExpiresAt",
      "idempotencyKey", "idempotency_key", "displayName", "email", "userPrincipalName", "partitionKey",
    ])
  func keepsOtherNames(name: String) {
    #expect(redacted([name: "value 1"] as JSONValue) == [name: "value 1"])
    #expect(redacted([name: 42] as JSONValue) == [name: 42])
  }

  @Test("A code is shown when it is an error's and hidden when it may be a one-time code")
  func codes() {
    for shown in ["GRAPH_001", "Request_BadRequest", "ErrorItemNotFound", 404, -32602, 12] as [JSONValue] {
      #expect(redacted(["code": shown] as JSONValue) == ["code": shown])
    }
    for hidden in ["123456", "0.AX4Aabc-def", 123456, 98765] as [JSONValue] {
      #expect(redacted(["code": hidden] as JSONValue)["code"]?["redacted"] == true)
    }
  }

  @Test("Equal hidden values can be told to be equal where a keyed hash was given")
  func fingerprints() {
    let redactor = Redactor { bytes in "f\(bytes.reduce(0) { $0 &* 31 &+ Int($1) } & 0xFFFF)" }
    let value = redactor.redact(["password": "a", "secret": "a", "token": "b"] as JSONValue)
    #expect(value["password"]?["hmac"]?.stringValue != nil)
    #expect(value["password"]?["hmac"] == value["secret"]?["hmac"])
    #expect(value["password"]?["hmac"] != value["token"]?["hmac"])
  }

  @Test("An object's order and its harmless members stay as they are")
  func keepsShape() {
    let object: JSONObject = ["b": 1, "password": "x", "a": ["c": nil, "d": [1, "two", false]]]
    #expect(
      JSONValue.object(redactor.redact(object)).text
        == #"{"b":1,"password":{"redacted":true,"len":1},"a":{"c":null,"d":[1,"two",false]}}"#)
  }

  @Test("A secret that stands as the name of a member is hidden too")
  func hidesNames() {
    #expect(redacted([jwt: 1] as JSONValue) == ["[redacted]": 1])
  }

  // MARK: By the shape of a text

  @Test(
    "What looks like a secret vanishes from free text",
    arguments: [
      ("token \(jwt) refused", jwt, "token [redacted] refused"),
      ("Authorization: Bearer \(jwt)", jwt, "Authorization: [redacted]"),
      ("authorization=Basic dXNlcjpwYXNz", "dXNlcjpwYXNz", nil),
      ("sent Basic dXNlcjpwYXNz to it", "dXNlcjpwYXNz", "sent Basic [redacted] to it"),
      ("BEARER abc123def456", "abc123def456", "BEARER [redacted]"),
      ("x \"Bearer a1B2c3D4e5F6=\" y", "a1B2c3D4e5F6", "x \"Bearer [redacted]\" y"),
      ("'Bearer abc123==' y", "abc123", "'Bearer [redacted]' y"),
      ("bearer client_secret=hunter2", "hunter2", "bearer client_secret=[redacted]"),
      ("bearer secret-token-value.", "secret-token-value", nil),
      ("path/\(jwt)?x", jwt, "path/[redacted]?x"),
      ("client_assertion=\(jwt)&x=1", jwt, "client_assertion=[redacted]&x=1"),
      ("AccountName=a;AccountKey=\(storageKey);End=1", storageKey, "AccountName=a;AccountKey=[redacted];End=1"),
      ("Endpoint=sb://x/;SharedAccessKey=abc=", "abc=", "Endpoint=sb://x/;SharedAccessKey=[redacted]"),
      ("https://x/?sv=1&sig=a%2Fb&se=2", "a%2Fb", "https://x/?sv=1&sig=[redacted]&se=2"),
      ("client_secret=\(entraSecret)&scope=x", entraSecret, "client_secret=[redacted]&scope=x"),
      ("secret is \(entraSecret)!", entraSecret, "secret is [redacted]!"),
      ("password=hunter2", "hunter2", "password=[redacted]"), ("Pwd = hunter2;x", "hunter2", "Pwd = [redacted];x"),
      ("PASSWORD=\"hunter 2\" x", "hunter 2", "PASSWORD=\"[redacted]\" x"),
      ("pwd='a\"b' x", "a\"b", "pwd='[redacted]' x"),
      ("Password: Welcome1!", "Welcome1!", "Password: [redacted]"),
      (#"{"password":"hunter2","a":1}"#, "hunter2", #"{"password":"[redacted]","a":1}"#),
      (#"{"access_token" : "hunter2"}"#, "hunter2", #"{"access_token" : "[redacted]"}"#),
      (#"body {\"password\":\"hunter2\",\"a\":1}"#, "hunter2", #"body {\"password\":\"[redacted]\",\"a\":1}"#),
      (#"{"password":"a\"b\\","x":"y"}"#, #"a\"b\\"#, #"{"password":"[redacted]","x":"y"}"#),
      (#"{"pin":123456,"a":1}"#, "123456", nil), (#"{'secret': 'hunter2'}"#, "hunter2", "{'secret': '[redacted]'}"),
      (#"{"password":"unclosed hunter2"#, "hunter2", nil), (#"{"code":"123456"}"#, "123456", #"{"code":"[redacted]"}"#),
      ("Cookie: a=hunter2; b=2\r\nHost: x", "hunter2", "Cookie: [redacted]\r\nHost: x"),
      ("Set-Cookie: s=hunter2 x", "hunter2", "Set-Cookie: [redacted]"),
      ("https://user:hunter2@host/path", "hunter2", "https://user:[redacted]@host/path"),
      ("http://:hunter2@host", "hunter2", "http://:[redacted]@host"),
      ("key=a1B2c3D4e5F6g7H8i9", "a1B2c3D4e5F6g7H8i9", nil),
      ("x-api-key=hunter2", "hunter2", "x-api-key=[redacted]"),
      ("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\nnext", "MIIE", "[redacted]\nnext"),
      (#"key \n-----BEGIN RSA PRIVATE KEY-----\nMIIE"#, "MIIE", nil),
      ("-----BEGIN PRIVATE KEY-----\nMIIE and no end", "MIIE", "[redacted]"),
      ("-----BEGIN X-----\nMIIE\n-----END X", "MIIE", "[redacted]"),
      ("\(sha256) is a key", sha256, "[redacted] is a key"),
      ("\(sha256.uppercased())", sha256.uppercased(), "[redacted]"),
      ("key \(storageKey) end", storageKey, "key [redacted] end"),
      ("two \(sha256) and \(sha256)", sha256, "two [redacted] and [redacted]"),
      ("/x/\(sha256)/y", sha256, "/x/[redacted]/y"), ("é\(sha256)é", sha256, "é[redacted]é"),
    ] as [(String, String, String?)])
  func hidesInText(text: String, secret: String, expected: String?) {
    let result = redactor.redact(text: text)
    #expect(!result.contains(secret))
    #expect(result.contains("[redacted]"))
    if let expected { #expect(result == expected) }
    #expect(redactor.redact(text: result) == result)
    #expect(redacted(["text": .string(text)] as JSONValue)["text"] == .string(result))
  }

  @Test(
    "Harmless text stays as it is",
    arguments: [
      "", "x", "monkey business with a keyboard", "3b555118-da6a-4418-894f-7df1e2096870",
      "ids 3b555118-da6a-4418-894f-7df1e2096870,b1f3042b-a390-4b56-ab61-b88e7e767a97",
      "3b555118-da6a-4418-894f-7df1e2096870/b1f3042b-a390-4b56-ab61-b88e7e767a97_3b555118-da6a-4418-894f-7df1e2096870",
      "john.smith@contoso.com", "first.middle.last-with-a-very-long-name.2026@subdomain.department.contoso.example",
      "<DB7PR04MB5577A1B2C3D4E5F60718293A4B5C6D7E8F9@DB7PR04MB5577.eurprd04.prod.outlook.com>",
      "<CAFx+8=Q1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0@mail.gmail.com>",
      "https://graph.microsoft.com/v1.0/users/3b555118-da6a-4418-894f-7df1e2096870/mailFolders/inbox/messages?$top=10",
      "https://graph.microsoft.com/v1.0/teams/3b555118-da6a-4418-894f-7df1e2096870/channels/19:561fbdbbfca848a484f0a6f00ce9dbbd@thread.tacv2/messages",
      "2026-01-05T08:00:00.000Z", "/home/ada/.local/share/m365-admin-mcp/store.db",
      "/usr/share/ca-certificates/mozilla/DigiCert_Global_Root_G2.crt and more-words-joined-by-hyphens-on-and-on-2026",
      "get_message_tracking_logs_for_recipient_and_sender_v2_of_2026", "The password must be 8 to 256 characters long.",
      "/password: needs at least 8 characters; /token: is required", "bearer token expired", "Bearer Token required",
      "Bearer realm=\"\" error=\"invalid_token\"", "Basic authentication is off",
      "Microsoft 365 Business Basic 300 seats",
      "Business Basic 3b555118-da6a-4418-894f-7df1e2096870", "AADSTS7000215: Invalid client secret provided.",
      "AADSTS700027: The certificate was not found: expired", "client secret: AADSTS7000222", "sort key=displayName",
      "status code=503 code=GRAPH_001", "key=3b555118-da6a-4418-894f-7df1e2096870", "design=1 monkey=2 opinion=3",
      "token=", "password= ", "password=\"\"", #"{"token":null,"private":true,"secret":false}"#, #"{"tokens":[1,2]}"#,
      #"{"error":{"code":"Request_BadRequest"}}"#, "certificate=expired", "IBAN, BIC, SWIFT, routing number",
      "0123456789012345678901234567890123456789012345", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
      "a very long sentence without anything in it that alternates between letters and digits, save for 2026",
      "----- BEGIN -----", "--------------------------------------------------",
      "eyJust.some.words.that.begin.so".uppercased(),
      "https://host:8443/path", "http://user@host/", "mailto:a@b.c", "12:30@noon", "Müller, Zoë: größer als 2026",
    ])
  func keepsHarmlessText(text: String) {
    #expect(redactor.redact(text: text) == text)
  }

  @Test("Identifiers and hashes keep their long random values, by the names they have")
  func keepsIdentifiers() {
    for name in ["messageId", "id", "bodyHash", "sha256", "x5tDigest", "@odata.etag", "planIds", "hash"] {
      #expect(redacted([name: .string(sha256)] as JSONValue) == [name: .string(sha256)])
    }
    #expect(redacted(["note": .string(sha256)] as JSONValue) == ["note": "[redacted]"])
  }

  @Test("A token is hidden even where identifiers are shown")
  func hidesTokensInIdentifiers() {
    for secret in [jwt, entraSecret, "password=hunter2"] {
      let text = redacted(["messageId": .string(secret)] as JSONValue)["messageId"]?.stringValue
      #expect(text?.contains("[redacted]") == true)
      #expect(text?.contains(secret) == false)
    }
  }

  @Test("A secret at every place of a text vanishes")
  func everyPlace() {
    for length in 0..<40 {
      let padding = String(repeating: "é ", count: length)
      let result = redactor.redact(text: padding + jwt + " " + padding)
      #expect(result == padding + "[redacted] " + padding)
    }
  }

  // MARK: Time

  @Test(
    "The time of a search grows with the length of the text alone, whatever the text is made of",
    arguments: [
      "password=x ", "token:", "key=", "password:", "\"code\":'", "eyJ/", "-----BEGIN ", "-", "://", "bearer ",
      "basic ",
      "a.", "a/", "x-", "Q~", "\\", "\"", "=", "3b555118-da6a-4418-894f-7df1e2096870", "aB1", "é", "secret=\"",
      "pin\\\\\\",
    ])
  func linearTime(piece: String) {
    // Quadratic work would be 10^10 steps, which no run of the tests endures.
    let text = String(repeating: piece, count: 100_000 / piece.utf8.count)
    let result = redactor.redact(text: text)
    #expect(result.utf8.count <= 10 * text.utf8.count)
    #expect(redactor.redact(text: text + " password=hunter2").contains("hunter2") == false)
  }
}
