"""One file over HTTP: appended to what an earlier try left, from servers that are slow, broken, or up to something.

No server can hold a download for ever, fill the disk or the memory: what it sends has to come at some pace, its headers
have a largest size, what it says of sizes is compared with the free space first, and a file whose size it does not
tell has a limit.
"""

import errno
import http.client
import io
import re
import shutil
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from w2v.errors import W2VError

Progress = Callable[[int, int | None], None]  # bytes there so far, bytes in all where the server says so

CHUNK = 1 << 18  # bytes
PATIENCE = 30.0  # seconds without a byte before a connection counts as lost
LEAST, WITHIN = 1 << 14, 60.0  # bytes that have to come in so many seconds of waiting, or the connection counts as lost
SHORT = 5  # connections in a row that may break off before they have brought LEAST bytes
HEADERS = 1 << 18  # bytes before a file begins
UNTOLD = 1 << 34  # bytes of a file whose size the server does not tell
LEFT_FREE = 0.05  # of a disk, when such a file is written to it


def download(url: str, part: Path, on_progress: Progress | None) -> None:
    """Append to `part` until it holds all of `url`, taking a lost connection up again as long as bytes come.

    Raises W2VError: an address that is none or leads to none, no network, a refusal of the server, one that sends too
    slowly, or without end. Raises OSError when the disk has no room, before it is full.
    """
    whole, short = False, 0
    while not whole:
        before = _size(part)
        reason = "the connection broke off"
        try:
            whole = _continue(url, part, on_progress)
        except urllib.error.HTTPError as error:
            error.close()
            told = harmless(error.reason)
            raise W2VError(
                f"The server answered {error.code} ({told}) to {url}. Check the address, or try again later."
            ) from error
        except (urllib.error.URLError, http.client.HTTPException, ssl.SSLError) as error:
            reason = _reason(error)
        except (ConnectionError, TimeoutError) as error:
            reason = str(error)
        there = _size(part)
        short = short + 1 if there - before < LEAST else 0
        if not whole and (there <= before or short > SHORT):
            kept = f" {there:,} bytes are kept in {part} for it." if there else ""
            raise W2VError(f"Could not download {url}: {reason}. Check the network and try again.{kept}")


def check_room(folder: Path, size: int, leave: float = 0.0) -> None:
    """Raises OSError (ENOSPC) when a folder's disk has less room than for `size` bytes more.

    leave: what share of the disk has to stay free.
    """
    disk = shutil.disk_usage(folder)
    if disk.total and disk.free - size < leave * disk.total:  # some systems do not tell, and give zeros
        raise OSError(errno.ENOSPC, f"{size:,} bytes more are needed, and {disk.free:,} are free")


class _Paced(io.RawIOBase):
    """What a server sends, as long as it comes at some pace, and a file begins within HEADERS bytes."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self._waited = 0.0  # seconds, since `_came` was zero
        self._came = 0
        self.headers: int | None = HEADERS  # bytes that may still come before the file begins; None: it has

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        began = time.monotonic()
        count: int | None = self._raw.readinto(buffer)
        self._waited += time.monotonic() - began
        self._came += count or 0
        if self.headers is not None:
            self.headers -= count or 0
            if self.headers < 0:
                raise http.client.HTTPException("the server's headers do not end")
        if self._waited > WITHIN:
            if self._came < LEAST:
                raise TimeoutError(f"only {self._came:,} bytes came in {self._waited:.0f} seconds")
            self._waited, self._came = 0.0, 0
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *arguments: Any, **keywords: Any) -> None:
        super().__init__(sock, *arguments, **keywords)
        self._paced = _Paced(self.fp.detach())  # nothing was read yet
        self.fp = io.BufferedReader(self._paced)

    def begin(self) -> None:
        super().begin()
        self._paced.headers = None


class _Connection(http.client.HTTPConnection):
    response_class = _Response


class _SecureConnection(http.client.HTTPSConnection):
    response_class = _Response


class _Http(urllib.request.HTTPHandler):
    def http_open(self, request: urllib.request.Request) -> Any:
        return self.do_open(_Connection, request)


class _Https(urllib.request.HTTPSHandler):
    def https_open(self, request: urllib.request.Request) -> Any:
        return self.do_open(_SecureConnection, request, context=ssl.create_default_context())


def _open(request: urllib.request.Request) -> Any:
    """The answer to a request, by HTTP and HTTPS alone: no redirect leads to files of this machine."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.UnknownHandler,
        _Http,
        _Https,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    return opener.open(request, timeout=PATIENCE)


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _continue(url: str, part: Path, on_progress: Progress | None) -> bool:
    """Request once what `part` lacks of `url` and append it; returns whether it is whole then."""
    there = _size(part)
    try:
        response = _open(urllib.request.Request(url, headers={"Range": f"bytes={there}-"} if there else {}))
    except ValueError as error:
        raise W2VError(
            f"{url!r} is not an address, or leads to one that is none ({error}): expected one such as "
            "https://host/file.zip."
        ) from error
    except urllib.error.HTTPError as error:
        if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE or not there:
            raise
        error.close()
        if error.headers.get("Content-Range") == f"bytes */{there}":
            return True  # all had arrived, and only the unpacking was broken off
        part.unlink()
        return _continue(url, part, on_progress)
    with response:
        start, total = _span(response)
        if start not in (0, there):
            part.unlink()
            raise W2VError(
                f"{url} was asked for what follows byte {there:,}, and sent what follows {start:,}: try again."
            )
        there = start
        if total is not None:
            check_room(part.parent, total - there)
        with open(part, "ab" if there else "wb") as file:
            # read1: `read` waits until a chunk is full, however long that takes, and a bar would stand still.
            while chunk := response.read1(CHUNK):
                there += len(chunk)
                check_room(part.parent, len(chunk), LEFT_FREE if total is None else 0.0)
                if total is None and there > UNTOLD:
                    break
                file.write(chunk)
                if on_progress:
                    on_progress(there, total)
    if total is None and there > UNTOLD:
        part.unlink()
        raise W2VError(f"{url} does not end: the server told no size, and sent more than {UNTOLD:,} bytes.")
    return total is None or there >= total


def _span(response: http.client.HTTPResponse) -> tuple[int, int | None]:
    """The byte a response starts at and the size of the whole file, None where the server does not tell.

    Without a range it starts at 0: the server sends the whole file, whatever was asked for.
    """
    length = re.fullmatch(r"[0-9]{1,18}", response.headers.get("Content-Length", ""))
    size = int(length[0]) if length else None
    span = re.fullmatch(r"bytes ([0-9]{1,18})-[0-9]+/([0-9]{1,18}|\*)", response.headers.get("Content-Range", ""))
    if response.status != http.HTTPStatus.PARTIAL_CONTENT or not span:
        return 0, size
    start = int(span[1])
    if span[2] == "*":
        return start, None if size is None else start + size
    return start, int(span[2])


def _reason(error: Exception) -> str:
    """What went wrong, for a sentence."""
    if isinstance(error, http.client.BadStatusLine):
        return f"the server's answer is not HTTP: {harmless(error)}"
    if isinstance(error, http.client.IncompleteRead):
        return "the connection broke off"
    return harmless(getattr(error, "reason", error))


def harmless(answer: object) -> str:
    """What a server said, as far as a sentence has room for it."""
    text = repr(str(answer))[1:-1]
    return text if len(text) <= 100 else f"{text[:99]}…"
