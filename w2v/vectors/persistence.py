"""The files of KeyedVectors: what they are read from and written to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from w2v.errors import W2VError
from w2v.vectors import formats
from w2v.vectors.formats.table import Table
from w2v.vectors.growing import Growing
from w2v.vectors.lookup import COUNT, Lookup

if TYPE_CHECKING:
    from typing_extensions import Self


class Persistence(Lookup):
    """Methods of KeyedVectors that read and write files (`w2v.vectors.formats`)."""

    @classmethod
    def load(cls, path: str | Path, limit: int | None = None, mmap: bool | Literal["r"] | None = False) -> Self:
        """Read a model folder, a folder of vectors, or a vectors file: word2vec binary or text, fastText's .vec or
        GloVe, compressed or not.

        Which of them it is, its bytes tell, whatever its name (`w2v.vectors.formats`). limit: the first so many words
        only. A folder says which geometry its vectors have: what comes back is of the class for that. A file does not:
        ask the class that it was saved from.

        mmap: True or "r" leaves the vectors of a folder in their file, read-only, where each is read when it is first
        asked for: a million words of 300 dimensions are there in a second. Neither the checksum of the vectors nor
        whether they are finite is looked at then, and the file must not be cut short meanwhile.

        Raises W2VError when it is none of these, damaged, of another geometry than this class, or a file to be mapped.
        """
        if mmap not in (True, False, None, "r"):
            raise W2VError(f"mmap is {mmap!r:.60}; it must be True or 'r' (read-only), or False.")
        return cls._of(path, formats.read(path, limit, cls.dtype, mmap=bool(mmap)))

    @classmethod
    def _of(cls, path: str | Path, table: Table) -> Self:
        kind = cls if table.geometry is None else cls._of_geometry(table.geometry)
        if not issubclass(kind, cls):
            raise W2VError(
                f"{path} holds vectors of {table.geometry} geometry, and {cls.__name__} is for {cls.geometry} ones; "
                f"load it with {kind.__name__}."
            )
        made = kind(table.words, table.vectors, table.counts)
        made.composer = table.composer
        made._attributes |= {name: Growing(values) for name, values in table.attributes.items()}
        return made

    @classmethod
    def _of_geometry(cls, geometry: str) -> type[Lookup]:
        """The class for vectors of a geometry."""
        raise NotImplementedError

    def save(self, path: str | Path, *, overwrite: bool = False) -> None:
        """Write a file in the format that its name says, or a folder of that name where it says none.

            .bin                word2vec binary
            .txt, .vec          word2vec text
            any other name      a folder, which also holds counts and geometry, and other attributes where they are
                                numbers, and can be mapped into memory

        Files are compressed where `.gz`, `.bz2`, `.xz` or `.zst` follows. overwrite: replace a folder of vectors, or a
        model, that is there; a file is replaced in any case.

        Raises W2VError for a name of another kind of file, for a word that the format cannot hold, a folder that is
        there, or when the disk is full.
        """
        more = {name: values.rows for name, values in self._attributes.items() if name != COUNT}
        table = Table(self.index_to_key, self.vectors, self.counts, self.geometry, more)
        formats.save(path, table, self.dtype, overwrite=overwrite)

    @classmethod
    def load_word2vec_format(cls, path: str | Path, binary: bool = False, limit: int | None = None) -> Self:
        """Read word2vec binary or text whatever the file is called; see `load`.

        binary: decides only where the bytes do not tell, in files of a few bytes.
        """
        return cls._of(path, formats.read(path, limit, cls.dtype, binary=binary))

    def save_word2vec_format(self, path: str | Path, binary: bool = False) -> None:
        """Write word2vec binary or text whatever the file is called; see `save`."""
        formats.write(path, self.index_to_key, self.vectors, self.dtype, binary=binary)
