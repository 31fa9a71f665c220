import AdminCore

/// Bank details in a wiring template are text that a person approved, never values: whoever could supply one could turn a
/// payment to another account.
///
/// A field is known by the name of its variable or by the label before it: in the same line, in the cell or line before, at
/// the head of its column, or in parentheses behind it. Strings and variables that could be labels count as such. Only what
/// is in the template is seen, so a label that is text somewhere else (in an image, say) is not.
enum WiringCheck {
  static func problems(in bodies: [TemplateBody], variables: [String]) -> [AdminError.Problem] {
    var problems: [AdminError.Problem] = []
    for (index, name) in variables.enumerated() where BankField.isNamed(by: name) {
      problems.append(
        AdminError.Problem(
          path: "/variables/\(index)", rule: "bankField",
          message:
            "“\(VisibleText.excerpt(name, limit: 40))” is named as a bank detail. Write bank details into the text."))
    }
    for body in bodies {
      var check = Check(body: body)
      check.tags()
      check.labels()
      problems += check.problems
    }
    return problems
  }

  private struct Check {
    let body: TemplateBody
    var problems: [AdminError.Problem] = []
    private var reported: Set<Int> = []

    init(body: TemplateBody) { self.body = body }

    private mutating func report(_ index: Int, _ reason: String) {
      guard reported.insert(index).inserted else { return }
      problems.append(
        body.problem("bankField", "The tag \(body.tags[index].shown) \(reason). Write bank details into the text."))
    }

    /// Names and strings in every tag, whatever it does with them.
    mutating func tags() {
      for (index, tag) in body.tags.enumerated() where !tag.source.hasPrefix("{#") {
        let expression = TagExpression(tag.source)
        if let name = expression.names.first(where: BankField.isNamed) {
          report(index, "uses “\(VisibleText.excerpt(name, limit: 40))”, which is named as a bank detail")
        } else if expression.strings.contains(where: BankField.isMentioned) {
          report(index, "writes the name of a bank detail inside a tag, where its value could be a variable")
        }
      }
    }

    /// What stands before and behind each value.
    mutating func labels() {
      var line = ""
      var before = ""
      var columnLabel = ""
      var lastOutput: Int?
      for (position, token) in body.flow.enumerated() {
        switch token {
        case .text(let text): line += text
        case .gap:
          if !BankField.words(of: line).isEmpty || lastOutput != nil { before = lastOutput == nil ? line : "" }
          line = ""
          columnLabel = ""
          lastOutput = nil
        case .columnLabel(let text): columnLabel = text
        case .output(let index):
          value(index, line: line, before: before, columnLabel: columnLabel, isBehindOutput: lastOutput != nil)
          if case .text(let text)? = body.flow.dropFirst(position + 1).first, BankField.isLabelledBehind(text) {
            report(index, "is followed by the name of a bank detail")
          }
          line = ""
          lastOutput = index
        case .link(let parts), .attribute(let parts): attribute(parts)
        case .opensBlock, .closesBlock, .hidden, .linkEnds: break
        }
      }
    }

    private mutating func value(
      _ index: Int, line: String, before: String, columnLabel: String, isBehindOutput: Bool
    ) {
      // A string alone is text, and has been looked at.
      guard !TagExpression(body.tags[index].source).names.isEmpty else { return }
      let hasWords = !BankField.words(of: line).isEmpty
      if BankField.isLabelled(by: line) {
        report(index, "stands behind the name of a bank detail")
      } else if !hasWords, !isBehindOutput, BankField.isLabelled(by: before, standsAlone: true) {
        report(index, "stands below or beside the name of a bank detail")
      } else if BankField.isLabelled(by: columnLabel, standsAlone: true) {
        report(index, "stands in a column named as a bank detail")
      } else if isBehindOutput, !hasWords, line.contains(where: { $0 == ":" || $0 == "=" }) {
        report(index, "has a label that is a variable itself, so nobody can tell what it is")
      }
    }

    private mutating func attribute(_ parts: [InlineTag.Part]) {
      var text = ""
      for part in parts {
        switch part {
        case .literal(let literal): text = literal
        case .tag(let index):
          if BankField.isLabelled(by: text) { report(index, "stands behind the name of a bank detail") }
        }
      }
    }
  }
}
