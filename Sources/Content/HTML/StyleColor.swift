/// Colours: hexadecimal, named, and the functions `rgb` and `hsl` with plain numbers.
enum StyleColor {
  /// - Parameter value: in lower case.
  static func hashOrName(_ value: String) -> String? {
    if value.hasPrefix("#") { return isHash(value.dropFirst()) ? value : nil }
    return names.contains(value) ? value : nil
  }

  static func isHash(_ digits: some StringProtocol) -> Bool {
    [3, 4, 6, 8].contains(digits.utf8.count)
      && digits.utf8.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x66) }
  }

  static func isFunction(_ name: String) -> Bool { ["rgb", "rgba", "hsl", "hsla"].contains(name) }

  /// - Parameter arguments: the tokens between the parentheses.
  static func function(_ name: String, _ arguments: ArraySlice<StyleToken>) -> String? {
    var numbers: [String] = []
    for argument in arguments {
      switch argument {
      case .number(let number, let unit) where !number.isNegative && ["", "%", "deg"].contains(unit):
        numbers.append(number.text + unit)
      case .comma, .whiteSpace, .slash: break
      default: return nil
      }
    }
    guard isFunction(name), numbers.count == 3 || numbers.count == 4 else { return nil }
    let alpha = numbers.count == 4 ? "a" : ""
    return "\(name.prefix(3))\(alpha)(\(numbers.joined(separator: ", ")))"
  }

  static let names: Set<String> = [
    "aliceblue", "antiquewhite", "aqua", "aquamarine", "azure", "beige", "bisque", "black", "blanchedalmond", "blue",
    "blueviolet", "brown", "burlywood", "cadetblue", "chartreuse", "chocolate", "coral", "cornflowerblue", "cornsilk",
    "crimson", "currentcolor", "cyan", "darkblue", "darkcyan", "darkgoldenrod", "darkgray", "darkgreen", "darkgrey",
    "darkkhaki", "darkmagenta", "darkolivegreen", "darkorange", "darkorchid", "darkred", "darksalmon", "darkseagreen",
    "darkslateblue", "darkslategray", "darkslategrey", "darkturquoise", "darkviolet", "deeppink", "deepskyblue",
    "dimgray", "dimgrey", "dodgerblue", "firebrick", "floralwhite", "forestgreen", "fuchsia", "gainsboro", "ghostwhite",
    "gold", "goldenrod", "gray", "green", "greenyellow", "grey", "honeydew", "hotpink", "indianred", "indigo", "ivory",
    "khaki", "lavender", "lavenderblush", "lawngreen", "lemonchiffon", "lightblue", "lightcoral", "lightcyan",
    "lightgoldenrodyellow", "lightgray", "lightgreen", "lightgrey", "lightpink", "lightsalmon", "lightseagreen",
    "lightskyblue", "lightslategray", "lightslategrey", "lightsteelblue", "lightyellow", "lime", "limegreen", "linen",
    "magenta", "maroon", "mediumaquamarine", "mediumblue", "mediumorchid", "mediumpurple", "mediumseagreen",
    "mediumslateblue", "mediumspringgreen", "mediumturquoise", "mediumvioletred", "midnightblue", "mintcream",
    "mistyrose", "moccasin", "navajowhite", "navy", "oldlace", "olive", "olivedrab", "orange", "orangered", "orchid",
    "palegoldenrod", "palegreen", "paleturquoise", "palevioletred", "papayawhip", "peachpuff", "peru", "pink", "plum",
    "powderblue", "purple", "rebeccapurple", "red", "rosybrown", "royalblue", "saddlebrown", "salmon", "sandybrown",
    "seagreen", "seashell", "sienna", "silver", "skyblue", "slateblue", "slategray", "slategrey", "snow", "springgreen",
    "steelblue", "tan", "teal", "thistle", "tomato", "transparent", "turquoise", "violet", "wheat", "white",
    "whitesmoke", "yellow", "yellowgreen",
  ]
}
