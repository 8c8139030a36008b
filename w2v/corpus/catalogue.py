"""Public corpora and test sets, by name: downloaded, resumed when broken, unpacked, proved by their checksum.

A download is kept as `FILE.part` until it is unpacked, so that a broken one goes on where it stopped. The checksum
is that of the file one ends up with: whatever went wrong on the way (a resumed download whose source has changed,
a damaged archive, a proxy's apology page), only the right file ever takes the final name.
"""

import errno
import lzma
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from w2v.base.atomic_file import settle, sync, write_bytes
from w2v.base.leftovers import end_file, new_file, sweep_once
from w2v.base.locks import locked
from w2v.corpus.archives import contents, packing_of
from w2v.corpus.checksums import check_form, difference_to
from w2v.corpus.download import Progress, download
from w2v.errors import W2VError


@dataclass(frozen=True)
class Corpus:
    """One entry of the catalogue: the name of the file, where it is, and its checksum once unpacked.

    url: an address; or None of a file that comes with w2v, in the package `w2v_data`: FILE.xz, below whose licence as
        comments it is put.
    """

    file: str
    url: str | None
    checksum: str
    about: str
    licence: str = ""  # of a file that comes with w2v: the file of its text


_MAHONEY = "https://mattmahoney.net/dc"
_GITHUB = "https://raw.githubusercontent.com"  # addresses with a commit in them: what they give never changes

CORPORA: dict[str, Corpus] = {
    "text8": Corpus(
        "text8",
        f"{_MAHONEY}/text8.zip",
        "md5:3bea1919949baf155f99411df5fada7e",
        "17 M words of English Wikipedia of 2006, lower-case a-z, on one line (31 MB, unpacked 100 MB)",
    ),
    "enwik8": Corpus(
        "enwik8",
        f"{_MAHONEY}/enwik8.zip",
        "sha1:57b8363b814821dc9d47aa4d41f58733519076b2",
        "the first 10^8 bytes of the same Wikipedia, its XML as it was (36 MB, unpacked 100 MB)",
    ),
    "enwik9": Corpus(
        "enwik9",
        f"{_MAHONEY}/enwik9.zip",
        "sha1:2996e86fb978f93cca8f566cc56998923e7fe581",
        "the first 10^9 bytes of the same Wikipedia, its XML as it was (323 MB, unpacked 1 GB)",
    ),
    "questions-words": Corpus(
        "questions-words.txt",
        f"{_GITHUB}/tmikolov/word2vec/20c129af10659f7c50e86e3be406df663beff438/questions-words.txt",
        "sha256:8c29b3332afc46f3fb8be04cb5297bf96f39aa7131272dff57869b4485b22a36",
        "Google's 19,544 analogy questions in 14 sections (604 kB)",
    ),
    "wordsim353": Corpus(
        "wordsim353.tsv",
        f"{_GITHUB}/piskvorky/gensim/66365f6a2688e32ada86d5f005d550d4b4f8a137/gensim/test/test_data/wordsim353.tsv",
        "sha256:f92a022fc2537793a15bc3a8c162ebcd74990e033a228bb6388cb71e4c0b1e1d",
        "WordSim-353: how related people find 353 pairs of words (7 kB)",
    ),
    "simlex999": Corpus(
        "simlex999.txt",
        f"{_GITHUB}/piskvorky/gensim/57b3f68b18074a894585106bb4267031619b1350/gensim/test/test_data/simlex999.txt",
        "sha256:d5e0501971478a511430ee880bd0121e94ac701ba86d90544d83e6d2ba3db05d",
        "SimLex-999: how similar, not merely related, people find 999 pairs of words (18 kB)",
    ),
    "wordnet-mammals": Corpus(
        "mammals.tsv",
        None,
        "sha256:dcadde01cd2c8546f47ec66ae09f5a9bd61cb8d8c56e44e4b546951e1632be80",
        "WordNet's mammals: 6,541 pairs of a kind and what it is a kind of, near or far (comes with w2v; 200 kB)",
        licence="LICENSE-WordNet",
    ),
}


def fetch(
    name: str, folder: str | Path, *, on_progress: Progress | None = None, on_note: Callable[[str], None] | None = None
) -> Path:
    """Put the public file `name` of `CORPORA` into `folder` (made if missing) and return its path.

    `on_progress` is called with the bytes downloaded so far and, where the server says so, the bytes in all. A file
    that is there already is checked, not downloaded again. `on_note` is called with a sentence where another process is
    downloading it, which is waited for.

    Raises W2VError: for a name that is not in the catalogue, and as `fetch_url`.
    """
    if name not in CORPORA:
        raise W2VError(f"There is no public corpus named {name!r}. Those there are: {', '.join(CORPORA)}.")
    corpus, destination = CORPORA[name], Path(folder) / CORPORA[name].file
    if corpus.url is None:
        return _put(corpus, destination)
    return fetch_url(corpus.url, destination, corpus.checksum, on_progress=on_progress, on_note=on_note)


