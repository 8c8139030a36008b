"""What a model's folder says of subwords.

ngrams.txt      one n-gram a line in the order of their rows, where each has one of its own
"""

from __future__ import annotations

from w2v.base.config import Config
from w2v.base.sealed_folder import Opened
from w2v.errors import W2VError
from w2v.examples.subwords import FLORET_BUCKET, Subwords

NGRAMS = "ngrams.txt"


def as_text(subwords: Subwords) -> str:
    """The n-grams that have rows of their own, a line each."""
    return "".join(f"{gram}\n" for gram in subwords.row_of)


def subwords_in(files: Opened, config: Config, words: int) -> Subwords | None:
    """The subwords of a saved model of so many words; None where it has none. Raises W2VError when it is damaged."""
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
