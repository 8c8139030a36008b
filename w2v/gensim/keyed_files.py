"""The files of gensim's KeyedVectors: word2vec's formats by gensim's arguments, and our folder under any name.

`save` and `load` go by a folder of vectors (`w2v.vectors.formats.vectors_folder`), whatever it is called: it holds what
gensim's pickles do, can be mapped into memory, and runs no code. gensim replaces what is there, and so does this where
it is such a folder; a file of gensim's own is put aside, and any other file is left, with an error.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from w2v.base.atomic_file import atomic_file
from w2v.base.compression import as_file, packing, unpacked
from w2v.errors import W2VError, shown
from w2v.gensim.errors import NotDoneError, WrongTypeError
from w2v.gensim.keyed_scores import Scores
from w2v.gensim.keyed_store import REAL, filled, logger
from w2v.gensim.paths import expect, is_pickled, make_way
from w2v.vectors import formats
from w2v.vectors.formats.table import WHOLE, Table
from w2v.vectors.formats.text_lines import as_text
from w2v.vectors.formats.vectors_folder import write_folder
from w2v.vectors.formats.word2vec_binary import as_binary
from w2v.vectors.lookup import COUNT

_DIGITS = 18  # of a count
_RATIO = 100  # how many times its size a file of counts may unpack to


class Files(Scores):
    """Methods that read and write."""

    def save(self, fname_or_handle: Any, *args: Any, **kwargs: Any) -> None:
        """Write a folder of this name, of any name, which `load` reads. It replaces one that is there.

        Further arguments say how gensim cuts its pickles into files, and change nothing. Attributes are kept where
        they are numbers.

        Raises W2VError for a file that is there and none of gensim's, and for keys that are neither strings nor whole
        numbers.
        """
        if not isinstance(fname_or_handle, (str, os.PathLike)):
            raise WrongTypeError(f"{shown(fname_or_handle)} was given; expected a path: what is saved is a folder.")
        path = Path(fname_or_handle)
        table = self._table_to_save()
        make_way(path)
        write_folder(path, table, overwrite=True)

    @classmethod
    def load(cls, fname: str | Path, mmap: str | None = None, *, trust: bool = False) -> Any:
        """Read what `save` wrote, a model's folder, or any file of vectors (`w2v.vectors.formats`).

        mmap: "r" leaves the vectors of a folder in their file, read-only; others read them into memory, and so does
        "r" where it is a file. trust: have gensim open a file that gensim saved, which may run any code.

        Raises W2VError where it is none of these; for a path that is not there it is a FileNotFoundError, too.
        """
        expect(fname)
        if mmap not in (None, False, True, "r", "c"):
            raise W2VError(
                f"mmap is {shown(mmap)}; it may be 'r' (read-only), 'c' (changes are not saved), or None: what is "
                f"changed is written by save."
            )
        if is_pickled(fname) and not trust:
            raise W2VError(
                f"{fname} is a Python pickle, as gensim saves them, which can run any code when it is opened. If you "
                f"trust whoever made it, convert it once: KeyedVectors.load(path, trust=True).save(new_path); gensim "
                f"has to be installed for that."
            )
        return cls._of(fname, formats.read(fname, mmap=mmap in (True, "r") and os.path.isdir(fname), trust=trust))

    @classmethod
    def _of(cls, path: str | Path, table: Table) -> Any:
        kind = table.geometry or cls.geometry
        if kind != cls.geometry:
            raise W2VError(f"{path} holds vectors of {kind} geometry; w2v.PoincareKeyedVectors.load reads them.")
        if table.composer is not None:
            logger.warning("%s has n-grams, too: FastTextKeyedVectors.load or w2v.KeyedVectors.load reads them", path)
        attributes = dict(table.attributes)
        keys: list[Any] = list(table.words)
        if (whole := attributes.pop(WHOLE, None)) is not None:
            numbers = [bool(is_one) and key.lstrip("-").isdecimal() for key, is_one in zip(keys, whole, strict=True)]
            keys = [int(key) if is_number else key for key, is_number in zip(keys, numbers, strict=True)]
        if table.counts is not None:
            attributes = {COUNT: table.counts, **attributes}
        return filled(cls, keys, table.vectors, attributes)

    def save_word2vec_format(
        self,
        fname: str | Path,
        fvocab: str | Path | None = None,
        binary: bool = False,
        total_vec: int | None = None,
        write_header: bool = True,
        prefix: str = "",
        append: bool = False,
        sort_attr: str = "count",
    ) -> None:
        """Write word2vec binary or text, compressed when the name ends in `.gz`, `.bz2`, `.xz` or `.zst`.

        Args:
            fvocab: write `key count` lines to this file, too.
            total_vec: the number of vectors that the first line announces; None: as many as there are.
            write_header: with a first line, or as GloVe, without.
            prefix: what stands before each key.
            append: add to the file; what is in it already is not counted in a first line.
            sort_attr: keys with a higher value of this attribute come first; without it they stay in their order.

        Raises W2VError, a ValueError, for keys that the format cannot hold, and for `fvocab` without the attribute.
        """
        if not isinstance(fname, (str, os.PathLike)):
            raise WrongTypeError(f"{shown(fname)} was given; expected a path to write to.")
        table = self._table_to_save()
        order = np.arange(len(table.words))
        if sort_attr in self.expandos:
            values = self.expandos[sort_attr][: len(order)]
            order = np.argsort(-values.astype(np.float64), kind="stable")
        elif fvocab is not None:
            raise W2VError(f"Cannot store vocabulary with '{sort_attr}' because that attribute does not exist.")
        else:
            logger.warning("attribute %s not present in %s; will store in internal index_to_key order", sort_attr, self)
        words = [f"{prefix}{table.words[row]}" for row in order]
        if fvocab is not None:
            told = (f"{word} {values[row]}\n".encode() for word, row in zip(words, order, strict=True))
            _write(fvocab, told, append=append)
        rows = table.vectors[order]
        exact = np.float32 if binary or self.dtype != np.float64 else np.float64
        pieces = (as_binary if binary else as_text)(fname, words, rows.astype(exact, copy=False), exact)
        next(pieces)  # the first line
        first = f"{len(words) if total_vec is None else total_vec} {self.vector_size}\n".encode()
        _write(fname, chain([first] if write_header else [], pieces), append=append)

    @classmethod
    def load_word2vec_format(
        cls,
        fname: str | Path,
        fvocab: str | Path | None = None,
        binary: bool = False,
        encoding: str = "utf8",
        unicode_errors: str = "strict",
        limit: int | None = None,
        datatype: type[np.floating] = REAL,
        no_header: bool = False,
    ) -> Any:
        """Read word2vec binary or text, compressed or not; see `_load_word2vec_format`."""
        return _load_word2vec_format(cls, fname, fvocab, binary, encoding, unicode_errors, limit, datatype, no_header)

    def intersect_word2vec_format(
        self,
        fname: str | Path,
        lockf: float = 0.0,
        binary: bool = False,
        encoding: str = "utf8",
        unicode_errors: str = "strict",
    ) -> None:
        """Take the vectors of a file for the keys that are here as well; no key is added.

        lockf: how much these vectors change in further training: 0 not at all, 1 as others.

        Raises W2VError, a ValueError, where the file's vectors are of another size.
        """
        table = _read(fname, binary, encoding, unicode_errors, None, self.dtype)
        if table.vectors.shape[1] != self.vector_size:
            size = table.vectors.shape[1]
            raise W2VError(f"incompatible vector size {size} in file {fname}: here it is {self.vector_size}.")
        pairs = [(self.key_to_index[word], row) for row, word in enumerate(table.words) if word in self.key_to_index]
        here, there = [place for place, _ in pairs], [row for _, row in pairs]
        self._writeable()[here] = table.vectors[there]
        factors = getattr(self, "vectors_lockf", np.ones(1, REAL))
        if len(factors) < len(self):  # one number for all, or those of before keys were added
            more = factors[0] if len(factors) == 1 else 1.0
            factors = np.concatenate([factors, np.full(len(self) - len(factors), more, REAL)])
        factors[here] = lockf
        self.vectors_lockf, self.norms = factors, None
        self.add_lifecycle_event(
            "intersect_word2vec_format",
            msg=f"merged {len(pairs)} vectors into {self.vectors.shape} matrix from {fname}",
        )

    def _table_to_save(self) -> Table:
        """Keys as strings, vectors and attributes, without places that were allocated and not filled."""
        filled_rows = [row for row, key in enumerate(self.index_to_key[: len(self.vectors)]) if key is not None]
        keys = [self.index_to_key[row] for row in filled_rows]
        if not keys:
            raise W2VError("there are no keys to save yet, and a file without any would not be read; add some first.")
        whole = np.array([isinstance(key, (int, np.integer)) for key in keys], dtype=bool)
        for key in keys:
            if not isinstance(key, (str, int, np.integer)):
                raise W2VError(f"the key {shown(key)} cannot be saved; keys in files are strings or whole numbers.")
        words = list(map(str, keys))
        if len(set(words)) < len(words):
            raise W2VError("a whole number and a string that is written like it are both keys; files hold one of them.")
        every = len(filled_rows) == len(self.vectors)
        vectors = self.vectors if every else self.vectors[filled_rows]
        attributes = {
            name: values[: len(self.vectors)][filled_rows]
            for name, values in self.expandos.items()
            if values.dtype.kind in "biuf" and values.ndim == 1
        }
        if left := [name for name, values in self.expandos.items() if name not in attributes and len(values)]:
            logger.warning("not saved, for files keep numbers alone: the attributes %s", ", ".join(left))
        counts = attributes.pop(COUNT, None)
        kept = vectors.astype(np.float32) if vectors.dtype == np.float16 else vectors
        if counts is not None and (counts.dtype.kind not in "iu" or (counts < 0).any()):
            counts = None
        return Table(words, kept, counts, self.geometry, attributes | ({WHOLE: whole} if whole.any() else {}))


def _load_word2vec_format(
    cls: type,
    fname: str | Path,
    fvocab: str | Path | None = None,
    binary: bool = False,
    encoding: str = "utf8",
    unicode_errors: str = "strict",
    limit: int | None = sys.maxsize,
    datatype: type[np.floating] = REAL,
    no_header: bool = False,
    binary_chunk_size: int = 100 * 1024,
) -> Any:
    """Read word2vec binary or text into an object of a class, whatever the file is called, compressed or not.

    Args:
        fvocab: a file of `word count` lines; without one the attribute "count" falls by one from word to word.
        binary: decides only where the bytes do not tell.
        encoding, unicode_errors: of words, as of `bytes.decode`.
        limit: the first so many only.
        datatype: type of the numbers.
        no_header: no first line is needed in any case.
        binary_chunk_size: without effect.

    Raises W2VError, a ValueError, for what is no such file; where it is cut short an EOFError, too, and where there is
    none a FileNotFoundError; UnicodeDecodeError for words that are not of the encoding.
    """
    if no_header and binary:
        raise NotDoneError("no_header is for text: of a binary file only the first line tells how long vectors are.")
    counts = None if fvocab is None else counts_in(fvocab, unicode_errors)
    table = _read(fname, binary, encoding, unicode_errors, limit, datatype)
    seen = np.arange(len(table.words), 0, -1)
    if counts is not None:
        seen = np.array([counts.get(word, 0) for word in table.words], dtype=np.int64)
        if missing := [word for word in table.words if word not in counts]:
            logger.warning("vocabulary file is incomplete: %r is missing, and %i more", missing[0], len(missing) - 1)
    kv = filled(cls, table.words, table.vectors.astype(datatype, copy=False), {COUNT: seen})
    kv.add_lifecycle_event(
        "load_word2vec_format",
        msg=f"loaded {kv.vectors.shape} matrix of type {kv.vectors.dtype} from {fname}",
        binary=binary,
        encoding=encoding,
    )
    return kv


def _read(
    fname: str | Path, binary: bool, encoding: str, errors: str, limit: int | None, datatype: type[np.floating]
) -> Table:
    """A file of vectors, with gensim's errors."""
    expect(fname)
    exact = np.float64 if datatype == np.float64 else np.float32
    try:
        return formats.read(fname, limit or None, exact, binary=binary, encoding=encoding, errors=errors)
    except W2VError as error:
        if not isinstance(why := error.__cause__, UnicodeDecodeError):
            raise
        advice = f"{why.reason}, in a word of {fname}; unicode_errors='ignore' or 'replace' reads it"
        raise UnicodeDecodeError(why.encoding, why.object, why.start, why.end, advice) from error


def counts_in(fvocab: str | Path, errors: str) -> dict[str, int]:
    """The `word count` lines of a file, compressed or not. Raises W2VError for other lines."""
    expect(fvocab)
    counts = {}
    with open(fvocab, "rb") as raw:
        for number, line in enumerate(as_file(unpacked(raw, str(fvocab), _RATIO)), 1):
            fields = line.decode("utf-8", errors).split()
            if len(fields) != 2 or not fields[1].isdecimal() or len(fields[1]) > _DIGITS:
                raise W2VError(f"{fvocab}, line {number}: expected a word and its count, and found {line!r:.60}.")
            counts[fields[0]] = int(fields[1])
    return counts


def _write(path: str | Path, pieces: Iterable[bytes], *, append: bool) -> None:
    """Write a file whole or not at all, after what is in it already with `append`."""
    with atomic_file(path) as raw, packing(raw, str(path)) as file:
        for piece in chain(_there(path) if append else (), pieces):
            file.write(piece)


def _there(path: str | Path) -> Iterator[bytes]:
    if os.path.exists(path):
        with open(path, "rb") as raw:
            yield from unpacked(raw, str(path), sys.maxsize)
