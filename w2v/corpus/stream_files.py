"""The files of an id stream: how a text becomes them, and what tells whether they are whole.

    ids.int32     the ids
    vocab.txt     the words
    about.json    where the text came from, the digest of words and ids, and a checksum of all that this file says

While the text is read, words get provisional ids by first appearance. Then all counts are known, the vocabulary is
fixed, and the file is rewritten in place with final ids: dropped words gone, `SENTENCE_END` after every sentence. Only
the distinct words have to fit in memory. Phrases are joined between the two (`phrase_passes.py`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from w2v.base.agreeing import agreed, gathered
from w2v.base.disk_errors import disk_full, reason
from w2v.base.ranks import ALONE, Ranks
from w2v.corpus.array_file import ArrayFile
from w2v.corpus.blocks import BLOCK
from w2v.corpus.digest import digest_of, hash_all
from w2v.corpus.growth import fixed_or_grown
from w2v.corpus.indexing import TokenIndexer
from w2v.corpus.merged_counts import merged_counts
from w2v.corpus.phrase_known import join_known
from w2v.corpus.phrase_passes import Phrase, join_passes, left, told
from w2v.corpus.phrase_scores import Joining
from w2v.corpus.vocabulary import SENTENCE_END, UNK, Vocabulary, usual_min_count
from w2v.errors import W2VError
from w2v.text.reading import Reading
from w2v.text.tokenize import Tokenizer

IDS, VOCAB, ABOUT = "ids.int32", "vocab.txt", "about.json"
_PIECE = 1 << 20  # ids remapped at a time
_DROPPED = -2


@dataclass(frozen=True)
class CorpusReport:
    """What was found in the text, before subsampling."""

    tokens: int  # all that were read; of phrases that were joined, one each
    kept: int  # those in the vocabulary
    types: int  # distinct words read
    sentences: int  # those with at least one token
    min_count: int  # words seen less often were left out
    invalid_bytes: int  # bytes that were not UTF-8 and became U+FFFD
    first_tokens: tuple[str, ...]  # a dozen, so that a tokenizer's mistake is seen at once
    tokenizer: str | None  # its name; None: tokens were given, or a function made them
    left_out: tuple[str, ...]  # sentences on the files and records that were passed over
    reused: bool  # whether an earlier run had built this stream
    given: int = 0  # words of the vocabulary that was given; 0: it is the text's own
    phrases: tuple[str, ...] = ()  # of each pass that joined words to phrases a clause on what it found


def write_stream(
    folder: Path,
    reading: Reading,
    tokenize: Tokenizer,
    tokenizer: str | None,
    choice: dict[str, Any],
    joining: Joining | None,
    given: Vocabulary | None,
    add_words: bool,
    on_progress: Callable[[int], None] | None,
    keep_empty: bool = False,
    ranks: Ranks = ALONE,
) -> None:
    """Write the files of a stream.

    Of several ranks each writes its share, by the vocabulary of the whole. In its report numbers of tokens, of
    sentences and of invalid bytes are the share's, and so are the first tokens; all else is said of the whole.

    folder: an empty one.
    reading, tokenize: as for `TokenIndexer.parts`.
    tokenizer: its name, if it has one.
    choice: settings of `Vocabulary.from_counts`.
    given, add_words: a vocabulary instead of the text's own, and whether new words join it (`growth.py`).
    joining: phrases to be joined; None: none.
    on_progress: called now and then with the number of tokens read so far.
    keep_empty: keep the ends of sentences of which no word is left.
    ranks: those that read the text; phrases are for one alone.

    Raises W2VError on all ranks for a text that one cannot read, for one that has too few words, and for a full disk.
    """
    numbering = TokenIndexer()
    counts, first, invalid_bytes = agreed(ranks, lambda: _number(folder, numbering, reading, tokenize, on_progress))
    reading.hear(gathered(ranks, reading.told))
    words, of_words = merged_counts(ranks, numbering.words(), counts[1:])
    if not words:
        raise W2VError(
            f"there are no words in {', '.join(reading.names) or 'an empty list of files':.200}: "
            "the text is empty, or the iterable was already used up."
        )

    def finish() -> None:
        nonlocal counts, words, of_words
        phrases: list[str] = []
        if joining:
            known: dict[str, int] | None = None
            passes: list[list[Phrase]] = []
            if given:
                counts, known = join_known(folder / IDS, numbering, given.words, joining.delimiter)
            if add_words or not given:  # else what the vocabulary does not have is left out of the text
                counts, passes = join_passes(folder / IDS, numbering, counts, joining)
            words, of_words = left(numbering, counts)
            phrases = told(passes, known)
        min_count = choice["min_count"] or usual_min_count(of_words)
        settings = choice | {"min_count": min_count}
        if given is None:
            vocab = Vocabulary.from_counts(words, of_words, **settings)
        else:
            vocab = fixed_or_grown(given, words, of_words, settings, add_words=add_words)
        vocab.save(folder / VOCAB)
        final = _final_ids(numbering, vocab, unk=choice["unk"])
        _remap(folder / IDS, final, keep_empty=keep_empty)
        report = {
            "tokens": int(counts[1:].sum()),
            "kept": int(counts[final >= 0].sum()),
            "types": len(words),
            "sentences": int(counts[0]),
            "min_count": min_count,
            "invalid_bytes": invalid_bytes,
            "first_tokens": first[:12],
            "tokenizer": None if reading.of_tokens else tokenizer,
            "left_out": reading.left_out,
            "given": 0 if given is None else len(given),
            "phrases": phrases,
        }
        ids = ArrayFile(folder / IDS, np.int32)
        hashes = hash_all(ids, BLOCK)
        about = {"sources": reading.names, "digest": digest_of(vocab, hashes, range(len(hashes))), "report": report}
        (folder / ABOUT).write_text(json.dumps(about | {"checksum": _checksum(about)}), encoding="utf-8")

    agreed(ranks, explained(folder)(finish))


def _number(
    folder: Path,
    numbering: TokenIndexer,
    reading: Reading,
    tokenize: Tokenizer,
    on_progress: Callable[[int], None] | None,
) -> tuple[np.ndarray, list[str], int]:
    """Write a text with provisional ids; how often each came, int64, its first words, and its invalid bytes."""
    counts = np.zeros(1, dtype=np.int64)
    first: list[str] = []
    invalid_bytes = 0
    with explained(folder), open(folder / IDS, "wb") as file, closing(numbering.parts(reading, tokenize)) as parts:
        for part in parts:
            file.write(part.numbers.data)
            counts = np.append(counts, np.zeros(len(numbering) - len(counts), np.int64))
            for piece in np.array_split(part.numbers, len(part.numbers) // _PIECE + 1):  # bincount makes int64 of all
                counts += np.bincount(piece, minlength=len(counts))
            invalid_bytes += part.invalid_bytes
            if len(first) < 12:
                first += part.first
            if on_progress:
                on_progress(int(counts[1:].sum()))
    return counts, first, invalid_bytes


def _final_ids(numbering: TokenIndexer, vocab: Vocabulary, *, unk: bool) -> np.ndarray:
    """What each provisional id becomes, int32 [numbers]."""
    final = np.full(len(numbering), _DROPPED, dtype=np.int32)
    if unk and UNK in vocab.words:
        final[:] = vocab.words.index(UNK)
    numbers = np.fromiter((numbering.get(word, 0) for word in vocab.words), np.int64, len(vocab))
    final[numbers] = np.arange(len(vocab))  # 0, of what is no word of this text, is overwritten
    final[0] = SENTENCE_END
    return final


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Have what goes wrong with the disk while a stream is written to a folder be told in W2VErrors."""
    try:
        yield
    except BaseException as error:
        if disk_full(error):
            raise W2VError(
                f"the disk of {folder.parent} is full. A stream needs 4 bytes for each word of the text, more "
                f"than the {size_of(folder) if folder.is_dir() else 0:,} bytes written so far. Make room, or choose "
                "another cache folder."
            ) from error
        if isinstance(error, OSError) and (error.filename is None or str(error.filename).startswith(str(folder))):
            raise W2VError(f"the stream of the text cannot be written to {folder.parent}: {reason(error)}.") from error
        raise


