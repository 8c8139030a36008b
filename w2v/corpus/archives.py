"""The one file in a packed download: .zip, .gz, .bz2, .xz.

What an archive unpacks to is compared with its size and with the room on the disk, as it comes: a megabyte may hold a
terabyte of zeros.
"""

import bz2
import errno
import gzip
import lzma
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from w2v.corpus.download import check_room, harmless
from w2v.errors import W2VError

RATIO = 100  # how many times its size a file may unpack to that is larger than ALWAYS; text packs to a third or so
ALWAYS = 1 << 26  # bytes
_AT_A_TIME = 1 << 14  # bytes; as many are unpacked at once where an archive is packed by bzip2, whatever they unpack to
_ENCRYPTED = 1  # flag of an entry

_OPENERS: dict[str, Callable[[Path], IO[bytes]]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}  # type: ignore[dict-item]


def packing_of(url: str, destination: Path) -> str:
    """`.zip`, `.gz`, `.bz2`, `.xz`, or nothing where `url` is not packed or is meant to stay so."""
    ending = Path(urlsplit(url).path).suffix.lower()
    return ending if ending in (".zip", *_OPENERS) and ending != destination.suffix.lower() else ""


def contents(packed: Path, packing: str) -> Iterator[bytes]:
    """What the one file in an archive holds, piece by piece; `packing` as of `packing_of`.

    Raises W2VError for an archive of several files, one that is encrypted or packed in a way that is not known,
    damaged, or unpacks to more than RATIO times its size; OSError (ENOSPC) when the disk has no room for it.
    """
    most = max(ALWAYS, RATIO * packed.stat().st_size)
    found = 0
    try:
        with _opened(packed, packing, most) as source:
            while piece := source.read(_AT_A_TIME):
                found += len(piece)
                _check_size(found, most)
                check_room(packed.parent, len(piece))
                yield piece
    except (W2VError, MemoryError):
        raise
    except Exception as error:  # each library has errors of its own
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise  # the disk's fault, not that of the archive, whose places to seek may be invalid
        raise W2VError(f"The downloaded archive is damaged ({harmless(error)}). It was removed: try again.") from error


@contextmanager
def _opened(packed: Path, packing: str, most: int) -> Iterator[IO[bytes]]:
    if packing != ".zip":
        with _OPENERS[packing](packed) as source:
            yield source
        return
    with zipfile.ZipFile(packed) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(entries) != 1:
            raise W2VError(f"The archive holds {len(entries)} files; expected one. Unpack it by hand.")
        if entries[0].flag_bits & _ENCRYPTED:
            raise W2VError("The archive is encrypted, so it cannot be unpacked here. Unpack it by hand.")
        _check_size(entries[0].file_size, most)
        check_room(packed.parent, entries[0].file_size)
        try:
            opened = archive.open(entries[0])
        except (NotImplementedError, RuntimeError) as error:  # the methods that Python has differ
            raise W2VError(f"The archive cannot be unpacked here: {harmless(error)}. Unpack it by hand.") from error
        with opened as source:
            yield source


def _check_size(size: int, most: int) -> None:
    if size > most:
        raise W2VError(
            f"The archive unpacks to more than {RATIO} times its size, as no text does. It was removed; if it is what "
            "you mean, download and unpack it by hand."
        )
