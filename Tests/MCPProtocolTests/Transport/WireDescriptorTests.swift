import Glibc
import MCPProtocol
import TestSupport
import Testing

@Suite("Writing without waiting")
struct WireDescriptorTests {
  private static func write(_ count: Int, to wire: borrowing WireDescriptor) -> WireDescriptor.Progress {
    [UInt8](repeating: 0x61, count: count).withUnsafeBytes { wire.writeAtOnce($0) }
  }

  @Test("An empty pipe takes all it can hold, a full one nothing, and one with room for a page that page")
  func pipes() {
    let ends = PrivatePipe.make()
    defer { close(ends.read) }
    let wire = WireDescriptor(ends.write)
    let capacity = Int(fcntl(ends.write, 1032))
    #expect(Self.write(capacity + 10_000, to: wire) == .written(capacity))
    #expect(Self.write(10_000, to: wire) == .written(0))
    var page = [UInt8](repeating: 0, count: 4096)
    #expect(read(ends.read, &page, page.count) == page.count)
    #expect(Self.write(10_000, to: wire) == .written(page.count))
  }

  @Test("A pipe that nobody will read is broken, whatever is written to it", arguments: [10, 10_000])
  func broken(count: Int) {
    signal(SIGPIPE, SIG_IGN)
    let ends = PrivatePipe.make()
    let wire = WireDescriptor(ends.write)
    close(ends.read)
    #expect(Self.write(count, to: wire) == .broken)
  }
}