def size_of(folder: Path) -> int:
    """Bytes of the files in a folder."""
    return sum(file.stat().st_size for file in folder.iterdir())


def _checksum(about: Any) -> str:
    return hashlib.sha256(json.dumps(about).encode()).hexdigest()


def read_about(folder: Path) -> dict[str, Any]:
    """What was written about a stream. Raises OSError when it is not there, ValueError when it is anything else."""
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        if about.pop("checksum") == _checksum(about):
            return about
    except (LookupError, TypeError, AttributeError, RecursionError):
        pass  # nothing that was written here
    raise ValueError(f"{ABOUT} is not what was written")


def _remap(path: Path, final: np.ndarray, *, keep_empty: bool = False) -> None:
    """Put `final[id]` for each id of the file, without the dropped and the then empty sentences, unless these are kept.

    In place: no more is ever written than was read.
    """
    last = SENTENCE_END
    with open(path, "rb", buffering=0) as old, open(path, "r+b") as new:
        while len(piece := np.fromfile(old, dtype=np.int32, count=_PIECE)):
            ids = final[piece]
            ids = ids[ids != _DROPPED]
            if not keep_empty:
                ids = ids[(ids != SENTENCE_END) | (np.append(last, ids[:-1]) != SENTENCE_END)]
            if len(ids):
                new.write(ids.data)
                last = ids[-1]
        new.truncate()
