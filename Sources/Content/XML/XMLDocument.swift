import CExpat

/// Reads small XML documents from strangers with Expat: UTF-8, namespaces, no document type definition, and with that no
/// entities but the five of XML. Expat opens no file and no connection.
enum XMLDocument {
  /// Why a text is not such a document. The descriptions complete a sentence that begins with "it".
  enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
    case notUTF8
    case hasDoctype
    case tooDeep
    case tooManyElements
    /// At the line; the words are Expat's.
    case malformed(line: Int, String)

    var description: String {
      switch self {
      case .notUTF8: "is not UTF-8"
      case .hasDoctype: "has a document type definition, which is refused"
      case .tooDeep: "nests more than \(XMLDocument.maximumDepth) elements"
      case .tooManyElements: "has more than \(XMLDocument.maximumElements) elements"
      case .malformed(let line, let words): "is not well-formed XML (line \(line): \(words))"
      }
    }
  }

  static let maximumDepth = 64
  static let maximumElements = 20_000

  /// - Returns: the root element.
  static func parse(_ bytes: [UInt8]) throws(Problem) -> XMLElement {
    guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8 }
    return try ExpatParser().parse(bytes)
  }
}

/// Expat's parser and what it has told so far.
private struct ExpatParser: ~Copyable {
  /// Between a namespace and a name; neither can hold it.
  private static let separator: UInt8 = 0x0A

  private let parser: XML_Parser?

  init() {
    // The encoding is ours to say: a document that declares another one is read as UTF-8 all the same.
    parser = XML_ParserCreateNS("UTF-8", XML_Char(bitPattern: Self.separator))
  }

  deinit { XML_ParserFree(parser) }

  consuming func parse(_ bytes: [UInt8]) throws(XMLDocument.Problem) -> XMLElement {
    guard let parser else { throw .malformed(line: 0, "no memory") }
    let builder = Builder(parser)
    XML_SetUserData(parser, Unmanaged.passUnretained(builder).toOpaque())
    XML_SetElementHandler(
      parser,
      { data, name, attributes in Builder.of(data)?.begin(name, attributes) },
      { data, _ in Builder.of(data)?.end() })
    XML_SetCharacterDataHandler(parser) { data, text, count in Builder.of(data)?.add(text, count) }
    XML_SetStartDoctypeDeclHandler(parser) { data, _, _, _, _ in Builder.of(data)?.stop(.hasDoctype) }
    let status = bytes.withUnsafeBytes { buffer in
      XML_Parse(parser, buffer.assumingMemoryBound(to: CChar.self).baseAddress, Int32(clamping: buffer.count), 1)
    }
    defer { withExtendedLifetime(builder) {} }
    if let problem = builder.problem { throw problem }
    guard status == XML_STATUS_OK, let root = builder.root else {
      let words = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "no element"
      throw .malformed(line: Int(XML_GetCurrentLineNumber(parser)), words)
    }
    return root
  }

  /// Puts the tree together. Lives as long as one call of `parse`.
  private final class Builder {
    private let parser: XML_Parser
    private var open: [XMLElement] = []
    private var count = 0
    private(set) var root: XMLElement?
    private(set) var problem: XMLDocument.Problem?

    init(_ parser: XML_Parser) { self.parser = parser }

    static func of(_ data: UnsafeMutableRawPointer?) -> Builder? {
      data.map { Unmanaged<Builder>.fromOpaque($0).takeUnretainedValue() }
    }

    func stop(_ problem: XMLDocument.Problem) {
      self.problem = self.problem ?? problem
      XML_StopParser(parser, XML_Bool(XML_FALSE))
    }

    func begin(_ name: UnsafePointer<XML_Char>?, _ attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?) {
      guard problem == nil, let name else { return }
      count += 1
      guard count <= XMLDocument.maximumElements else { return stop(.tooManyElements) }
      guard open.count < XMLDocument.maximumDepth else { return stop(.tooDeep) }
      var read: [(name: XMLName, value: String)] = []
      var index = 0
      while let key = attributes?[index], let value = attributes?[index + 1] {
        read.append((Self.name(key), String(cString: value)))
        index += 2
      }
      open.append(XMLElement(Self.name(name), attributes: read))
    }

    func end() {
      guard problem == nil, let element = open.popLast() else { return }
      if open.isEmpty {
        root = element
      } else {
        open[open.count - 1].append(element)
      }
    }

    func add(_ text: UnsafePointer<XML_Char>?, _ count: Int32) {
      guard problem == nil, let text, !open.isEmpty else { return }
      let bytes = UnsafeRawBufferPointer(start: text, count: Int(count))
      open[open.count - 1].append(text: String(decoding: bytes, as: UTF8.self))
    }

    private static func name(_ text: UnsafePointer<XML_Char>) -> XMLName {
      let whole = String(cString: text)
      guard let end = whole.utf8.lastIndex(of: ExpatParser.separator) else {
        return XMLName(namespace: nil, local: whole)
      }
      return XMLName(namespace: String(whole[..<end]), local: String(whole[whole.utf8.index(after: end)...]))
    }
  }
}
