/// The lines that wait to be written, and who may write them. A value: the outbox around it holds the lock and does the
/// writing.
struct OutboxQueue {
  /// Short lines are gathered up to this size and written together.
  static let pieceSize = 64 << 10

  /// Whoever waits for the queue is told here what to do once the lock is gone.
  struct Wakeups {
    var isIdle = false
    var hasRoom = false
  }

  private let limit: Int
  private var pieces: [[UInt8]] = []
  private var first = 0
  private var isWriting = false
  private var readerWaits = false
  private(set) var queuedBytes = 0
  private(set) var isClosed = false

  /// - Parameter limit: above it the reader is to wait; below half of it, to go on.
  init(limit: Int) { self.limit = limit }

  var isCongested: Bool { queuedBytes > limit }

  mutating func append(_ line: [UInt8]) {
    guard !isClosed else { return }
    queuedBytes += line.count + 1
    let last = pieces.count - 1
    if last >= first, pieces[last].count + line.count < Self.pieceSize {
      pieces[last].append(contentsOf: line)
      pieces[last].append(0x0A)
    } else {
      var piece: [UInt8] = []
      piece.reserveCapacity(line.count + 1)
      piece.append(contentsOf: line)
      piece.append(0x0A)
      pieces.append(piece)
    }
  }

  /// The next piece, for a thread that wants to become the writer; `nil` when there is nothing or somebody writes.
  mutating func startWriting() -> [UInt8]? {
    guard !isWriting, let piece = nextPiece() else { return nil }
    isWriting = true
    return piece
  }

  /// Notes what the writer wrote and gives it the next piece; without one it is the writer no longer.
  mutating func wrote(_ count: Int) -> (next: [UInt8]?, Wakeups) {
    guard !isClosed else { return (nil, Wakeups()) }
    queuedBytes -= count
    let next = nextPiece()
    isWriting = next != nil
    var wakeups = Wakeups(isIdle: next == nil)
    if readerWaits, queuedBytes <= limit / 2 {
      readerWaits = false
      wakeups.hasRoom = true
    }
    return (next, wakeups)
  }

  /// Notes a part of a piece; the writer goes on with the rest of it.
  mutating func wroteSome(_ count: Int) {
    if !isClosed { queuedBytes -= count }
  }

  /// Whether the reader has to wait now; it is woken by a later `wrote` or `close`.
  mutating func readerMustWait() -> Bool {
    readerWaits = isCongested && !isClosed
    return readerWaits
  }

  /// Drops everything. What a writer has in hand no longer counts.
  mutating func close() -> Wakeups {
    let wakeups = Wakeups(isIdle: true, hasRoom: readerWaits)
    self = OutboxQueue(limit: limit)
    isClosed = true
    return wakeups
  }

  private mutating func nextPiece() -> [UInt8]? {
    guard first < pieces.count else { return nil }
    var piece: [UInt8] = []
    swap(&piece, &pieces[first])
    first += 1
    if first == pieces.count {
      pieces.removeAll(keepingCapacity: true)
      first = 0
    }
    return piece
  }
}
