/// A style property that mail needs, and the grammar of its values.
struct StyleProperty {
  /// What a component of a value may be, beside the property's own keywords.
  struct Component: OptionSet {
    let rawValue: Int
    static let color = Component(rawValue: 1)
    /// Not below zero. Zero needs no unit.
    static let length = Component(rawValue: 2)
    static let negativeLength = Component(rawValue: 4)
    static let number = Component(rawValue: 8)
  }

  enum Grammar {
    /// Up to `most` components between blanks.
    case components(Component, keywords: Set<String> = [], most: Int = 1)
    /// Font families between commas.
    case families
    /// The `font` shorthand: components, a size, perhaps a line height, then families.
    case font
  }

  let grammar: Grammar

  static func named(_ name: String) -> StyleProperty? { table[name] }

  /// Keywords every property takes.
  static let everywhere: Set<String> = ["inherit", "initial", "unset"]

  private static let lineStyles: Set<String> = [
    "none", "hidden", "solid", "dashed", "dotted", "double", "groove", "ridge", "inset", "outset",
  ]
  private static let lineWidths: Set<String> = ["thin", "medium", "thick"]
  static let fontWeights: Set<String> = ["normal", "bold", "bolder", "lighter"]
  static let fontStyles: Set<String> = ["normal", "italic", "oblique", "small-caps"]
  static let fontSizes: Set<String> = [
    "xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "smaller", "larger",
  ]
  private static let listMarkers: Set<String> = [
    "none", "disc", "circle", "square", "decimal", "decimal-leading-zero", "lower-alpha", "upper-alpha", "lower-latin",
    "upper-latin", "lower-roman", "upper-roman", "lower-greek",
  ]

  private static let table: [String: StyleProperty] = {
    var table: [String: StyleProperty] = [:]
    func add(_ names: [String], _ grammar: Grammar) {
      for name in names { table[name] = StyleProperty(grammar: grammar) }
    }
    func keywords(_ name: String, _ keywords: Set<String>, most: Int = 1) {
      add([name], .components([], keywords: keywords, most: most))
    }

    // Colour. `background` may be no more than one, which leaves images out.
    add(["color", "background-color", "background"], .components(.color))

    // Text
    add(["font"], .font)
    add(["font-family"], .families)
    add(["font-size"], .components(.length, keywords: fontSizes))
    keywords("font-style", fontStyles)
    keywords("font-variant", ["normal", "small-caps"])
    add(["font-weight"], .components(.number, keywords: fontWeights))
    add(["line-height"], .components([.number, .length], keywords: ["normal"]))
    add(["letter-spacing", "word-spacing"], .components([.length, .negativeLength], keywords: ["normal"]))
    add(["text-indent"], .components(.length))
    keywords("text-align", ["left", "right", "center", "justify", "start", "end"])
    add(
      ["text-decoration", "text-decoration-line", "text-decoration-color", "text-decoration-style"],
      .components(
        .color,
        keywords: ["none", "underline", "overline", "line-through", "solid", "double", "dotted", "dashed", "wavy"],
        most: 3))
    keywords("text-transform", ["none", "capitalize", "uppercase", "lowercase"])
    keywords("white-space", ["normal", "nowrap", "pre", "pre-line", "pre-wrap"])
    keywords("word-break", ["normal", "break-all", "break-word", "keep-all"])
    for name in ["word-wrap", "overflow-wrap"] { keywords(name, ["normal", "break-word", "anywhere"]) }
    keywords("direction", ["ltr", "rtl"])
    keywords("hyphens", ["none", "manual", "auto"])

    // Boxes
    add(["width", "height", "min-width", "min-height"], .components(.length, keywords: ["auto"]))
    add(["max-width", "max-height"], .components(.length, keywords: ["none"]))
    add(["margin"], .components(.length, keywords: ["auto"], most: 4))
    add(["padding"], .components(.length, most: 4))
    for side in ["top", "right", "bottom", "left"] {
      add(["margin-\(side)"], .components(.length, keywords: ["auto"]))
      add(["padding-\(side)"], .components(.length))
      add(["border-\(side)"], border)
      add(["border-\(side)-color"], .components(.color))
      keywords("border-\(side)-style", lineStyles)
      add(["border-\(side)-width"], .components(.length, keywords: lineWidths))
    }
    add(["border"], border)
    add(["border-color"], .components(.color, most: 4))
    keywords("border-style", lineStyles, most: 4)
    add(["border-width"], .components(.length, keywords: lineWidths, most: 4))
    add(["border-radius"], .components(.length, most: 4))
    for corner in ["top-left", "top-right", "bottom-left", "bottom-right"] {
      add(["border-\(corner)-radius"], .components(.length, most: 2))
    }
    keywords("box-sizing", ["border-box", "content-box"])

    // Layout within the flow: nothing here takes an element out of its place.
    keywords(
      "display",
      [
        "none", "block", "inline", "inline-block", "list-item", "table", "inline-table", "table-row", "table-cell",
        "table-row-group", "table-header-group", "table-footer-group", "table-caption", "table-column",
        "table-column-group",
      ])
    keywords("float", ["left", "right", "none"])
    keywords("clear", ["left", "right", "both", "none"])
    for name in ["overflow", "overflow-x", "overflow-y"] { keywords(name, ["visible", "hidden", "auto"]) }
    add(
      ["vertical-align"],
      .components(
        [.length, .negativeLength],
        keywords: ["baseline", "top", "middle", "bottom", "text-top", "text-bottom", "sub", "super"]))

    // Lists and tables
    keywords("list-style", listMarkers.union(["inside", "outside"]), most: 2)
    keywords("list-style-type", listMarkers)
    keywords("list-style-position", ["inside", "outside"])
    keywords("border-collapse", ["collapse", "separate"])
    add(["border-spacing"], .components(.length, most: 2))
    keywords("table-layout", ["auto", "fixed"])
    keywords("caption-side", ["top", "bottom"])
    keywords("empty-cells", ["show", "hide"])

    // What mail programs want to be told in their own words
    keywords("mso-line-height-rule", ["exactly", "at-least"])
    add(["mso-table-lspace", "mso-table-rspace"], .components(.length))
    add(["mso-padding-alt"], .components(.length, most: 4))
    keywords("mso-hide", ["all"])
    for prefix in ["-webkit-", "-ms-", ""] {
      add(["\(prefix)text-size-adjust"], .components(.length, keywords: ["none", "auto"]))
    }
    keywords("-ms-interpolation-mode", ["bicubic"])
    return table
  }()

  private static let border = Grammar.components(
    [.color, .length], keywords: lineStyles.union(lineWidths), most: 3)
}
