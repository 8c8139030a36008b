"""What is shown to people, made harmless: words, names and servers' answers do not steer the terminal.

A word of someone else's file may hold an escape sequence that clears the screen, renames the window, or answers a
question in the reader's stead, and a direction mark that makes it look like another. Here these are shown by their
numbers, `\\x1b`.

What goes to stderr is for people, whose logs are shown on terminals later: there it is always done. On stdout it is
done only where that is a terminal, as `ls` does it: results that go into a file or to another program are data, and
stay as they are.
"""

import re
import sys
from typing import Any, TextIO

# Control characters but newline and tab, those of Latin-1 among them, which some terminals obey; what changes the
# direction of all that follows; and what no file of text can hold, which is no character. Marks that only join letters,
# or are letters' own direction, are part of many scripts.
_STEERS = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def harmless(text: str) -> str:
    """A text with characters that steer a terminal or spoil a picture replaced by their numbers: `\\x1b`, `\\u202e`."""
    return _STEERS.sub(lambda match: _number(ord(match[0])), text)


def _number(code: int) -> str:
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


class Harmless:
    """A stream of text that shows what is written to it `harmless`; all else is that of the stream behind it."""

    def __init__(self, stream: TextIO) -> None:
        self.rich_proxied_file = stream  # where rich's bars write, whose own sequences must pass

    def write(self, text: str) -> int:
        self.rich_proxied_file.write(harmless(text))
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.rich_proxied_file, name)


def guard() -> None:
    """From here on what is printed is harmless: to stderr, and to stdout where it is a terminal."""
    if sys.stderr is not None and not isinstance(sys.stderr, Harmless):
        sys.stderr = Harmless(sys.stderr)
    if sys.stdout is not None and not isinstance(sys.stdout, Harmless) and sys.stdout.isatty():
        sys.stdout = Harmless(sys.stdout)
