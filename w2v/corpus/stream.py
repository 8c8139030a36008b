"""The text, read once, as a stream of word ids on disk, cut into blocks.

    the cat sat / the dog      ->      0 7 9 -1 0 12 -1

The stream of an unchanged corpus and unchanged settings is kept in a cache folder and used again, if it is whole:
`about.json` has a checksum of itself and the digest of words and ids (`digest.py`), which are compared before use.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
import warnings
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from w2v.base import leftovers
from w2v.base.agreeing import agreed, gathered
from w2v.base.places import expect_local
from w2v.base.ranks import Ranks
from w2v.corpus import growth
from w2v.corpus.array_file import ArrayFile
from w2v.corpus.blocks import BLOCK, IdBlocks
from w2v.corpus.digest import hash_all
from w2v.corpus.phrase_scores import Joining
from w2v.corpus.remarks import remarks_on
from w2v.corpus.shared_sources import SharedSources
from w2v.corpus.stream_files import IDS, VOCAB, CorpusReport, explained, read_about, size_of, write_stream
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError
from w2v.text.files import Fingerprint
from w2v.text.looking import Choice, choose
from w2v.text.reading import Reading
from w2v.text.tokenize import AUTO, Tokenizer, get_tokenizer, whitespace

_FORMAT = 5  # to be raised whenever the same text and settings give other files than before
_FINISHED = re.compile("stream-[0-9a-f]{32}").fullmatch


class Stream(IdBlocks):
    """A corpus as ids; a context manager, which removes its files when they are not cached.

    ids: int32 [N], on disk: indices into `vocab.words`, and SENTENCE_END after every sentence.
    choice: the tokenizer that was chosen by looking at the text, and why; None where one was asked for, or none needed.
    """

    folder: Path
    report: CorpusReport
    choice: Choice | None = None

    def __init__(self, folder: Path, *, temporary: bool = False, reused: bool = False) -> None:
        """Open a finished folder, and look whether all that was written to it is there unchanged.

        Raises W2VError when it is gone or damaged.
        """
        try:
            about = read_about(folder)
            ids = ArrayFile(folder / IDS, np.int32)
            vocab = Vocabulary.load(folder / VOCAB)
            super().__init__(ids, vocab, about["report"]["tokens"], hashes=hash_all(ids, BLOCK))
            if self.digest != about["digest"]:
                raise ValueError("its words or ids are not those that were written")
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise W2VError(f"the stream in {folder} is damaged: {why}. Run again: it is built anew.") from error
        self.folder = folder
        several = {name: tuple(about["report"].get(name, ())) for name in ("first_tokens", "left_out", "phrases")}
        self.report = CorpusReport(**(about["report"] | several | {"reused": reused}))
        self._remove = weakref.finalize(self, leftovers.remove, folder) if temporary else None

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the files, unless they are cached."""
        if self._remove:
            self._remove()

    def remarks(self) -> list[str]:
        """Sentences on what was left out of the text, and on what its words look like."""
        return remarks_on(self.report, self.vocab, self.choice)


