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
    def load(
        cls,
        path: str | Path,
        limit: int | None = None,
        mmap: bool | Literal["r"] | None = False,
        *,
        trust: bool = False,
        encoding: str = "utf-8",
        errors: str = "replace",
    ) -> Self:
        """Read word vectors from a folder, a file, or an address (https://...) of one.

            files       word2vec text and binary, fastText's .vec and .bin, floret's, GloVe, .npz, safetensors, Parquet,
                        and what gensim saved; also in .gz, .bz2, .xz, .zst, or alone in a .zip
            folders     a model, vectors of `save`, those of model2vec and sentence-transformers (static embeddings), of
                        spaCy, also within a pipeline

        Of fastText's .bin the vectors of n-grams stay in the file, and are read from there when a word is asked for
        that is not in the vocabulary; so the file must not be cut short meanwhile (it may be replaced or removed).
        floret's file has no words: `vectors_for_all` makes a table of yours.

        Which of them it is, its bytes tell, whatever its name (`w2v.vectors.formats`). Folders, .npz, safetensors and
        Parquet of ours say which geometry their vectors have: what comes back is of the class for that. Others do not:
        ask the class that they were saved from.

        Args:
            limit: the first so many words only. n-grams are all read, and compose those after them.
            mmap: True or "r" leaves the vectors of our folders and of safetensors in their file, read-only, where each
                is read when it is first asked for: a million words of 300 dimensions are there in a second. Neither the
                checksum of the vectors nor whether they are finite is looked at then, and the file must not be cut
                short meanwhile.
            trust: also open what gensim saved, a pickle, which can run any code. gensim has to be installed.
            encoding: of the words in word2vec's and fastText's formats, where it is not UTF-8.
            errors: what to do about bytes that are not of that encoding: "replace" them and count them in a warning,
                "ignore" them, or be "strict".

        Raises:
            W2VError: it is none of these, damaged, of another geometry than this class, nothing that can be mapped, or
                not trusted.
        """
        if mmap not in (True, False, None, "r"):
            raise W2VError(f"mmap is {mmap!r:.60}; it must be True or 'r' (read-only), or False.")
        table = formats.read(path, limit, cls.dtype, mmap=bool(mmap), trust=trust, encoding=encoding, errors=errors)
        return cls._of(path, table)

    @classmethod
    def _of(cls, path: str | Path, table: Table) -> Self:
        kind = cls if table.geometry is None else cls._of_geometry(table.geometry)
        if not issubclass(kind, cls):
            raise W2VError(
                f"{path} holds vectors of {table.geometry} geometry, and {cls.__name__} is for {cls.geometry} ones; "
                f"load it with {kind.__name__}."
            )
        if table.composer is not None and kind.geometry != "euclidean":
            raise W2VError(f"{path} holds sums of n-grams, and {kind.__name__} is for {kind.geometry} vectors.")
        made = kind(table.words, table.vectors, table.counts) if table.words else kind.empty(table.vectors.shape[1])
        made.composer = table.composer
        made._attributes |= {name: Growing(values) for name, values in table.attributes.items()}
        return made

    @classmethod
    def empty(cls, vector_size: int) -> Self:
        """No words yet; `Editing` has it."""
        raise NotImplementedError

    @classmethod
    def _of_geometry(cls, geometry: str) -> type[Lookup]:
        """The class for vectors of a geometry."""
        raise NotImplementedError

    def save(self, path: str | Path, *, overwrite: bool = False, header: bool = True, compact: bool = False) -> None:
        """Write a file in the format that its name says, or a folder of that name where it says none.

            .bin                    word2vec binary
            .txt, .vec              word2vec text
            .glove, .glove.txt      the same without its header, as GloVe
            .npz, .safetensors      words, vectors and counts
            .parquet                a table of these (extra `parquet`)
            .floret                 floret's rows of n-grams, without words, for spaCy
            .spacy                  a folder for spaCy's `Vocab.from_disk` (extra `spacy`)
            any other name          a folder, which holds all that is known, n-grams, too, and can be mapped

        A warning tells of n-grams and attributes where a file has no place for them.

        Files are compressed where `.gz`, `.bz2`, `.xz`, `.zst` or `.zip` follows.

        Args:
            overwrite: replace a folder of vectors, or a model, that is there; a file is replaced in any case.
            header: whether a text begins with a line of V and D.
            compact: leave out what is made again when the folder is loaded: the vectors of floret's words. Words of
                others have something of their own in their vectors, and nothing is left out.

        Raises:
            W2VError: the name is that of another kind of file, a word is one that the format cannot hold, the folder is
                there, the file that is there holds more (fastText's and floret's n-grams, what gensim saved), or the
                disk is full.
        """
        if formats.ending_of(path) != ".floret":
            self._expect_words(path)
        more = {name: values.rows for name, values in self._attributes.items() if name != COUNT}
        table = Table(self.index_to_key, self.vectors, self.counts, self.geometry, more, self.composer)
        formats.save(path, table, self.dtype, overwrite=overwrite, header=header, compact=compact)

    @classmethod
    def load_word2vec_format(
        cls,
        path: str | Path,
        binary: bool = False,
        limit: int | None = None,
        *,
        encoding: str = "utf-8",
        errors: str = "replace",
    ) -> Self:
        """Read word2vec binary or text whatever the file is called; see `load`.

        binary: decides only where the bytes do not tell, in files of a few bytes.
        """
        table = formats.read(path, limit, cls.dtype, binary=binary, encoding=encoding, errors=errors)
        return cls._of(path, table)

    def save_word2vec_format(self, path: str | Path, binary: bool = False, *, header: bool = True) -> None:
        """Write word2vec binary or text whatever the file is called; see `save`."""
        self._expect_words(path)
        formats.write(path, self.index_to_key, self.vectors, self.dtype, binary=binary, header=header)

    def _expect_words(self, path: str | Path) -> None:
        if not len(self):
            raise W2VError(f"{path} was not written: there are no words yet, and none would be read again. Add some.")
