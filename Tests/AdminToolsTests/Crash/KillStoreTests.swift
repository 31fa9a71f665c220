import AdminCore
import AdminTools
import Store
import TenantSimulator
import TestSupport
import Testing
import Workflows

/// The changes of templates, killed at every moment between two writes: each happens once, by this process or the next.
@Suite("Templates, killed at every point", .serialized)
struct KillTemplateTests {
  private typealias World = KillPoints.World

  private struct Outcome {
    var moments = 0
    /// Left by the dead process and completed by the next one.
    var completed = 0
  }

  /// What the store holds of the one template there is.
  private struct Shelf {
    let subject: String?
    let changes: [TemplateVersion.Change]

    init(_ store: StoreSession, _ id: LocalID) async throws {
      subject = try? await store.templates.template(id).content.subject
      changes = try await store.templates.versions(of: id).items.map(\.change).reversed()
    }
  }

  /// - Parameters:
  ///   - prepare: what is done with the template first, by a process that lives; returns the arguments.
  ///   - subject: of the template once `tool` is done; `nil` when it is gone.
  ///   - changes: all that then was ever done to it.
  private static func kill(
    _ tool: String, subject: String?, changes: [TemplateVersion.Change],
    prepare: @escaping @Sendable (AdminHarness, JSONValue) async throws -> JSONObject
  ) async throws -> Outcome {
    var outcome = Outcome()
    outcome.moments = try await KillPoints.everyMoment(.none) { world in
      let process = try await world.process()
      return try await prepare(process, .string(try await process.template(Samples.welcome)))
    } _: { process, arguments in
      _ = try await process.call(tool, arguments)
    } check: { world, reports, moment in
      let store = try await world.process().store()
      #expect(try await store.audit.verify().isIntact, "\(tool), moment \(moment)")
      let operations = try await store.journal.list().items
      let made = try #require(operations.first { $0.tool == "create_email_template" })
      let output = try await store.journal.operation(made.id).record.output
      let id = try #require(output?["templateId"]?.stringValue.flatMap(LocalID.init))
      let shelf = try await Shelf(store, id)
      #expect(shelf.changes.count <= changes.count, "\(tool), moment \(moment): \(shelf.changes)")
      guard let report = reports.first else { return }
      #expect(
        report.state == .completed && report.left.isEmpty, "\(tool), moment \(moment): \(report.state) \(report.text)")
      #expect(shelf.subject == subject, "\(tool), moment \(moment): \(shelf.subject ?? "gone")")
      #expect(shelf.changes == changes, "\(tool), moment \(moment): \(shelf.changes)")
      outcome.completed += 1
    }
    return outcome
  }

  private static let welcome = "Welcome, {{ name }}"

  @Test("update_email_template: one new version")
  func update() async throws {
    let outcome = try await Self.kill("update_email_template", subject: "Two", changes: [.created, .updated]) { _, id in
      ["templateId": id, "subject": "Two"]
    }
    #expect(outcome.moments > 8 && outcome.completed > 2, "\(outcome)")
  }

  @Test("delete_email_template: deleted once, with its versions kept")
  func delete() async throws {
    let outcome = try await Self.kill("delete_email_template", subject: nil, changes: [.created, .deleted]) { _, id in
      ["templateId": id]
    }
    #expect(outcome.moments > 8 && outcome.completed > 2, "\(outcome)")
  }

  @Test("restore_template_version: restored once")
  func restore() async throws {
    let outcome = try await Self.kill(
      "restore_template_version", subject: Self.welcome, changes: [.created, .updated, .restored]
    ) { process, id in
      let updated = try await process.call("update_email_template", ["templateId": id, "subject": "Two"])
      try #require(!updated.isError, "\(updated.json.text)")
      return ["templateId": id, "version": 1]
    }
    #expect(outcome.moments > 8 && outcome.completed > 2, "\(outcome)")
  }

  @Test("undo_operation of update_email_template: the old version is back once, and nothing is left to do")
  func updateUndone() async throws {
    let outcome = try await Self.kill(
      "undo_operation", subject: Self.welcome, changes: [.created, .updated, .restored]
    ) { process, id in
      let updated = try await process.call("update_email_template", ["templateId": id, "subject": "Two"])
      return ["operationId": try #require(updated["operationId"])]
    }
    #expect(outcome.moments > 8 && outcome.completed > 2, "\(outcome)")
  }
}
