"""Words and vectors as tables for other viewers.

vectors.tsv + vectors.metadata.tsv   what TensorBoard's projector (projector.tensorflow.org) loads: the vectors, a
                                     row a word, and what there is to say of each word
map.parquet                          a row a word: word, count, group, x, y, neighbours, similarities; neighbours are
                                     the nearest by cosine among all words, not on the map
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from w2v.base.atomic_file import atomic_file
from w2v.base.terminal import harmless
from w2v.errors import W2VError
from w2v.geometry import unit_rows
from w2v.plots.layout import lay_out
from w2v.plots.neighbours import nearest
from w2v.plots.words.selection import select, with_composed
from w2v.vectors import KeyedVectors

NEAR = 10  # neighbours of a word


def write_projector(
    vectors: KeyedVectors,
    path: Path,
    words: Sequence[str] | None = None,
    *,
    top: int = 10_000,
    groups: Mapping[str, str] | None = None,
) -> Path:
    """Write the pair of files that TensorBoard's projector loads: the vectors to `path`, and the words beside it.

    Args:
        vectors: the words and their vectors.
        path: of the vectors; the other file has `.metadata.tsv` for its ending.
        words: to write; None: the `top` most frequent.
        groups: of words, by name: a column of their own.

    Returns:
        The path of the words' file: a header, then word, count (where counts are known), rank from 1, group (if given).

    Warns:
        UserWarning: unknown words, which are left out.

    Raises:
        W2VError: fewer than two words are left, or a file cannot be written.
    """
    vectors, words = with_composed(vectors, words)
    rows = select(vectors, words, top).rows
    columns = {"word": [_cell(vectors.index_to_key[row]) for row in rows]}
    if vectors.counts is not None:
        columns["count"] = [str(count) for count in vectors.counts[rows]]
    columns["rank"] = [str(row + 1) for row in rows]
    if groups:
        columns["group"] = [_cell(groups.get(vectors.index_to_key[row], "")) for row in rows]
    metadata = path.with_suffix(".metadata.tsv")
    lines = ["\t".join(columns), *map("\t".join, zip(*columns.values(), strict=True))]
    with atomic_file(metadata) as told, atomic_file(path) as file:
        told.write(("\n".join(lines) + "\n").encode())
        np.savetxt(file, vectors.vectors[rows], fmt="%.6g", delimiter="\t")
    return metadata


def _cell(name: str) -> str:
    """A name on one line and without tabs, for which tables of tabs have no other way to be written."""
    return harmless(" ".join(name.split()))


def _utf8(name: str) -> str:
    """A name as it is, but for halves of surrogate pairs, which UTF-8 does not have."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def write_parquet(
    vectors: KeyedVectors,
    path: Path,
    words: Sequence[str] | None = None,
    *,
    top: int = 2_000,
    method: str | None = None,
    groups: Mapping[str, str] | None = None,
    seed: int = 1,
) -> None:
    """Write a map as a parquet file, a row a word, how it came about in the file's metadata under "map".

    Columns: word (string), count (int64, null where not known), group (string, null where there is none), x and y
    (float64), neighbours (list of strings, the nearest first) and similarities (list of float32, their cosines).

    Arguments, warnings and errors are those of `map.plot_words`.

    Raises:
        W2VError: pyarrow (extra `parquet`) is not installed.
    """
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError as error:
        raise W2VError("A parquet file needs pyarrow, which is not installed: pip install 'w2v[parquet]'.") from error
    vectors, words = with_composed(vectors, words)
    rows = select(vectors, words, top).rows
    layout = lay_out(vectors, rows, method, seed)
    names = vectors.index_to_key
    found, cosines = nearest(unit_rows(vectors.vectors), np.array(rows), min(NEAR, len(names) - 1))
    table = arrow.table(
        {
            "word": [_utf8(names[row]) for row in rows],
            "count": arrow.array(
                [None if vectors.counts is None else int(vectors.counts[r]) for r in rows], arrow.int64()
            ),
            "group": arrow.array(
                [_utf8(groups[names[row]]) if groups and names[row] in groups else None for row in rows], arrow.string()
            ),
            "x": layout.points[:, 0].astype(np.float64),
            "y": layout.points[:, 1].astype(np.float64),
            "neighbours": [[_utf8(names[other]) for other in some] for some in found],
            "similarities": arrow.array(cosines.tolist(), arrow.list_(arrow.float32())),
        }
    )
    told = f"{layout.how} {layout.faithfulness()}".strip()
    with atomic_file(path) as file:
        parquet.write_table(table.replace_schema_metadata({"map": told}), file)
