import AdminCore
import Cryptography

/// A token in the compact form of RFC 7515, taken apart and not yet believed.
struct JSONWebToken: Sendable {
  let header: JSONObject
  let claims: JSONObject
  let signature: [UInt8]
  /// What the signature is over.
  let signedBytes: [UInt8]

  init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard text.utf8.count <= 16_384, parts.count == 3, let header = Self.object(parts[0]),
      let claims = Self.object(parts[1]), let signature = Base64.decode(parts[2], .url)
    else { return nil }
    self.header = header
    self.claims = claims
    self.signature = signature
    signedBytes = Array("\(parts[0]).\(parts[1])".utf8)
  }

  private static func object(_ part: Substring) -> JSONObject? {
    guard let bytes = Base64.decode(part, .url) else { return nil }
    return try? JSONParser.parse(bytes).objectValue
  }

  /// Whether `key` signed it, by an algorithm that is fit for it.
  func isSigned(by key: RSAPublicKey, allowing algorithms: Set<String>) -> Bool {
    guard let algorithm = header["alg"]?.stringValue, algorithms.contains(algorithm) else { return false }
    switch algorithm {
    case "PS256": return key.isValid(signature, for: signedBytes, .ps256)
    case "RS256": return key.isValid(signature, for: signedBytes, .rs256)
    default: return false
    }
  }

  func moment(_ claim: String) -> Timestamp? { claims[claim]?.intValue.map { Timestamp(seconds: Int64($0)) } }
}
