"""What `gensim.utils` has for scripts about words: tokens, rules for vocabularies, wrapped corpora, opened files.

All of it gives what gensim's gives; only `open` differs in that it looks at a file's bytes, and not at its name, to
know whether it is compressed.
"""

import builtins
import io
import itertools
import logging
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from heapq import nlargest
from pathlib import Path
from typing import IO, Any

import numpy as np

from w2v.base.compression import as_file, packing, unpacked
from w2v.base.settings import whole_number
from w2v.errors import W2VError, shown
from w2v.gensim.errors import WrongTypeError
from w2v.text.files import File
from w2v.text.sources import is_missing

logger = logging.getLogger(__name__)

PAT_ALPHABETIC = re.compile(r"[^\W\d]+")  # letters and underscores

RULE_DEFAULT, RULE_DISCARD, RULE_KEEP = 0, 1, 2  # what a trim_rule may answer
TrimRule = Callable[[Any, int, int], int | None]


def any2unicode(text: str | bytes, encoding: str = "utf8", errors: str = "strict") -> str:
    """Text as a string: bytes are decoded. Raises WrongTypeError, a TypeError, for what is neither."""
    if isinstance(text, str):
        return text
    try:
        return str(text, encoding, errors)
    except TypeError as error:
        missing = "; leave out rows without text, as by table.dropna()" * is_missing(text)
        raise WrongTypeError(f"{shown(text)} was given as text; expected a string or bytes{missing}.") from error


def any2utf8(text: str | bytes, errors: str = "strict", encoding: str = "utf8") -> bytes:
    """Text as UTF-8: bytes of another encoding are translated, and those that claim to be UTF-8 checked."""
    return any2unicode(text, encoding, errors).encode("utf8")


to_unicode, to_utf8 = any2unicode, any2utf8


def deaccent(text: str | bytes) -> str:
    """Text without the accents of its letters; bytes are UTF-8."""
    apart = unicodedata.normalize("NFD", any2unicode(text))
    return unicodedata.normalize("NFC", "".join(char for char in apart if unicodedata.category(char) != "Mn"))


def simple_tokenize(text: str) -> Iterator[str]:
    """The longest runs of letters and underscores, in order."""
    return (found[0] for found in PAT_ALPHABETIC.finditer(text))


def tokenize(
    text: str | bytes,
    lowercase: bool = False,
    deacc: bool = False,
    encoding: str = "utf8",
    errors: str = "strict",
    to_lower: bool = False,
    lower: bool = False,
) -> Iterator[str]:
    """The tokens of a text, lower-cased where any of the three arguments says so, and without accents if `deacc`."""
    text = any2unicode(text, encoding, errors)
    if lowercase or to_lower or lower:
        text = text.lower()
    return simple_tokenize(deaccent(text) if deacc else text)


def simple_preprocess(doc: str | bytes, deacc: bool = False, min_len: int = 2, max_len: int = 15) -> list[str]:
    """Lower-cased tokens of `min_len` to `max_len` characters that do not begin with an underscore."""
    tokens = tokenize(doc, lower=True, deacc=deacc, errors="ignore")
    return [token for token in tokens if min_len <= len(token) <= max_len and token[:1] != "_"]


def keep_vocab_item(word: Any, count: int, min_count: int, trim_rule: TrimRule | None = None) -> bool:
    """Whether a word stays: as `trim_rule(word, count, min_count)` answers, by default if seen `min_count` times."""
    answer = RULE_DEFAULT if trim_rule is None else trim_rule(word, count, min_count)
    return bool(answer == RULE_KEEP if answer in (RULE_KEEP, RULE_DISCARD) else count >= min_count)


def prune_vocab(vocab: dict[Any, int], min_reduce: int, trim_rule: TrimRule | None = None) -> int:
    """Take words out of `vocab`, in place, that do not stay with that for a min_count; the sum of their counts."""
    gone = [word for word, count in vocab.items() if not keep_vocab_item(word, count, min_reduce, trim_rule)]
    logger.info("%d of %d words were left out, seen less than %s times", len(gone), len(vocab), min_reduce)
    return sum(vocab.pop(word) for word in gone)


def trim_vocab_by_freq(vocab: dict[Any, int], topk: int, trim_rule: TrimRule | None = None) -> None:
    """Keep the `topk` words of the largest counts, and those seen as often as the last of them; in place."""
    if topk < len(vocab):
        prune_vocab(vocab, nlargest(topk, vocab.values())[-1], trim_rule)


