import TestSupport
import Testing

/// Holds what was said against the official shapes, and says why where that cannot be.
func expectOfficialShapes(
  _ evidence: OfficialShapes.Evidence..., sourceLocation: SourceLocation = #_sourceLocation
) throws {
  guard OfficialShapes.isAvailable else { return print("skipped: official shapes: \(OfficialShapes.reasonToSkip)") }
  for piece in evidence {
    #expect(try OfficialShapes.complaints(about: piece) == [], sourceLocation: sourceLocation)
  }
}
