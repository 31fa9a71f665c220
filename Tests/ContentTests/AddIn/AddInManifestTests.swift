import AdminCore
import Content
import Testing

@Suite("Manifests of Outlook add-ins")
struct AddInManifestTests {
  private static let id = "6f1d7c1e-5d0a-4c55-9d3e-2b9a6d5b7a10"

  /// A manifest with all that one needs, and with what a test puts in place of a part.
  private static func manifest(
    id: String = id, version: String = "1.2.0.0", name: String = "Closing Checklist", type: String = "MailApp",
    source: String = "https://addins.harbourfinch.example/read.html", icon: String = "https://cdn.example/icon.png",
    hosts: String = #"<Hosts><Host Name="Mailbox"/></Hosts>"#, permissions: String = "ReadItem", more: String = "",
    prolog: String = #"<?xml version="1.0" encoding="UTF-8"?>"#
  ) -> String {
    """
    \(prolog)
    <OfficeApp xmlns="http://schemas.microsoft.com/office/appforoffice/1.1"
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="\(type)">
      <Id>\(id)</Id><Version>\(version)</Version><ProviderName>Harbour &amp; Finch</ProviderName>
      <DefaultLocale>en-US</DefaultLocale><DisplayName DefaultValue="\(name)"/>
      <Description DefaultValue="Shows what is open: the checklist. See the help."/>
      <IconUrl DefaultValue="\(icon)"/>
      \(hosts)
      <FormSettings><Form xsi:type="ItemRead"><DesktopSettings>
        <SourceLocation DefaultValue="\(source)"/><RequestedHeight>250</RequestedHeight>
      </DesktopSettings></Form></FormSettings>
      <Permissions>\(permissions)</Permissions>
      <Rule xsi:type="ItemHasRegularExpressionMatch" RegExName="links" RegExValue="http://[a-z]+" PropertyName="BodyAsPlaintext"/>
      \(more)
    </OfficeApp>
    """
  }

  private static let overrides = #"xmlns:bt="http://schemas.microsoft.com/office/officeappbasictypes/1.0""#

  private static func read(_ text: String) throws(AdminError) -> AddInManifest { try AddInManifest(Array(text.utf8)) }

  private static func error(_ bytes: [UInt8]) -> AdminError? {
    do throws(AdminError) {
      _ = try AddInManifest(bytes)
      return nil
    } catch {
      return error
    }
  }

  private static func error(_ text: String) -> AdminError? { error(Array(text.utf8)) }

  // MARK: What is taken

  @Test("Who it is, what it may do and where its code comes from")
  func read() throws {
    let manifest = try Self.read(Self.manifest())
    #expect(manifest.id.text == Self.id)
    #expect(manifest.version.description == "1.2.0.0")
    #expect(manifest.displayName == "Closing Checklist")
    #expect(manifest.provider == "Harbour & Finch")
    #expect(manifest.permission == .readItem)
    #expect(manifest.hosts == ["addins.harbourfinch.example"], "icons are no code")
  }

