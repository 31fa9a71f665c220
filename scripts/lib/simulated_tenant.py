"""A simulated tenant as a child process, and what a server needs to know to work on it."""

import json
import os
import select
import subprocess
import urllib.request

from mcp_client import Broken

# Settings that lead a server to a tenant. None of them may come from the environment when the tenant is simulated.
_TENANT_SETTINGS = ("AZURE_", "DB_", "DATABASE_", "M365_")


def clean_environment():
    """The environment without any setting of the server."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_TENANT_SETTINGS)}


class SimulatedTenant:
    """Ends with this process, however that ends, because its standard input does."""

    def __init__(self, programs, *options, errors):
        with open(errors, "wb") as log:
            self._process = subprocess.Popen(
                [os.path.join(programs, "tenant-simulator"), "--until-eof", *options],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        readable, _, _ = select.select([self._process.stdout], [], [], 30)
        line = self._process.stdout.readline() if readable else b""
        if not line:
            self.close()
            with open(errors, encoding="utf-8", errors="replace") as log:
                raise Broken(f"the simulated tenant did not start: {log.read().strip()}")
        self.ready = json.loads(line)
        self.domain = self.ready["domain"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def settings(self, sender):
        """The settings that lead a server here. sender: the name of the mailbox that sends where a call names none."""
        ready = self.ready
        return {
            "AZURE_TENANT_ID": ready["tenantId"], "AZURE_CLIENT_ID": ready["clientId"],
            "AZURE_CERTIFICATE_PATH": ready["certificatePath"], "M365_LOGIN_ENDPOINT": ready["login"],
            "M365_GRAPH_ENDPOINT": ready["graph"], "M365_EXCHANGE_ENDPOINT": ready["exchange"],
            "M365_DEFAULT_SENDER": f"{sender}@{self.domain}",
        }

    def state(self, part):
        """A part of the tenant's state, as docs/simulator.md lists them."""
        with urllib.request.urlopen(f"{self.ready['control']}/state/{part}", timeout=30) as answer:
            return json.load(answer)

    def control(self, path, body):
        """Changes faults, lags or the clock."""
        request = urllib.request.Request(
            self.ready["control"] + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()

    def close(self):
        if not self._process.stdin.closed:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
