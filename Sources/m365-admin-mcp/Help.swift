import AdminCore

enum Help {
  static let version = "\(ProductVersion.name) \(ProductVersion.current)"

  static let versionJSON = JSONValue.object([
    "name": .string(ProductVersion.name), "version": .string(ProductVersion.current),
  ]).text

  static let text = """
    \(version) - administers Microsoft 365 over the Model Context Protocol

    USAGE
      m365-admin-mcp [serve]                  speak MCP over standard input and output
      m365-admin-mcp init [--directory DIR] [--templates DIR]
                                              make a key, an env file and the store
      m365-admin-mcp health                   sign-in, Microsoft Graph, store, audit trail
      m365-admin-mcp doctor                   permissions granted, missing and in excess; certificate
      m365-admin-mcp doctor --needs           permissions the offered tools need; asks no tenant
      m365-admin-mcp call TOOL JSON|-         call one tool; - reads the JSON from standard input
      m365-admin-mcp approve PLAN_ID          show a plan that waits, and approve or refuse it
      m365-admin-mcp resolve OPERATION_ID happened|did-not-happen
                                              say what became of a step that is in doubt, and go on
      m365-admin-mcp audit verify [--from N]  check the audit trail
      m365-admin-mcp audit export --out FILE|- [--format ndjson|csv]
      m365-admin-mcp version

    OPTIONS
      --env-file FILE   settings (default: .env in the working directory); the environment comes first
      --json            answer as JSON

    EXIT CODES
      0   done; health: healthy; audit verify: intact
      1   failed; health: degraded; audit verify: broken
      2   health: unhealthy; audit verify: cannot be checked
      64  the command line is wrong
      78  settings or store keep the command from starting

    Settings are listed in .env.example. Try it without a tenant: scripts/demo.
    """
}
