import AdminCore
import AdminTools

/// A command other than `serve`: does one thing, says what came of it, and ends.
struct Command {
  let arguments: Arguments

  init(_ arguments: Arguments) { self.arguments = arguments }

  func run() async -> ExitCode {
    if case .initialize(let directory, let templates) = arguments.command {
      return await InitCommand(directory: directory ?? ".", templates: templates, isJSON: arguments.isJSON).run()
    }
    let configuration: Configuration
    do throws(SettingsSource.Refusal) {
      configuration = try SettingsSource().load(envFile: arguments.envFile)
    } catch {
      Terminal.complain(error.message)
      return .misconfigured
    }
    let wiring = Wiring(configuration: configuration, log: Wiring.log(configuration))
    let code = await Task(executorPreference: wiring.pool) { await run(wiring) }.value
    await wiring.close()
    return code
  }

  private func run(_ wiring: Wiring) async -> ExitCode {
    do throws(AdminError) {
      switch arguments.command {
      case .health: return try await HealthCommand(wiring, isJSON: arguments.isJSON).run()
      case .doctor(needs: true): return DoctorCommand(wiring, isJSON: arguments.isJSON).listNeeds()
      case .doctor(needs: false): return try await DoctorCommand(wiring, isJSON: arguments.isJSON).run()
      case .call(let tool, let input): return try await CallCommand(wiring, tool: tool, input: input).run()
      case .approve(let planID): return try await ApproveCommand(wiring, planID: planID).run()
      case .resolve(let id, let tookEffect):
        return try await ResolveCommand(wiring, operationID: id, tookEffect: tookEffect, isJSON: arguments.isJSON).run()
      case .auditVerify(let first):
        return try await AuditCommand(wiring, isJSON: arguments.isJSON).verify(from: first)
      case .auditExport(let format, let output):
        return try await AuditCommand(wiring, isJSON: arguments.isJSON).export(format, to: output)
      case .serve, .initialize, .version, .help: return .misuse
      }
    } catch {
      return Self.failed(error, isJSON: arguments.isJSON)
    }
  }

  static func failed(_ error: AdminError, isJSON: Bool) -> ExitCode {
    if isJSON { Terminal.print(JSONValue.object(error.json).text) }
    Terminal.complain("\(error.code.rawValue): \(error.message)")
    switch error.code {
    case .misconfigured, .cannotDecrypt, .schemaNewer: return .misconfigured
    default: return .failure
    }
  }
}
