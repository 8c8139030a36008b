"""The files of KeyedVectors: what they are read from and written to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from w2v.errors import W2VError
from w2v.vectors import formats
from w2v.vectors.formats.table import Table
from w2v.vectors.lookup import Lookup

if TYPE_CHECKING:
    from typing_extensions import Self


class Persistence(Lookup):
    """Methods of KeyedVectors that read and write files (`w2v.vectors.formats`)."""

    @classmethod
    def load(cls, path: str | Path, limit: int | None = None) -> Self:
        """Read a model folder or a vectors file: word2vec binary or text, fastText's .vec or GloVe, compressed or not.

        Which of them it is, its bytes tell, whatever its name (`w2v.vectors.formats`). limit: the first so many words
        only. A folder says which geometry its vectors have: what comes back is of the class for that. A file does not:
        ask the class that it was saved from.

        Raises W2VError when it is none of these, damaged, or of another geometry than this class.
        """
        return cls._of(path, formats.read(path, limit, cls.dtype))

    @classmethod
    def _of(cls, path: str | Path, table: Table) -> Self:
        words, vectors, counts, geometry = table
        kind = cls if geometry is None else cls._of_geometry(geometry)
        if not issubclass(kind, cls):
            raise W2VError(
                f"{path} holds vectors of {geometry} geometry, and {cls.__name__} is for {cls.geometry} ones; load it "
                f"with {kind.__name__}."
            )
        return kind(words, vectors, counts)

    @classmethod
    def _of_geometry(cls, geometry: str) -> type[Lookup]:
        """The class for vectors of a geometry."""
        raise NotImplementedError

    def save(self, path: str | Path) -> None:
        """Write word2vec binary (`.bin`) or text (`.txt`, `.vec`), compressed where `.gz`, `.bz2`, `.xz` or `.zst`
        follows; counts are lost.

        Raises W2VError for another name, for a word with a space, or when the disk is full.
        """
        formats.write(path, self.index_to_key, self.vectors, self.dtype)

    @classmethod
    def load_word2vec_format(cls, path: str | Path, binary: bool = False, limit: int | None = None) -> Self:
        """Read word2vec binary or text whatever the file is called; see `load`.

        binary: decides only where the bytes do not tell, in files of a few bytes.
        """
        return cls._of(path, formats.read(path, limit, cls.dtype, binary=binary))

    def save_word2vec_format(self, path: str | Path, binary: bool = False) -> None:
        """Write word2vec binary or text whatever the file is called; see `save`."""
        formats.write(path, self.index_to_key, self.vectors, self.dtype, binary=binary)
