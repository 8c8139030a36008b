"""Which format a file of word vectors has, by its first bytes."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from w2v.base.file_kinds import HEAD, kind_of
from w2v.errors import W2VError
from w2v.vectors.formats.table import header_of
from w2v.vectors.formats.text_lines import first_lines, usual_size, word_and_numbers
from w2v.vectors.formats.word2vec_binary import numbers_at

SAMPLE = 4096  # bytes to tell binary by
ENOUGH = 48  # bytes of numbers, all of them printable, that can no more be chance


NPZ, SAFETENSORS, PARQUET, FASTTEXT, FLORET = "npz", "safetensors", "parquet", "fastText", "floret"
_CONTAINERS = {
    NPZ: re.compile(rb"PK.{28}[^/\0]{1,200}\.npy", re.DOTALL),
    SAFETENSORS: re.compile(rb".{5}\0{3}\{[\s\"}]", re.DOTALL),
    PARQUET: re.compile(rb"PAR1"),
    FASTTEXT: re.compile(rb"\xba\x16\x4f\x2f"),
    FLORET: re.compile(rb"(\d{1,10} ){6}[^\s\d]\S{0,20} [^\s\d]\S{0,20}\s*\n"),
}


def container_of(head: bytes) -> str | None:
    """The format of a file with these first bytes, where they are a mark of it; None: others, text and binary."""
    return next((name for name, begins in _CONTAINERS.items() if begins.match(head)), None)


def is_text(path: str | Path, head: bytes, binary: bool) -> bool:
    """Whether a file with these first bytes is text. Raises W2VError when it is neither text nor word2vec binary.

    binary: what to believe in doubt. A first line that ends in D numbers is text. Else bytes that text does not have
    tell, and sizes: four characters of text, taken for a float32, are far below those of vectors, or far above. What
    is text in spite of its first line has an error that can name the line.
    """
    first, _, rest = head.lstrip().partition(b"\n")
    header = header_of(path, first)
    if header is None:
        if kind := kind_of(head[:HEAD]):
            advice = kind.of_vectors or (kind.advice if kind.packed else "Expected word2vec binary or text, or GloVe.")
            raise W2VError(f"{path} is {kind.name}, no file of word vectors. {advice}")
        return not binary or usual_size(first_lines(head)) is not None
    size = header[1]
    rows = first_lines(rest)
    if rows and size and word_and_numbers(rows[0], size):
        return True
    numbers = numbers_at(rest[:SAMPLE], size)
    sizes = np.abs(np.frombuffer(numbers, "<f4", count=len(numbers) // 4))
    if not len(sizes):
        return not binary
    with np.errstate(invalid="ignore"):  # NaN compares with nothing
        usual = np.mean((sizes > 2e-4) & (sizes < 1e4)) > 0.5
    if usual or any(byte < 9 or 13 < byte < 32 for byte in numbers):
        return False
    return not binary or (len(numbers) >= ENOUGH and all(byte < 127 for byte in numbers))
