@_spi(_Unicode) import Swift

extension String {
  /// Normalization Form C (Unicode Standard Annex 15). The one place that uses the standard library's own.
  package var normalizedNFC: String { String(String.UnicodeScalarView(_nfc)) }

  /// Normalization Form D: letters apart from the marks on them.
  package var normalizedNFD: String { String(String.UnicodeScalarView(_nfd)) }
}
