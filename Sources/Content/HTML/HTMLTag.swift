/// The elements a mail may hold, and what the rules of HTML's tree construction say about each.
///
/// The parser meets no other element (`TokenFilter`), so these are all the rules there are to know.
enum HTMLTag: String, CaseIterable {
  // Text
  case a, abbr, b, bdi, bdo, big, cite, code, del, em, i, ins, kbd, mark, q, s, samp, small, span, strike, strong, sub
  case sup, tt, u, `var`
  case br, wbr
  // Blocks
  case blockquote, center, div, h1, h2, h3, h4, h5, h6, hr, p, pre
  // Lists
  case dd, dl, dt, li, ol, ul
  // Tables
  case caption, col, colgroup, table, tbody, td, tfoot, th, thead, tr
  // Images
  case img
  /// Parsed by its own rules and written as a `span` with a style.
  case font

  /// Has neither content nor end tag.
  var isVoid: Bool {
    switch self {
    case .br, .col, .hr, .img, .wbr: true
    default: false
    }
  }

  /// A formatting element: left open across a block's end, the parser opens it again in the next one.
  var isFormatting: Bool {
    switch self {
    case .a, .b, .big, .code, .em, .font, .i, .s, .small, .strike, .strong, .tt, .u: true
    default: false
    }
  }

  /// An element that the parser calls special: an end tag of an ordinary element does not reach past it.
  var isSpecial: Bool {
    switch self {
    case .blockquote, .br, .caption, .center, .col, .colgroup, .dd, .div, .dl, .dt, .h1, .h2, .h3, .h4, .h5, .h6, .hr,
      .img, .li, .ol, .p, .pre, .table, .tbody, .td, .tfoot, .th, .thead, .tr, .ul, .wbr:
      true
    default: false
    }
  }

  var isHeading: Bool {
    switch self {
    case .h1, .h2, .h3, .h4, .h5, .h6: true
    default: false
    }
  }

  /// Whether the element's start tag ends an open paragraph.
  var endsParagraph: Bool {
    switch self {
    case .blockquote, .center, .dd, .div, .dl, .dt, .h1, .h2, .h3, .h4, .h5, .h6, .hr, .li, .ol, .p, .pre, .table, .ul:
      true
    default: false
    }
  }

  /// An element that closes off what is open outside it, so that tags inside do not reach further up.
  var isScopeBoundary: Bool {
    switch self {
    case .caption, .table, .td, .th: true
    default: false
    }
  }

  var isCell: Bool { self == .td || self == .th }

  var isRowGroup: Bool { self == .tbody || self == .thead || self == .tfoot }

  /// Part of a table's skeleton: allowed only below its own parents, whatever the document says.
  var isTablePart: Bool {
    switch self {
    case .caption, .col, .colgroup, .tbody, .td, .tfoot, .th, .thead, .tr: true
    default: false
    }
  }

  /// Starts on a line of its own when the mail is read as text.
  var isBlock: Bool { endsParagraph || isTablePart }
}

/// What becomes of a tag before the parser sees it.
enum TagTreatment {
  /// The parser sees it, perhaps under another name of like effect.
  case keep(HTMLTag)
  /// `html` and `body`: the parser sees it for its attributes.
  case document
  /// The tag goes, what it encloses stays.
  case unwrap
  /// The tag of a document's frame, which a mail body does without: it goes without a word.
  case ignore
  /// Goes with all it encloses.
  case drop
  /// Goes with all it encloses, which is text up to the end tag, whatever it looks like.
  case dropText
  /// Has no content and goes.
  case dropVoid

  static func of(_ name: String) -> TagTreatment { table[name] ?? .unwrap }

  private static let table: [String: TagTreatment] = {
    var table: [String: TagTreatment] = [:]
    for tag in HTMLTag.allCases { table[tag.rawValue] = .keep(tag) }
    for name in blocks { table[name] = .keep(.div) }
    table["image"] = .keep(.img)
    table["listing"] = .keep(.pre)
    table["menu"] = .keep(.ul)
    table["dir"] = .keep(.ul)
    table["html"] = .document
    table["body"] = .document
    table["head"] = .ignore
    for name in dropped { table[name] = .drop }
    for name in droppedText { table[name] = .dropText }
    for name in droppedVoid { table[name] = .dropVoid }
    return table
  }()

  /// Elements that begin a block of their own: as `div` their text stays apart from its neighbours.
  private static let blocks = [
    "address", "article", "aside", "details", "dialog", "fieldset", "figcaption", "figure", "footer", "form", "header",
    "hgroup", "legend", "main", "nav", "search", "section", "summary",
  ]

  private static let dropped = [
    "applet", "audio", "canvas", "datalist", "frameset", "map", "math", "object", "portal", "select", "svg", "template",
    "video", "xml",
  ]

  private static let droppedText = [
    "iframe", "noembed", "noframes", "noscript", "script", "style", "textarea", "title", "xmp",
  ]

  private static let droppedVoid = [
    "area", "base", "basefont", "bgsound", "command", "embed", "frame", "input", "isindex", "keygen", "link", "meta",
    "param", "source", "track",
  ]
}
