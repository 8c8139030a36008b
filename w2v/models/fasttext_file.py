"""A model with subwords as files of others: fastText's own (.bin), and floret's (.floret).

fastText's library and command read

    magic, version, arguments, dictionary, whether it is quantised, input [V + bucket, D], again, output [R, D]

as `vectors/formats/fasttext.py` reads it, and says in detail (fastText, `fasttext.cc`, `FastText::saveModel`). floret's
lines are in `vectors/formats/floret_file.py`. Both are packed where the name ends in `.gz` and the like.
"""

from __future__ import annotations

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

_MAGIC, _VERSION = 793712314, 12
_LOSSES = {"hs": 1, "ns": 2, "softmax": 3, "ova": 4}
_CBOW, _SKIPGRAM = 1, 2
_UPDATES = 100  # fastText's `lrUpdateRate`, which has no meaning here


def save_fasttext(model: Model, path: str | Path) -> None:
    """Write a model for fastText: there, words known and unknown have the same vectors as here.

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
    for word in model.vocab.words:
        if not word or word != "".join(word.split()) or "\0" in word:
            raise W2VError(f"{path} was not written: the word {word!r:.60} has white space or a zero byte in it.")
    rows, output = model.tables.get(ROWS, model.tables["input"]), model.tables["output"]
    n_words, bucket = len(model.vocab), 0 if subwords is None else subwords.bucket or 0
    arguments = [
        *(config.vector_size, config.window, config.n_epochs, config.min_count or 1, config.negative, 1),
        *(_LOSSES[config.head], _CBOW if config.arch == "cbow" else _SKIPGRAM, bucket),
        *((config.min_n, config.max_n) if bucket else (0, 0)),
        _UPDATES,
    ]
    if config.head == "hs" and len(output) < n_words:  # a row for each word there, of which the last has no use
        output = np.vstack([output, np.zeros((n_words - len(output), output.shape[1]), output.dtype)])
    with atomic_file(path) as raw, packing(raw, str(path)) as file:
        file.write(struct.pack("<2i12id", _MAGIC, _VERSION, *arguments, config.sample or 0.0))
        file.write(struct.pack("<3i2q", n_words, n_words, 0, int(model.vocab.counts.sum()), -1))
        for word, count in zip(model.vocab.words, model.vocab.counts.tolist(), strict=True):
            file.write(word.encode("utf-8") + struct.pack("<xqb", count, 0))
        for table in (rows, output):
            file.write(struct.pack("<?2q", False, *table.shape))
            for first in range(0, len(table), 1 << 14):
                file.write(np.ascontiguousarray(table[first : first + (1 << 14)], "<f4").data)


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
