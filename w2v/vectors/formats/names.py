"""What the name of something that is to be written says: which format, and how it is packed."""

from __future__ import annotations

import os
from pathlib import Path

from w2v.base.compression import PACKINGS, ZIP
from w2v.errors import W2VError, shown

FOLDER, SPACY = (
    "",
    ".spacy",
)  # the endings that stand for folders: our own, whose names end in nothing known, and spaCy's
NAMES = {
    ".bin": "word2vec binary",
    ".txt": "word2vec text",
    ".vec": "the same",
    ".glove": "GloVe, text without a header; also .glove.txt",
    ".npz": "NumPy",
    ".safetensors": "safetensors",
    ".parquet": "a table, by pyarrow",
    ".floret": "the rows of floret's n-grams, for spaCy",
    SPACY: "a folder for spaCy, which it needs",
}
PACKED = (*PACKINGS, ZIP)
_GLOVE = (".glove", ".glove.txt")
_ARCHIVES = {".7z", ".rar", ".tar", ".tgz", ".lz4", ".lzma", ".z"}
_OF_OTHERS = {
    *(".csv", ".tsv", ".json", ".jsonl", ".xlsx", ".html", ".npy", ".pkl", ".pickle", ".pt", ".pth", ".onnx"),
    *(".h5", ".hdf5", ".ftz", ".gguf", ".arrow", ".feather", ".sqlite", ".db"),
}


def ending_of(path: str | Path) -> str:
    """The ending by which a format is chosen, one of NAMES, or FOLDER where the name ends in nothing known.

    Raises W2VError for the name of an archive or a file that nothing here writes, where a folder of that name would
    only lead astray.
    """
    check_path(path)
    refuse_archives(path)
    name, packed = unpacked_name(path)
    if name.name.endswith(_GLOVE):
        return ".glove"
    if name.suffix in NAMES and not (packed and name.suffix == SPACY):
        return name.suffix
    if packed or name.suffix in _OF_OTHERS:
        ending = name.suffix + packed
        raise W2VError(f"{path} was not written: word vectors are not written to {ending} files. {in_words()}")
    return FOLDER


def check_path(path: object) -> None:
    """Raise a W2VError for what is neither a name nor a Path."""
    if not isinstance(path, str) and not (isinstance(path, os.PathLike) and isinstance(os.fspath(path), str)):
        raise W2VError(f"{shown(path)} is no path of a file or folder of vectors; give a string or a pathlib.Path.")


def refuse_archives(path: str | Path) -> None:
    """Raise a W2VError for the name of an archive that nothing here writes."""
    if Path(path).suffix.lower() in _ARCHIVES:
        raise W2VError(
            f"{path} was not written: such archives are not made here. Choose a name that ends in "
            f"{', '.join(PACKED)}, or in none of these."
        )


def in_words() -> str:
    """Which names there are."""
    names = ", ".join(f"{ending} ({name})" for ending, name in NAMES.items())
    return f"Names end in {names}; files also in one of these and {', '.join(PACKED)}. Any other name is a folder's."


def unpacked_name(path: str | Path) -> tuple[Path, str]:
    """The name in lower case, without the ending of a packed file, and that ending, "" where there is none."""
    name = Path(str(path).lower())
    return (name.with_suffix(""), name.suffix) if name.suffix in PACKED else (name, "")
