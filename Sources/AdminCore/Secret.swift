/// A value that must not be seen: it does not print, does not reflect and does not encode. Whoever needs it has to say
/// `reveal()`, which is what a reviewer looks for.
package struct Secret<Value: Sendable>: Sendable {
  private let value: Value

  package init(_ value: Value) { self.value = value }

  package func reveal() -> Value { value }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "[secret]" }
  package var debugDescription: String { "[secret]" }
  package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension Secret: Equatable where Value == [UInt8] {
  /// Compares in time that depends on the length alone.
  package static func == (left: Secret, right: Secret) -> Bool {
    guard left.value.count == right.value.count else { return false }
    var difference: UInt8 = 0
    for (leftByte, rightByte) in zip(left.value, right.value) { difference |= leftByte ^ rightByte }
    return difference == 0
  }
}
