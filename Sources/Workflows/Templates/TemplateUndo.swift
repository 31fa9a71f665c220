import AdminCore
import Store

/// How changes of a template are taken back. The history keeps both the change and its undoing.
enum TemplateUndo {
  /// Removes the template again.
  static func deleting(_ id: LocalID, author: String, _ templates: TemplateRepository) -> Step.Undo {
    deleting(author: author, templates) { _ in id }
  }

  /// Removes the template that the step `store` has made.
  static func deletingMade(author: String, _ templates: TemplateRepository) -> Step.Undo {
    deleting(author: author, templates) { context in
      context.output("store")?["templateId"]?.stringValue.flatMap(LocalID.init)
    }
  }

  private static func deleting(
    author: String, _ templates: TemplateRepository, _ id: @escaping @Sendable (StepContext) -> LocalID?
  ) -> Step.Undo {
    Step.Undo(
      { _ in "the template was deleted; its versions are kept" },
      manualAction: { context in "delete the template \(id(context)?.text ?? "")" },
      drift: { context throws(AdminError) in
        guard let id = id(context) else { return nil }
        return try await drift(of: id, context, templates) { $0.change == .deleted }
      }
    ) { context throws(AdminError) in
      guard let id = id(context) else { return }
      do throws(AdminError) {
        try await templates.delete(id, by: author)
      } catch  where error.code == .templateNotFound {
        return
      }
    }
  }

  /// Brings back an earlier version, also of a template that the change has deleted.
  static func restoring(
    _ id: LocalID, version: Int, author: String, _ templates: TemplateRepository
  ) -> Step.Undo {
    Step.Undo(
      { _ in "version \(version) of the template was restored" },
      manualAction: { _ in "restore version \(version) of the template \(id)" },
      drift: { context throws(AdminError) in
        let old = try await templates.version(version, of: id)
        return try await drift(of: id, context, templates) { $0.change == .restored && $0.content == old?.content }
      }
    ) { context throws(AdminError) in
      if context.wasBegun, let newest = try await templates.version(of: id), newest.change == .restored,
        newest.content == (try await templates.version(version, of: id))?.content
      {
        return
      }
      _ = try await templates.restore(id, version: version, by: author)
    }
  }

  /// Whether the template's history went on after the step `store`.
  ///
  /// - Parameter isOwn: whether a version is what this undoing makes; an attempt at it may have died before it said so.
  private static func drift(
    of id: LocalID, _ context: StepContext, _ templates: TemplateRepository, isOwn: (TemplateVersion) -> Bool
  ) async throws(AdminError) -> String? {
    let newest = try await templates.version(of: id)
    guard let made = context.output("store")?["version"]?.intValue, let newest, newest.version != made else {
      return nil
    }
    if context.wasBegun, newest.version == made + 1, isOwn(newest) { return nil }
    return "the template was changed since (version \(newest.version), \(newest.change.rawValue))"
  }
}