def merge_counts(dict1: dict[Any, int], dict2: dict[Any, int]) -> dict[Any, int]:
    """Add the counts of the second to the first, which is returned."""
    for word, count in dict2.items():
        dict1[word] = dict1.get(word, 0) + count
    return dict1


class RepeatCorpus:
    """The documents of a corpus over and over again, until there are `reps`."""

    def __init__(self, corpus: Iterable[Any], reps: int) -> None:
        self.corpus, self.reps = corpus, reps

    def __iter__(self) -> Iterator[Any]:
        return itertools.islice(itertools.cycle(self.corpus), self.reps)


class RepeatCorpusNTimes:
    """A corpus `n` times."""

    def __init__(self, corpus: Iterable[Any], n: int) -> None:
        self.corpus, self.n = corpus, n

    def __iter__(self) -> Iterator[Any]:
        return itertools.chain.from_iterable(itertools.repeat(self.corpus, self.n))


class ClippedCorpus:
    """The first `max_docs` documents of a corpus; None: all."""

    def __init__(self, corpus: Any, max_docs: int | None = None) -> None:
        self.corpus, self.max_docs = corpus, max_docs

    def __iter__(self) -> Iterator[Any]:
        return itertools.islice(self.corpus, self.max_docs)

    def __len__(self) -> int:
        return len(self.corpus) if self.max_docs is None else min(self.max_docs, len(self.corpus))


def chunkize_serial(
    iterable: Iterable[Any], chunksize: int, as_numpy: bool = False, dtype: Any = np.float32
) -> Iterator[list[Any]]:
    """Lists of `chunksize` items, the last one of what is left; as_numpy: each item as an array.

    Raises W2VError unless `chunksize` is at least 1.
    """
    items, size = iter(iterable), whole_number("chunksize", int(chunksize), 1)
    chunks = iter(lambda: list(itertools.islice(items, size)), [])
    return ([np.array(item, dtype=dtype) for item in chunk] if as_numpy else chunk for chunk in chunks)


grouper = chunkize_serial


def chunkize(corpus: Iterable[Any], chunksize: int, maxsize: int = 0, as_numpy: bool = False) -> Iterator[list[Any]]:
    """The same; `maxsize` is ignored, which in gensim has another process read ahead."""
    return chunkize_serial(corpus, chunksize, as_numpy)


def save_as_line_sentence(corpus: Iterable[Iterable[str]], filename: str | Path) -> None:
    """Write sentences for LineSentence, one a line, tokens separated by spaces, in UTF-8."""
    with open(filename, "wb") as file:
        for sentence in corpus:
            file.write(any2utf8(" ".join(sentence) + "\n"))


def open(
    uri: str | Path,
    mode: str = "r",
    buffering: int = -1,
    encoding: str | None = None,
    errors: str | None = None,
    newline: str | None = None,
) -> IO[Any]:
    """Open a file, as the built-in does; what is compressed is unpacked, and compressed where its name says so.

    uri: a path, or for reading a URL. mode: "r", "rb", "w", "wb", "a" or "ab"; text is UTF-8 unless `encoding` says
    otherwise. Compressed: .gz .bz2 .xz and .zst; when read, whatever the name.

    Raises W2VError for another mode and what cannot be reached, OSError as the built-in does.
    """
    kind = mode.replace("b", "").replace("t", "")
    if kind not in ("r", "w", "a") or not 1 <= len(mode) <= 2:
        raise W2VError(f"the mode is {shown(mode)}; expected r, w or a, with b behind it for bytes.")
    name = str(uri)
    if kind != "r":
        raw: Any = _Packed(builtins.open(name, f"{kind}b", buffering or -1), name)  # noqa: SIM115 - it is handed on
    elif "://" in name:
        raw = as_file(File(name).pieces())
    else:
        raw = as_file(_unpacked(builtins.open(name, "rb"), name))  # noqa: SIM115 - it is handed on
    if "b" in mode:
        return raw
    return io.TextIOWrapper(raw, encoding or "utf8", errors, newline)


def _unpacked(raw: IO[bytes], name: str) -> Iterator[bytes]:
    with raw:
        yield from unpacked(raw, name)


class _Packed(io.RawIOBase):
    """A file to be written, which compresses what it gets, as its name says."""

    def __init__(self, raw: IO[bytes], name: str) -> None:
        self._stack = ExitStack()
        self._stack.enter_context(raw)
        self._file = self._stack.enter_context(packing(raw, name))

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self._file.write(data)

    def close(self) -> None:
        if not self.closed:
            self._stack.close()
        super().close()
