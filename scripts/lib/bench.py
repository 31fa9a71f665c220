"""Measures the release program and prints Markdown: scripts/bench runs it.

Usage: bench.py PROGRAMS FOLDER PYTHON
FOLDER holds the programs load and echo; PYTHON is the interpreter that may have the official SDK.
"""

import datetime
import json
import os
import platform
import shutil
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse

from mcp_client import Broken, Client
from simulated_tenant import SimulatedTenant, clean_environment

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HELLO = json.dumps({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
    "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}})
TEMPLATES = 20
REFERENCE_CALL = '"method":"tools/call","params":{"name":"list_email_templates","arguments":{"limit":%d}}}' % TEMPLATES
IN_FLIGHT = 50
ROWS = 1000


def say(text):
    print(text, file=sys.stderr, flush=True)


def milliseconds(microseconds):
    return f"{microseconds / 1000:.1f} ms"


def mebibytes(kibibytes):
    return f"{kibibytes / 1024:.1f} MiB"


class Bench:
    def __init__(self, programs, folder, python):
        self.program = os.path.join(programs, "m365-admin-mcp")
        self.programs, self.folder, self.python = programs, folder, python
        self.environment = clean_environment() | {"RATE_LIMIT_ENABLED": "false"}
        self.targets, self.references = [], []

    def file(self, name):
        return os.path.join(self.folder, name)

    @property
    def server(self):
        return [self.program, "--env-file", self.file(".env")]

    def load(self, mode, count, *arguments, command):
        """A figure of the load driver; the middle one of three runs where the runs are short."""
        words = [self.file("load"), mode, str(count), *arguments, "--", *command]
        end = subprocess.run(words, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if end.returncode != 0:
            raise Broken(f"load {mode}: {end.stderr.decode().strip()}")
        return json.loads(end.stdout)

    def target(self, name, wanted, figure, is_met):
        self.targets.append((name, wanted, figure, "met" if is_met else "**missed**"))
        say(f"  {name}: {figure} ({'met' if is_met else 'missed'})")

    def run(self):
        self.prepare()
        self.measure_start()
        self.measure_roundtrip()
        self.measure_pipeline()
        self.measure_memory()
        self.measure_tenant()
        self.print_report()

    def prepare(self):
        say("Making a store with 20 templates …")
        subprocess.run(
            [self.program, "init", "--directory", self.folder], env=self.environment, check=True,
            stdout=subprocess.DEVNULL)
        with Client(self.server, self.environment, errors=self.file("server.log")) as client:
            for number in range(TEMPLATES):
                client.call("create_email_template", {
                    "templateName": f"Notice {number:02}", "subject": "About {{ topic }}, reference {{ reference }}",
                    "bodyHtml": "<p>Dear {{ name }}, this is about {{ topic }}.</p>",
                    "category": "customer_communication", "variables": ["name", "topic", "reference"],
                    "description": "A template of the benchmark, with a description of usual length."})
            self.rows = client.call("list_email_templates", {"limit": TEMPLATES})["items"]
            answer = client.request("tools/call", {"name": "list_email_templates", "arguments": {"limit": TEMPLATES}})
        # As the product writes it, without spaces.
        line = json.dumps({"jsonrpc": "2.0", "id": 0, "result": answer}, separators=(",", ":"), ensure_ascii=False)
        with open(self.file("answer"), "w", encoding="utf-8") as file:
            file.write(line + "\n")
        self.answer_bytes = len(line.encode()) + 1
        plain = sqlite3.connect(self.file("plain.db"))
        plain.execute("PRAGMA journal_mode = WAL")
        columns = list(self.rows[0])
        plain.execute(f"CREATE TABLE email_templates ({', '.join(columns)})")
        plain.executemany(
            f"INSERT INTO email_templates VALUES ({', '.join('?' * len(columns))})",
            [[json.dumps(row[name]) if isinstance(row[name], list) else row[name] for name in columns] for row in self.rows])
        plain.commit()
        plain.close()
        self.python_server = [self.python, os.path.join(ROOT, "Tests/Reference/bench_server.py"), self.file("plain.db")]
        probe = subprocess.run([self.python, "-c", "import mcp"], capture_output=True, check=False) \
            if os.path.exists(self.python) else None
        self.has_sdk = probe is not None and probe.returncode == 0

    # Alone on its pipes

    def measure_start(self):
        say("Starting the server many times …")
        times = self.load("start", 100, HELLO, command=self.server)
        self.target(
            "first `initialize` answered after the start of the process, with an existing store", "≤ 25 ms",
            f"median {milliseconds(times['median'])}, 95 % within {milliseconds(times['p95'])} (100 starts)",
            times["median"] <= 25_000)
        if self.has_sdk:
            other = self.load("start", 10, HELLO, command=self.python_server)
            self.references.append(("start to first `initialize`, Python SDK", milliseconds(other["median"])))

    def measure_roundtrip(self):
        say("One call after the other …")
        call = (HELLO, REFERENCE_CALL, '"count":')
        echo = self.load("roundtrip", 50_000, "-", REFERENCE_CALL, "jsonrpc", command=[self.file("echo")])
        sized = self.load(
            "roundtrip", 50_000, "-", REFERENCE_CALL, "jsonrpc", command=[self.file("echo"), self.file("answer")])
        own = self.load("roundtrip", 20_000, *call, command=self.server)
        ratio = own["median"] / echo["median"]
        self.target(
            f"`list_email_templates` over {TEMPLATES} templates, round trip at the median", "≤ 4× the echo",
            f"{own['median']:.0f} µs, {ratio:.1f}× the echo's {echo['median']:.0f} µs", ratio <= 4)
        self.references.append((
            f"an echo that answers with as many bytes as the call ({self.answer_bytes}), round trip",
            f"{sized['median']:.0f} µs"))
        self.references.append((
            "the same call, 95 % and 99 %", f"{own['p95']:.0f} µs and {own['p99']:.0f} µs"))
        ping = self.load("roundtrip", 50_000, HELLO, '"method":"ping"}', '"result"', command=self.server)
        self.references.append(("`ping`, round trip", f"{ping['median']:.0f} µs"))
        if self.has_sdk:
            other = self.load("roundtrip", 1_000, *call, command=self.python_server)
            self.references.append((
                "the same call on the Python SDK, plain SQLite, round trip",
                f"{other['median']:.0f} µs, {other['median'] / own['median']:.0f} times the product's"))

    def measure_pipeline(self):
        say("As many calls as it takes …")
        call = (HELLO, REFERENCE_CALL, '"count":')
        runs = [self.load("pipeline", 60_000, *call, command=self.server)["perSecond"] for _ in range(3)]
        self.target(
            "such calls a second, pipelined", "≥ 20,000",
            f"{statistics.median(runs):,.0f} (middle of 3 runs of 60,000)", statistics.median(runs) >= 20_000)
        if self.has_sdk:
            other = self.load("pipeline", 2_000, *call, command=self.python_server)
            self.references.append(("the same on the Python SDK", f"{other['perSecond']:,.0f} a second"))

    def measure_memory(self):
        say("Memory over 100,000 calls …")
        figures = self.load("memory", 100_000, HELLO, REFERENCE_CALL, '"count":', command=self.server)
        after = figures["after"]
        self.target(
            "resident memory after 100,000 pipelined calls", "< 40 MiB",
            f"{mebibytes(after[-1])} ({mebibytes(figures['atStart'])} at the start, of which the program's own pages "
            "are a good part)", after[-1] < 40 * 1024)
        early, late = statistics.median(after[:5]), statistics.median(after[5:])
        self.target(
            "memory stays flat", "flat",
            f"{mebibytes(early)} over the first 50,000 calls, {mebibytes(late)} over the second (medians)",
            late <= early * 1.05)

    # With a tenant

    def measure_tenant(self):
        say("A tenant of 1,000 users, then a slow one …")
        with open(self.file("seed.json"), "w", encoding="utf-8") as file:
            json.dump({
                "tenant": {
                    "displayName": "Large", "country": "DE",
                    "domains": [{"name": "large.example", "default": True},
                                {"name": "large.onmicrosoft.com", "initial": True}]},
                "products": [{"partNumber": "SPB", "seats": 2 * ROWS}],
                "generate": {"users": ROWS, "licenses": ["SPB"]}}, file)
        options = ["--lag", "none", "--seed", self.file("seed.json")]
        with SimulatedTenant(self.programs, *options, errors=self.file("tenant.log")) as tenant:
            environment = self.environment | tenant.settings("user00001")
            with Client(self.server, environment, errors=self.file("server.log")) as client:
                self.measure_pages(tenant, client)
        # The small company: searching a thousand users, the simulator itself would be what the calls wait for.
        shutil.copy(self.file("store.db"), self.file("small.db"))
        with SimulatedTenant(self.programs, "--lag", "none", errors=self.file("tenant.log")) as tenant:
            environment = self.environment | tenant.settings("aoife.walsh") | {"DATABASE_PATH": self.file("small.db")}
            self.measure_in_flight(tenant, environment)

    def measure_pages(self, tenant, client):
        client.call("find_users", {"limit": 1})
        before, asked = client.memory(), len(self.user_requests(tenant))
        times, users, cursor = [], set(), None
        while True:
            begun = time.monotonic()
            page = client.call("find_users", {"limit": 100} | ({"cursor": cursor} if cursor else {}))
            times.append(time.monotonic() - begun)
            users |= {row["userPrincipalName"] for row in page["items"]}
            asked += 1
            seen = len(self.user_requests(tenant))
            if seen != asked:
                raise Broken(f"a page of users took {seen - asked + 1} requests to the tenant")
            cursor = page.get("nextCursor")
            if not cursor:
                break
        grown = client.memory() - before
        if len(users) != ROWS:
            raise Broken(f"the pages hold {len(users)} users")
        self.target(
            f"a list of {ROWS:,} users comes page by page", "one request for each page",
            f"{len(times)} pages of 100, one request of users each, {statistics.median(times) * 1000:.0f} ms a page, "
            f"{mebibytes(max(0, grown))} more memory", True)

    @staticmethod
    def user_requests(tenant):
        return [row for row in tenant.state("requests") if urllib.parse.urlsplit(row["url"]).path == "/v1.0/users"]

    def measure_in_flight(self, tenant, environment):
        delay = 1.0
        tenant.control("/faults", [{"match": {"path": "/v1.0/users"}, "action": "delay", "seconds": delay}])
        pipe = Pipelined(self.server, environment, self.file("server.log"))
        pipe.exchange([("find_users", {"query": "aoife"})])
        alone, _ = pipe.exchange([("find_users", {"query": "nora"})])
        calls = [("find_users", {"query": f"user {number}"}) for number in range(1, IN_FLIGHT + 1)]
        together, answers = pipe.exchange(calls + [("list_email_templates", {"limit": TEMPLATES})])
        pipe.close()
        local = answers[-1]
        slowest = max(answers[:-1])
        self.target(
            f"{IN_FLIGHT} calls in flight against a tenant that takes {delay:.0f} s for each", "none waits for another",
            f"all answered after {slowest:.2f} s, one alone takes {alone:.2f} s; a local call among them took "
            f"{local * 1000:.1f} ms", slowest < 1.5 * alone and local < 0.5 * delay)

    # The report

    def print_report(self):
        size = os.path.getsize(self.program)
        strip = shutil.which("strip")
        stripped = None
        if strip:
            subprocess.run([strip, "-o", self.file("stripped"), self.program], check=True)
            stripped = os.path.getsize(self.file("stripped"))
        note = f", {stripped / 1e6:.1f} MB stripped" if stripped else ""
        self.references.append(("size of `m365-admin-mcp`, Swift runtime linked in", f"{size / 1e6:.1f} MB{note}"))
        if not self.has_sdk:
            self.references.append(("Python SDK", "skipped: its packages cannot be had here"))
        print(f"Measured {datetime.date.today().isoformat()} at `{self.revision()}` on {self.machine()}.\n")
        print("| what | target | figure | |")
        print("|---|---|---|---|")
        for row in self.targets:
            print("| " + " | ".join(row) + " |")
        print("\n| beside it | figure |")
        print("|---|---|")
        for row in self.references:
            print("| " + " | ".join(row) + " |")

    @staticmethod
    def revision():
        return subprocess.run(
            ["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
        ).stdout.strip() or "unknown"

    @staticmethod
    def machine():
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), "unknown")
        with open("/proc/meminfo", encoding="utf-8") as file:
            memory = int(next(line for line in file if line.startswith("MemTotal")).split()[1])
        swift = subprocess.run(["swift", "--version"], capture_output=True, text=True, check=False)
        version = next(iter(swift.stdout.splitlines()), "Swift")
        return (
            f"{os.cpu_count()} × {model}, {memory / 1024 / 1024:.0f} GiB, Linux {platform.release().split('-')[0]}, "
            f"{platform.freedesktop_os_release()['PRETTY_NAME']}, {version.split(' (')[0]}")


class Pipelined:
    """Many calls sent at once, and when each was answered."""

    def __init__(self, command, environment, errors):
        with open(errors, "ab") as log:
            self._process = subprocess.Popen(
                command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        self._next_id = 1
        self._write(HELLO + '\n{"jsonrpc":"2.0","method":"notifications/initialized"}\n')
        self._process.stdout.readline()

    def exchange(self, calls):
        """The time until the last answer, and that until each, in the order of the calls."""
        first = self._next_id
        self._next_id += len(calls)
        text = "".join(
            json.dumps({
                "jsonrpc": "2.0", "id": first + number, "method": "tools/call",
                "params": {"name": tool, "arguments": arguments}}) + "\n"
            for number, (tool, arguments) in enumerate(calls))
        begun = time.monotonic()
        threading.Thread(target=self._write, args=(text,)).start()
        times = {}
        while len(times) < len(calls):
            message = json.loads(self._process.stdout.readline())
            if message["result"].get("isError"):
                raise Broken(f"a call failed: {message['result']['structuredContent']}")
            times[message["id"]] = time.monotonic() - begun
        ordered = [times[first + number] for number in range(len(calls))]
        return max(ordered), ordered

    def close(self):
        self._process.stdin.close()
        self._process.wait(timeout=10)

    def _write(self, text):
        self._process.stdin.write(text.encode())
        self._process.stdin.flush()


def main():
    programs, folder, python = (os.path.abspath(path) for path in sys.argv[1:4])
    try:
        Bench(programs, folder, python).run()
    except Broken as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
