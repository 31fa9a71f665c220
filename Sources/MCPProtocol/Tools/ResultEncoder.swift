import AdminCore

/// Writes a result straight into JSON, without a tree in between.
///
/// Serves strings, booleans, integers, doubles, lists, objects and `FieldValue`s, which is what results are made of;
/// anything else throws.
final class ResultEncoder: Encoder {
  var writer = JSONWriter(reserving: 1024)
  /// The closing brackets of what is open.
  private var open: [UInt8] = []

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func encodeRoot(_ value: some Encodable) throws { try encode(value) }

  fileprivate func encode<T: Encodable>(_ value: T) throws {
    let depth = open.count
    try value.encode(to: self)
    close(to: depth)
  }

  func write(_ value: some FieldValue) { value.write(to: &writer) }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    begin(UInt8(ascii: "{"), UInt8(ascii: "}"))
    return KeyedEncodingContainer(FieldContainer<Key>(encoder: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    begin(UInt8(ascii: "["), UInt8(ascii: "]"))
    return ItemContainer(encoder: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { ScalarContainer(encoder: self) }

  private func begin(_ bracket: UInt8, _ closing: UInt8) {
    writer.open(bracket)
    open.append(closing)
  }

  private func close(to depth: Int) {
    while open.count > depth, let bracket = open.popLast() { writer.close(bracket) }
  }

  // MARK: Scalars

  fileprivate func scalar(_ value: String) { writer.string(VisibleText.shown(value)) }

  /// Whole numbers are written without a fraction.
  fileprivate func scalar(_ value: Double) throws {
    if let whole = Int64(exactly: value) { return writer.int(whole) }
    guard let number = JSONNumber(value) else {
      throw EncodingError.invalidValue(value, .init(codingPath: [], debugDescription: "JSON knows no such number."))
    }
    writer.number(number)
  }
}

private func unserved(_ value: Any) -> EncodingError {
  EncodingError.invalidValue(
    value, .init(codingPath: [], debugDescription: "A result holds a \(type(of: value)), which is not supported."))
}

private struct FieldContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let encoder: ResultEncoder

  var codingPath: [any CodingKey] { [] }

  mutating func encodeNil(forKey key: Key) throws {
    encoder.writer.key(key.stringValue)
    encoder.writer.null()
  }

  mutating func encode(_ value: String, forKey key: Key) throws {
    encoder.writer.key(key.stringValue)
    encoder.scalar(value)
  }

  mutating func encode(_ value: Bool, forKey key: Key) throws {
    encoder.writer.key(key.stringValue)
    encoder.writer.bool(value)
  }

  mutating func encode(_ value: Int, forKey key: Key) throws {
    encoder.writer.key(key.stringValue)
    encoder.writer.int(Int64(value))
  }

  mutating func encode(_ value: Int64, forKey key: Key) throws {
    encoder.writer.key(key.stringValue)
    encoder.writer.int(value)
  }

  mutating func encode(_ value: Double, forKey key: Key) throws {
    encoder.writer.key(key.stringValue)
    try encoder.scalar(value)
  }

  mutating func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
    encoder.writer.key(key.stringValue)
    try encoder.encode(value)
  }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy keyType: NestedKey.Type, forKey key: Key
  ) -> KeyedEncodingContainer<NestedKey> {
    encoder.writer.key(key.stringValue)
    return encoder.container(keyedBy: keyType)
  }

  mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    encoder.writer.key(key.stringValue)
    return encoder.unkeyedContainer()
  }

  mutating func superEncoder() -> any Encoder { encoder }
  mutating func superEncoder(forKey key: Key) -> any Encoder { encoder }
}

private struct ItemContainer: UnkeyedEncodingContainer {
  let encoder: ResultEncoder
  private(set) var count = 0

  init(encoder: ResultEncoder) { self.encoder = encoder }

  var codingPath: [any CodingKey] { [] }

  mutating func encodeNil() throws { encoder.writer.null() }
  mutating func encode(_ value: String) throws { encoder.scalar(value) }
  mutating func encode(_ value: Bool) throws { encoder.writer.bool(value) }
  mutating func encode(_ value: Int) throws { encoder.writer.int(Int64(value)) }
  mutating func encode(_ value: Int64) throws { encoder.writer.int(value) }
  mutating func encode(_ value: Double) throws { try encoder.scalar(value) }
  mutating func encode<T: Encodable>(_ value: T) throws { try encoder.encode(value) }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy keyType: NestedKey.Type
  ) -> KeyedEncodingContainer<NestedKey> { encoder.container(keyedBy: keyType) }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder.unkeyedContainer() }
  mutating func superEncoder() -> any Encoder { encoder }
}

private struct ScalarContainer: SingleValueEncodingContainer {
  let encoder: ResultEncoder

  var codingPath: [any CodingKey] { [] }

  mutating func encodeNil() throws { encoder.writer.null() }
  mutating func encode(_ value: String) throws { encoder.scalar(value) }
  mutating func encode(_ value: Bool) throws { encoder.writer.bool(value) }
  mutating func encode(_ value: Int) throws { encoder.writer.int(Int64(value)) }
  mutating func encode(_ value: Int64) throws { encoder.writer.int(value) }
  mutating func encode(_ value: Double) throws { try encoder.scalar(value) }
  /// Other numbers end up here as themselves, and would go round in circles.
  mutating func encode<T: Encodable>(_ value: T) throws { throw unserved(value) }
}
