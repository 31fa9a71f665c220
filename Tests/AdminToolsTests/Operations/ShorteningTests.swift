import AdminCore
import AdminTools
import Testing

@Suite("What is long is cut")
struct ShorteningTests {
  private static let long = String(repeating: "a long text ", count: 500)

  private static let values: [JSONValue] = [
    .string(long), .array((0..<5_000).map { .int($0) }),
    ["results": .array(Array(repeating: ["x": .string(long)], count: 200))],
    .object(JSONObject((0..<500).map { JSONObject.Member(key: "member \($0)", value: ["a": .string(long)]) })),
    .object(JSONObject((0..<900).map { JSONObject.Member(key: "\u{1F600}\"\\ \($0)", value: .int($0)) })),
  ]

  @Test(
    "Whatever a value holds, it fits into what it was given, and is said to be cut", arguments: values.indices,
    [300, 2_000])
  func fits(_ index: Int, _ bytes: Int) {
    let value = Self.values[index]
    var shortening = Shortening(isOn: true)
    let shown = shortening.value(value, to: bytes)
    #expect(shown.serialized.count <= bytes, "\(shown.serialized.count): \(shown.text)")
    #expect(shown.serialized.count > 20, "something is shown")
    #expect(shortening.hasCut)
  }

  @Test("What fits stays as it is, and so does everything where nothing is to be cut")
  func kept() {
    var shortening = Shortening(isOn: true)
    #expect(shortening.value(["a": [1, 2, 3]], to: 300) == ["a": [1, 2, 3]])
    #expect(!shortening.hasCut)
    var off = Shortening(isOn: false)
    #expect(off.value(.string(Self.long), to: 300) == .string(Self.long))
    #expect(!off.hasCut)
  }
}
