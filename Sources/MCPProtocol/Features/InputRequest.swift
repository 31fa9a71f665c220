package import AdminCore

/// Something only the client or the person at it can tell.
package enum InputRequest: Hashable, Sendable {
  case form(ElicitationForm)
  /// Asks the person to open an address; agreeing is consent, not completion.
  case address(url: String, message: String)
  case sampling(SamplingRequest)
  case roots

  var method: String {
    switch self {
    case .form, .address: "elicitation/create"
    case .sampling: "sampling/createMessage"
    case .roots: "roots/list"
    }
  }

  /// - Parameter elicitationID: names an address to the revisions that follow it up; modern ones know none.
  func params(for revision: Revision, elicitationID: String = "") -> JSONObject? {
    switch self {
    case .form(let form): return form.params(for: revision)
    case .address(let url, let message):
      var params: JSONObject = ["mode": "url", "message": .string(message), "url": .string(url)]
      if !revision.isModern { params["elicitationId"] = .string(elicitationID) }
      return params
    case .sampling(let request): return request.params(for: revision)
    case .roots: return nil
    }
  }

  /// What a client must declare to be asked this.
  package var requiredCapabilities: JSONObject {
    switch self {
    case .form: ["elicitation": [:]]
    case .address: ["elicitation": ["url": [:]]]
    case .sampling: ["sampling": [:]]
    case .roots: ["roots": [:]]
    }
  }

  func isPossible(with scope: RequestScope) -> Bool {
    switch self {
    case .form(let form): scope.capabilities.elicitsForms && form.isExpressible(in: scope.revision)
    case .address: scope.capabilities.elicitsURLs && scope.revision.hasURLElicitation
    case .sampling: scope.capabilities.samples
    case .roots: scope.capabilities.listsRoots
    }
  }
}

/// What has to be asked before a modern request can be answered. It ends the request; the client sends it again with
/// the answers.
package struct InputRequired: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    package let key: String
    package let request: InputRequest

    package init(_ key: String, _ request: InputRequest) {
      self.key = key
      self.request = request
    }
  }

  /// Keys are distinct: of two with the same key the later one counts.
  package private(set) var entries: [Entry]
  /// Comes back with the answers, unchanged and unread by the client.
  package var state: [UInt8]?

  package init(_ entries: [Entry], state: [UInt8]? = nil) {
    self.entries = []
    self.state = state
    for entry in entries { add(entry) }
  }

  package mutating func add(_ entry: Entry) {
    entries.removeAll { $0.key == entry.key }
    entries.append(entry)
  }

  /// Both questions in one round, so that the client need not come back twice.
  package func merging(_ other: InputRequired) -> InputRequired {
    InputRequired(entries + other.entries, state: other.state ?? state)
  }

  func write(to writer: inout JSONWriter, for revision: Revision, sealedState: String?) {
    if !entries.isEmpty {
      writer.key("inputRequests")
      writer.object { requests in
        for entry in entries {
          requests.key(entry.key)
          requests.object { request in
            request.member("method", .string(entry.request.method))
            request.member("params", .object(entry.request.params(for: revision) ?? [:]))
          }
        }
      }
    }
    if let sealedState { writer.member("requestState", .string(sealedState)) }
  }
}

/// A request for a completion by the client's model.
package struct SamplingRequest: Hashable, Sendable {
  package var messages: [PromptMessage]
  package var maxTokens: Int
  package var systemPrompt: String?

  package init(messages: [PromptMessage], maxTokens: Int, systemPrompt: String? = nil) {
    self.messages = messages
    self.maxTokens = maxTokens
    self.systemPrompt = systemPrompt
  }

  func params(for revision: Revision) -> JSONObject {
    let fragment = JSONFragment { writer in
      writer.array { array in
        for message in messages { message.write(to: &array, for: revision) }
      }
    }
    let conversation = (try? JSONParser.parse(fragment.bytes)) ?? []
    var params: JSONObject = ["messages": conversation, "maxTokens": .int(maxTokens)]
    params["systemPrompt"] = systemPrompt.map(JSONValue.string)
    return params
  }
}

/// A folder that the client works in.
package struct Root: Hashable, Sendable {
  package let uri: String
  package let name: String?
}

/// How asking the client ended.
package enum ClientAnswer<Value: Sendable>: Sendable {
  case accepted(Value)
  case declined
  case cancelled
  /// Nobody can be asked, or nobody answered usably. The call goes on without, or fails with a sensible result.
  case unavailable(Unavailability)
  /// The handler returns this, and is called again with the answer.
  case pending(InputRequired)
}

package enum Unavailability: Hashable, Sendable {
  /// The client did not declare what is needed, or its revision cannot express it.
  case notSupported
  case timedOut
  case refused(JSONRPCError)
  case malformedAnswer
  /// The request was cancelled, or the client is gone.
  case abandoned
}
