"""A tokenizer behind a pipe: what runs in the processes that `processes.py` starts.

It greets. On stdin comes a text at a time, the number of its bytes before it; on stdout go its tokens by number, and
the words, each with the number of its bytes before it. It ends when its stdin ends, and so when whoever started it has
ended, however that was.

It starts often, so it imports nothing that is slow to load.
"""

from __future__ import annotations

import signal
import sys
from array import array
from collections import defaultdict
from itertools import count
from typing import IO

from w2v.text.tokenize import Tokenizer, get_tokenizer

GREETING = b"\0w2v cuts text\n"  # what was printed before it, by whatever Python runs as it starts, is no answer
BYTES = 8  # of a number that tells how many bytes follow; little-endian
SENTENCE = 0


def numbered(lines: list[str], tokenize: Tokenizer, every_line: bool = False) -> tuple[array[int], list[str]]:
    """The tokens of some lines by number, and the words, as `w2v.text.scan.scan` has them for white space.

    every_line: each line has its SENTENCE, also one without words.

    Returns C's int [n]: words[number - 1] of each token, and SENTENCE after each line that has any; and the words, each
    once, in order of appearance.
    """
    places: defaultdict[str, int] = defaultdict(count(1).__next__)
    numbers = array("i")
    for line in lines:
        tokens = tokenize(line)
        if tokens or every_line:
            numbers.extend(map(places.__getitem__, tokens))
            numbers.append(SENTENCE)
    return numbers, list(places)


def main() -> None:
    """The process. sys.argv: the tokenizer's name, whether it keeps punctuation, and `every_line`, 0 or 1 each."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # that is for whoever started it, who ends it
    tokenize, every_line = get_tokenizer(sys.argv[1], sys.argv[2] == "1"), sys.argv[3] == "1"
    texts, answers = sys.stdin.buffer, sys.stdout.buffer
    try:
        answers.write(GREETING)
        answers.flush()
        while (text := received(texts)) is not None:
            numbers, words = numbered(lines_of(text), tokenize, every_line)
            send(answers, numbers.tobytes())
            send(answers, "\n".join(words).encode("utf-8"))
            answers.flush()
    except BrokenPipeError:  # nobody is there any more
        sys.stdout = None  # Python would try once more to write what is left


def lines_of(text: bytes) -> list[str]:
    """The lines of valid UTF-8, without their ends."""
    lines = text.decode("utf-8").replace("\r\n", "\n").split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def skip_to_greeting(pipe: IO[bytes] | None) -> None:
    """Read what was printed before the greeting, and that; or, where it never comes, all there is."""
    assert pipe
    heard = b""
    while not heard.endswith(GREETING) and (byte := pipe.read(1)):
        heard = heard[-len(GREETING) :] + byte


def received(pipe: IO[bytes]) -> bytes | None:
    """What was sent; None: all of it does not arrive, for the other side has ended."""
    size = pipe.read(BYTES)
    if len(size) < BYTES:
        return None
    data = pipe.read(expected := int.from_bytes(size, "little"))
    return data if len(data) == expected else None


def send(pipe: IO[bytes], data: bytes) -> None:
    """Send some bytes, and before them how many they are."""
    pipe.write(len(data).to_bytes(BYTES, "little"))
    pipe.write(data)
