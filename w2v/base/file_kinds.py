"""What a file is that is not what it should be, recognised by its first bytes, so that an error can name it."""

from __future__ import annotations

import re
from typing import NamedTuple

from w2v.base.compression import PACKINGS

HEAD = 1 << 16  # first bytes of a file that are looked at, where there are so many
_TEXT_HEAD = 4096  # of these not one is zero in UTF-8 text


class Kind(NamedTuple):
    """A kind of file that holds neither plain text nor word vectors, and what to do with one."""

    name: str  # with its article
    advice: str  # to those who took it for text
    packed: bool = False  # whether text or vectors may be inside
    encoded: bool = False  # whether it is text, in another encoding
    of_vectors: str = ""  # what to do with one when word vectors are wanted
    instead: bool = False  # whether it is UTF-8, and stands in the place of something else


_UNPACK = "Unpack it first, and give the files in it."
_EXPORT = "Save or export it as plain text in UTF-8, and give that file."
_TABLE = 'Read it in Python, and give the column that holds the text, such as df["text"].'
_NUMBERS = "It holds numbers or Python objects; load it with the library that wrote it."
_GENSIM = "In gensim, write its vectors with save_word2vec_format('vectors.bin', binary=True)."
_NOTHING = "There is no text in it to learn from."
_CONVERT = "Convert it first: iconv -f {0} -t utf-8"
NO_TEXT = "is no UTF-8 text: there are zero bytes in it. If it is text in UTF-16: iconv -f utf-16 -t utf-8"
PARQUET_MAGIC = b"PAR1"
PARQUET = Kind("a Parquet table", _TABLE)
TAR = Kind("a tar archive", _UNPACK, packed=True)
ZIP = Kind("a zip archive", _UNPACK, packed=True)
_TWICE = Kind("compressed twice", _UNPACK, packed=True)

# What begins with bytes that text does not have. Where these are letters, a zero byte must follow: a text may begin so.
_BEGINNINGS: list[tuple[bytes, Kind]] = [
    (b"7z\xbc\xaf\x27\x1c", Kind("a 7z archive", _UNPACK, packed=True)),
    (b"Rar!\x1a\x07", Kind("a RAR archive", _UNPACK, packed=True)),
    (b"\x1f\x9d", Kind("a file packed by compress (.Z)", _UNPACK, packed=True)),
    (b"\x04\x22\x4d\x18", Kind("a file packed by lz4", _UNPACK, packed=True)),
    (b"LZIP\x01", Kind("a file packed by lzip", _UNPACK, packed=True)),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind("an old Office document (.doc, .xls, .ppt)", _EXPORT)),
    (PARQUET_MAGIC, PARQUET),
    (b"ARROW1", Kind("an Arrow table", _TABLE)),
    (b"ORC", Kind("an ORC table", _TABLE)),
    (b"Obj\x01", Kind("an Avro table", _TABLE)),
    (b"SQLite format 3\0", Kind("an SQLite database", _TABLE)),
    (b"\x89HDF\r\n\x1a\n", Kind("an HDF5 file", _NUMBERS)),
    (b"\x93NUMPY", Kind("a numpy array (.npy)", _NUMBERS)),
    (b"\xba\x16\x4f\x2f", Kind("a fastText model", _NUMBERS)),
    (b"\x89PNG\r\n", Kind("a PNG image", _NOTHING)),
    (b"\xff\xd8\xff", Kind("a JPEG image", _NOTHING)),
    (b"GIF8", Kind("a GIF image", _NOTHING)),
    (b"II*\0", Kind("a TIFF image", _NOTHING)),
    (b"MM\0*", Kind("a TIFF image", _NOTHING)),
    (b"RIFF", Kind("a sound, image or film (RIFF)", _NOTHING)),
    (b"ID3", Kind("an MP3 sound", _NOTHING)),
    (b"OggS", Kind("an Ogg sound or film", _NOTHING)),
    (b"fLaC", Kind("a FLAC sound", _NOTHING)),
    (b"\x7fELF", Kind("a program", _NOTHING)),
    (b"MZ", Kind("a Windows program", _NOTHING)),
]
_LFS = "Fetch the file itself: git lfs pull, or download it from the page of the repository."
_PAGE = (
    "If it should be another file, a server has sent this page in its place: look at it, and give the file's address."
)
_PATTERNS: list[tuple[re.Pattern[bytes], Kind]] = [
    (
        re.compile(rb"version https://git-lfs\.github\.com/spec/"),
        Kind("a pointer of Git LFS to a file that is not here", _LFS, of_vectors=_LFS, instead=True),
    ),
    (
        re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE),
        Kind(
            "a web page (HTML)",
            f"Extract its text first, as html2text does. {_PAGE}",
            of_vectors=_PAGE,
            instead=True,
        ),
    ),
    (re.compile(rb"%PDF-\d\.\d\s*[\r\n%]"), Kind("a PDF", "Extract its text first, for example with pdftotext.")),
    (re.compile(rb"\{\\rtf\d"), Kind("an RTF document", _EXPORT)),
    (re.compile(rb".{257}ustar", re.DOTALL), TAR),
    (re.compile(rb".{4}ftyp[a-zA-Z0-9]{3}.{3}\0", re.DOTALL), Kind("an MP4 film or sound", _NOTHING)),
    (
        re.compile(rb"\x80[\x02-\x05](?=.*gensim)", re.DOTALL),
        Kind("what gensim saved, a Python pickle", _NUMBERS, of_vectors=_GENSIM),
    ),
    (re.compile(rb"\x80[\x02-\x05]"), Kind("a Python pickle", _NUMBERS)),
    (re.compile(rb".{5}\0{3}\{\s*\"", re.DOTALL), Kind("a safetensors file", _NUMBERS)),
    (re.compile(rb"\d+ \d+\n.{,4000}\0", re.DOTALL), Kind("a file of word vectors (word2vec binary)", _NUMBERS)),
]
_OFFICE = rb"(?=.*PK.{28}\[Content_Types\]).*"  # a folder of texts may be called so as well
_IN_ZIP: list[tuple[re.Pattern[bytes], Kind]] = [  # by the names of what is packed, in order
    (re.compile(rb"PK.{28}mimetypeapplication/epub", re.DOTALL), Kind("an EPUB book", _EXPORT)),
    (re.compile(rb"PK.{28}mimetypeapplication/vnd.oasis", re.DOTALL), Kind("an OpenDocument file", _EXPORT)),
    (re.compile(_OFFICE + rb"PK.{28}word/", re.DOTALL), Kind("a Word document (.docx)", _EXPORT)),
    (re.compile(_OFFICE + rb"PK.{28}xl/", re.DOTALL), Kind("an Excel table (.xlsx)", _TABLE)),
    (re.compile(_OFFICE + rb"PK.{28}ppt/", re.DOTALL), Kind("a PowerPoint document (.pptx)", _EXPORT)),
    (re.compile(rb"PK.{28}\[Content_Types\]", re.DOTALL), Kind("an Office document (.docx, .xlsx, .pptx)", _EXPORT)),
    (re.compile(rb"PK.{28}[^/\0]{0,200}\.npy", re.DOTALL), Kind("several numpy arrays (.npz)", _NUMBERS)),
    (re.compile(rb"PK.{28}[^/\0]{0,200}/data\.pkl", re.DOTALL), Kind("a torch file", _NUMBERS)),
    (re.compile(rb""), ZIP),
]


