/// Escaping as MarkupSafe does it: the five characters that mean something in HTML's text and attributes.
enum HTMLEscaping {
  static func append(_ string: String, to output: inout [UInt8]) {
    let done: Void? = string.utf8.withContiguousStorageIfAvailable { append($0, to: &output) }
    if done == nil { Array(string.utf8).withUnsafeBufferPointer { append($0, to: &output) } }
  }

  private static func append(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
    var runStart = 0
    for index in bytes.indices {
      guard let replacement = replacement(for: bytes[index]) else { continue }
      output.append(contentsOf: bytes[runStart..<index])
      replacement.withUTF8Buffer { output.append(contentsOf: $0) }
      runStart = index + 1
    }
    output.append(contentsOf: bytes[runStart...])
  }

  @inline(__always)
  private static func replacement(for byte: UInt8) -> StaticString? {
    switch byte {
    case UInt8(ascii: "&"): "&amp;"
    case UInt8(ascii: "<"): "&lt;"
    case UInt8(ascii: ">"): "&gt;"
    case UInt8(ascii: "'"): "&#39;"
    case UInt8(ascii: "\""): "&#34;"
    default: nil
    }
  }

  static func escaped(_ string: String) -> String {
    guard needsEscaping(string) else { return string }
    var output: [UInt8] = []
    output.reserveCapacity(string.utf8.count + 16)
    append(string, to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  static func needsEscaping(_ string: String) -> Bool { string.utf8.contains { replacement(for: $0) != nil } }
}
