// MCPProtocol: see docs/modules.md.