def open_stream(
    corpus: Any,
    *,
    tokenizer: str | Tokenizer = AUTO,
    field: str | None = None,
    keep_punctuation: bool = False,
    strict: bool = False,
    min_count: int | None = None,
    max_final_vocab: int | None = None,
    unk: bool = False,
    vocabulary: Vocabulary | None = None,
    add_words: bool = False,
    joining: Joining | None = None,
    cache_dir: Path | None = None,
    on_progress: Callable[[int], None] | None = None,
    keep_empty: bool = False,
) -> Stream:
    """Read a corpus into a stream, or find the stream an earlier run has made of it.

    corpus: whatever `w2v.text.sources.sources` accepts, or a list of its sources; a `Reading` of some, which has been
        told `field` and `strict`; or what one of several ranks reads of such (`shares.open_share`).
    tokenizer, keep_punctuation: see `w2v.text.tokenize`; token lists are taken as they are. "auto": what suits the
        beginning of the text (`w2v.text.looking`).
    field: of JSONL, CSV, TSV and Parquet files, the field that holds the text, or lists of tokens.
    strict: raise at invalid UTF-8 instead of replacing and counting it.
    min_count, max_final_vocab, unk: see `Vocabulary.from_counts`.
    vocabulary: by which the text becomes ids, instead of one of its own. Other words are left out, or `<unk>`. Counts
        stay those that are given: subsampling, negative samples and trees follow them.
    add_words: words of the text that are not in the vocabulary join it if they reach `min_count`, and counts add up
        (`w2v.corpus.growth.grown`).
    joining: phrases that are joined to one word each, before words are counted (`phrase_passes.py`); None: none.
    cache_dir: where streams are kept; by default the user's cache folder. Files are recognised by path, size
        and time of change. What cannot be recognised (stdin, iterables, URLs, a function as tokenizer) is built
        there too, and removed when the stream is closed, and so are, with a warning, files that change meanwhile.
    on_progress: called now and then with the number of tokens read so far; not when a stream is reused.
    keep_empty: keep the ends of sentences of which no word is left, so that each can be told by its number.

    Raises W2VError for a corpus that cannot be read or has too few words, and for a full disk.
    """
    text = corpus if isinstance(corpus, Reading) else None
    plan = corpus if isinstance(corpus, SharedSources) else SharedSources.alone(list(text.found) if text else corpus)
    ranks = plan.ranks
    if add_words and vocabulary is None:
        raise W2VError(
            "add_words=True adds words to a vocabulary, and none is given. Give vocabulary=, or leave it out."
        )
    given = None if vocabulary is None else growth.checked(vocabulary)
    choice = {"min_count": min_count, "max_final_vocab": max_final_vocab, "unk": unk}
    if cache_dir:
        expect_local(cache_dir, "cannot be a cache_dir")
    root = Path(cache_dir or default_cache_dir())
    chosen = None
    tokenize = agreed(ranks, lambda: whitespace if tokenizer == AUTO else get_tokenizer(tokenizer, keep_punctuation))
    with text or Reading(plan.sources, field, strict, plan.shares) as reading:
        if tokenizer == AUTO and (chosen := _chosen(reading, keep_punctuation, ranks)) is not None:
            suited = tokenizer = chosen.tokenizer
            tokenize = agreed(ranks, lambda: get_tokenizer(suited, keep_punctuation))
        added = [] if given is None else [growth.digest(given), add_words]
        joined = ([] if joining is None else [joining.key()]) + ["keep_empty"] * keep_empty
        settings = [tokenizer, keep_punctuation, strict, choice, field, *added, *joined, *plan.key]
        home = _home(root, plan.fingerprints, settings)
        stream = _kept(home, ranks)
        if stream is None:
            name = None if callable(tokenizer) else tokenizer

            def write(folder: Path) -> None:
                how = joining, given, add_words, on_progress, keep_empty
                write_stream(folder, reading, tokenize, name, choice, *how, ranks)

            stream = _built(write, plan, root, home, chosen=cache_dir is not None)
    stream.choice = chosen
    return stream


def _chosen(reading: Reading, keep_punctuation: bool, ranks: Ranks) -> Choice | None:
    """What suits the beginning of the text, at which one rank looks; None where it is tokens."""

    def look() -> Choice | None:
        sample = reading.sample() if ranks.rank == 0 else None
        return None if sample is None else choose(sample, keep_punctuation)

    found = gathered(ranks, look)[0]
    return None if found is None else Choice(*found)


def _kept(home: Path | None, ranks: Ranks) -> Stream | None:
    """The stream of an earlier run, if all ranks have theirs, by the same words."""
    stream = agreed(ranks, lambda: _reopen(home) if home else None)
    if ranks.size > 1:
        words = ranks.gather(growth.digest(stream.vocab) if stream else None)
        stream = stream if len(set(words)) == 1 else None
    return stream


