/// What a property may hold.
indirect enum ValueKind: Sendable {
  case string(maximum: Int)
  case boolean
  case int32
  case int64
  case double
  case guid
  case dateTime
  /// Base64.
  case binary
  /// One of a closed list of names, compared without case.
  case enumeration([String])
  case complex(ModelType)
  case collection(ValueKind)
  /// A relationship: reached by `$expand` or by a path of its own, never part of a body.
  case navigation
  /// `owners@odata.bind` and the like: addresses of objects that a body ties to what it makes. Written, never read.
  case binding
  case bindings

  static let text = ValueKind.string(maximum: .max)

  /// The name the service's own messages use.
  var edmName: String {
    switch self {
    case .string, .guid: "Edm.String"
    case .boolean: "Edm.Boolean"
    case .int32: "Edm.Int32"
    case .int64: "Edm.Int64"
    case .double: "Edm.Double"
    case .dateTime: "Edm.DateTimeOffset"
    case .binary: "Edm.Binary"
    case .enumeration: "an enumeration"
    case .complex(let type): type.name
    case .collection(let element): "Collection(\(element.edmName))"
    case .navigation: "a navigation property"
    case .binding: "a reference"
    case .bindings: "a collection of references"
    }
  }
}

extension ValueKind {
  /// Whether `$select` may name such a property.
  var isSelectable: Bool {
    switch self {
    case .binding, .bindings: false
    default: true
    }
  }
}

/// How far a property takes part in `$filter`.
enum FilterSupport: Sendable {
  case none
  /// The directory's usual support: `eq`, `in`, `startsWith`, `ge`, `le` and `any` at once; `ne`, `not` and `endsWith`
  /// as advanced queries.
  case standard
  /// Only as part of an advanced query.
  case advanced
  /// Every operator, as Exchange has it.
  case full
}

struct ModelProperty: Sendable {
  struct Traits: OptionSet, Sendable {
    let rawValue: Int
    /// Part of an answer that has no `$select`.
    static let byDefault = Traits(rawValue: 1)
    static let onCreate = Traits(rawValue: 2)
    static let onUpdate = Traits(rawValue: 4)
    /// `$orderby` may name it.
    static let sortable = Traits(rawValue: 8)
    /// `$search` may name it.
    static let searchable = Traits(rawValue: 16)
    static let writable: Traits = [.onCreate, .onUpdate]
  }

  let name: String
  let kind: ValueKind
  let traits: Traits
  let filter: FilterSupport

  init(_ name: String, _ kind: ValueKind, _ traits: Traits = [], filter: FilterSupport = .none) {
    self.name = name
    self.kind = kind
    self.traits = traits
    self.filter = filter
  }
}

extension [ModelProperty] {
  /// Several properties of one kind.
  static func of(_ kind: ValueKind, _ traits: ModelProperty.Traits, _ names: String...) -> [ModelProperty] {
    names.map { ModelProperty($0, kind, traits) }
  }

  static func of(_ kind: ValueKind, _ names: String...) -> [ModelProperty] { names.map { ModelProperty($0, kind) } }
}

/// A type of the service's model: every property it has, and nothing else is accepted or given.
struct ModelType: Sendable {
  /// `microsoft.graph.user`.
  let name: String
  let properties: [ModelProperty]
  private let positions: [String: Int]

  init(_ name: String, _ properties: [ModelProperty]) {
    self.name = "microsoft.graph." + name
    self.properties = properties
    positions = Dictionary(uniqueKeysWithValues: properties.enumerated().map { ($1.name, $0) })
  }

  subscript(name: String) -> ModelProperty? { positions[name].map { properties[$0] } }

  /// `User`, as the directory's messages call it.
  var resourceName: String {
    let short = name.split(separator: ".").last ?? ""
    return short.prefix(1).uppercased() + short.dropFirst()
  }

  var defaultNames: [String] { properties.filter { $0.traits.contains(.byDefault) }.map(\.name) }
}
