"""Names of places to write to that can be none: addresses, which would become folders here, and zero bytes."""

from __future__ import annotations

import os
import re

from w2v.errors import W2VError, shown

_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(//?)[^/]").match
_KNOWN = {  # of a Path, which takes two slashes for one; a folder may be called `notes:`
    *("http", "https", "ftp", "sftp", "ssh", "s3", "s3a", "s3n", "gs", "gcs", "hf", "hdfs", "webhdfs", "az", "abfs"),
    *("abfss", "adl", "wasb", "file", "memory", "smb", "oss", "r2", "dropbox", "github", "github.com"),
}


def expect_local(path: str | os.PathLike[str], done: str = "was not written") -> None:
    """Raise a W2VError where a name is an address, s3://bucket/model, or no name at all.

    done: what became of it, for the sentence.
    """
    expect_name(path, done)
    name = os.fsdecode(path)
    if (found := _ADDRESS(name)) is None or os.path.isdir(f"{found[1]}:"):
        return
    if found[2] == "//" or found[1].lower() in _KNOWN:
        raise W2VError(
            f"{name} {done}: it is an address, and files are written on this machine alone. Write to a file or folder "
            "here, and upload that."
        )


def expect_name(path: str | os.PathLike[str], done: str = "cannot be read") -> None:
    """Raise a W2VError where a zero byte is in a name, which no system takes, and for what is no name."""
    if not isinstance(path, str | bytes | os.PathLike):
        raise W2VError(f"{shown(path)} {done}: it is no path; expected a string or a Path.")
    name = os.fsdecode(path)
    if "\0" in name:
        raise W2VError(f"{name!r:.100} {done}: there is a zero byte in it, which no name of a file has.")
