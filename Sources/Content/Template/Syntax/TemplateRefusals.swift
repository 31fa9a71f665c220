import AdminCore

/// What Jinja2 or Python has and this language has not, each with the reason and what to use in its place.
///
/// Templates are data that many people may write. They can look at what they are given and nothing else: no other
/// template, no function, no attribute of the program that renders them.
enum TemplateRefusals {
  // MARK: Statements

  static func statement(_ name: String, at offset: Int) -> TemplateFault? {
    let reason: String? =
      switch name {
      case "include", "import", "from", "extends", "block", "super":
        "templates cannot use other templates; write the text here"
      case "macro", "call": "there are no macros; use '{% set %}' for a text that is needed twice"
      case "autoescape": "whether values are escaped follows from where the template is used, not from the template"
      case "print": "write '{{ … }}' instead"
      case "do": "there are no statements without a result; use '{% set %}'"
      case "break", "continue": "a loop runs to its end; give it a condition: '{% for … in … if … %}'"
      case "trans", "pluralize": "there are no translations"
      case "debug": "what a template is given is not printed as a whole; name the variable to look at"
      default: nil
      }
    return reason.map { TemplateFault(.refused, "'\(name)' is not allowed: \($0)", at: offset) }
  }

  static func namespaceAssignment(to name: String, at offset: Int) -> TemplateFault {
    TemplateFault(
      .refused, "'\(name)' cannot be changed: there is no 'namespace'; set a plain name instead", at: offset)
  }

  // MARK: Names

  static func name(_ name: String, at offset: Int) -> TemplateFault? {
    switch name {
    case "self", "super", "caller", "varargs", "kwargs":
      TemplateFault(.refused, "'\(name)' is not allowed: there are no blocks and no macros", at: offset)
    default: nil
    }
  }

  static func attribute(_ name: String, at offset: Int) -> TemplateFault? {
    guard name.hasPrefix("__") else { return nil }
    return TemplateFault(
      .refused, "'\(name)' is not allowed: only members of mappings can be read, nothing of the program", at: offset)
  }

  // MARK: Calls

  static func call(of callee: TemplateExpression, at offset: Int) -> TemplateFault {
    switch callee {
    case .name(let name): return functionCall(name.name, at: name.offset)
    case .attribute(_, let name, let offset): return methodCall(name, at: offset)
    case .filter(let use):
      let reason = "the result of the filter '\(use.filter.name)' is no function; calls are not allowed"
      return TemplateFault(.refused, reason, at: offset)
    default: return TemplateFault(.refused, "calls are not allowed", at: offset)
    }
  }

  private static func functionCall(_ name: String, at offset: Int) -> TemplateFault {
    let remedy: String =
      switch name {
      case "range": "loop over a list and use 'loop.index'"
      case "dict": "write a mapping as {'name': value}"
      case "namespace": "set a plain name instead"
      case "cycler": "use 'loop.cycle'"
      case "joiner": "use 'loop.first', 'loop.last' or the filter 'join'"
      case "len": "use the filter 'length'"
      case "str": "use the filter 'string'"
      case "lipsum": "write the text here"
      default: TemplateFilter.named(name) == nil ? "use a filter" : "use the filter '\(name)'"
      }
    var fault = TemplateFault(.refused, "'\(name)(…)' is not allowed: there are no functions; \(remedy)", at: offset)
    if TemplateFilter.named(name) != nil { fault.suggestion = name }
    return fault
  }

  private static func methodCall(_ name: String, at offset: Int) -> TemplateFault {
    if let fault = attribute(name, at: offset) { return fault }
    guard let filter = filter(forMethod: name) else {
      return TemplateFault(.refused, "'.\(name)(…)' is not allowed: values have no methods; use a filter", at: offset)
    }
    let reason = "'.\(name)(…)' is not allowed: values have no methods; use the filter '\(filter)'"
    var fault = TemplateFault(.refused, reason, at: offset)
    fault.suggestion = filter
    return fault
  }

  /// The filter that does what a method of Python's types does.
  static func filter(forMethod name: String) -> String? {
    switch name {
    case "strip", "lstrip", "rstrip": "trim"
    case "get", "setdefault": "default"
    case "keys": "list"
    case "ljust", "rjust", "zfill": "format"
    case "splitlines", "split", "rsplit", "partition", "casefold", "startswith", "endswith", "find", "index": nil
    case "strftime", "isoformat": "date"
    case "swapcase": nil
    default: TemplateFilter.named(name)?.name
    }
  }

  // MARK: Filters and tests

  static func filter(_ name: String, at offset: Int) -> TemplateFault {
    let reason: String? =
      switch name {
      case "attr": "attributes of the program cannot be read; use 'map' or '.name' for members"
      case "random": "a mail must come out the same each time"
      case "forceescape": "use 'escape'"
      case "pprint": "use 'tojson'"
      case "urlize": "write the link, so that what it shows and where it leads are both seen in the template"
      case "xmlattr": "write the attributes, so that the sanitizer sees them"
      default: nil
      }
    if let reason { return TemplateFault(.refused, "the filter '\(name)' is not allowed: \(reason)", at: offset) }
    var fault = TemplateFault(.syntax, "there is no filter '\(name)'", at: offset)
    fault.suggestion = Suggestion.nearest(to: name, among: TemplateFilter.names)
    return fault
  }

  static func test(_ name: String, at offset: Int) -> TemplateFault {
    switch name {
    case "callable", "filter", "test":
      return TemplateFault(.refused, "the test '\(name)' is not allowed: values are data only", at: offset)
    default:
      var fault = TemplateFault(.syntax, "there is no test '\(name)'", at: offset)
      fault.suggestion = Suggestion.nearest(to: name, among: TemplateTest.names)
      return fault
    }
  }
}
