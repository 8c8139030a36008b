"""Words to provisional numbers, by first appearance, while the text is read; 0 ends a sentence.

Files go through compiled code on all cores, where their words are separated by white space alone (`text/scan.py`), or
cut by `words` (`text/spacing.py`); where they are cut by `chinese`, through processes (`text/processes.py`). Anything
else goes through a tokenizer, token by token.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, nullcontext
from functools import partial
from itertools import chain, count
from typing import Any, NamedTuple

import numpy as np

from w2v.base.settings import available_cores
from w2v.base.threads import InterruptiblePool
from w2v.errors import W2VError
from w2v.text.files import Batch, Text, as_batch
from w2v.text.processes import TokenizerProcesses
from w2v.text.reading import Reading
from w2v.text.records import is_missing
from w2v.text.scan import scan
from w2v.text.spacing import spaced
from w2v.text.tokenize import Tokenizer, chinese, whitespace, words


class Part(NamedTuple):
    """A part of the text, in numbers."""

    numbers: np.ndarray  # int32, a number for each token, 0 after each sentence
    first: list[str]  # its first words, a dozen or two
    invalid_bytes: int


Scan = Callable[[bytes], tuple[np.ndarray, list[str]]]  # of lines: their tokens by number, and the words, as `scan`

_GATHERED = 1 << 23  # bytes scanned at a time: the more, the fewer of their words are new to each other
_MUCH = 1 << 23  # bytes of text from which on processes repay being started: on two cores, for `chinese`
_END = object()  # marks a sentence's end among its tokens; no string can be mistaken for it


class TokenIndexer(dict[Any, int]):
    """A word's number is its place among the words, from 1. A miss in a C-level `map` costs one Python call."""

    def __init__(self) -> None:
        super().__init__({_END: 0})

    def __missing__(self, word: Any) -> int:
        if not isinstance(word, str):
            raise TypeError
        self[word] = len(self)
        return len(self) - 1

    def words(self) -> list[str]:
        """Word number k is at k - 1."""
        return list(self)[1:]

    def parts(self, reading: Reading, tokenize: Tokenizer) -> Generator[Part, None, None]:
        """All of a text, in order; memory does not grow with it.

        tokenize: for lines of text; token lists are taken as they are.
        Raises W2VError for what cannot be read, and for tokens that are not strings.
        """
        with closing(self._parts(reading, tokenize)) as parts:
            for part in parts:
                yield part._replace(numbers=reading.noted(part.numbers)) if reading.every_line else part

    def _parts(self, reading: Reading, tokenize: Tokenizer) -> Generator[Part, None, None]:
        named = partial(tokenize)  # of a partial the function that is in it
        function, options = named.func, named.keywords
        every_line, interrupted = reading.every_line, np.zeros(1, np.uint8)
        texts = None if function not in (whitespace, words, chinese) or named.args else reading.texts()
        here = partial(self._of_batch, tokenize, every_line)
        if texts is None:
            yield from map(here, reading.batches())
        elif function is not chinese:

            def cut(text: bytes) -> tuple[np.ndarray, list[str]]:
                if every_line and text and not text.endswith(b"\n"):
                    text += b"\n"  # of the last line, too
                apart = text if function is whitespace else spaced(text, interrupted=interrupted, **options)
                return scan(apart, every_line)

            yield from self._scanned(_gathered(texts), cut, interrupted, here)
        else:
            begun, cores = _begun(texts), available_cores()
            if cores > 1 and sum(map(_size, begun)) >= _MUCH:
                processes = TokenizerProcesses(cores, "chinese", every_line=every_line, **options)
                yield from self._scanned(chain(begun, texts), processes.scan, interrupted, here, processes)
            else:
                yield from map(here, map(as_batch, chain(begun, texts)))

    def _of_batch(self, tokenize: Tokenizer, every_line: bool, batch: Batch) -> Part:
        tokens = _tokens(batch, tokenize, every_line)
        first = [token for token in tokens[:24] if token is not _END]
        return Part(self._numbers(tokens), first, batch.invalid_bytes)

    def _scanned(
        self,
        items: Iterable[Text | Batch],
        scan: Scan,
        interrupted: np.ndarray,
        here: Callable[[Batch], Part],
        processes: TokenizerProcesses | None = None,
    ) -> Iterator[Part]:
        """Several texts at a time, a thread each, with the flag that interrupts `scan`, or the processes it asks.

        here: numbers what is no text.
        """

        def scanned(item: Text | Batch) -> Batch | tuple[np.ndarray, list[str], int]:
            return item if isinstance(item, Batch) else (*scan(item.utf8), item.invalid_bytes)

        threads = available_cores()
        with InterruptiblePool(threads, interrupted, ahead=threads + 1) as pool, processes or nullcontext():
            for found in pool.map(scanned, items):
                if isinstance(found, Batch):
                    yield here(found)
                    continue
                numbers, words, invalid_bytes = found
                first = [words[number - 1] for number in numbers[:24].tolist() if number]
                self.update(zip([word for word in words if word not in self], count(len(self)), strict=False))
                yield Part(np.append(np.int32(0), self._numbers(words))[numbers], first, invalid_bytes)

    def _numbers(self, tokens: list[Any]) -> np.ndarray:  # int32 [len(tokens)]
        try:
            return np.fromiter(map(self.__getitem__, tokens), dtype=np.int32, count=len(tokens))
        except TypeError as error:
            place = next(i for i, token in enumerate(tokens) if token is not _END and not isinstance(token, str))
            before = [token for token in tokens[max(place - 4, 0) : place] if token is not _END]
            after = f" It stands after {' '.join(before)[-60:]!r}." if before else ""
            odd = tokens[place]
            raise W2VError(
                f"the token {odd!r:.60} is of type {type(odd).__name__}; tokens must be strings. {_advice(odd)}{after}"
            ) from error


