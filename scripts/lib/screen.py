"""Words for a person at a terminal, or for whoever reads the output of a job later."""

import os
import shutil
import sys
import textwrap


class Screen:
    """Colours only where somebody looks at a terminal, and never against NO_COLOR."""

    def __init__(self, stream=sys.stdout):
        self._stream = stream
        self._has_colour = stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self._width = min(shutil.get_terminal_size((100, 24)).columns, 100)
        self._chapter = 0

    def chapter(self, title):
        self._chapter += 1
        self._write("")
        self._write(self._paint("1;36", f"{self._chapter}. {title}"))

    def say(self, text):
        for line in textwrap.wrap(text, self._width - 3, break_long_words=False, break_on_hyphens=False):
            self._write("   " + line)

    def good(self, text):
        """Something that was checked."""
        first, *rest = textwrap.wrap(text, self._width - 5, break_long_words=False, break_on_hyphens=False)
        self._write("   " + self._paint("32", "✓ ") + first)
        for line in rest:
            self._write("     " + line)

    def step(self, text):
        """Something that is under way."""
        self._write("   " + self._paint("2", f"· {text} …"))

    def facts(self, pairs):
        pairs = [(label, value) for label, value in pairs if value]
        indent = min(max(len(label) for label, _ in pairs), 24) + 2
        for label, value in pairs:
            if len(label) + 2 > indent:
                self._write("     " + self._paint("2", label))
                label = ""
            lines = textwrap.wrap(value, self._width - 5 - indent, break_long_words=False, break_on_hyphens=False)
            for number, line in enumerate(lines or [""]):
                head = label if number == 0 else ""
                self._write("     " + self._paint("2", head.ljust(indent)) + line)

    def quote(self, text, colour="33"):
        """Words as they stand elsewhere; only lines too long for the screen are folded."""
        for line in text.split("\n"):
            indent = " " * (len(line) - len(line.lstrip()))
            folded = textwrap.wrap(
                line, self._width - 5, subsequent_indent=indent + "  ", break_long_words=False,
                break_on_hyphens=False, drop_whitespace=True) or [""]
            for part in folded:
                self._write("   " + self._paint(colour, "│ ") + part)

    def command(self, text):
        """Something to copy: never folded."""
        self._write("     " + self._paint("1", text))

    def blank(self):
        self._write("")

    def done(self, text):
        self._write(self._paint("1;32", text))

    def _paint(self, code, text):
        return f"\033[{code}m{text}\033[0m" if self._has_colour and text else text

    def _write(self, line):
        print(line.rstrip(), file=self._stream, flush=True)
