"""An MCP client over standard input and output, as small as the demo and the checks need it."""

import json
import queue
import subprocess
import threading

REVISION = "2025-11-25"


class Broken(Exception):
    """The server did not do what a server has to do."""


class ToolFailed(Exception):
    """A tool answered with an error; `error` is its code, message and details."""

    def __init__(self, tool, error):
        super().__init__(f"{tool} failed: {error.get('code')}: {error.get('message')}")
        self.error = error


class Client:
    """A server as a child process, and one session with it.

    answer: called with the parameters of each elicitation, returns the person's answer (without it none is declared).
    progress: called with the message of each progress notification.
    errors: path of the file that takes the server's standard error.
    transcript: path of a file that takes every message: {"dir": "in" or "out" as the server sees it, "message": …}.
    """

    def __init__(self, command, environment, *, errors, answer=None, progress=None, transcript=None, timeout=60):
        self._answer, self._progress, self._timeout = answer, progress, timeout
        self._transcript = open(transcript, "w", encoding="utf-8") if transcript else None
        with open(errors, "wb") as log:
            self._process = subprocess.Popen(
                command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        self._lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self._next_id = 0
        capabilities = {"elicitation": {}} if answer else {}
        self.server = self.request("initialize", {
            "protocolVersion": REVISION, "capabilities": capabilities,
            "clientInfo": {"name": "demo", "title": "The administrator of the demo", "version": "1"}})
        self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def request(self, method, params=None):
        """The result of a request; meanwhile answers what the server asks."""
        identifier = self._next_id
        self._next_id += 1
        self._send({"jsonrpc": "2.0", "id": identifier, "method": method, "params": params or {}})
        while True:
            message = self._receive(method)
            if "method" in message:
                self._serve(message)
            elif message.get("id") == identifier:
                if "error" in message:
                    raise Broken(f"{method} was refused: {message['error'].get('message')}")
                return message["result"]

    def call(self, tool, arguments, *, follow=False):
        """The structured result of a tool. follow: ask for progress."""
        params = {"name": tool, "arguments": arguments}
        if follow:
            params["_meta"] = {"progressToken": f"{tool}-{self._next_id}"}
        result = self.request("tools/call", params)
        structured = result.get("structuredContent")
        if not isinstance(structured, dict):
            raise Broken(f"{tool} answered without structured content")
        if result.get("isError"):
            raise ToolFailed(tool, structured)
        return structured

    def read(self, uri):
        """A resource that holds JSON."""
        return json.loads(self.request("resources/read", {"uri": uri})["contents"][0]["text"])

    def memory(self):
        """Resident memory of the server, in KiB."""
        with open(f"/proc/{self._process.pid}/status", encoding="utf-8") as file:
            return int(next(line for line in file if line.startswith("VmRSS")).split()[1])

    def close(self):
        """Leaves as a client does, and returns how the server ended."""
        if self._process.stdin:
            try:
                self._process.stdin.close()
            except BrokenPipeError:
                pass
        try:
            return self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise Broken("the server did not end when its input did") from None
        finally:
            if self._transcript:
                self._transcript.close()
                self._transcript = None

    def _serve(self, message):
        params = message.get("params", {})
        if message["method"] == "notifications/progress" and self._progress:
            self._progress(params.get("message", ""))
        elif message["method"] == "elicitation/create" and self._answer:
            self._send({"jsonrpc": "2.0", "id": message["id"], "result": self._answer(params)})
        elif "id" in message:
            self._send({"jsonrpc": "2.0", "id": message["id"], "error": {"code": -32601, "message": "Not here"}})

    def _send(self, message):
        self._note("in", message)
        try:
            self._process.stdin.write(json.dumps(message, ensure_ascii=False).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise Broken("the server has ended") from None

    def _receive(self, waiting_for):
        try:
            line = self._lines.get(timeout=self._timeout)
        except queue.Empty:
            raise Broken(f"no answer to {waiting_for} within {self._timeout} s") from None
        if not line:
            raise Broken(f"the server ended instead of answering {waiting_for}")
        message = json.loads(line)
        self._note("out", message)
        return message

    def _note(self, direction, message):
        if self._transcript:
            self._transcript.write(json.dumps({"dir": direction, "message": message}, ensure_ascii=False) + "\n")

    def _read(self):
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(b"")
