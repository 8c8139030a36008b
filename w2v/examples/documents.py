"""Documents as examples: PV-DM and PV-DBOW (Le & Mikolov 2014, "Distributed representations of sentences and
documents").

A document has tags, one or several, and a tag has a row of the input table, which follow those of the words. The place
of each word that subsampling kept makes one example, ({its bag}, word), as CBOW's does:

    pv-dm      the words of its context window, and the document's tags     (section 2.2, with the mean)
    pv-dbow    the document's tags alone: a window without words            (section 2.3)

So each of n words and t tags in a bag is a part 1 / (n + t) of its mean. Every choice is a function of (seed, epoch,
block, position in the block), as those of `encoders.py`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from w2v.base import randomness
from w2v.base.compiled import njit
from w2v.corpus.vocabulary import SENTENCE_END
from w2v.examples.encoders import Bags, Windows, cut_windows
from w2v.examples.input_rows import Documents


class DocumentRows(NamedTuple):
    """The documents of a text, each of which is a sentence of its id stream.

    firsts: int64 [n_blocks], in which document each block begins.
    offsets, rows: the rows of each document's tags, as `Documents` has them.
    size: rows of the input table, of words and tags together.
    """

    firsts: np.ndarray
    offsets: np.ndarray
    rows: np.ndarray
    size: int


def cut_document_windows(
    arch: str,
    block: np.ndarray,
    keep: np.ndarray,
    window: int,
    shrink: bool,
    seed: int,
    epoch: int,
    index: int,
    rows: DocumentRows,
    first: int,
) -> tuple[Windows, Documents]:
    """The windows of one block, which for "pv-dbow" have no words, and the document of each place.

    first: the document in which the block begins; the others are arguments of `encoders.cut_windows`.
    """
    ids, of_place = np.empty((2, len(block)), np.int32)
    n = _places(block, keep, seed, epoch, index, first, ids, of_place)
    documents = Documents(of_place[:n], rows.offsets, rows.rows)
    if arch == "pv-dm":
        return cut_windows(block, keep, window, shrink, seed, epoch, index), documents
    places = np.arange(n + 1, dtype=np.int32)
    return Windows(ids[:n], places[:-1], places[1:]), documents


@njit(nogil=True, error_model="numpy", _nrt=False)
def _places(block, keep, seed, epoch, index, first, ids, of_place):
    """Fill ids and of_place with the words that subsampling keeps, as `encoders._cut` does; returns how many."""
    keep_key = randomness.stream_key(seed, epoch, index, randomness.KEEP)
    n, document = 0, first
    for place in range(block.size):
        word = block[place]
        if word == SENTENCE_END:
            document += 1
            continue
        ids[n], of_place[n] = word, document
        n += (randomness.bits(keep_key, place) >> np.uint64(32)) < keep[word]
    return n


def document_bags(windows: Windows, documents: Documents, first: int, last: int) -> Bags:
    """The examples of the places first <= i < last: members are rows of the input table, of words and then of tags."""
    return Bags(*_bags(*windows, *documents, first, last))


@njit
def _bags(ids, start, stop, of_place, tag_offsets, rows, first, last):
    total = 0
    for centre in range(first, last):
        document = of_place[centre]
        total += stop[centre] - start[centre] - 1 + tag_offsets[document + 1] - tag_offsets[document]
    members = np.empty(total, dtype=np.int64)
    offsets = np.zeros(max(last - first, 0) + 1, dtype=np.int64)
    target = np.empty(max(last - first, 0), dtype=np.int64)
    n = 0
    for centre in range(first, last):
        for place in range(start[centre], stop[centre]):
            if place != centre:
                members[n] = ids[place]
                n += 1
        for k in range(tag_offsets[of_place[centre]], tag_offsets[of_place[centre] + 1]):
            members[n] = rows[k]
            n += 1
        target[centre - first] = ids[centre]
        offsets[centre - first + 1] = n
    return members, offsets, target
