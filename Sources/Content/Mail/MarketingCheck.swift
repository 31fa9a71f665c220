import AdminCore

/// Marketing mail must let its reader leave and say where its sender is (in the United States the CAN-SPAM Act, in the
/// European Union the ePrivacy Directive, article 13).
enum MarketingCheck {
  static func problems(in bodies: [TemplateBody], variables: [String]) -> [AdminError.Problem] {
    var problems: [AdminError.Problem] = []
    let builtIn = TemplateCategory.marketing.builtInVariables
    for (index, name) in variables.enumerated() where builtIn.contains(name) {
      problems.append(
        AdminError.Problem(
          path: "/variables/\(index)", rule: "builtInVariable",
          message: "“\(name)” is filled by the server. Use it without declaring it."))
    }
    for body in bodies {
      for tag in body.tags where !tag.source.hasPrefix("{#") {
        let targets = TagExpression(tag.source).targets
        if let name = targets.first(where: builtIn.contains) {
          problems.append(
            body.problem(
              "builtInVariable", "The tag \(tag.shown) gives “\(name)” another value. It is filled by the server."))
        }
      }
      let shown = Shown(body)
      if !shown.hasUnsubscribe {
        problems.append(
          body.problem(
            "unsubscribe",
            "Marketing mail needs a way to unsubscribe that every recipient sees, outside any condition: "
              + (body.path == "/bodyHtml"
                ? "<a href=\"{{ unsubscribe_url }}\">Unsubscribe</a>." : "Unsubscribe: {{ unsubscribe_url }}")))
      }
      if !shown.hasPostalAddress {
        problems.append(
          body.problem(
            "postalAddress",
            "Marketing mail needs the sender's postal address where every recipient sees it, outside any condition: "
              + "{{ postal_address }}, or street, number, postcode and town."))
      }
    }
    return problems
  }

  /// What every recipient sees: what is neither hidden nor in a block that may render nothing.
  private struct Shown {
    var hasUnsubscribe = false
    var hasPostalAddress = false

    init(_ body: TemplateBody) {
      var depth = 0
      var hidden = 0
      var lines = [""]
      /// The address of the link whose text comes.
      var link: [InlineTag.Part]?
      for token in body.flow {
        switch token {
        case .opensBlock: depth += 1
        case .closesBlock: depth = max(0, depth - 1)
        case .hidden(let begins): hidden += begins ? 1 : -1
        case _ where depth > 0 || hidden > 0: break
        case .text(let text):
          lines[lines.count - 1] += text
          if let address = link, Self.isShown(text), Self.leadsAway(address, body.tags) { hasUnsubscribe = true }
        case .output(let index):
          let names = TagExpression(body.tags[index].source).names
          if names == [TemplateCategory.postalAddressVariable] { hasPostalAddress = true }
          // In text the address itself is the link.
          if names == [TemplateCategory.unsubscribeVariable], body.path == "/bodyText" { hasUnsubscribe = true }
          if let address = link, Self.leadsAway(address, body.tags) { hasUnsubscribe = true }
        case .link(let parts): link = parts
        case .linkEnds: link = nil
        case .gap: lines.append("")
        case .columnLabel, .attribute: break
        }
      }
      if body.path == "/bodyText", lines.contains(where: Self.namesUnsubscribing) { hasUnsubscribe = true }
      if PostalAddressText.isContained(in: lines) { hasPostalAddress = true }
    }

    private static func isShown(_ text: String) -> Bool { !BankField.words(of: text).isEmpty }

    /// Whether a link unsubscribes: by the server's own address, or by a mail or page that says so.
    private static func leadsAway(_ address: [InlineTag.Part], _ tags: [TemplateTag]) -> Bool {
      if case .tag(let index)? = address.first,
        TagExpression(tags[index].source).names == [TemplateCategory.unsubscribeVariable]
      {
        return true
      }
      guard case .literal(let text)? = address.first else { return false }
      return (text.hasPrefix("mailto:") || text.hasPrefix("https://")) && says(text)
    }

    private static func says(_ text: String) -> Bool {
      let lowered = text.lowercased()
      return ["unsubscribe", "opt-out", "optout", "abmeld", "abbestell", "desabonne", "désabonne", "desinscri"]
        .contains {
          lowered.contains($0)
        }
    }

    private static func namesUnsubscribing(_ line: String) -> Bool {
      says(line) && (line.contains("https://") || line.contains("@"))
    }
  }
}

/// Recognises a postal address in text by its shape: a street with a number, and a postcode, within three lines.
enum PostalAddressText {
  private static let streets: Set<String> = [
    "allee", "alley", "ave", "avenue", "blvd", "boulevard", "box", "calle", "chemin", "close", "court", "ct", "dr",
    "drive", "gasse", "highway", "hwy", "lane", "ln", "parkway", "pkwy", "place", "platz", "plaza", "postfach", "quai",
    "rd", "road", "route", "rue", "sq", "square", "st", "str", "strasse", "street", "suite", "terrace", "via", "way",
    "weg",
  ]
  private static let endings = ["strasse", "str", "weg", "platz", "gasse", "allee", "laan", "straat", "gatan", "vej"]

  static func isContained(in lines: [String]) -> Bool {
    let lines = lines.filter { !$0.allSatisfy(\.isWhitespace) }
    return lines.indices.contains { start in
      isAddress(lines[start..<min(start + 3, lines.count)].joined(separator: ", "))
    }
  }

  private static func isAddress(_ text: String) -> Bool {
    guard text.utf8.count <= 600 else { return false }
    let words = BankField.words(of: text)
    guard words.count(where: { $0.count >= 3 && $0.allSatisfy(\.isLetter) }) >= 2 else { return false }
    return words.indices.contains { street in
      guard isStreet(words[street]) else { return false }
      // The number stands beside the street; the postcode is another number, or of the British kind.
      let near = max(0, street - 3)...min(words.count - 1, street + 2)
      return near.contains { number in
        isHouseNumber(words[number])
          && (hasBritishPostcode(text)
            || words.indices.contains { $0 > near.lowerBound && $0 != number && isPostcode(words[$0]) })
      }
    }
  }

  private static func isStreet(_ word: String) -> Bool {
    streets.contains(word) || (word.count > 5 && endings.contains { word.hasSuffix($0) })
  }

  private static func isHouseNumber(_ word: String) -> Bool {
    word.first?.isNumber == true && word.count <= 5 && word.count(where: \.isLetter) <= 1
  }

  private static func isPostcode(_ word: String) -> Bool { (4...6).contains(word.count) && word.allSatisfy(\.isNumber) }

  /// `SW1A 2AA`, and the like of Canada and the Netherlands: letters and digits mixed in two short words.
  private static func hasBritishPostcode(_ text: String) -> Bool {
    let words = text.uppercased().split { !$0.isLetter && !$0.isNumber }
    return zip(words, words.dropFirst()).contains { first, second in
      let isMixed = first.contains(where: \.isNumber) && (first.contains(where: \.isLetter) || first.count == 4)
      return (2...4).contains(first.count) && (2...3).contains(second.count) && isMixed
        && second.contains(where: \.isLetter) && (second.contains(where: \.isNumber) || first.allSatisfy(\.isNumber))
    }
  }
}
