"""Whose rows of the input table are which: those of words, and behind them those of the documents' tags."""

from __future__ import annotations

import numpy as np

from w2v.base.config import Config
from w2v.corpus.blocks import Blocks
from w2v.corpus.documents import Tagged
from w2v.corpus.vocabulary import SENTENCE_END
from w2v.engines.frozen import Frozen
from w2v.errors import W2VError, counted
from w2v.examples.documents import DocumentRows


def document_rows(blocks: Blocks, tagged: Tagged) -> tuple[DocumentRows, np.ndarray]:
    """The rows of the documents of an id stream, and which tags have a word to learn from: bool [T].

    Raises:
        W2VError: these are the documents of another text.
    """
    n, words = len(tagged.offsets) - 1, len(blocks.vocab)
    firsts, known, document = np.zeros(blocks.n_blocks, np.int64), np.zeros(n + 1, bool), 0
    for index in range(blocks.n_blocks):
        firsts[index] = document
        ids = blocks.block(index)
        ends = np.cumsum(ids == SENTENCE_END)
        if document + ends[-1] > n:
            break
        known[document + ends[ids != SENTENCE_END]] = True
        document += int(ends[-1])
    if document != n or known[n]:
        raise W2VError(f"The text has other documents than the {counted(n, 'document')} whose tags these are.")
    learning = np.zeros(len(tagged.tags), bool)
    learning[tagged.numbers[np.repeat(known[:n], np.diff(tagged.offsets))]] = True
    rows = (tagged.numbers + words).astype(np.int32)
    return DocumentRows(firsts, tagged.offsets, rows, words + len(tagged.tags)), learning


def start_share(config: Config) -> float:
    """What share of the usual length vectors of documents begin with.

    With "pv-dm" a fifth: the words around say most, a document's vector learns little, and what it began with would be
    left in it. Of 90 documents of three topics, after ten epochs, 98 % of the nearest were of the same topic, and 53 %
    where they began with the usual length. "pv-dbow" begins with that: there, shorter ones take longer.
    """
    return 0.2 if config.arch == "pv-dm" else 1.0


def begin_documents(table: np.ndarray, config: Config, words: int, learning: np.ndarray) -> None:
    """Have rows of documents begin, of a table that is as a run begins with it.

    Rows that nothing is learned of are zeros: such a vector is like no other.

    table: [V + T, D], changed in place; words: V; learning: bool [T].
    """
    table[words:] *= start_share(config)
    table[words:][~learning] = 0
    if config.arch == "pv-dbow" and not config.dbow_words:
        table[:words] = 0


def frozen_with_documents(frozen: Frozen, n_rows: int) -> Frozen:
    """What stays as it is, of rows of words and of documents, which all learn."""
    if not len(frozen.factors):
        return frozen
    return frozen._replace(factors=np.append(frozen.factors, np.ones(n_rows - len(frozen.factors))))


def untrained_note(learning: np.ndarray) -> str | None:
    """A sentence on tags whose documents have no known word."""
    if learning.all():
        return None
    return (
        f"{counted(int((~learning).sum()), 'tag')} of {len(learning):,} have no document with a word of the "
        "vocabulary: their vectors are zeros."
    )
