// MCPProtocolTests
