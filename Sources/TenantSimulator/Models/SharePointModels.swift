/// The types of SharePoint and OneDrive, as far as the simulator knows them.
enum SharePointModel {
  static let site = ModelType(
    "site",
    .of(
      .text, .byDefault, "id", "createdDateTime", "description", "lastModifiedDateTime", "name", "webUrl",
      "displayName", "root", "siteCollection"))

  static let listInfo = ModelType(
    "listInfo",
    [
      ModelProperty("template", .text), ModelProperty("hidden", .boolean),
      ModelProperty("contentTypesEnabled", .boolean),
    ])

  /// The facets of a column, one of which says what it holds.
  static let columnFacets: [ModelProperty] = [
    ModelProperty(
      "text",
      .complex(
        ModelType(
          "textColumn",
          .of(.boolean, "allowMultipleLines", "appendChangesToExistingText")
            + .of(.int32, "linesForEditing", "maxLength") + .of(.text, "textType"))), .onCreate),
    ModelProperty(
      "number",
      .complex(
        ModelType("numberColumn", .of(.text, "decimalPlaces", "displayAs") + .of(.double, "maximum", "minimum"))),
      .onCreate),
    ModelProperty(
      "choice",
      .complex(
        ModelType(
          "choiceColumn",
          [ModelProperty("allowTextEntry", .boolean), ModelProperty("choices", .collection(.text))]
            + .of(.text, "displayAs"))), .onCreate),
    ModelProperty("dateTime", .complex(ModelType("dateTimeColumn", .of(.text, "displayAs", "format"))), .onCreate),
    ModelProperty("boolean", .complex(ModelType("booleanColumn", [])), .onCreate),
    ModelProperty(
      "personOrGroup",
      .complex(
        ModelType(
          "personOrGroupColumn",
          .of(.boolean, "allowMultipleSelection") + .of(.text, "chooseFromType", "displayAs"))), .onCreate),
    ModelProperty(
      "hyperlinkOrPicture", .complex(ModelType("hyperlinkOrPictureColumn", .of(.boolean, "isPicture"))), .onCreate),
  ]

  static let column = ModelType(
    "columnDefinition",
    [
      ModelProperty("id", .text, .byDefault), ModelProperty("name", .string(maximum: 255), [.byDefault, .onCreate]),
    ] + .of(.text, [.byDefault, .onCreate], "displayName", "description")
      + .of(.boolean, [.byDefault, .onCreate], "required", "indexed", "enforceUniqueValues", "hidden")
      + columnFacets.map { ModelProperty($0.name, $0.kind, [.byDefault, .onCreate]) })

  static let list = ModelType(
    "list",
    [
      ModelProperty("displayName", .string(maximum: 255), [.byDefault, .onCreate]),
      ModelProperty("description", .text, [.byDefault, .onCreate]),
      ModelProperty("list", .complex(listInfo), [.byDefault, .onCreate]),
      ModelProperty("columns", .collection(.complex(column)), .onCreate),
    ]
      + .of(
        .text, .byDefault, "id", "name", "createdDateTime", "lastModifiedDateTime", "webUrl", "eTag",
        "parentReference"))

  static let identity = ModelType("identity", .of(.text, "id", "displayName"))

  static let identitySet = ModelType(
    "identitySet", .of(.complex(identity), "application", "user", "device"))

  static let permission = ModelType(
    "permission",
    [
      ModelProperty("roles", .collection(.text), [.byDefault, .writable]),
      ModelProperty("grantedToIdentities", .collection(.complex(identitySet)), [.byDefault, .onCreate]),
      ModelProperty("grantedToIdentitiesV2", .collection(.complex(identitySet)), [.byDefault, .onCreate]),
    ] + .of(.text, .byDefault, "id", "grantedTo", "grantedToV2", "invitation", "expirationDateTime"))

  static let drive = ModelType(
    "drive",
    .of(.text, .byDefault, "id", "name", "description", "createdDateTime", "webUrl", "driveType", "owner", "quota"))

  static let driveItem = ModelType(
    "driveItem",
    [
      ModelProperty("name", .string(maximum: 255), [.byDefault, .onCreate]),
      ModelProperty("folder", .complex(ModelType("folder", .of(.int32, "childCount"))), [.byDefault, .onCreate]),
      ModelProperty("file", .complex(ModelType("file", .of(.text, "mimeType"))), [.byDefault, .onCreate]),
      ModelProperty("size", .int64, .byDefault),
    ]
      + .of(
        .text, .byDefault, "id", "createdDateTime", "lastModifiedDateTime", "eTag", "webUrl", "parentReference",
        "root"))

  static let recipient = ModelType("driveRecipient", .of(.text, "alias", "email", "objectId"))
}
