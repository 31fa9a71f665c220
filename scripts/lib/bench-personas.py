"""Measures persona configuration through a server's standard streams; see bench-personas."""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time


class Server:
    """A server process, spoken to one request after the other or many at once."""

    def __init__(self, program, directory):
        environment = {
            "HOME": directory,
            "PATH": os.environ["PATH"],
            "RATE_LIMIT_ENABLED": "false",
            "M365_TOOLSETS": "core,persona",
            "AUTH_LOCAL_ROLES": "M365.Read,PersonaConfig.Admin",
            "LOG_LEVEL": "ERROR",
        }
        self.process = subprocess.Popen(
            [program, "--env-file", os.path.join(directory, ".env")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        self.number = 0
        self.request(
            "initialize",
            {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}},
        )
        self.write({"jsonrpc": "2.0", "method": "notifications/initialized"})
        self.process.stdin.flush()

    def write(self, message):
        self.process.stdin.write(json.dumps(message).encode() + b"\n")

    def line(self, tool, arguments):
        self.number += 1
        params = {"name": tool, "arguments": arguments}
        return {"jsonrpc": "2.0", "id": self.number, "method": "tools/call", "params": params}

    def request(self, method, params):
        self.number += 1
        self.write({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params})
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def call(self, tool, arguments):
        answer = self.request("tools/call", {"name": tool, "arguments": arguments})
        result = answer["result"]
        if result.get("isError"):
            sys.exit(f"{tool}: {json.dumps(result['structuredContent'])}")
        return result["structuredContent"]

    def latencies(self, tool, arguments, count):
        """Microseconds of calls that follow one another."""
        times = []
        for index in range(count):
            data = json.dumps(self.line(tool, arguments(index))).encode() + b"\n"
            start = time.perf_counter()
            self.process.stdin.write(data)
            self.process.stdin.flush()
            line = self.process.stdout.readline()
            times.append((time.perf_counter() - start) * 1e6)
            if b'"isError":true' in line:
                sys.exit(line.decode())
        return times

    def rate(self, tool, arguments, count):
        """Calls a second, sixty-four under way at a time."""
        start = time.perf_counter()
        sent = received = 0
        while received < count:
            while sent < count and sent - received < 64:
                self.write(self.line(tool, arguments(sent)))
                sent += 1
            self.process.stdin.flush()
            self.process.stdout.readline()
            received += 1
        return count / (time.perf_counter() - start)

    def memory(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            for line in status:
                if line.startswith("VmRSS"):
                    return int(line.split()[1]) / 1024
        return 0.0

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def settings(prefix, count):
    return {f"{prefix}{index:03}": {"flag": index % 2 == 0, "text": f"value {index}", "n": index / 4} for index in range(count)}


def update(server, persona, layer, values):
    for start in range(0, len(values), 50):
        part = dict(list(values.items())[start : start + 50])
        server.call(
            "update_persona_config",
            {"tenantId": "bench", "personaId": persona, "layer": layer, "configurationsToUpdate": part, "updatedBy": "bench"},
        )


def row(name, times):
    ordered = sorted(times)
    p99 = ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    print(f"| {name} | {statistics.median(times):.0f} | {p99:.0f} |", flush=True)


def main():
    program, templates, personas, calls = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    directory = tempfile.mkdtemp(prefix="bench-personas-")
    subprocess.run(
        [program, "init", "--directory", directory, "--templates", templates],
        check=True, stdout=subprocess.DEVNULL, env={"HOME": directory, "PATH": os.environ["PATH"]},
    )
    server = Server(program, directory)
    number = server.call("list_email_templates", {})["count"]
    # 100 keys in the end: 60 of the persona, 60 of the tenant and 40 of the global layer, some of them the same.
    update(server, "main", "global", settings("a", 40))
    update(server, "main", "tenant", {**settings("a", 20), **settings("b", 40)})
    update(server, "main", "persona", {**settings("b", 20), **settings("c", 20)})
    query = {"tenantId": "bench", "personaId": "main"}
    answer = server.call("get_persona_config", query)
    keys = len(answer["configurations"])

    print("| call | median µs | p99 µs |\n|---|---|---|")
    listing = lambda index: {"limit": 20}
    reading = lambda index: query
    server.latencies("list_email_templates", listing, 300)
    row(f"list_email_templates ({min(number, 20)} templates)", server.latencies("list_email_templates", listing, calls))
    template = server.call("list_email_templates", {"category": "customer_communication", "limit": 1})["items"][0]["templateId"]
    row("get_email_template, read from the store", server.latencies(
        "get_email_template", lambda index: {"templateId": template}, calls))
    server.latencies("get_persona_config", reading, 300)
    row(f"get_persona_config, 3 layers, {keys} keys", server.latencies("get_persona_config", reading, calls))
    one = lambda index: {**query, "configurationKeys": ["a000", "b000", "c000"]}
    row("get_persona_config, 3 of the keys", server.latencies("get_persona_config", one, calls))
    fresh = lambda index: {**query, "maxAgeMs": 0}
    row("get_persona_config, read anew", server.latencies("get_persona_config", fresh, calls))
    writing = lambda index: {
        **query, "configurationsToUpdate": {"c000": {"n": index}}, "updatedBy": "bench",
    }
    row("update_persona_config", server.latencies("update_persona_config", writing, min(calls, 500)))

    for start in range(0, personas):
        server.write(server.line("update_persona_config", {
            "tenantId": "bench", "personaId": f"p{start}", "updatedBy": "bench",
            "configurationsToUpdate": {"systemPrompt": f"I am persona {start}.", "llmTopP": 0.5, "c000": {"n": start}},
        }))
        if start % 64 == 63 or start == personas - 1:
            server.process.stdin.flush()
            for _ in range(start % 64 + 1):
                server.process.stdout.readline()
    row(f"get_persona_config, the same, {personas} personas in the store", server.latencies("get_persona_config", reading, calls))
    row(f"list_email_templates, the same, {personas} personas in the store", server.latencies("list_email_templates", listing, calls))
    chance = random.Random(1)
    anyone = lambda index: {"tenantId": "bench", "personaId": f"p{chance.randrange(personas)}"}
    row(f"get_persona_config of any of {personas} personas", server.latencies("get_persona_config", anyone, calls))
    print()
    print(f"get_persona_config ({keys} keys), pipelined: {server.rate('get_persona_config', reading, calls * 3):.0f} a second; "
          f"resident memory {server.memory():.0f} MiB")
    server.close()


main()
