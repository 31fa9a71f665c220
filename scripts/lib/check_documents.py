"""Checks the documents against the programs: runs every example that a reader would copy, follows every link.

- `console` blocks: the lines after `$ ` are run in a shell, one shell for each document, in a folder that looks like the
  checkout; what follows is compared with what they print. `…` stands for anything within a line, alone for any lines.
  Without expected lines the command only has to succeed.
- `jsonrpc` blocks: lines after `→ ` are sent to one server for each document, lines after `← ` have to be part of the
  next answer. "$name" stands for the last value that an answer had under that name.
- Tables and links that have to agree with something else.

Everything runs against a simulated tenant. Run by scripts/test, which names the programs in M365_PROGRAMS.
"""

import difflib
import glob
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile

from mcp_client import Client
from simulated_tenant import SimulatedTenant, clean_environment

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DOCUMENTS = ["README.md"] + sorted(
    os.path.relpath(path, ROOT) for path in glob.glob(os.path.join(ROOT, "docs/**/*.md"), recursive=True))
FENCE = re.compile(r"^```(\S*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
MARK = "--- end of the command, status"


class Wrong(Exception):
    """A document says what is not so."""


def text_of(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def blocks(document, kind):
    return [body for name, body in FENCE.findall(text_of(document)) if name == kind]


# Console blocks


class Shell:
    """A shell that runs one command after the other; a command reads nothing but what it says itself."""

    def __init__(self, folder, environment):
        self._folder = folder
        self._process = subprocess.Popen(
            ["bash"], cwd=folder, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)

    def run(self, command):
        """What the command printed, and its status."""
        path = os.path.join(self._folder, ".command")
        with open(path, "w", encoding="utf-8") as file:
            file.write(command + "\n")
        self._process.stdin.write(f"source {shlex.quote(path)} </dev/null\necho; echo '{MARK}' $?\n")
        self._process.stdin.flush()
        lines = []
        for line in self._process.stdout:
            if line.startswith(MARK):
                return "".join(lines)[:-1].rstrip("\n").split("\n"), int(line.split()[-1])
            lines.append(line)
        raise Wrong(f"the shell ended in: {command}")

    def close(self):
        self._process.stdin.close()
        self._process.wait(timeout=60)


def commands(body):
    """The commands of a block, each with the lines expected after it."""
    found, document_end = [], None
    for line in body.rstrip("\n").split("\n"):
        if document_end is not None:
            found[-1][0].append(line)
            if line == document_end:
                document_end = None
        elif line.startswith("$ "):
            found.append(([line[2:]], []))
            here = re.search(r"<<-?'?(\w+)'?", line)
            document_end = here.group(1) if here else None
        elif found:
            found[-1][1].append(line)
        else:
            raise Wrong(f"a console block begins with something else than a command: {line}")
    return [("\n".join(command), expected) for command, expected in found]


def fits(expected, actual):
    """Whether lines are what was expected. A line of its own `…` takes any lines, the fewest that do."""
    if not expected:
        return not actual
    if expected[0] == "…":
        return any(fits(expected[1:], actual[skip:]) for skip in range(len(actual) + 1))
    if not actual:
        return False
    pattern = ".*".join(re.escape(part) for part in expected[0].split("…"))
    return re.fullmatch(pattern, actual[0]) is not None and fits(expected[1:], actual[1:])


def run_console(document, folder, environment):
    count = 0
    shell = Shell(folder, environment)
    try:
        for body in blocks(document, "console"):
            for command, expected in commands(body):
                actual, status = shell.run(command)
                count += 1
                if expected and not fits(expected, actual):
                    difference = "\n".join(difflib.unified_diff(
                        expected, actual, "in the document", "in fact", lineterm="", n=50))
                    raise Wrong(f"{document}: $ {command}\n{difference}")
                if status != 0 and not (expected and "exit" in expected[-1]):
                    raise Wrong(f"{document}: $ {command}\nended with {status}:\n" + "\n".join(actual))
    finally:
        shell.close()
    return count


# JSON-RPC blocks


def part_of(expected, actual):
    """Whether everything expected is there; objects may have more members, lists may not have more items."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return all(name in actual and part_of(value, actual[name]) for name, value in expected.items())
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(part_of, expected, actual))
    return expected == actual


def remember(value, known):
    if isinstance(value, dict):
        for name, member in value.items():
            if isinstance(member, str):
                known[name] = member
            remember(member, known)
    elif isinstance(value, list):
        for item in value:
            remember(item, known)


def run_protocol(document, environment):
    steps = [line for body in blocks(document, "jsonrpc") for line in body.rstrip("\n").split("\n")]
    if not steps:
        return 0
    known, answer = {}, None
    with tempfile.TemporaryDirectory() as folder:
        # Its own store, untouched by what the console blocks do.
        program = os.path.join(environment["M365_PROGRAMS"], "m365-admin-mcp")
        subprocess.run(
            [program, "init", "--directory", folder], env=environment, check=True, stdout=subprocess.DEVNULL)
        command = [program, "--env-file", os.path.join(folder, ".env")]
        with Client(command, environment, errors=os.path.join(folder, "log")) as client:
            for step in steps:
                for name, value in known.items():
                    step = step.replace(f'"${name}"', json.dumps(value))
                message = json.loads(step[2:])
                if step.startswith("→ "):
                    answer = {"result": client.request(message["method"], message.get("params"))}
                    remember(answer, known)
                elif step.startswith("← "):
                    expected = {name: value for name, value in message.items() if name not in ("jsonrpc", "id")}
                    if not part_of(expected, answer):
                        raise Wrong(f"{document}: {step}\nin fact: {json.dumps(answer, ensure_ascii=False)}")
                else:
                    raise Wrong(f"{document}: a line of a jsonrpc block that is neither sent nor received: {step}")
    return len(steps)


# What has to agree with something else


def check_links(document):
    for target in LINK.findall(text_of(document)):
        if re.match(r"\w+:", target):
            continue
        path = os.path.normpath(os.path.join(os.path.dirname(document), target))
        if not os.path.exists(os.path.join(ROOT, path)):
            raise Wrong(f"{document}: the link to {target} leads nowhere")


def check_scripts(document):
    """Scripts that are named in blocks that are not run are at least there."""
    for body in blocks(document, "sh"):
        for name in re.findall(r"(?<![\w/.-])scripts/[\w/.-]*\w", body):
            if not os.access(os.path.join(ROOT, name), os.X_OK):
                raise Wrong(f"{document}: there is no script {name}")


def check_exit_codes(environment):
    """The README's table of exit codes names those of --help, and no others."""
    program = os.path.join(environment["M365_PROGRAMS"], "m365-admin-mcp")
    text = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
    listed = re.findall(r"^  (\d+) +(.+)$", text.split("EXIT CODES")[1], re.MULTILINE)
    documented = [
        (code, meaning.replace("`", "")) for code, meaning in re.findall(r"^\| (\d+) \| (.+) \|$", text_of("README.md"), re.M)]
    if listed != documented:
        raise Wrong(f"README.md: exit codes {documented}, but --help has {listed}")


def check_permissions(environment):
    """The permissions in docs/setup.md are those that the offered tools need."""
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(environment["M365_PROGRAMS"], "m365-admin-mcp")
        report = subprocess.run(
            [program, "doctor", "--json"], env=environment, cwd=folder, capture_output=True, text=True, check=True)
    needed = {row["permission"] for row in json.loads(report.stdout)["needed"]}
    table = re.findall(r"^\| (`.+`) \|", text_of("docs/setup.md"), re.MULTILINE)
    documented = set(re.findall(r"`([\w.-]+)`", " ".join(table)))
    if needed != documented:
        raise Wrong(
            f"docs/setup.md: its table of permissions lacks {sorted(needed - documented)} and has "
            f"{sorted(documented - needed)} too many")


def checkout(parent, programs, environment):
    """A folder in which paths mean what they mean in the checkout, and what is written stays apart."""
    folder = tempfile.mkdtemp(dir=parent)
    os.makedirs(os.path.join(folder, ".build"))
    os.symlink(programs, os.path.join(folder, ".build/release"))
    for name in ("scripts", "data"):
        os.symlink(os.path.join(ROOT, name), os.path.join(folder, name))
    home = os.path.join(folder, "home")
    commands_folder = os.path.join(folder, "bin")
    os.makedirs(home)
    os.makedirs(commands_folder)
    os.symlink(os.path.join(programs, "m365-admin-mcp"), os.path.join(commands_folder, "m365-admin-mcp"))
    claude = os.path.join(commands_folder, "claude")
    with open(claude, "w", encoding="utf-8") as file:
        stub = os.path.join(ROOT, "scripts/lib/pretend_claude.py")
        file.write(f"#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(stub)} \"$@\"\n")
    os.chmod(claude, 0o755)
    return folder, environment | {
        "HOME": home, "PATH": f"{commands_folder}:{environment['PATH']}",
        "M365_SANDBOX_FOLDER": os.path.join(folder, "sandbox")}


def main():
    programs = os.path.abspath(os.environ.get("M365_PROGRAMS") or os.path.join(ROOT, ".build/release"))
    failures = []
    with tempfile.TemporaryDirectory() as parent, SimulatedTenant(
            programs, "--lag", "none", errors=os.path.join(parent, "tenant.log")) as tenant:
        environment = clean_environment() | tenant.settings("aoife.walsh") | {"M365_PROGRAMS": programs}
        for document in DOCUMENTS:
            try:
                check_links(document)
                check_scripts(document)
                folder, own = checkout(parent, programs, environment)
                # A document that uses the store of ~/.m365-admin-mcp without making it relies on the setup.
                if "m365-admin-mcp init" not in text_of(document):
                    subprocess.run(
                        [os.path.join(programs, "m365-admin-mcp"), "init", "--directory", own["HOME"] + "/.m365-admin-mcp"],
                        env=own, check=True, stdout=subprocess.DEVNULL)
                count = run_console(document, folder, own) + run_protocol(document, environment)
                print(f"✓ {document}" + (f": {count} commands and messages" if count else ""))
            except Wrong as wrong:
                failures.append(str(wrong))
        for check in (check_exit_codes, check_permissions):
            try:
                check(environment)
            except Wrong as wrong:
                failures.append(str(wrong))
    for failure in failures:
        print(f"✗ {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
