"""Which words a picture shows, how prominent each is, and how each is marked."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from w2v.corpus.vocabulary import with_spellings
from w2v.errors import W2VError, shown
from w2v.plots.figure import GREY, PALETTE, Mark, marks_of
from w2v.plots.layout import check_geometry
from w2v.text.lists import entries, unquoted
from w2v.vectors import KeyedVectors, vectors_of
from w2v.vectors.terms import several, words_of


@dataclass(frozen=True)
class Selection:
    """The N words of a picture, in the order in which they get a label."""

    rows: list[int]  # N, of the vectors
    words: list[str]  # N
    prominence: np.ndarray  # [N], from 0 to 1: sizes of dots and labels
    groups: dict[str, Mark]  # the groups that some of the words are in, in the order of the legend
    marks: list[Mark]  # N, of the words


def select(
    vectors: KeyedVectors,
    words: Sequence[str] | None,
    top: int,
    groups: Mapping[str, str] | None = None,
    certain: Sequence[str] = (),
) -> Selection:
    """The words to draw; `map.plot_words` has the arguments, the warning and the errors.

    Args:
        certain: words that are drawn in any case, and labelled first.
    """
    rows = rows_of(vectors, words, top, certain)
    shown = [vectors.index_to_key[row] for row in rows]
    groups = groups or {}
    marks = marks_of(groups, shown)
    rest = Mark(GREY if groups else PALETTE[0])
    of_words = [marks[groups[word]] if word in groups else rest for word in shown]
    return Selection(rows, shown, prominence_of(vectors, rows), marks, of_words)


def with_composed(
    vectors: KeyedVectors, words: Iterable[str] | None, certain: Sequence[str] = ()
) -> tuple[KeyedVectors, list[str] | None]:
    """The vectors, and with subwords after them those of words to draw that are in no vocabulary, which are composed;
    and the words, as they were given.

    Such a word has a count of 0, where counts are known, and so the smallest dot.
    """
    listed = None if words is None else words_of(words, vectors.index_to_key)
    asked = dict.fromkeys([*certain, *(listed or ())])
    new = [word for word in asked if word not in vectors.key_to_index and word in vectors]
    if not new:
        return vectors, listed
    grown = copy(vectors)
    grown.add_vectors(new, vectors[new])
    return grown, listed


def rows_of(
    vectors: KeyedVectors, words: Sequence[str] | None, top: int = 150, certain: Sequence[str] = ()
) -> list[int]:
    """Rows of the words to draw, those that are certain to be drawn first, and each time the most frequent first."""
    check_geometry(vectors)
    known = vectors.key_to_index
    asked = dict.fromkeys([*certain, *(() if words is None else words_of(words, vectors.index_to_key))])
    if unknown := [word for word in asked if word not in known]:
        listed = with_spellings(unknown, vectors.index_to_key)
        warnings.warn(f"Not in the vocabulary, so not on the map: {listed}.", UserWarning, stacklevel=4)
    chosen = (
        range(min(max(top, 0), len(vectors))) if words is None else [known[word] for word in asked if word in known]
    )
    first = {known[word] for word in certain if word in known}
    rows = sorted({*chosen, *first}, key=lambda row: (row not in first, row))
    if len(rows) < 2:
        raise W2VError(f"A map needs at least two words of the vocabulary, and got {len(rows)}; give more.")
    return rows


def prominence_of(vectors: KeyedVectors, rows: Sequence[int]) -> np.ndarray:
    """Log frequency of words, from 0 for the rarest shown to 1 for the most frequent [N]. Where counts are not
    known, Zipf's law stands in for them, since vectors come with frequent words first."""
    logs = -np.log1p(rows) if vectors.counts is None else np.log(np.maximum(vectors.counts[rows], 1))
    return (logs - logs.min()) / max(float(np.ptp(logs)), 1e-9)


def counts_of(given: Any, why: str) -> tuple[list[str], np.ndarray]:
    """Words and their counts, int64 [V], each at least 1: of a mapping from the ones to the others, or of vectors.

    why: what says, in an error, that counts are needed.
    """
    if isinstance(given, Mapping):
        names, counts = list(map(str, given)), np.array(list(given.values()))
        if not len(names) or counts.dtype.kind not in "iu" or counts.min() < 1:
            raise W2VError(f"The counts are {shown(given)}; expected whole numbers by word, at least 1.")
        return names, counts.astype(np.int64)
    found = vectors_of(given)
    if found.counts is None:
        raise W2VError(f"{why}, and these vectors came without; give the model's folder.")
    return list(found.index_to_key), np.maximum(found.counts, 1)


def neighbourhood(vectors: KeyedVectors, seeds: Sequence[str], topn: int = 12) -> tuple[list[str], dict[str, str]]:
    """Words near given words, and of each the seed it belongs to: `words` and `groups` for `plot_words`.

    Every seed brings its `topn` nearest words; a word near several seeds goes with the one most similar to it.
    Raises UnknownWordError for a seed that `vectors` does not know, W2VError when there is none.
    """
    nearest = {seed: (np.inf, seed) for seed in words_of(several(seeds), vectors.index_to_key)}
    for seed in list(nearest):
        for word, similarity in vectors.most_similar(seed, topn=topn):
            if word not in nearest or similarity > nearest[word][0]:
                nearest[word] = (similarity, seed)
    return list(nearest), {word: seed for word, (_, seed) in nearest.items()}


def read_words(path: Path) -> tuple[list[str], dict[str, str]]:
    """Words to draw, one a line, each with the name of its group after a tab if it has one.

    A `#` with a space after it begins a comment; `#metoo` and `#` are words. Quotes around a word or name are no part.
    Raises W2VError when the file cannot be read or is not UTF-8 text.
    """
    lines = (line.split("\t") for _, line in entries(path) if not line.startswith("# "))
    rows = [[unquoted(field) for field in line] for line in lines]
    return [row[0] for row in rows], {row[0]: row[1] for row in rows if len(row) > 1}
