"""A text that several ranks read together: each has a share of it as a stream of ids, by the words of the whole.

Which lines a rank reads is in `text/shares.py`, how the ranks come to one vocabulary in `merged_counts.py`, and that
they see the same files in `shared_sources.py`. Each keeps its share in its own cache, and uses it again if all have
theirs.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from w2v.base.ranks import Ranks
from w2v.corpus.remarks import remarks_on
from w2v.corpus.shared_blocks import SharedBlocks
from w2v.corpus.shared_sources import shared_sources
from w2v.corpus.stream import Stream, open_stream
from w2v.corpus.stream_files import CorpusReport
from w2v.errors import W2VError
from w2v.text.reading import Reading
from w2v.text.sources import sources

_SUMMED = ("tokens", "kept", "sentences", "invalid_bytes")
_TOLD = 12  # first tokens


class SharedStream(SharedBlocks):
    """A rank's share of a corpus; a context manager, which removes its files when they are not cached.

    mine: the share as a `Stream`. report: on the whole. choice: the tokenizer that rank 0 has chosen, and why.
    """

    mine: Stream
    report: CorpusReport

    def __init__(self, mine: Stream, ranks: Ranks) -> None:
        super().__init__(mine, ranks)
        self.choice = mine.choice
        self.report = _of_all(mine.report, ranks)

    @property
    def folder(self) -> Path:
        """Where the files of this rank's share are."""
        return self.mine.folder

    def __enter__(self) -> SharedStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the files, unless they are cached."""
        self.mine.close()

    def remarks(self) -> list[str]:
        """Sentences on what was left out of the text, and on what its words look like."""
        return remarks_on(self.report, self.vocab, self.choice)


def _of_all(mine: CorpusReport, ranks: Ranks) -> CorpusReport:
    """The report on the whole, made of those on the shares."""
    told = ranks.gather([[getattr(mine, name) for name in _SUMMED], mine.first_tokens, mine.reused])
    sums = {name: sum(numbers) for name, *numbers in zip(_SUMMED, *(each[0] for each in told), strict=True)}
    first = tuple(token for each in told for token in each[1])[:_TOLD]
    return replace(mine, **sums, first_tokens=first, reused=all(each[2] for each in told))


def open_share(corpus: Any, ranks: Ranks, **options: Any) -> Stream | SharedStream:
    """Read a rank's share of a corpus into a stream, or find the one that an earlier run has made of it.

    The vocabulary is that of one process which reads the whole, and so are the settings that follow from it; all lines
    together are those of the whole, each once.

    Args:
        corpus: as for `open_stream`. Files are the same on all ranks, in a folder that all see or as copies, and
            iterables of Python, too; `{rank}` in a file's name stands for the number of the rank, of files of its own.
        ranks: all of them, each of which makes this call. For one alone it is `open_stream`.
        options: as for `open_stream`, and the same on all ranks. `on_progress` is told of a rank's own tokens.

    Raises:
        W2VError: as `open_stream`, and on all ranks for what goes wrong on one; ranks that see different files; and
            what takes one process that reads all: stdin, phrases and the numbers of documents.
    """
    if ranks.size == 1:
        return open_stream(corpus if isinstance(corpus, Reading) else sources(corpus, ranks.rank), **options)
    if options.get("joining") is not None:
        raise W2VError(
            "Phrases are found by one process, which counts what follows what in the whole text. Leave phrases out, or "
            "train on one rank."
        )
    if options.get("keep_empty"):
        raise W2VError(
            "Documents are numbered by one process, which reads all of them in their order. Train on one rank."
        )
    return SharedStream(open_stream(shared_sources(corpus, ranks), **options), ranks)
