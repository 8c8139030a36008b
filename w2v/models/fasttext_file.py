"""A model with subwords as files of others: fastText's own (.bin), and floret's (.floret).

fastText's library and command read

    magic, version, arguments, dictionary, whether it is quantised, input [V + bucket, D], again, output [R, D]

as `vectors/formats/fasttext.py` reads it, and says in detail (fastText, `fasttext.cc`, `FastText::saveModel`). floret's
lines are in `vectors/formats/floret_file.py`. Both are packed where the name ends in `.gz` and the like.
"""

from __future__ import annotations

import re
import struct
from itertools import chain
from pathlib import Path

import numpy as np

from w2v.base.atomic_file import atomic_file
from w2v.base.compression import packing
from w2v.errors import W2VError
from w2v.models.model import Model
from w2v.vectors.formats.floret_file import as_floret
from w2v.vectors.formats.model_folder import ROWS
from w2v.vectors.formats.names import check_path
from w2v.vectors.formats.table import encoded, rows_to_write

_MAGIC, _VERSION = 793712314, 12
_LOSSES = {"hs": 1, "ns": 2, "softmax": 3, "ova": 4}
_CBOW, _SKIPGRAM = 1, 2
_AT_ONCE = 1 << 14  # rows
_PARTS = re.compile(r"[ \t-\r\0]").search  # what fastText parts words by
_UPDATES = 100  # fastText's `lrUpdateRate`, which has no meaning here


def save_fasttext(model: Model, path: str | Path) -> None:
    """Write a model for fastText: there, words known and unknown have the same vectors as here.

    With head hs the nodes of the tree are fastText's, which parts equally frequent words in another way; there its
    nodes begin with the most similar of ours (`fasttext_tree.py`).

    Its vectors are those of a model with `subword="fasttext"` and a `bucket`, where n-grams find their rows as
    fastText's do, or with `max_n=0`.

    Raises:
        W2VError: a model whose words or n-grams have no rows as fastText's have, a word with white space or a zero
            byte, or a file that cannot be written.
    """
    check_path(path)
    config, subwords = model.config, model.subwords
    if config.head not in _LOSSES:
        raise W2VError(f"{path} was not written: fastText has no head {config.head!r}. It has {', '.join(_LOSSES)}.")
    if config.arch == "pv-dbow" and not config.dbow_words:
        raise W2VError(f"{path} was not written: the model has vectors of documents alone, and none of words.")
    if config.subword == "floret":
        raise W2VError(f"{path} was not written: fastText has no floret tables. Save them as a .floret file.")
    if subwords is not None and subwords.bucket is None and subwords.row_of:
        raise W2VError(
            f"{path} was not written: each n-gram of this model has a row of its own, and fastText's share rows by "
            "their hash. Train with bucket=2_000_000, or save the vectors of its words: model.wv.save(...)."
        )
    broken = next((word for word in model.vocab.words if not word or _PARTS(word)), None)
    if broken is not None:
        raise W2VError(
            f"{path} was not written: the word {broken!r:.60} is empty, or has white space or a zero byte in it, which "
            "fastText's files cannot hold."
        )
    raw_words = encoded(path, model.vocab.words, lambda word: True)
    rows = rows_to_write(path, model.tables.get(ROWS, model.tables["input"]), "<f4")
    output = model.tables["output"]
    n_words, bucket = len(model.vocab), 0 if subwords is None else subwords.bucket or 0
    arguments = [
        *(config.vector_size, config.window, config.n_epochs, config.min_count or 1, config.negative, 1),
        *(_LOSSES[config.head], _CBOW if config.arch == "cbow" else _SKIPGRAM, bucket),
        *((config.min_n, config.max_n) if bucket else (0, 0)),
        _UPDATES,
    ]
    if config.head == "hs":
        output = _of_fasttexts_tree(model)
    with atomic_file(path) as raw, packing(raw, str(path)) as file:
        file.write(struct.pack("<2i12id", _MAGIC, _VERSION, *arguments, config.sample or 0.0))
        file.write(struct.pack("<3i2q", n_words, n_words, 0, int(model.vocab.counts.sum()), -1))
        for word, count in zip(raw_words, model.vocab.counts.tolist(), strict=True):
            file.write(word + struct.pack("<xqb", count, 0))
        for table in (rows, output):
            file.write(struct.pack("<?2q", False, *table.shape))
            for first in range(0, len(table), _AT_ONCE):
                some = np.ascontiguousarray(table[first : first + _AT_ONCE], "<f4")
                if not np.isfinite(some).all():
                    raise W2VError(f"{path} was not written: its numbers hold NaN or infinity. Training diverged.")
                file.write(some.data)


def _of_fasttexts_tree(model: Model) -> np.ndarray:
    """The output table of a model with head hs, float32 [V, D]: a row for each word, and the last is free."""
    from w2v.heads.tree import coding_tree  # compiled, as what follows, and other heads do without
    from w2v.models.fasttext_tree import to_fasttext

    output = model.tables["output"]
    output = np.vstack([output, np.zeros((len(model.vocab) - len(output), output.shape[1]), output.dtype)])
    return to_fasttext(output, model.vocab.counts, lambda counts: coding_tree(counts, model.config.tree))


def save_floret(model: Model, path: str | Path) -> None:
    """Write the rows of a model with `subword="floret"` as floret's text file.

    Raises:
        W2VError: a model that has no such rows, or a file that cannot be written.
    """
    check_path(path)
    lines = as_floret(path, model.vectors.composer)
    first = next(lines)  # refuses others before anything is written
    with atomic_file(path) as raw, packing(raw, str(path)) as file:
        file.writelines(chain([first], lines))
