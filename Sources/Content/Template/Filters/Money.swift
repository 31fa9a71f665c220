import AdminCore

/// Amounts of money as `1,234.50 USD`: the code behind the amount, a comma between thousands, a point before the minor
/// units, as many digits as the currency has, and a hyphen before what is owed.
///
/// The code stands for the currency because a sign does not tell which dollar is meant, and the amount is decimal
/// arithmetic throughout: the digits given, rounded half away from zero, as invoices are. A floating point number counts
/// as the digits it prints with.
enum Money {
  static func text(of value: TemplateValue, currency code: String) throws(TemplateFault) -> String {
    guard let minorDigits = Currency.minorDigits(of: code) else {
      var fault = TemplateFault.value("'\(VisibleText.excerpt(code, limit: 12))' is no currency; use an ISO 4217 code")
      fault.suggestion = Suggestion.nearest(to: code, among: Currency.codes)
      throw fault
    }
    guard let amount = Amount(try digits(of: value)) else {
      throw .value("'money' works on an amount such as 1234.5 or '1234.50'")
    }
    let (isNegative, whole, fraction) = amount.rounded(to: minorDigits)
    let sign = isNegative ? "-" : ""
    return sign + grouped(whole) + (fraction.isEmpty ? "" : "." + fraction) + " " + code
  }

  private static func digits(of value: TemplateValue) throws(TemplateFault) -> String {
    switch value {
    case .integer(let value): return String(value)
    case .float(let value) where value.isFinite: return PythonNumber.text(value)
    case .text(let text): return PythonText.trimmed(text.string)
    case .undefined(let undefined): throw undefined.fault
    default: throw .value("'money' works on a number, or a text that is one, not on \(value.kind)")
    }
  }

  private static func grouped(_ digits: String) -> String {
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.utf8.count - index) % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return result
  }

  /// A decimal number, exactly.
  private struct Amount {
    private let isNegative: Bool
    private let digits: [UInt8]
    /// How many of the digits are before the point; negative when zeros are missing behind it.
    private let point: Int

    /// - Parameter text: digits with at most one point among them, a sign before and an exponent behind.
    init?(_ text: String) {
      var rest = Array(text.utf8)[...]
      isNegative = rest.first == UInt8(ascii: "-")
      if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest.removeFirst() }
      let whole = rest.prefix { (0x30...0x39).contains($0) }
      rest.removeFirst(whole.count)
      var fraction: ArraySlice<UInt8> = []
      if rest.first == UInt8(ascii: ".") {
        rest.removeFirst()
        fraction = rest.prefix { (0x30...0x39).contains($0) }
        guard !fraction.isEmpty else { return nil }
        rest.removeFirst(fraction.count)
      }
      var exponent = 0
      if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
        guard let value = Int(String(decoding: rest.dropFirst(), as: UTF8.self)), abs(value) <= 400 else { return nil }
        exponent = value
        rest = []
      }
      guard !whole.isEmpty, rest.isEmpty, whole.count + fraction.count <= 400 else { return nil }
      digits = Array(whole + fraction)
      point = whole.count + exponent
    }

    func rounded(to places: Int) -> (isNegative: Bool, whole: String, fraction: String) {
      let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: max(0, 1 - point))
      var all = zeros + digits
      var whole = point + zeros.count
      let wanted = whole + places
      if all.count < wanted {
        all += [UInt8](repeating: UInt8(ascii: "0"), count: wanted - all.count)
      } else if all.count > wanted {
        let roundsUp = all[wanted] >= UInt8(ascii: "5")
        all.removeLast(all.count - wanted)
        if roundsUp {
          let count = all.count
          PythonArithmetic.increment(&all)
          whole += all.count - count
        }
      }
      let leading = all.prefix(whole).prefix { $0 == UInt8(ascii: "0") }.count
      let integer = all[min(leading, whole - 1)..<whole]
      let isZero = all.allSatisfy { $0 == UInt8(ascii: "0") }
      return (
        isNegative && !isZero, String(decoding: integer, as: UTF8.self), String(decoding: all[whole...], as: UTF8.self)
      )
    }
  }
}

/// The currencies of ISO 4217 and how many digits their minor units take.
enum Currency {
  static func minorDigits(of code: String) -> Int? { digitsByCode[code] }

  static let codes: [String] = digitsByCode.keys.sorted()

  private static let digitsByCode: [String: Int] = {
    var digits: [String: Int] = [:]
    for (count, codes) in [(0, without), (2, hundredths), (3, thousandths), (4, tenThousandths)] {
      for code in codes.description.split(separator: " ") { digits[String(code)] = count }
    }
    return digits
  }()

  private static let without: StaticString = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
  private static let thousandths: StaticString = "BHD IQD JOD KWD LYD OMR TND"
  private static let tenThousandths: StaticString = "CLF UYW"
  private static let hundredths: StaticString = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC \
    CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES \
    KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR \
    NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT \
    TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
    """
}
