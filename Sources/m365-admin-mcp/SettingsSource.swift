import AdminCore
import Glibc

/// Reads the settings: from the environment first, then from an env file.
struct SettingsSource {
  /// A setting file that is not used, and why.
  struct Refusal: Error, Hashable, Sendable {
    let message: String
  }

  private static let fileName = ".env"
  private static let largestFile = 256 << 10

  let environment: [String: String]

  init() {
    self.init(environment: Self.processEnvironment())
  }

  init(environment: [String: String]) { self.environment = environment }

  /// - Parameter envFile: as given on the command line; otherwise `.env` in the working directory is used where it is.
  /// - Returns: the configuration, and what is wrong with the file.
  func load(envFile: String?) throws(Refusal) -> Configuration {
    var values: [Setting: String] = [:]
    if let text = try fileText(envFile) {
      let (found, problems) = EnvFile.parse(text)
      if let problem = problems.first {
        throw Refusal(message: "line \(problem.line) of \(envFile ?? Self.fileName): \(problem.message)")
      }
      for setting in Setting.allCases { values[setting] = found[setting.rawValue] }
    }
    for setting in Setting.allCases {
      if let value = environment[setting.rawValue], !value.isEmpty { values[setting] = value }
    }
    return Configuration(values, home: environment["HOME"] ?? "/")
  }

  private func fileText(_ envFile: String?) throws(Refusal) -> String? {
    let path = envFile ?? Self.fileName
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      guard envFile == nil, errno == ENOENT else { throw Refusal(message: "\(path) cannot be read") }
      return nil
    }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_size <= Self.largestFile else {
      throw Refusal(message: "\(path) is not a file of settings")
    }
    let text = Self.read(descriptor, count: Int(facts.st_size))
    let holdsSecret = Setting.allCases.contains { setting in
      setting.isSecret && EnvFile.parse(text).values[setting.rawValue]?.isEmpty == false
    }
    guard !holdsSecret || facts.st_mode & 0o077 == 0 else {
      throw Refusal(message: "\(path) holds secrets and others can read it; run: chmod 600 \(path)")
    }
    return text
  }

  private static func read(_ descriptor: Int32, count: Int) -> String {
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let got = Glibc.read(descriptor, buffer.baseAddress.map { $0 + filled }, count - filled)
        if got <= 0 { break }
        filled += got
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func processEnvironment() -> [String: String] {
    var found: [String: String] = [:]
    for name in Setting.allCases.map(\.rawValue) + ["HOME", "USER"] {
      if let value = getenv(name) { found[name] = String(cString: value) }
    }
    return found
  }
}