  @Test("Code from other hosts is named too, in every language and every version of the form")
  func hosts() throws {
    let more = """
      <VersionOverrides xmlns="http://schemas.microsoft.com/office/mailappversionoverrides" xsi:type="VersionOverridesV1_0">
        <Resources \(Self.overrides)>
          <bt:Images><bt:Image id="i" DefaultValue="https://img.example/i.png"/></bt:Images>
          <bt:Urls><bt:Url id="f" DefaultValue="https://functions.example/f.html">
            <bt:Override Locale="de-DE" Value="https://funktionen.example/f.html"/></bt:Url></bt:Urls>
          <bt:ShortStrings><bt:String id="s" DefaultValue="Open: now"/></bt:ShortStrings>
        </Resources>
        <WebApplicationInfo><Id>1</Id><Resource>api://addins.example/1</Resource></WebApplicationInfo>
      </VersionOverrides>
      """
    #expect(
      try Self.read(Self.manifest(more: more)).hosts == [
        "addins.harbourfinch.example", "functions.example", "funktionen.example",
      ])
  }

  @Test("What is not said is the least that there is; a byte order mark and no hosts at all are nothing wrong")
  func least() throws {
    let text = Self.manifest(hosts: "").replacing("<Permissions>ReadItem</Permissions>", with: "")
    #expect(try Self.read("\u{FEFF}" + text).permission == .restricted)
  }

  @Test("Versions are numbers, not texts")
  func versions() throws {
    let nine = try #require(AddInVersion("1.9"))
    let ten = try #require(AddInVersion("1.10.0.0"))
    #expect(nine < ten)
    #expect(AddInVersion("1.9.0") == nine)
    for text in ["1", "1.2.3.4.5", "1..2", "1.x", "", "1.2.", "-1.2", "1.9999999999", "１.2"] {
      #expect(AddInVersion(text) == nil, "\(text)")
    }
  }

  // MARK: What is wrong with it

  struct Flaw: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: String
    let path: String
    let rule: String
  }

  private static let flaws: [Flaw] = [
    Flaw(testDescription: "no id", text: manifest(id: "checklist"), path: "/manifest/Id", rule: "guid"),
    Flaw(testDescription: "no version", text: manifest(version: "new"), path: "/manifest/Version", rule: "version"),
    Flaw(testDescription: "no name", text: manifest(name: " "), path: "/manifest/DisplayName", rule: "required"),
    Flaw(
      testDescription: "a permission nobody knows", text: manifest(permissions: "Everything"),
      path: "/manifest/Permissions", rule: "enum"),
    Flaw(
      testDescription: "hosts without mail", text: manifest(hosts: #"<Hosts><Host Name="Workbook"/></Hosts>"#),
      path: "/manifest/Hosts", rule: "host"),
    Flaw(
      testDescription: "no page", text: manifest().replacing("<SourceLocation", with: "<Nothing"),
      path: "/manifest/SourceLocation", rule: "required"),
    Flaw(
      testDescription: "a page by http", text: manifest(source: "http://addins.example/read.html"),
      path: "/manifest/SourceLocation", rule: "https"),
    Flaw(
      testDescription: "a page without a scheme", text: manifest(source: "//addins.example/read.html"),
      path: "/manifest/SourceLocation", rule: "https"),
    Flaw(
      testDescription: "a page with a user", text: manifest(source: "https://a@addins.example/read.html"),
      path: "/manifest/SourceLocation", rule: "https"),
    Flaw(
      testDescription: "a page behind a backslash", text: manifest(source: #"https:\\addins.example"#),
      path: "/manifest/SourceLocation", rule: "https"),
    Flaw(
      testDescription: "a script for a page", text: manifest(source: "javascript:alert(1)"),
      path: "/manifest/SourceLocation", rule: "https"),
    Flaw(
      testDescription: "an icon by http", text: manifest(icon: "HTTP://cdn.example/icon.png"),
      path: "/manifest/IconUrl", rule: "https"),
    Flaw(
      testDescription: "an address within",
      text: manifest(more: "<AppDomains><AppDomain>http://a.example</AppDomain></AppDomains>"),
      path: "/manifest/AppDomain", rule: "https"),
    Flaw(
      testDescription: "an address in a newer form",
      text: manifest(more: #"<X \#(overrides)><bt:Url id="f" DefaultValue="http://a.example/f"/></X>"#),
      path: "/manifest/Url", rule: "https"),
    Flaw(
      testDescription: "an address in another language",
      text: manifest(
        more:
          #"<X \#(overrides)><bt:Url id="f" DefaultValue="https://a.example/f"><bt:Override Locale="de-DE" Value="ftp://a.example"/></bt:Url></X>"#
      ),
      path: "/manifest/Url", rule: "https"),
    Flaw(
      testDescription: "a file", text: manifest(more: "<Other>file:///etc/passwd</Other>"), path: "/manifest/Other",
      rule: "https"),
  ]

  @Test("Each flaw is told with its place", arguments: flaws)
  func flaw(_ flaw: Flaw) throws {
    let error = try #require(Self.error(flaw.text))
    #expect(error.code == .invalidArgument)
    let problems = error.details?.text ?? ""
    #expect(problems.contains("\"\(flaw.path)\""), "\(problems)")
    #expect(problems.contains("\"\(flaw.rule)\""), "\(problems)")
  }

  @Test("Everything that is wrong is told at once, and twenty flaws are enough")
  func together() throws {
    let error = try #require(Self.error(Self.manifest(id: "x", version: "y", source: "http://a.example")))
    for path in ["/manifest/Id", "/manifest/Version", "/manifest/SourceLocation"] {
      #expect(error.details?.text.contains(path) == true)
    }
    let many = String(repeating: "<AppDomain>http://a.example</AppDomain>", count: 500)
    #expect(try #require(Self.error(Self.manifest(more: many))).details?.text.utf8.count ?? 0 < 8000)
  }

  // MARK: What is none

  @Test(
    "A document type definition is refused, whatever it declares",
    arguments: [
      "<!DOCTYPE OfficeApp>",
      #"<!DOCTYPE OfficeApp SYSTEM "https://evil.example/x.dtd">"#,
      #"<!DOCTYPE OfficeApp [<!ENTITY f SYSTEM "file:///etc/passwd">]>"#,
      #"<!DOCTYPE OfficeApp [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>"#,
    ])
  func doctype(_ doctype: String) throws {
    let error = try #require(Self.error(Self.manifest(prolog: doctype)))
    #expect(error.code == .invalidArgument)
    #expect(error.message.contains("document type definition"))
  }

  @Test("An entity that nobody has declared, and text that is no XML, are refused with the line")
  func malformed() throws {
    for text in [Self.manifest(name: "&evil;"), "<OfficeApp>", "hello", "", Self.manifest() + "<x/>", "<a b=c/>"] {
      let error = try #require(Self.error(text), "\(text.prefix(40))")
      #expect(error.code == .invalidArgument)
      #expect(error.message.contains("line"), "\(error.message)")
    }
  }

  @Test("Bytes that are no UTF-8 are refused, whatever encoding they say they have")
  func encodings() throws {
    let latin = Array(Self.manifest(prolog: #"<?xml version="1.0" encoding="ISO-8859-1"?>"#).utf8) + [0xE9]
    #expect(try #require(Self.error(latin)).message.contains("UTF-8"))
    let wide = Self.manifest().utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    #expect(Self.error([0xFF, 0xFE] + wide)?.code == .invalidArgument)
  }

  @Test("Depth and number of elements are bounded")
  func bounds() throws {
    let deep = String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100)
    #expect(try #require(Self.error(Self.manifest(more: deep))).message.contains("nests"))
    let wide = String(repeating: "<a/>", count: 30_000)
    #expect(try #require(Self.error(Self.manifest(more: wide))).message.contains("elements"))
    let large = Self.manifest(more: "<!--" + String(repeating: "x", count: AddInManifest.maximumSize) + "-->")
    #expect(Self.error(large)?.code == .tooLarge)
  }

  @Test("Another root, another namespace and another kind are no manifests of Outlook")
  func foreign() throws {
    for text in [
      "<html/>", Self.manifest().replacing("office/appforoffice/1.1", with: "office/other"),
      Self.manifest(type: "Unknown"), Self.manifest().replacing(" xsi:type=\"MailApp\"", with: ""),
    ] { #expect(Self.error(text)?.code == .invalidArgument, "\(text.prefix(60))") }
  }

  @Test("What only a person can deploy gets the reason and the steps")
  func byHand() throws {
    let unified = #"{"$schema": "https://developer.microsoft.com/json-schemas/teams/v1.17/MicrosoftTeams.schema.json"}"#
    for bytes in [
      Array(unified.utf8), Array("\u{FEFF}\n  \(unified)".utf8), [0x50, 0x4B, 0x03, 0x04, 0x14, 0x00],
      Array(Self.manifest(type: "TaskPaneApp").utf8), Array(Self.manifest(type: "ContentApp").utf8),
    ] {
      let error = try #require(Self.error(bytes))
      #expect(error.code == .notPossible)
      #expect(error.details?["steps"]?.arrayValue?.count == 5)
      #expect(error.message.contains("admin center"))
    }
  }

  @Test("Names are cleaned of what cannot be seen, and cut")
  func hostile() throws {
    let manifest = try Self.read(
      Self.manifest(name: "Safe\u{202E}evil&#10;Approved: yes" + String(repeating: "x", count: 1000)))
    #expect(!manifest.displayName.contains("\u{202E}"))
    #expect(!manifest.displayName.contains("\n"))
    #expect(manifest.displayName.count <= 250)
  }
}
