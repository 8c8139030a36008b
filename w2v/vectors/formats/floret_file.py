"""floret's text file (.floret): rows of n-grams, of which vectors of any word are made, and no words.

    bucket dim minn maxn hashCount hashseed < >      the first line
    row number ... number                            a line for each row, in their order

floret, `FastText::saveFloretVectors`; spaCy reads it with `spacy init vectors` in the mode floret. Which rows a word
has is in `examples/subwords.py`.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

import numpy as np

from w2v.base.subword_limits import LONGEST_NGRAM, MOST_BUCKETS, MOST_HASHES
from w2v.errors import W2VError, counted
from w2v.examples.subwords import BEGIN, END, MURMUR_SEED, Subwords, sizes_of
from w2v.vectors.composer import Composer
from w2v.vectors.formats.table import MOST_NUMBERS, Table, rows_to_write
from w2v.vectors.formats.text_lines import numbered, word_and_numbers

_FIRST = re.compile(rb"(\d{1,9}) (\d{1,9}) (\d{1,9}) (\d{1,9}) (\d{1,9}) (\d{1,10}) (\S+) (\S+)\s*").fullmatch


def read_floret(file: BufferedReader, path: str | Path) -> Table:
    """Read the rows: no words, and what composes vectors of them all.

    Raises W2VError naming the line that is wrong, and for another seed or other marks than floret's usual ones.
    """
    lines = numbered(file, path)
    number, first = next(lines, (1, b""))
    found = _FIRST(first)
    if found is None:
        raise W2VError(f"{path}, line {number}: expected eight fields, the last two < and >; got {first[:60]!r:.60}.")
    bucket, dim, min_n, max_n, hash_count, seed = map(int, found.groups()[:6])
    marks = b" ".join(found.groups()[6:])
    if seed != MURMUR_SEED or marks != f"{BEGIN} {END}".encode():
        raise W2VError(
            f"{path} was made with the seed {seed} and the marks {marks.decode('utf-8', 'replace')!r:.20}; expected "
            f"{MURMUR_SEED} and '{BEGIN} {END}', those that floret has."
        )
    if not (
        0 < bucket <= MOST_BUCKETS
        and 0 < dim <= MOST_NUMBERS
        and min_n <= LONGEST_NGRAM >= max_n
        and 1 <= hash_count <= MOST_HASHES
    ):
        raise W2VError(
            f"{path}, line {number}: tells of {bucket:,} rows of {dim:,} numbers, {hash_count} for each n-gram of "
            f"{min_n} to {max_n} characters, which no such file has. It is damaged."
        )
    floats, rows = array("f"), 0
    for number, line in lines:
        parsed = word_and_numbers(line, dim, "f")
        if parsed is None or parsed[0] != b"%d" % rows or rows == bucket:
            raise W2VError(
                f"{path}, line {number}: expected "
                + (f"{rows} and {counted(dim, 'number')}" if rows < bucket else f"no more than {bucket:,} rows")
                + f", and it is {line[:60]!r:.60}. It is damaged or cut short."
            )
        floats.extend(parsed[1])
        rows += 1
    if rows < bucket:
        raise W2VError(f"{path} is cut short: its first line tells of {bucket:,} rows, and there are {rows:,}.")
    table = np.frombuffer(floats, np.float32).reshape(bucket, dim)
    if not np.isfinite(table).all():
        raise W2VError(f"{path} holds NaN or infinity, in row {int(np.argmin(np.isfinite(table).all(axis=1)))}.")
    subwords = Subwords("floret", *sizes_of(min_n, max_n), bucket, hash_count, 0)
    return Table([], np.empty((0, dim), np.float32), composer=Composer(subwords, table))


def as_floret(path: str | Path, composer: Composer | None) -> Iterator[bytes]:
    """The file, line by line. Raises W2VError for vectors that are not made of floret's rows."""
    if composer is None or composer.subwords.scheme != "floret":
        raise W2VError(f"{path} was not written: a .floret file holds the rows of a model with subword='floret'.")
    rows, subwords = rows_to_write(path, composer.rows, np.float32), composer.subwords
    sizes = (*rows.shape, subwords.min_n, subwords.max_n, subwords.hash_count, MURMUR_SEED, BEGIN, END)
    yield f"{' '.join(map(str, sizes))}\n".encode()
    for number, row in enumerate(rows):
        yield f"{number} {' '.join(map(str, row))}\n".encode()
