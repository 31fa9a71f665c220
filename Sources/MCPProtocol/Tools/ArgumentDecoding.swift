import AdminCore

/// Gives each `@Param` of an input its own argument and its own declaration, whose default it may need.
///
/// Only what the synthesised initialisers of inputs use is served; everything else throws.
final class ObjectDecoder: Decoder {
  fileprivate let object: JSONObject
  fileprivate let shape: InputShape
  fileprivate let path: String

  init(object: JSONObject, shape: InputShape, path: String) {
    self.object = object
    self.shape = shape
    self.path = path
  }

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(ArgumentContainer<Key>(decoder: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw unservedDecoding }
  func singleValueContainer() throws -> any SingleValueDecodingContainer { throw unservedDecoding }
}

/// Stands for one argument, given or not.
final class ArgumentDecoder: Decoder {
  let value: JSONValue?
  let declaration: any DeclaredParam
  let path: String

  init(value: JSONValue?, declaration: any DeclaredParam, path: String) {
    self.value = value
    self.declaration = declaration
    self.path = path
  }

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    throw unservedDecoding
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw unservedDecoding }
  func singleValueContainer() throws -> any SingleValueDecodingContainer { throw unservedDecoding }
}

private let unservedDecoding = DecodingError.dataCorrupted(
  .init(codingPath: [], debugDescription: "An input holds something else than @Params."))

private struct ArgumentContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: ObjectDecoder

  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { decoder.shape.members.compactMap { Key(stringValue: $0.name) } }

  func contains(_ key: Key) -> Bool { decoder.object[key.stringValue] != nil }
  func decodeNil(forKey key: Key) throws -> Bool { throw unservedDecoding }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    let name = key.stringValue
    guard let member = decoder.shape.members.first(where: { $0.name == name }) else { throw unservedDecoding }
    let path = decoder.path + JSONPointer.token(name)
    return try T(from: ArgumentDecoder(value: decoder.object[name], declaration: member.param, path: path))
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<NestedKey> { throw unservedDecoding }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw unservedDecoding }
  func superDecoder() throws -> any Decoder { throw unservedDecoding }
  func superDecoder(forKey key: Key) throws -> any Decoder { throw unservedDecoding }
}
