import AdminCore
import Glibc
import Store

/// `init`: makes a key, an env file that holds it, and the store. Never touches what is there already.
///
/// A run that fails leaves nothing in the way of the next one.
struct InitCommand {
  let directory: String
  let templates: String?
  let isJSON: Bool

  func run() async -> ExitCode {
    do throws(AdminError) {
      let environment = SettingsSource().environment
      let envFile = directory + "/.env"
      let store = environment[Setting.databasePath.rawValue] ?? absolute(directory) + "/store.db"
      try refuseToReplace(envFile: envFile, store: store)
      let seeds = try templates.map { path throws(AdminError) in try SeedFolder(path).templates() } ?? []
      let key = StoreKey.makeText()
      let isNewDirectory = try makeDirectory()
      let added: Int
      do throws(AdminError) {
        // The key first: a store whose key was lost with this process could never be opened.
        try write(envFile: envFile, key: key, store: store, environment)
        added = try await makeStore(at: store, key: key, envFile: envFile, seeds)
      } catch {
        // Removes a directory only while it is empty.
        if isNewDirectory { rmdir(directory) }
        throw error
      }
      report(envFile: envFile, store: store, templates: added)
      return .success
    } catch {
      return Command.failed(error, isJSON: isJSON)
    }
  }

  private func refuseToReplace(envFile: String, store: String) throws(AdminError) {
    guard !isThere(envFile) else { throw Self.taken(envFile) }
    guard !isThere(store) else {
      throw AdminError(
        .misconfigured,
        "There is a store at \(store) already, and it opens only with the key it was made with. A new key is not "
          + "written beside it: restore the env file that holds its key, or move the store away, or use --directory.")
    }
  }

  /// - Returns: the number of templates in the new store.
  private func makeStore(
    at path: String, key: Secret<String>, envFile: String, _ seeds: [TemplateContent]
  ) async throws(AdminError) -> Int {
    let database: Database
    do throws(AdminError) {
      database = try await Database.open(at: path, key: try StoreKey(key))
    } catch {
      // A store that is there now and does not open with this key was made by another program meanwhile. For any other
      // reason it may be this one's, whose only key must not go.
      if !isThere(path) || error.code == .cannotDecrypt { unlink(envFile) }
      throw error
    }
    do throws(AdminError) {
      let added = try await TemplateRepository(database).seed(seeds, by: "init")
      await database.close()
      return added
    } catch {
      await database.close()
      // It opened with a key that is seconds old, so nobody else made it.
      for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
      unlink(envFile)
      throw error
    }
  }

  /// Also true of a link that leads nowhere.
  private func isThere(_ path: String) -> Bool {
    var facts = stat()
    return lstat(path, &facts) == 0
  }

  private static func taken(_ envFile: String) -> AdminError {
    AdminError(.misconfigured, "\(envFile) is there already and stays as it is; remove it, or use --directory.")
  }

  /// - Returns: whether there was none before.
  private func makeDirectory() throws(AdminError) -> Bool {
    if mkdir(directory, 0o700) == 0 { return true }
    guard errno == EEXIST else {
      throw AdminError(.misconfigured, "The directory \(directory) cannot be made: \(String(cString: strerror(errno)))")
    }
    return false
  }

  /// What the environment says of the tenant goes into the file, so that one command is enough.
  private func write(
    envFile: String, key: Secret<String>, store: String, _ environment: [String: String]
  ) throws(AdminError) {
    var values: [Setting: String] = [.encryptionKey: key.reveal(), .databasePath: store]
    for setting in Setting.allCases where setting.definition.section == .tenant {
      if let value = environment[setting.rawValue], !value.isEmpty { values[setting] = value }
    }
    let descriptor = open(envFile, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      guard errno != EEXIST else { throw Self.taken(envFile) }
      throw AdminError(.misconfigured, "\(envFile) cannot be written: \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    let bytes = Array(EnvFileTemplate.text(values).utf8)
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
      unlink(envFile)
      throw AdminError(.misconfigured, "\(envFile) cannot be written: \(String(cString: strerror(errno)))")
    }
  }

  private func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/") else { return path }
    guard let current = getcwd(nil, 0) else { return path }
    defer { free(current) }
    return path == "." ? String(cString: current) : String(cString: current) + "/" + path
  }

  private func report(envFile: String, store: String, templates: Int) {
    if isJSON {
      Terminal.print(
        JSONValue.object(["envFile": .string(envFile), "store": .string(store), "templates": .int(templates)]).text)
      return
    }
    Terminal.print(
      """
      Made \(envFile) (only you can read it) and the encrypted store \(store) with \(templates) templates.
      The key stands in the env file alone: keep a copy of it in a safe place, without it the store is lost.
      Next: fill in AZURE_TENANT_ID, AZURE_CLIENT_ID and a credential, then run m365-admin-mcp doctor.
      """)
  }
}
