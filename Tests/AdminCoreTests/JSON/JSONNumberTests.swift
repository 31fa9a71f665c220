import AdminCore
import TestSupport
import Testing

@Suite("Numbers of JSON")
struct JSONNumberTests {
  private func number(_ text: String) throws -> JSONNumber {
    guard case .number(let number) = try JSONParser.parse(text) else { throw Mismatch() }
    return number
  }

  private struct Mismatch: Error {}

  @Test(
    "A number keeps the form it was written in",
    arguments: [
      "0", "-0", "1", "-1", "1.0", "1.50", "1e2", "1E2", "1e+2", "1e-2", "-0.0", "0e0", "9007199254740992",
      "9007199254740993", "-9007199254740993", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
      "-9223372036854775809", "123456789012345678901234567890", "1e400", "-1e400", "1e-400", "999999999999999999",
      "1000000000000000000", "0.1", "3.141592653589793238462643383279",
    ])
  func keepsForm(text: String) throws {
    #expect(try JSONParser.parse(text).text == text)
    #expect(try JSONParser.parse("[\(text)]").text == "[\(text)]")
  }

  @Test(
    "A whole number of 64 bits is an integer in whatever form, and never a rounded one",
    arguments: [
      ("3", 3), ("3.0", 3), ("-3.000", -3), ("3e0", 3), ("3e2", 300), ("0.3e1", 3), ("1.5e1", 15), ("1200e-2", 12),
      ("-0", 0), ("0.0", 0), ("0e999999999999999999999", 0), ("9007199254740993", 9_007_199_254_740_993),
      ("9007199254740993.0", 9_007_199_254_740_993), ("9.007199254740993e15", 9_007_199_254_740_993),
      ("9223372036854775807", .max), ("9223372036854775807.0", .max), ("-9223372036854775808", .min),
      ("-9223372036854775808.0", .min), ("1e18", 1_000_000_000_000_000_000), ("0.000001e24", 1_000_000_000_000_000_000),
      ("9223372036854775808", nil), ("-9223372036854775809", nil), ("9223372036854775808.0", nil), ("1e19", nil),
      ("1e400", nil), ("3.5", nil), ("1.00000000000000000000001", nil), ("1e-1", nil), ("12e-2", nil),
      ("1e999999999999999999999", nil), ("1e-999999999999999999999", nil), ("0.5", nil),
    ] as [(String, Int64?)])
  func integers(text: String, integer: Int64?) throws {
    #expect(try number(text).integer == integer)
    #expect(try JSONParser.parse(text).intValue == integer.map(Int.init))
    #expect(try JSONParser.parse(text).typeName == (integer == nil ? "number" : "integer"))
  }

  @Test(
    "As a double a number is the nearest one",
    arguments: [
      ("1.5", 1.5), ("-0", -0.0), ("1e2", 100), ("9007199254740993", 9_007_199_254_740_992), ("1e400", .infinity),
      ("-1e400", -.infinity), ("1e-400", 0), ("5e-324", .leastNonzeroMagnitude),
      ("1.7976931348623157e308", .greatestFiniteMagnitude),
    ] as [(String, Double)])
  func doubles(text: String, double: Double) throws {
    #expect(try number(text).double == double)
    #expect(try number(text).double.sign == double.sign)
  }

  @Test(
    "Numbers are equal in value, whatever their form",
    arguments: [
      ("1", "1.0", true), ("1", "1e0", true), ("100", "1e2", true), ("0", "-0", true), ("0.5", "5e-1", true),
      ("9007199254740993", "9007199254740993.0", true), ("9223372036854775808", "9223372036854775808.0", true),
      ("1e400", "1e400", true), ("9007199254740992", "9007199254740993", false),
      ("-9223372036854775808", "-9223372036854775809", false), ("1e400", "2e400", false), ("1e400", "-1e400", false),
      ("1", "2", false), ("1", "1.5", false), ("0", "1e-400", false),
      ("9223372036854775807", "9223372036854775808", false),
    ])
  func equality(left: String, right: String, areEqual: Bool) throws {
    let (left, right) = (try number(left), try number(right))
    #expect((left == right) == areEqual)
    #expect((right == left) == areEqual)
    if areEqual { #expect(left.hashValue == right.hashValue) }
  }

  @Test("A double becomes the shortest text that reads back as the same double")
  func fromDoubles() throws {
    #expect(JSONNumber(Double.infinity) == nil)
    #expect(JSONNumber(Double.nan) == nil)
    #expect(JSONNumber(0.1)?.text == "0.1")
    var random = SeededRandom(seed: 11)
    for _ in 0..<2000 {
      let double = Double(bitPattern: random.next())
      guard let made = JSONNumber(double) else {
        #expect(!double.isFinite)
        continue
      }
      #expect(try number(made.text).double == double)
      #expect(try number(made.text).text == made.text)
    }
  }

  @Test("An integer of any width is written in full")
  func fromIntegers() {
    #expect(JSONValue.int(UInt64.max).text == "18446744073709551615")
    #expect(JSONValue.int(Int64.min).text == "-9223372036854775808")
    #expect(JSONValue.int(UInt8(7)) == 7)
    #expect(JSONNumber(Int(-5)).text == "-5")
  }
}
