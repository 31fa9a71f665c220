import AdminCore
import Testing

/// Sizes around the one at which an object begins to keep a table of positions.
private let sizes = [0, 1, 2, 12, 31, 32, 33, 34, 100]

private func object(_ count: Int) -> JSONObject {
  JSONObject((0..<count).map { JSONObject.Member(key: "key\($0)", value: .int($0)) })
}

@Suite("JSON objects")
struct JSONObjectTests {
  @Test("Members are found and keep their order, in small objects and in long ones", arguments: sizes)
  func lookup(count: Int) throws {
    let built = object(count)
    let parsed = try JSONParser.parse(JSONValue.object(built).serialized).objectValue
    for object in [built, try #require(parsed)] {
      #expect(object.count == count)
      #expect(object.isEmpty == (count == 0))
      #expect(object.keys == (0..<count).map { "key\($0)" })
      #expect(object.map(\.key) == object.keys)
      for index in 0..<count { #expect(object["key\(index)"] == .int(index)) }
      #expect(object["key\(count)"] == nil)
    }
  }

  @Test("A member set again keeps its place; a new one comes last", arguments: sizes)
  func setting(count: Int) {
    var changed = object(count)
    changed["new"] = "n"
    if count > 0 {
      changed["key0"] = "first"
      #expect(changed.keys.first == "key0")
      #expect(changed["key0"] == "first")
    }
    #expect(changed.keys.last == "new")
    #expect(changed["new"] == "n")
    #expect(changed.count == count + 1)
  }

  @Test("A removed member is gone and the others are still found", arguments: sizes)
  func removing(count: Int) {
    var rest = object(count)
    rest["nothing"] = nil
    #expect(rest.count == count)
    for index in stride(from: 0, to: count, by: 2) {
      rest["key\(index)"] = nil
      #expect(rest["key\(index)"] == nil)
      #expect(rest["key\(index + 1)"] == (index + 1 < count ? .int(index + 1) : nil))
    }
    #expect(rest.keys == (0..<count).filter { !$0.isMultiple(of: 2) }.map { "key\($0)" })
    for index in 0..<count where index.isMultiple(of: 2) { rest["key\(index)"] = true }
    #expect(rest.count == count)
    #expect(
      rest == JSONObject((0..<count).map { .init(key: "key\($0)", value: $0.isMultiple(of: 2) ? true : .int($0)) }))
  }

  @Test("Order does not matter to equality and hash; everything else does", arguments: sizes)
  func equality(count: Int) {
    let forward = object(count)
    let backward = JSONObject(forward.members.reversed())
    #expect(forward == backward)
    #expect(forward.hashValue == backward.hashValue)
    #expect(JSONValue.object(forward) == .object(backward))
    var other = forward
    other["key0"] = "other"
    #expect(other != forward)
    var longer = forward
    longer["more"] = nil as JSONValue?
    #expect(longer == forward)
    longer["more"] = .null
    #expect(longer != forward)
    #expect(Set([forward, backward, other, longer]).count == 3)
  }

  @Test("Of members with one key the last counts, at the place of the first")
  func repeatedKeys() {
    let object = JSONObject([
      .init(key: "a", value: 1), .init(key: "b", value: 2), .init(key: "a", value: 3),
    ])
    #expect(JSONValue.object(object).text == #"{"a":3,"b":2}"#)
    #expect((["a": 1, "b": 2, "a": 3] as JSONValue).text == #"{"a":3,"b":2}"#)
  }

  @Test("Merging sets the members of the other over its own")
  func merging() {
    let merged = (["a": 1, "b": 2] as JSONObject).merging(["b": 3, "c": 4])
    #expect(JSONValue.object(merged).text == #"{"a":1,"b":3,"c":4}"#)
    #expect(([:] as JSONObject).merging([:]).isEmpty)
  }
}
