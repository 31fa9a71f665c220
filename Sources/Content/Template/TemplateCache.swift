import Synchronization

/// Parsed templates by their source, so that a template in use is parsed once. Bounded in number and in bytes; the one
/// that was not used for the longest time goes first.
package final class TemplateCache: Sendable {
  /// Sources are told apart by their bytes: texts that only look the same are two templates.
  private struct Key: Hashable {
    let source: String
    let escaping: Template.Escaping

    static func == (left: Key, right: Key) -> Bool {
      left.escaping == right.escaping && left.source.hasSameScalars(as: right.source)
    }

    func hash(into hasher: inout Hasher) {
      var source = source
      source.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
      hasher.combine(escaping)
    }
  }

  private struct Entry {
    let template: Template
    var lastUse: UInt64
  }

  private struct State {
    var entries: [Key: Entry] = [:]
    var bytes = 0
    var uses: UInt64 = 0
  }

  private let maximumCount: Int
  private let maximumBytes: Int
  private let state = Mutex(State())

  /// - Parameter maximumBytes: of the sources; what is parsed takes several times as much.
  package init(maximumCount: Int = 128, maximumBytes: Int = 4 << 20) {
    self.maximumCount = maximumCount
    self.maximumBytes = maximumBytes
  }

  /// The template of `source`, parsed now unless it was before. A source that does not parse is not kept.
  package func template(_ source: String, escaping: Template.Escaping) throws(TemplateError) -> Template {
    let key = Key(source: source, escaping: escaping)
    if let template = use(key) { return template }
    let template = try Template(source, escaping: escaping)
    keep(template, for: key)
    return template
  }

  package var count: Int { state.withLock { $0.entries.count } }

  private func use(_ key: Key) -> Template? {
    state.withLock { state in
      state.uses += 1
      state.entries[key]?.lastUse = state.uses
      return state.entries[key]?.template
    }
  }

  private func keep(_ template: Template, for key: Key) {
    let bytes = key.source.utf8.count
    guard bytes <= maximumBytes, maximumCount > 0 else { return }
    state.withLock { state in
      guard state.entries[key] == nil else { return }
      state.entries[key] = Entry(template: template, lastUse: state.uses)
      state.bytes += bytes
      // There are few enough to look at all of them.
      while state.entries.count > maximumCount || state.bytes > maximumBytes {
        guard let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key else { return }
        state.entries[oldest] = nil
        state.bytes -= oldest.source.utf8.count
      }
    }
  }
}
