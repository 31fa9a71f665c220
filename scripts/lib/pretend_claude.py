"""Stands for the command of Claude Code where documents add the server to it: understands `claude mcp add`, starts the
server as Claude Code would, and fails where it does not answer the handshake."""

import os
import sys
import tempfile

from mcp_client import Client


def main():
    words = sys.argv[1:]
    if words[:2] != ["mcp", "add"]:
        return f"claude: {' '.join(words[:2])} is not known here"
    rest, environment = words[2:], dict(os.environ)
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option not in ("--scope", "--env", "--transport"):
            return f"claude: unknown option {option}"
        value = rest.pop(0)
        if option == "--env":
            name, _, text = value.partition("=")
            environment[name] = text
    if len(rest) < 3 or rest[1] != "--":
        return "claude: usage: claude mcp add [options] <name> -- <command> [args…]"
    with tempfile.NamedTemporaryFile() as errors:
        with Client(rest[2:], environment, errors=errors.name, timeout=120) as client:
            name = client.server["serverInfo"]["name"]
            tools = client.request("tools/list")["tools"]
    return 0 if name and tools else "claude: the server offers no tools"


if __name__ == "__main__":
    sys.exit(main())
