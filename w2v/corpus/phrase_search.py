"""The phrases of a corpus, scored, to be looked at before anything is trained."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from w2v.base import leftovers
from w2v.base.atomic_file import write_text
from w2v.base.disk_errors import disk_full
from w2v.base.phrase_settings import connectors
from w2v.base.terminal import harmless
from w2v.corpus.indexing import TokenIndexer
from w2v.corpus.phrase_passes import Phrase, join_passes
from w2v.corpus.phrase_scores import Joining
from w2v.corpus.stream import Stream, open_stream
from w2v.errors import W2VError
from w2v.text.tokenize import AUTO, Tokenizer

COLUMNS = ("phrase", "score", "count", "joined", "count of first word", "count of last word", "pass")
_PIECE = 1 << 20  # ids copied at a time


def find_phrases(
    corpus: Any,
    *,
    passes: int = 1,
    threshold: float | None = None,
    min_count: int = 5,
    scoring: str = "default",
    delimiter: str = "_",
    connector_words: str | Iterable[str] = frozenset(),
    tokenizer: str | Tokenizer = AUTO,
    field: str | None = None,
    keep_punctuation: bool = False,
    strict: bool = False,
    cache_dir: Path | None = None,
) -> list[Phrase]:
    """The phrases that training with such settings (`phrases=passes`, `phrase_threshold=...`) would join, best first.

    All whose scores are above the threshold are there; `joined` says how often each is put in place of its words.

    Args:
        corpus: what `w2v.corpus.stream.open_stream` reads: paths, or an iterable of strings or of token lists.
        passes: each looks for pairs of what the one before has joined.
        threshold: pairs with a higher score are phrases; None: 10, with npmi 0.5.
        min_count: pairs that follow each other less often are none.
        scoring: "default" or "npmi" (`phrase_scores.py`).
        delimiter: what joins the words.
        connector_words: words that may stand within phrases, and neither begin nor end them; "english": a usual list.
        tokenizer, field, keep_punctuation, strict, cache_dir: as for `open_stream`.

    Raises:
        W2VError: a setting out of its range, or a corpus that cannot be read.
    """
    joining = Joining(
        passes=passes,
        threshold=threshold,
        min_count=min_count,
        scoring=scoring,
        delimiter=delimiter,
        connector_words=connectors(connector_words),
    )
    with open_stream(
        corpus,
        tokenizer=tokenizer,
        field=field,
        keep_punctuation=keep_punctuation,
        strict=strict,
        min_count=1,
        cache_dir=cache_dir,
    ) as stream:
        return phrases_in(stream, joining)


def phrases_in(stream: Stream, joining: Joining) -> list[Phrase]:
    """The phrases of a text that was read with all of its words, best first."""
    leftovers.sweep_once(Path(tempfile.gettempdir()))
    folder = leftovers.new_folder(Path(tempfile.gettempdir()))
    try:
        numbering = TokenIndexer()
        for word in stream.vocab.words:
            numbering[word]  # which numbers it
        with open(folder / "ids", "wb") as file:
            for start in range(0, len(stream.ids), _PIECE):
                file.write((stream.ids[start : start + _PIECE] + np.int32(1)).data)
        counts = np.append(np.int64(stream.report.sentences), stream.vocab.counts)
        _, found = join_passes(folder / "ids", numbering, counts, joining)
    except OSError as error:
        if disk_full(error):
            raise W2VError(
                f"the disk of {folder.parent} is full. Looking for phrases needs 4 bytes for each word of the text and "
                "some 32 for each pair of different words. Make room, or set TMPDIR to another folder."
            ) from error
        raise
    finally:
        leftovers.remove(folder)
    return sorted(chain.from_iterable(found), key=lambda each: (-each.score, each.phrase))


def write_phrases(phrases: Iterable[Phrase], path: Path) -> None:
    """A table of tabs with a header, a row a phrase. Raises W2VError when it cannot be written."""
    rows = ["\t".join(COLUMNS), *("\t".join(cells(each)) for each in phrases)]
    write_text(path, "\n".join(rows) + "\n", errors="backslashreplace")


def cells(each: Phrase) -> list[str]:
    """What a table says of a phrase, on one line and without tabs."""
    name = harmless(" ".join(each.phrase.split()))
    counts = (each.count, each.joined, each.first_count, each.last_count, each.number)
    return [name, f"{each.score:.6g}", *map(str, counts)]
