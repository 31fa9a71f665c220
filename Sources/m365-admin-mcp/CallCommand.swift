import AdminCore
import AdminTools
import Glibc
import MCPProtocol

/// `call`: one call of one tool, under the same guards as over the protocol.
struct CallCommand {
  /// As over the protocol.
  private static let largestInput = 4 << 20

  private let wiring: Wiring
  private let tool: String
  private let input: Arguments.Input

  init(_ wiring: Wiring, tool: String, input: Arguments.Input) {
    self.wiring = wiring
    self.tool = tool
    self.input = input
  }

  func run() async throws(AdminError) -> ExitCode {
    let catalogue: Catalogue
    do throws(Catalogue.DeclarationError) {
      catalogue = try AdminCatalogue.catalogue(wiring.services)
    } catch {
      throw AdminError(.internalFault, "The catalogue is not consistent.", cause: error.description)
    }
    guard let definition = catalogue.tool(named: tool) else {
      let hint = Suggestion.nearest(to: tool, among: catalogue.tools.map(\.name)).map { "; did you mean \($0)?" } ?? ""
      throw AdminError(.invalidArgument, "There is no tool \(VisibleText.excerpt(tool, limit: 60))\(hint)")
    }
    let arguments = try arguments(for: definition)
    let outcome = await definition.call(ToolCallRequest(name: tool, arguments: arguments), .detached())
    switch outcome {
    case .result(let result):
      Terminal.print(result.structured?.text ?? "{}")
      return result.isError ? .failure : .success
    case .inputRequired, .protocolError:
      throw AdminError(.internalFault, "The tool asked for what a command cannot answer.")
    }
  }

  private func arguments(for definition: ToolDefinition) throws(AdminError) -> JSONObject {
    let bytes: [UInt8]
    switch input {
    case .json(let text): bytes = Array(text.utf8)
    case .standardInput: bytes = try standardInput()
    }
    guard let arguments = try? JSONParser.parse(bytes).objectValue else {
      throw AdminError(.invalidArgument, "The arguments are not a JSON object.")
    }
    if case .json = input { try refuseSecrets(in: arguments, of: definition) }
    return arguments
  }

  /// What stands on a command line can be seen by everybody on the machine.
  private func refuseSecrets(in arguments: JSONObject, of definition: ToolDefinition) throws(AdminError) {
    let properties = definition.schemas(.full).input["properties"]?.objectValue ?? [:]
    let secret = properties.members.first { $0.value["writeOnly"] == true && arguments[$0.key] != nil }
    if let secret {
      throw AdminError(
        .invalidArgument,
        "\(secret.key) is secret and everybody on this machine can read a command line; give the JSON on standard "
          + "input: m365-admin-mcp call \(definition.name) -")
    }
  }

  private func standardInput() throws(AdminError) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(0, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return bytes }
      bytes += buffer.prefix(count)
      guard bytes.count <= Self.largestInput else {
        throw AdminError(.tooLarge, "The arguments are larger than 4 MiB.")
      }
    }
  }
}
