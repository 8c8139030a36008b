"""What a folder, a model's or one of vectors, says of subwords.

config.json             "subword", "min_n", "max_n", "bucket", "hash_count", as the settings of a model
ngrams.txt              one n-gram a line in the order of their rows, where each has one of its own
trained.txt             where n-grams share rows, the words that were trained on, one a line, if they are others than
                        those of the folder; empty: that is not known
tables.safetensors      rows: of a model those of words and of n-grams [V + N, D], of vectors those of n-grams [N, D]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from w2v.base.config import Config
from w2v.base.sealed_folder import Opened
from w2v.errors import W2VError
from w2v.examples.subwords import END_OF_LINE, FLORET_BUCKET, Subwords
from w2v.vectors.composer import Trained

NGRAMS = "ngrams.txt"
ROWS = "rows"  # the table
TRAINED = "trained.txt"
_SETTINGS = ("subword", "min_n", "max_n", "bucket", "hash_count")


def as_text(subwords: Subwords) -> str:
    """The n-grams that have rows of their own, a line each."""
    return "".join(f"{gram}\n" for gram in subwords.row_of)


def told_of(subwords: Subwords) -> dict[str, Any]:
    """The settings that say what they are."""
    scheme, min_n, max_n, bucket, hash_count, *_ = subwords
    return dict(zip(_SETTINGS, (scheme, min_n, max_n, bucket, hash_count), strict=True))


def trained_text(trained: Trained | None, words: Sequence[str]) -> str | None:
    """What says which words were trained on, beside those of the folder; None where it is these."""
    if trained is None:
        return ""
    found = trained.words
    return None if set(found) == set(words) - {END_OF_LINE} else "".join(f"{word}\n" for word in found)


def trained_in(files: Opened, words: Sequence[str]) -> Trained | None:
    """The words that were trained on, where the folder has these words. Raises W2VError where it is damaged."""
    if TRAINED not in files:
        return Trained(words)
    try:
        lines = files.text(TRAINED).decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise W2VError(f"{files.path(TRAINED)} is not UTF-8 text.") from error
    if lines.pop() or not all(lines):
        raise W2VError(f"{files.path(TRAINED)} is damaged: expected one word a line.")
    return Trained(lines) if lines else None


def subwords_in(files: Opened, settings: Mapping[str, Any], words: int) -> Subwords | None:
    """The subwords of a saved model of so many words; None where it has none. Raises W2VError when it is damaged.

    words: 0 for vectors, whose table has rows of n-grams alone.
    """
    config = Config.of({name: settings[name] for name in _SETTINGS if name in settings})
    if config.subword == "none":
        return None
    scheme, n_words = config.subword, 0 if config.subword == "floret" else words
    bucket = config.bucket or (FLORET_BUCKET if scheme == "floret" else None)
    row_of: dict[str, int] = {}
    if bucket is None:
        if NGRAMS not in files:
            raise W2VError(f"{files.path(NGRAMS)} is missing: the n-grams of a model with subwords.")
        try:
            lines = files.text(NGRAMS).decode("utf-8").split("\n")
        except UnicodeDecodeError as error:
            raise W2VError(f"{files.path(NGRAMS)} is not UTF-8 text.") from error
        if lines.pop() or not all(lines):
            raise W2VError(f"{files.path(NGRAMS)} is damaged: expected one n-gram a line.")
        row_of = {gram: n_words + row for row, gram in enumerate(lines)}
        if len(row_of) < len(lines):
            raise W2VError(f"{files.path(NGRAMS)} is damaged: an n-gram comes twice.")
    return Subwords(scheme, config.min_n, config.max_n, bucket, config.hash_count, n_words, row_of)
