import AdminCore

/// The keys that every persona has, whatever a tenant lays down besides.
enum BuiltInKeys {
  /// Its value says which part of an agent's instances get other settings.
  static let experiments = "experiments"

  static let all: [KeyDefinition] = [
    define("systemPrompt", ["SystemMessage"], ["type": "string", "maxLength": 32_768]),
    define("responseStyleGuide", ["ResponseStyleGuide"], ["type": "string", "maxLength": 8192]),
    define("llmTemperatureOverride", ["LlmTemperature"], ["type": "number", "minimum": 0, "maximum": 2]),
    define("llmTopP", [], ["type": "number", "minimum": 0, "maximum": 1]),
    define("llmMaxOutputTokens", [], ["type": "integer", "minimum": 1, "maximum": 200_000]),
    define(
      "featureFlags", [], ["type": "object", "additionalProperties": ["type": "boolean"], "maxProperties": 100]),
    define(
      "customAgenticParameters", [],
      [
        "type": "object",
        "properties": [
          "maxReflectionLoops": ["type": "integer", "minimum": 0, "maximum": 20],
          "confidenceThresholdForAction": ["type": "number", "minimum": 0, "maximum": 1],
        ],
      ], maximumDepth: 8),
    define(
      "toolAccessRules", [],
      [
        "type": "object", "additionalProperties": false,
        "properties": ["allow": ["$ref": "#/$defs/globs"], "deny": ["$ref": "#/$defs/globs"]],
        "$defs": [
          "globs": ["type": "array", "maxItems": 200, "items": ["type": "string", "minLength": 1, "maxLength": 128]]
        ],
      ]),
    define(experiments, [], experimentSchema),
  ].compactMap { $0 }

  private static let experimentSchema: JSONValue = [
    "type": "object", "maxProperties": 20,
    "additionalProperties": [
      "type": "object", "additionalProperties": false, "required": ["variants"],
      "properties": [
        "enabled": ["type": "boolean"], "salt": ["type": "string", "maxLength": 128],
        "variants": [
          "type": "array", "minItems": 1, "maxItems": 10,
          "items": [
            "type": "object", "additionalProperties": false, "required": ["name", "percentage", "settings"],
            "properties": [
              "name": ["type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"],
              "percentage": ["type": "number", "minimum": 0, "maximum": 100],
              "settings": ["type": "object", "maxProperties": 50],
            ],
          ],
        ],
      ],
    ],
  ]

  private static func define(
    _ name: String, _ aliases: [String], _ schema: JSONValue, maximumDepth: Int = KeyDefinition.deepestValue
  ) -> KeyDefinition? {
    guard let compiled = try? JSONSchema(schema) else { return nil }
    return KeyDefinition(name, aliases: aliases, schema: schema, compiled: compiled, maximumDepth: maximumDepth)
  }
}
