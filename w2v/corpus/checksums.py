"""Checksums of files, written as `sha256:hex digest`."""

import hashlib
from pathlib import Path

from w2v.errors import W2VError

ALGORITHMS = ("md5", "sha1", "sha256", "sha512")
_PIECE = 1 << 18  # bytes


def check_form(checksum: str | None) -> None:
    """Raise a W2VError unless there is none, or one that can be computed."""
    if checksum is not None and checksum.partition(":")[0] not in ALGORITHMS:
        raise W2VError(
            f"Cannot read the checksum {checksum!r}: expected `algorithm:hex digest` with one of {ALGORITHMS}."
        )


def difference_to(path: Path, checksum: str | None) -> str | None:
    """How `path` differs from what `checksum` asks for, None where it does not."""
    if checksum is None:
        return None
    algorithm, _, expected = checksum.partition(":")
    digest = hashlib.new(algorithm)
    with open(path, "rb") as file:
        while chunk := file.read(_PIECE):
            digest.update(chunk)
    found = digest.hexdigest()
    return None if found == expected.lower() else f"its {algorithm} is {found}, expected {expected}"
