import AdminCore
import Store

extension TemplateContent {
  /// As the journal has it.
  var journalled: JSONObject {
    [
      "name": .string(name), "subject": .string(subject), "bodyHtml": .string(bodyHTML),
      "bodyText": .optional(bodyText), "category": .string(category), "variables": .strings(variables),
      "description": .optional(description),
    ]
  }

  init?(journalled json: JSONValue?) {
    guard let json, let name = json["name"]?.stringValue, let subject = json["subject"]?.stringValue,
      let bodyHTML = json["bodyHtml"]?.stringValue, let category = json["category"]?.stringValue
    else { return nil }
    self.init(
      name: name, subject: subject, bodyHTML: bodyHTML, bodyText: json["bodyText"]?.stringValue, category: category,
      variables: json["variables"]?.arrayValue?.compactMap(\.stringValue) ?? [],
      description: json["description"]?.stringValue)
  }
}

extension EmailTemplate {
  /// What a change answers.
  var outcome: JSONObject {
    [
      "templateId": .string(id.text), "templateName": .string(content.name), "category": .string(content.category),
      "version": .int(version),
    ]
  }
}