def kind_of(head: bytes) -> Kind | None:
    """What a file is whose first bytes these are, in whose place text or word vectors were expected; None: not known.

    head: HEAD bytes where there are so many, as `packing.unpacked` gives them.
    """
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return next(kind for pattern, kind in _IN_ZIP if pattern.match(head))
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning) and (b"\0" in head[:_TEXT_HEAD] or not _printable(beginning)):
            return kind
    if any(packing.begins.match(head) for packing in PACKINGS.values()):
        return _TWICE
    matching = (kind for pattern, kind in _PATTERNS if pattern.match(head))
    return next(matching, None) or _wide(head)


def why_no_text(head: bytes) -> str | None:
    """What to say of a file whose first bytes these are, when it should be UTF-8 text; None: it may well be."""
    kind = kind_of(head)
    if kind is not None:
        return f"is {kind.name}, no {'plain' if kind.instead else 'UTF-8'} text. {kind.advice}"
    if b"\0" in head[:_TEXT_HEAD]:
        return NO_TEXT
    return None


def _printable(beginning: bytes) -> bool:
    return all(32 <= byte < 127 for byte in beginning)


def _wide(head: bytes) -> Kind | None:
    """Text of two or four bytes a character: it says so at its start, or every other byte is zero."""
    for mark, name in (
        (b"\xff\xfe\0\0", "utf-32"),
        (b"\0\0\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if head.startswith(mark):
            return Kind(f"text in {name.upper()}", _CONVERT.format(name), encoded=True)
    even, odd = (head[start:_TEXT_HEAD:2] for start in (0, 1))
    few, many = sorted((half.count(0) / max(len(half), 1), name) for half, name in ((even, "be"), (odd, "le")))
    if few[0] < 0.05 and many[0] > 0.3:
        return Kind("text in UTF-16", _CONVERT.format(f"utf-16{many[1]}"), encoded=True)
    return None
