package import AdminCore

/// Why a template cannot be stored or rendered, and where.
package struct TemplateError: Error, Hashable, Sendable {
  package enum Kind: String, Sendable {
    /// The source is no template.
    case syntax
    /// Jinja2 has it, or a reader might expect it, and this language does not on purpose.
    case refused
    /// A variable or a member has no value.
    case undefined
    /// A limit of `TemplateLimits` is reached.
    case bound
    /// A value does not fit what is done with it.
    case value
  }

  package let kind: Kind
  /// What is wrong, without the place.
  package let reason: String
  /// Counted from 1; CR, LF and CRLF each end a line.
  package let line: Int
  /// Counted from 1, in code points.
  package let column: Int
  /// The variable or the dotted path that has no value, for errors of the kind `undefined`.
  package let variable: String?
  /// The name that was probably meant.
  package let suggestion: String?

  init(
    kind: Kind, reason: String, line: Int, column: Int, variable: String? = nil, suggestion: String? = nil
  ) {
    self.kind = kind
    self.reason = reason
    self.line = line
    self.column = column
    self.variable = variable
    self.suggestion = suggestion
  }

  /// The reason with its place and the suggestion, as one sentence for the administrator.
  package var message: String {
    let hint = suggestion.map { "; did you mean '\($0)'?" } ?? ""
    return "line \(line), column \(column): \(reason)\(hint)"
  }

  package var code: ErrorCode {
    switch kind {
    case .syntax, .refused, .value: .templateSyntax
    case .undefined: .undefinedVariable
    case .bound: .templateBound
    }
  }
}

extension TemplateError: CustomStringConvertible {
  package var description: String { message }
}

extension AdminError {
  /// - Parameter part: which text of a stored template is meant, as `subject` or `bodyHtml`.
  package init(_ error: TemplateError, in part: String? = nil) {
    var details: JSONObject = [
      "kind": .string(error.kind.rawValue), "line": .int(error.line), "column": .int(error.column),
    ]
    if let part { details["part"] = .string(part) }
    if let variable = error.variable { details["variable"] = .string(variable) }
    if let suggestion = error.suggestion { details["suggestion"] = .string(suggestion) }
    let message = part.map { "\($0), \(error.message)" } ?? "Template \(error.message)"
    self.init(error.code, message, details: .object(details))
  }
}

/// A failure on its way up, before its place has been worked out.
struct TemplateFault: Error {
  let kind: TemplateError.Kind
  let reason: String
  /// The byte of the source; `nil` where the place is that of the operation under way.
  var offset: Int?
  var variable: String?
  /// Names to look for the meant one in. The names known to the rendering are added to an undefined variable's.
  var candidates: [String]?
  /// A name that is right for certain, as the filter in place of a method.
  var suggestion: String?
  /// The limit is one of ours and not of the template's making: Python's integers have no such end.
  var isIntegerOverflow = false

  init(_ kind: TemplateError.Kind, _ reason: String, at offset: Int? = nil) {
    self.kind = kind
    self.reason = reason
    self.offset = offset
  }

  static func syntax(_ reason: String, at offset: Int) -> TemplateFault { TemplateFault(.syntax, reason, at: offset) }
  static func value(_ reason: String) -> TemplateFault { TemplateFault(.value, reason) }
  static func bound(_ reason: String) -> TemplateFault { TemplateFault(.bound, reason) }

  static var integerOverflow: TemplateFault {
    var fault = TemplateFault(.value, "the result does not fit a 64-bit integer")
    fault.isIntegerOverflow = true
    return fault
  }

  func about(_ variable: String) -> TemplateFault {
    var fault = self
    fault.variable = variable
    return fault
  }
}

extension TemplateError {
  /// More names than these are not looked at for the one that was meant.
  private static let maximumCandidates = 2_000

  init(_ fault: TemplateFault, in source: TemplateSource, at position: Int, knownNames: [String] = []) {
    let place = source.place(of: fault.offset ?? position)
    var candidates = fault.candidates ?? []
    if let variable = fault.variable, fault.candidates == nil { candidates = knownNames.filter { $0 != variable } }
    candidates = Array(candidates.prefix(Self.maximumCandidates))
    let wanted = fault.variable.map { $0.split(separator: ".").last.map(String.init) ?? $0 }
    self.init(
      kind: fault.kind, reason: fault.reason, line: place.line, column: place.column, variable: fault.variable,
      suggestion: fault.suggestion ?? wanted.flatMap { Suggestion.nearest(to: $0, among: candidates) })
  }
}
