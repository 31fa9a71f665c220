package import AdminCore

/// The compact serialisation of RFC 7515, signed with RSA.
package enum JSONWebSignature {
  package static func sign(
    header: JSONObject, claims: JSONObject, key: RSAPrivateKey, _ scheme: RSASignatureScheme
  ) throws(CryptographyError) -> String {
    let input =
      Base64.encode(JSONValue.object(header).serialized, .url) + "."
      + Base64.encode(JSONValue.object(claims).serialized, .url)
    return input + "." + Base64.encode(try key.sign(Array(input.utf8), scheme), .url)
  }
}
