"""Checks scripts/sandbox as a client uses it: a conversation piped in, the end of input, signals, a sudden death.

In each case nothing may be left running. Run by scripts/test, which names the programs in M365_PROGRAMS.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SANDBOX = os.path.join(ROOT, "scripts/sandbox")
DEADLINE = 60
HELLO = [
    {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "check", "version": "1"}}},
    {"jsonrpc": "2.0", "method": "notifications/initialized"},
]


def call(identifier, tool, arguments):
    return {"jsonrpc": "2.0", "id": identifier, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}


def lines(messages):
    return "".join(json.dumps(message) + "\n" for message in messages)


class Sandbox:
    """The script as a child process, with a settings folder of its own and a real tenant's settings around it."""

    def __init__(self, folder):
        environment = os.environ | {
            "M365_SANDBOX_FOLDER": folder, "AZURE_TENANT_ID": "contoso.com", "AZURE_CLIENT_SECRET": "of a real tenant",
            "M365_GRAPH_ENDPOINT": "https://graph.microsoft.com", "DB_ENCRYPTION_KEY": "0" * 64}
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [SANDBOX, "--lag", "none"], env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self.errors)

    def say(self, *messages):
        self.process.stdin.write(lines(messages))
        self.process.stdin.flush()

    def answer(self):
        """The next line, which has to be a message of the protocol."""
        message = json.loads(self.process.stdout.readline())
        assert message["jsonrpc"] == "2.0", message
        return message

    def end(self):
        """How it ended, and what it had still said."""
        output, _ = self.process.communicate(timeout=DEADLINE)
        return self.process.returncode, [json.loads(line) for line in output.splitlines()]

    def control(self):
        self.errors.seek(0)
        return re.search(r"control endpoint (http://\S+)", self.errors.read()).group(1)

    def tenant_ends(self):
        deadline = time.monotonic() + DEADLINE
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(self.control() + "/state/counts", timeout=5).close()
            except (urllib.error.URLError, ConnectionError):
                return True
            time.sleep(0.05)
        return False


def check_piped(folder):
    sandbox = Sandbox(folder)
    output, _ = sandbox.process.communicate(
        lines(HELLO + [call(1, "find_users", {"query": "aoife"}), call(2, "list_email_templates", {})]), timeout=DEADLINE)
    answers = {message["id"]: message["result"] for message in map(json.loads, output.splitlines())}
    assert sandbox.process.returncode == 0, sandbox.process.returncode
    assert answers[0]["serverInfo"]["name"] == "m365-admin-mcp", answers[0]
    assert answers[1]["structuredContent"]["items"][0]["displayName"] == "Aoife Walsh", answers[1]
    assert answers[2]["structuredContent"]["count"] == 3, answers[2]
    assert sandbox.tenant_ends(), "the tenant goes on"


def check_store_stays(folder):
    template = {
        "templateName": "Kept", "subject": "Kept", "bodyHtml": "<p>Kept</p>", "category": "customer_communication"}
    for order in (call(1, "create_email_template", template), call(1, "list_email_templates", {"searchQuery": "Kept"})):
        sandbox = Sandbox(folder)
        sandbox.say(*HELLO, order)
        results = [sandbox.answer(), sandbox.answer()]
        sandbox.process.stdin.close()
        sandbox.process.stdin = None
        assert sandbox.end() == (0, [])
        assert sandbox.tenant_ends(), "the tenant goes on"
    assert results[1]["result"]["structuredContent"]["count"] == 1, results[1]


def check_ends(folder, number, code):
    sandbox = Sandbox(folder)
    sandbox.say(*HELLO)
    assert sandbox.answer()["id"] == 0
    sandbox.process.send_signal(number)
    assert sandbox.process.wait(timeout=DEADLINE) == code, sandbox.process.returncode
    assert sandbox.tenant_ends(), "the tenant goes on"


def check_two_at_once(folder):
    pair = [Sandbox(folder), Sandbox(folder)]
    for sandbox in pair:
        sandbox.say(*HELLO, call(1, "list_email_templates", {}))
    for sandbox in pair:
        assert sandbox.answer()["id"] == 0
        assert sandbox.answer()["result"]["structuredContent"]["count"] == 3
    for sandbox in pair:
        sandbox.process.stdin.close()
        sandbox.process.stdin = None
        assert sandbox.end() == (0, [])
        assert sandbox.tenant_ends(), "the tenant goes on"


def check_repairs(folder):
    """A key whose store was never made, as an interrupted first start leaves it, is made anew."""
    os.makedirs(folder)
    with open(os.path.join(folder, ".env"), "w", encoding="utf-8") as file:
        file.write("DB_ENCRYPTION_KEY=" + "1" * 64 + "\n")
    check_piped(folder)


def main():
    checks = [
        ("a conversation piped in, from a first start", check_piped),
        ("templates stay from one session to the next", check_store_stays),
        ("SIGTERM", lambda folder: check_ends(folder, signal.SIGTERM, 0)),
        ("SIGINT", lambda folder: check_ends(folder, signal.SIGINT, 0)),
        ("SIGKILL leaves no tenant behind", lambda folder: check_ends(folder, signal.SIGKILL, -signal.SIGKILL)),
        ("two sessions start at once", check_two_at_once),
        ("a first start that was interrupted", check_repairs),
    ]
    with tempfile.TemporaryDirectory() as parent:
        for number, (name, check) in enumerate(checks):
            check(os.path.join(parent, str(number)))
            print(f"✓ sandbox: {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
