import AdminCore

/// What a user has typed so far.
package struct CompletionRequest: Hashable, Sendable {
  package let value: String
  /// Arguments the user has settled already.
  package let settled: [String: String]

  package init(value: String, settled: [String: String] = [:]) {
    self.value = value
    self.settled = settled
  }
}

/// Suggestions for one argument.
package struct Completion: Sendable {
  /// More than the protocol lets through in one answer.
  package static let limit = 100

  package struct Suggestions: Hashable, Sendable {
    package var values: [String]
    /// How many there are in all, where that is known.
    package var total: Int?

    package init(_ values: [String], total: Int? = nil) {
      self.values = values
      self.total = total
    }
  }

  package let suggest: @Sendable (CompletionRequest, RequestContext) async throws -> Suggestions

  package init(_ suggest: @escaping @Sendable (CompletionRequest, RequestContext) async throws -> Suggestions) {
    self.suggest = suggest
  }

  /// Fixed values, those offered that start with what was typed.
  package static func of(_ values: [String]) -> Completion {
    Completion { request, _ in
      let typed = request.value.lowercased()
      let fitting = values.filter { $0.lowercased().hasPrefix(typed) }
      return Suggestions(fitting, total: fitting.count)
    }
  }
}

extension Completion.Suggestions {
  func write(to writer: inout JSONWriter) {
    writer.key("completion")
    writer.object { completion in
      completion.member("values", .strings(values.prefix(Completion.limit)))
      let total = total ?? (values.count > Completion.limit ? values.count : nil)
      if let total { completion.member("total", .int(total)) }
      completion.member("hasMore", .bool((total ?? values.count) > min(values.count, Completion.limit)))
    }
  }
}
