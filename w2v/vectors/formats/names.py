"""What the name of something that is to be written says: which format, and how it is packed."""

from __future__ import annotations

from pathlib import Path

from w2v.base.compression import PACKINGS
from w2v.errors import W2VError

FOLDER = ""  # the ending that stands for a folder
NAMES = {
    ".bin": "word2vec binary",
    ".txt": "word2vec text",
    ".vec": "word2vec text, as fastText's",
}
PACKED = tuple(PACKINGS)
_ARCHIVES = {".7z", ".rar", ".tar", ".tgz", ".lz4", ".lzma", ".z", ".zip"}
_OF_OTHERS = {
    *(".csv", ".tsv", ".json", ".jsonl", ".xlsx", ".html", ".npy", ".npz", ".pkl", ".pickle", ".pt", ".pth", ".onnx"),
    *(".h5", ".hdf5", ".ftz", ".gguf", ".arrow", ".feather", ".sqlite", ".db", ".parquet", ".safetensors"),
}


def ending_of(path: str | Path) -> str:
    """The ending by which a format is chosen, one of NAMES, or FOLDER where the name ends in nothing known.

    Raises W2VError for the name of an archive or a file that nothing here writes, where a folder of that name would
    only lead astray.
    """
    name, packed = unpacked_name(path)
    if name.suffix in NAMES:
        return name.suffix
    if name.suffix in _ARCHIVES:
        raise W2VError(
            f"{path} was not written: such archives are not made here. Choose a name that ends in "
            f"{', '.join(PACKED)}, or in none of these."
        )
    if packed or name.suffix in _OF_OTHERS:
        raise W2VError(f"{path} was not written: no vectors are written to {name.suffix or 'such'} files. {in_words()}")
    return FOLDER


def in_words() -> str:
    """Which names there are."""
    files = ", ".join(f"{ending} ({name})" for ending, name in NAMES.items())
    return f"The names of files end in {files}, or in one of these and {', '.join(PACKED)}; other names are folders."


def unpacked_name(path: str | Path) -> tuple[Path, str]:
    """The name in lower case, without the ending of a packed file, and that ending, "" where there is none."""
    name = Path(str(path).lower())
    return (name.with_suffix(""), name.suffix) if name.suffix in PACKED else (name, "")