def fetch_url(
    url: str,
    destination: str | Path,
    checksum: str | None = None,
    *,
    on_progress: Progress | None = None,
    on_note: Callable[[str], None] | None = None,
) -> Path:
    """Download `url`, unpack it (.zip with one file in it, .gz, .bz2, .xz) and return `destination`, a file.

    A destination that ends as the url does (`x.gz` from `.../x.gz`) is meant to stay packed. `checksum` is
    `algorithm:hex digest` of the file at `destination`, with one of `checksums.ALGORITHMS`. Without one, a file
    that is there already is taken as it is, and what an earlier call left unfinished is not gone on with: nothing could
    tell that the file on the server is still the same. Of two processes that download one file, the second waits, tells
    so by `on_note`, and then finds it there.

    Raises W2VError: no network, a refusal of the server, a wrong checksum, a damaged archive, a full disk, a file
    in the way. Unless the source itself was at fault, what did arrive is kept for the next call.
    """
    check_form(checksum)
    destination = Path(destination)
    sweep_once(destination.parent)
    if destination.exists():
        _check_present(destination, checksum)
        return destination
    with locked(destination, "downloaded", wait=on_note or (lambda _: None)):
        try:
            return _fetched(url, destination, checksum, on_progress)
        except OSError as error:
            raise W2VError(_disk_sentence(destination, error)) from error


def _put(corpus: Corpus, destination: Path) -> Path:
    """Unpack what comes with w2v. Raises as `fetch_url`."""
    if destination.exists():
        _check_present(destination, corpus.checksum)
        return destination
    here = resources.files("w2v_data")
    licence = (here / corpus.licence).read_text(encoding="utf-8").splitlines()
    comments = "".join(f"# {line}".rstrip() + "\n" for line in licence)
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        content = lzma.decompress((here / f"{corpus.file}.xz").read_bytes())
        write_bytes(destination, comments.encode() + content)
    except OSError as error:
        raise W2VError(_disk_sentence(destination, error)) from error
    return destination


def _fetched(url: str, destination: Path, checksum: str | None, on_progress: Progress | None) -> Path:
    if destination.exists():  # by now: another process was first
        _check_present(destination, checksum)
        return destination
    part = destination.with_name(destination.name + ".part")
    if checksum is None:
        part.unlink(missing_ok=True)
    resumed = part.exists()
    download(url, part, on_progress)
    packing = packing_of(url, destination)
    marked = new_file(destination.parent)
    unpacked = Path(marked.name) if packing else part
    try:
        if packing:
            _copy(contents(part, packing), unpacked)
        _verify(unpacked, checksum, url)
        sync(unpacked)
        os.replace(unpacked, destination)
    except W2VError:
        part.unlink(missing_ok=True)  # whole and yet wrong: nothing of it is worth going on from
        if not resumed:
            raise
        # Most likely two halves of different files; one clean start decides.
        return _fetched(url, destination, checksum, on_progress)
    finally:
        end_file(marked)
    settle(destination.parent, destination)
    with suppress(OSError):
        part.unlink(missing_ok=True)
    return destination


def _copy(pieces: Iterable[bytes], target: Path) -> None:
    with open(target, "wb") as file:
        file.writelines(pieces)


def _verify(path: Path, checksum: str | None, url: str) -> None:
    if difference := difference_to(path, checksum):
        raise W2VError(
            f"What {url} gave is not the file it should be: {difference}. It was removed: try again, and if this "
            "comes back, the file on the server has changed."
        )


def _check_present(destination: Path, checksum: str | None) -> None:
    if not destination.is_file():
        raise W2VError(f"{destination} is in the way and is not a file: move it, or choose another folder.")
    if difference := difference_to(destination, checksum):
        raise W2VError(
            f"{destination} exists and is another file: {difference}. Move or delete it, or choose another folder."
        )


def _disk_sentence(destination: Path, error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return (
            f"The disk is full: {destination} does not fit ({error.strerror}). Free some space and run the same "
            "command again; it goes on from what has arrived."
        )
    return f"Could not write {destination}: {error.strerror or error}. Check it, or choose another folder."
