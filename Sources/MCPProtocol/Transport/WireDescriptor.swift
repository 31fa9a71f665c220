import Glibc

/// An open file descriptor that carries the protocol, closed when it goes.
package struct WireDescriptor: ~Copyable, Sendable {
  /// How writing without blocking is done.
  private enum Kind {
    /// Each call says that it must not block.
    case socket
    /// Writable means that there is room for one page.
    case pipe
    /// Writing takes no time worth a thread.
    case file
    /// A terminal and anything else: may block at any time.
    case other
  }

  package enum Progress: Hashable {
    /// So many bytes went out; the rest would block.
    case written(Int)
    /// The other side is gone.
    case broken
  }

  package let number: Int32
  private let kind: Kind

  package init(_ number: Int32) {
    self.number = number
    kind = Self.kind(of: number)
  }

  deinit { Glibc.close(number) }

  /// Lets go of the wire at once, so that the other side sees its end, while the number stays taken and harmless for
  /// whoever still uses it.
  package borrowing func sever() {
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    guard null >= 0 else { return }
    dup2(null, number)
    _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    Glibc.close(null)
  }

  private static func kind(of number: Int32) -> Kind {
    var status = stat()
    guard fstat(number, &status) == 0 else { return .other }
    return switch status.st_mode & S_IFMT {
    case S_IFSOCK: .socket
    case S_IFIFO: .pipe
    case S_IFREG: .file
    default: .other
    }
  }

  /// Reads what there is, waiting until there is something; 0 at the end of the stream and after an error, which for a
  /// reader is the same.
  package borrowing func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    while true {
      let count = Glibc.read(number, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      switch errno {
      case EINTR: continue
      // A descriptor that somebody else has made non-blocking.
      case EAGAIN: waitFor(POLLIN)
      default: return 0
      }
    }
  }

  /// Writes what can be written without waiting.
  package borrowing func writeAtOnce(_ bytes: UnsafeRawBufferPointer) -> Progress {
    switch kind {
    case .socket: return send(bytes)
    case .file: return writeAll(bytes) ? .written(bytes.count) : .broken
    case .pipe: return writePages(bytes)
    case .other: return .written(0)
    }
  }

  /// Writes everything, waiting as long as it takes; `false` when the other side is gone.
  package borrowing func writeAll(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var offset = 0
    while offset < bytes.count {
      let count = Glibc.write(number, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
      if count >= 0 {
        offset += count
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN: waitFor(POLLOUT)
      default: return false
      }
    }
    return true
  }

  private borrowing func send(_ bytes: UnsafeRawBufferPointer) -> Progress {
    var offset = 0
    while offset < bytes.count {
      let count = Glibc.send(
        number, bytes.baseAddress?.advanced(by: offset), bytes.count - offset,
        Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
      if count >= 0 {
        offset += count
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN: return .written(offset)
      default: return .broken
      }
    }
    return .written(offset)
  }

  /// A pipe that poll(2) calls writable takes one page (PIPE_BUF) without blocking, and an empty one all it can hold,
  /// whatever its readers do, as long as nobody else writes to it. Pages one by one would wake the reader for each.
  private borrowing func writePages(_ bytes: UnsafeRawBufferPointer) -> Progress {
    var offset = 0
    while offset < bytes.count {
      var status = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
      guard poll(&status, 1, 0) == 1 else { return .written(offset) }
      guard status.revents & Int16(POLLERR) == 0 else { return .broken }
      let rest = bytes.count - offset
      let room = rest > Self.page && isEmptyPipe ? pipeCapacity : Self.page
      let count = Glibc.write(number, bytes.baseAddress?.advanced(by: offset), min(room, rest))
      if count >= 0 {
        offset += count
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN: return .written(offset)
      default: return .broken
      }
    }
    return .written(offset)
  }

  private static let page = 4096

  /// Whether everything written so far has been read.
  private var isEmptyPipe: Bool {
    var unread: Int32 = 0
    return ioctl(number, UInt(FIONREAD), &unread) == 0 && unread == 0
  }

  /// Asked for each time, because the other side may change it.
  private var pipeCapacity: Int { max(Self.page, Int(fcntl(number, Self.getPipeSize))) }

  /// `F_GETPIPE_SZ`, which Glibc's module does not show.
  private static let getPipeSize: Int32 = 1032

  private borrowing func waitFor(_ event: Int32) {
    var status = pollfd(fd: number, events: Int16(event), revents: 0)
    _ = poll(&status, 1, -1)
  }
}