def _advice(odd: Any) -> str:
    """What to do about a token that is no string."""
    if is_missing(odd):
        return "Leave out what is missing: [token for token in sentence if isinstance(token, str)]."
    if isinstance(odd, bytes):
        return "Decode each: token.decode()."
    if isinstance(odd, Iterable):
        return "The corpus is nested too deeply: give a list of strings, or a list of lists of strings."
    return "Write each as a string: [str(token) for token in sentence]."


def _size(item: Text | Batch) -> int:
    """Bytes of text."""
    return len(item.utf8) if isinstance(item, Text) else 0


def _begun(items: Iterator[Text | Batch]) -> list[Text | Batch]:
    """The first texts: _MUCH bytes, or all there are."""
    begun: list[Text | Batch] = []
    size = 0
    while size < _MUCH and (item := next(items, None)):
        begun.append(item)
        size += _size(item)
    return begun


def _gathered(items: Iterator[Text | Batch]) -> Iterator[Text | Batch]:
    """Several texts in one. A file's last line is not joined with the next file's first."""
    some: list[Text] = []
    size = 0
    for item in items:
        if some and (isinstance(item, Batch) or size >= _GATHERED or not some[-1].utf8.endswith(b"\n")):
            yield _joined(some)
            some, size = [], 0
        if isinstance(item, Batch):
            yield item
            continue
        some.append(item)
        size += len(item.utf8)
    if some:
        yield _joined(some)


def _joined(some: list[Text]) -> Text:
    return Text(b"".join(text.utf8 for text in some), sum(text.invalid_bytes for text in some))


def _tokens(batch: Batch, tokenize: Tokenizer, every_line: bool) -> list[Any]:
    """The tokens of all lines, each line that has any followed by _END, or each line."""
    row: list[Any] = []
    nothing = False  # whether an empty line has no tokens, as is soon known; there may be millions
    for line in batch.lines:
        if nothing and not line and not every_line:
            continue
        tokens = tokenize(line) if isinstance(line, str) else line
        if not isinstance(tokens, list | tuple):
            raise W2VError(f"the tokenizer made {tokens!r:.60} of {line!r:.60}; a list of strings is needed.")
        if tokens or every_line:
            row += tokens
            row.append(_END)
        else:
            nothing = nothing or not line
    return row
