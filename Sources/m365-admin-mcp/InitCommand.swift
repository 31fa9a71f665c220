import AdminCore
import Glibc
import Store

/// `init`: makes a key, an env file that holds it, and the store. Never touches what is there already.
struct InitCommand {
  let directory: String
  let templates: String?
  let isJSON: Bool

  func run() async -> ExitCode {
    do throws(AdminError) {
      let environment = SettingsSource().environment
      let envFile = directory + "/.env"
      let store = environment[Setting.databasePath.rawValue] ?? absolute(directory) + "/store.db"
      let key = StoreKey.makeText()
      try makeDirectory()
      try write(envFile: envFile, key: key, store: store, environment)
      let seeds = try templates.map { path throws(AdminError) in try SeedFolder(path).templates() } ?? []
      let database = try await Database.open(at: store, key: try StoreKey(key))
      let added = try await TemplateRepository(database).seed(seeds, by: "init")
      await database.close()
      report(envFile: envFile, store: store, templates: added)
      return .success
    } catch {
      return Command.failed(error, isJSON: isJSON)
    }
  }

  private func makeDirectory() throws(AdminError) {
    guard mkdir(directory, 0o700) == 0 || errno == EEXIST else {
      throw AdminError(.misconfigured, "The directory \(directory) cannot be made: \(String(cString: strerror(errno)))")
    }
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
      throw AdminError(
        .misconfigured,
        errno == EEXIST
          ? "\(envFile) is there already and stays as it is; remove it, or use --directory."
          : "\(envFile) cannot be written: \(String(cString: strerror(errno)))")
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