def _built(
    write: Callable[[Path], None], plan: SharedSources, root: Path, home: Path | None, *, chosen: bool
) -> Stream:
    """A stream that is written now; at `home`, if it can be recognised there. chosen: whether `root` was."""
    kept, folder = agreed(plan.ranks, lambda: _new_folder(root, chosen=chosen))
    try:
        write(folder)
        changed = agreed(plan.ranks, plan.what_changed)
        if changed:
            warnings.warn(
                f"{changed} changed while it was read: what is trained on may be neither the old text nor the new one. "
                "It is not kept for further runs. Run again when it does not change any more.",
                stacklevel=2,
            )
        home = None if any(plan.ranks.gather(changed is not None)) or not kept else home

        def opened() -> Stream:
            with explained(folder):
                return _published(folder, home) if home else Stream(folder, temporary=True)

        return agreed(plan.ranks, opened)
    except BaseException:
        leftovers.remove(folder)
        raise


def _new_folder(root: Path, *, chosen: bool) -> tuple[bool, Path]:
    """Where to write a stream: whether that is in the cache, and the folder."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        leftovers.sweep_once(root)
        return True, leftovers.new_folder(root)
    except OSError as error:
        if chosen:
            raise W2VError(f"cannot write to the cache folder {root}: {error.strerror}.") from error
        return False, leftovers.new_folder(Path(tempfile.gettempdir()))


def default_cache_dir() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("w2v")) / "streams"


def _home(root: Path, fingerprints: Sequence[Fingerprint | None], settings: list[Any]) -> Path | None:
    """The folder for the stream of these sources and settings; None when the sources cannot be recognised."""
    if None in fingerprints or callable(settings[0]):
        return None
    key = json.dumps([_FORMAT, list(fingerprints), settings])
    return root / f"stream-{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def _reopen(home: Path) -> Stream | None:
    try:
        return Stream(home, reused=True)
    except W2VError:  # not there, or damaged: it will be built again
        return None


def _published(folder: Path, home: Path) -> Stream:
    """Rename a finished folder to where others find it; when another process was first, theirs is as good."""
    for _ in range(2):
        try:
            folder.rename(home)
            leftovers.keep(folder)
            return Stream(home)
        except OSError:
            if theirs := _reopen(home):
                leftovers.remove(folder)
                return theirs
            shutil.rmtree(home, ignore_errors=True)
    return Stream(folder, temporary=True)


@dataclass(frozen=True)
class CachedStream:
    """One entry of the cache: where it is, what it was made of, and how large it is."""

    folder: Path
    sources: tuple[str, ...]
    tokens: int
    size: int  # bytes on disk


def cached_streams(cache_dir: Path | None = None) -> list[CachedStream]:
    """The finished streams in the cache, largest first."""
    entries = []
    for folder in _folders(cache_dir):
        if _FINISHED(folder.name):
            with suppress(OSError, ValueError):  # it is not whole
                about = read_about(folder)
                entries.append(
                    CachedStream(folder, tuple(about["sources"]), about["report"]["tokens"], size_of(folder))
                )
    return sorted(entries, key=lambda entry: -entry.size)


def clear_cache(cache_dir: Path | None = None) -> int:
    """Remove all cached streams, and what killed runs left of unfinished ones; the bytes set free."""
    freed = leftovers.sweep(Path(cache_dir or default_cache_dir()))
    for folder in _folders(cache_dir):
        if _FINISHED(folder.name):
            freed += size_of(folder)
            shutil.rmtree(folder, ignore_errors=True)
    return freed


def _folders(cache_dir: Path | None) -> list[Path]:
    root = Path(cache_dir or default_cache_dir())
    return sorted(path for path in root.iterdir() if path.is_dir()) if root.is_dir() else []
