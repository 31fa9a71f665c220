/// How a command ends, as `--help` and README.md say.
enum ExitCode: Int32, Sendable {
  /// Done; health: healthy; audit verify: intact.
  case success = 0
  /// The command failed; health: degraded; audit verify: broken.
  case failure = 1
  /// Health: unhealthy; audit verify: cannot be checked.
  case unhealthy = 2
  /// Audit verify with checkpoints kept elsewhere, which no command takes yet: the trail is shorter than they say.
  case truncated = 3
  /// The same: they tell another story.
  case forked = 4
  /// The command line is wrong (sysexits: EX_USAGE).
  case misuse = 64
  /// A command could not start for its settings or its store (sysexits: EX_CONFIG).
  case misconfigured = 78
}
