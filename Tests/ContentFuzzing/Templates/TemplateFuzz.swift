import AdminCore
import Content

/// What must hold for every template, whatever it says.
enum TemplateFuzz {
  /// A source, sound or not, in both ways of escaping.
  static func parsing(_ source: String) -> [String] {
    var faults = segments(source)
    for escaping in [Template.Escaping.html, .none] {
      do throws(TemplateError) {
        let template = try Template(source, escaping: escaping)
        faults += rendering(template, TemplateGenerator.contexts[0], source: source)
      } catch {
        faults += place(of: error, in: source)
      }
    }
    return faults
  }

  /// A template with values that try to become markup.
  static func rendering(_ item: DifferentialCase) -> [String] {
    let context = hostile(.object(item.context)).objectValue ?? [:]
    do throws(TemplateError) {
      let template = try Template(item.template, escaping: item.escaping)
      return rendering(template, context, source: item.template)
    } catch {
      return place(of: error, in: item.template)
    }
  }

  // MARK: What must hold

  /// The pieces of a source are the source again.
  private static func segments(_ source: String) -> [String] {
    guard let segments = try? TemplateSegments.split(source) else { return [] }
    let joined = segments.map { String($0.text) }.joined()
    return joined.utf8.elementsEqual(source.utf8) ? [] : ["the segments are not the source"]
  }

  /// An error says why, and where within the source.
  private static func place(of error: TemplateError, in source: String) -> [String] {
    var faults: [String] = []
    let lines = source.utf8.count { $0 == 0x0A || $0 == 0x0D } + 1
    if error.reason.isEmpty { faults.append("an error without a reason") }
    if !(1...lines).contains(error.line) || error.column < 1 || error.column > source.unicodeScalars.count + 1 {
      faults.append("an error outside the source: \(error)")
    }
    return faults
  }

  private static func rendering(_ template: Template, _ context: JSONObject, source: String) -> [String] {
    var faults: [String] = []
    let preview = Result { () throws(TemplateError) in try template.preview(context) }
    do throws(TemplateError) {
      let output = try template.render(context)
      faults += escaping(output, template.escaping, source)
      // A preview of what lacks nothing is the thing itself.
      switch preview {
      case .success(let shown):
        if !shown.missingVariables.isEmpty {
          faults.append("nothing is missing, but \(shown.missingVariables) are named")
        }
        if !shown.text.utf8.elementsEqual(output.utf8) { faults.append("the preview differs: \(shown.text)") }
      case .failure(let error): faults.append("the preview fails: \(error)")
      }
      if template.escaping == .html { faults += SanitizerFuzz.sanitizing(output) }
    } catch {
      faults += place(of: error, in: source)
      if error.kind == .undefined, case .success(let shown) = preview, let variable = error.variable,
        !shown.missingVariables.contains(variable)
      {
        faults.append("'\(variable)' is missing, but only \(shown.missingVariables) are named")
      }
    }
    return faults
  }

  /// Values do not become markup unless the template says that they are.
  private static func escaping(_ output: String, _ escaping: Template.Escaping, _ source: String) -> [String] {
    // What `striptags` has made text of is text, and a filter block writes it as it is.
    guard escaping == .html, !source.contains("safe"), !source.contains("striptags") else { return [] }
    return output.lowercased().contains(mark) ? ["a value has become markup: \(output)"] : []
  }

  private static let mark = "<x9z"

  private static func hostile(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text): .string(text + "\(mark) on='\"&>")
    case .array(let elements): .array(elements.map(hostile))
    case .object(let object): .object(JSONObject(object.members.map { .init(key: $0.key, value: hostile($0.value)) }))
    default: value
    }
  }
}
