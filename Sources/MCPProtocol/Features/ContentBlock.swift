package import AdminCore

/// One piece of a tool's result or of a prompt's message.
package struct ContentBlock: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case text(String)
    case image([UInt8], mimeType: String)
    case audio([UInt8], mimeType: String)
    case resourceLink(ResourceEntry)
    case resource(ResourceContents)
  }

  package var kind: Kind
  package var annotations: Annotations

  package init(_ kind: Kind, annotations: Annotations = Annotations()) {
    self.kind = kind
    self.annotations = annotations
  }

  package static func text(_ text: String) -> ContentBlock { ContentBlock(.text(text)) }

  /// Writes the block; one that the revision cannot carry becomes a text that says what it was.
  func write(to writer: inout JSONWriter, for revision: Revision) {
    writer.object { block in
      switch kind {
      case .text(let text): Self.write(text: text, to: &block)
      case .image(let data, let mimeType): Self.write("image", data, mimeType, to: &block)
      case .audio(let data, let mimeType):
        if revision.hasAudio {
          Self.write("audio", data, mimeType, to: &block)
        } else {
          Self.write(text: "[audio, \(mimeType), \(data.count) bytes]", to: &block)
        }
      case .resourceLink(let entry):
        if revision.hasResourceLinks {
          block.member("type", "resource_link")
          for member in entry.json(for: revision) { block.member(member.key, member.value) }
          return
        }
        Self.write(text: "\(entry.name): \(entry.uri)", to: &block)
      case .resource(let contents):
        block.member("type", "resource")
        block.key("resource")
        contents.write(to: &block, for: revision)
      }
      if let annotations = annotations.json(for: revision) { block.member("annotations", annotations) }
    }
  }

  private static func write(text: String, to block: inout JSONWriter) {
    block.member("type", "text")
    block.key("text")
    block.string(text)
  }

  private static func write(_ type: String, _ data: [UInt8], _ mimeType: String, to block: inout JSONWriter) {
    block.member("type", .string(type))
    block.member("data", .string(Base64.encode(data)))
    block.member("mimeType", .string(mimeType))
  }
}

/// What a resource holds, or one part of it.
package struct ResourceContents: Hashable, Sendable {
  package enum Body: Hashable, Sendable {
    /// Valid UTF-8.
    case text([UInt8])
    case blob([UInt8])
  }

  package var uri: String
  package var mimeType: String?
  package var body: Body
  package var meta: JSONObject

  package init(uri: String, mimeType: String? = nil, body: Body, meta: JSONObject = [:]) {
    self.uri = uri
    self.mimeType = mimeType
    self.body = body
    self.meta = meta
  }

  package static func text(_ text: String, uri: String, mimeType: String = "text/plain") -> ResourceContents {
    ResourceContents(uri: uri, mimeType: mimeType, body: .text(Array(text.utf8)))
  }

  package static func json(_ json: JSONFragment, uri: String) -> ResourceContents {
    ResourceContents(uri: uri, mimeType: "application/json", body: .text(json.bytes))
  }

  func write(to writer: inout JSONWriter, for revision: Revision) {
    writer.object { contents in
      contents.member("uri", .string(uri))
      if let mimeType { contents.member("mimeType", .string(mimeType)) }
      switch body {
      case .text(let utf8):
        contents.key("text")
        contents.string(utf8: utf8)
      case .blob(let bytes): contents.member("blob", .string(Base64.encode(bytes)))
      }
      if revision.hasObjectMeta, !meta.isEmpty { contents.member("_meta", .object(meta)) }
    }
  }
}
