"""Counts to ids: which words there are, in which order, and how often each is kept.

A word's id is its place by count, then by the word itself: the same text gives the same ids on every machine.
Saved as `word count` lines, the `vocab.txt` of a model folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path

import numpy as np

from w2v.base.atomic_file import write_text
from w2v.errors import W2VError, counted

UNK = "<unk>"
SENTENCE_END = -1  # stands among ids where a sentence ends
_COUNT, _LINE = re.compile("[0-9]{1,18}").fullmatch, re.compile(".* [0-9]{1,18}", re.DOTALL).fullmatch
_UNSAVABLE = re.compile("[\n\r\ud800-\udfff]").search
USUAL_MIN_COUNT = 5
MOST_TOLD, MOST_SOUGHT = 10, 3  # unknown words that a sentence lists, and of which near spellings are sought
SHORT, MANY = 1_000, 100_000  # words of text below which each of them is meant, and from which on rare ones are many


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The words a model knows, most frequent first; a word's id is its index.

    words: V distinct strings; counts: int64 [V], how often each occurs.
    """

    words: list[str]
    counts: np.ndarray  # int64 [V]

    def __len__(self) -> int:
        return len(self.words)

    def __repr__(self) -> str:
        return f"Vocabulary({counted(len(self), 'word')}, seen {counted(self.counts.sum(), 'time')})"

    @cached_property
    def key_to_index(self) -> dict[str, int]:
        return {word: index for index, word in enumerate(self.words)}

    @classmethod
    def from_counts(
        cls,
        words: Sequence[str],
        counts: Sequence[int] | np.ndarray,
        *,
        min_count: int = 5,
        max_final_vocab: int | None = None,
        unk: bool = False,
    ) -> Vocabulary:
        """Keep the words that occur at least `min_count` times, and of those the `max_final_vocab` first.
        words: distinct words, in any order; counts: how often each occurs.
        unk: the dropped words share one entry, `<unk>`, which has their summed count and is ordered by it
            like any other word. It takes one of the `max_final_vocab` places. A `<unk>` already in the text
            joins it. No entry is made when nothing was dropped.

        Raises W2VError when fewer than two entries remain (there would be nothing to tell apart), when a kept
        word holds a line break or a lone surrogate (it cannot be saved), or for a `max_final_vocab` below 2.
        """
        if max_final_vocab is not None and max_final_vocab < 2:
            raise W2VError(f"max_final_vocab is {max_final_vocab}; a vocabulary needs at least 2 words.")
        count_of = dict(zip(words, np.asarray(counts, dtype=np.int64).tolist(), strict=True))
        tokens = sum(count_of.values())
        already_unk = count_of.pop(UNK, 0) if unk else 0

        kept = _in_order((word for word, count in count_of.items() if count >= min_count), count_of)
        if max_final_vocab is not None:
            drops_some = already_unk > 0 or len(count_of) > min(len(kept), max_final_vocab)
            kept = kept[: max_final_vocab - (unk and drops_some)]
        rest = tokens - sum(count_of[word] for word in kept)
        if unk and rest:
            count_of[UNK] = rest
            kept = _in_order([*kept, UNK], count_of)

        if len(kept) < 2:
            raise W2VError(_too_few(dict(zip(words, counts, strict=True)), min_count))
        check_savable(kept)
        return cls(kept, np.array([count_of[word] for word in kept], dtype=np.int64))

    def keep_probability(self, sample: float) -> np.ndarray:
        """float64 [V]: the probability that subsampling keeps an occurrence of a word.

            min(1, sqrt(t / f) + t / f),    f = count / sum of counts,  t = sample

        as in word2vec.c, TrainModelThread (`ran = (sqrt(cn / (sample * train_words)) + 1) * (sample *
        train_words) / cn`); Mikolov et al. 2013, section 2.3, prints a slightly different formula.

        sample: t, usually 1e-3 to 1e-5; 0 keeps everything. Raises W2VError when negative.
        """
        if sample < 0:
            raise W2VError(f"sample is {sample}; it must be 0 (keep every word) or positive, such as 1e-3.")
        if sample == 0:
            return np.ones(len(self), dtype=np.float64)
        ratio = sample * self.counts.sum() / np.maximum(self.counts, 1)  # t / f
        return np.minimum(1.0, np.sqrt(ratio) + ratio)

    def kept(self, sample: float) -> float:
        """How many words of the text subsampling is expected to keep."""
        return float(self.keep_probability(sample) @ self.counts)

    def as_text(self) -> str:
        """Lines `word count` in order of id. A word may hold spaces."""
        return "".join(f"{word} {count}\n" for word, count in zip(self.words, self.counts.tolist(), strict=True))

    def save(self, path: str | Path) -> None:
        """Write `as_text` in UTF-8, whole or not at all."""
        write_text(path, self.as_text())

    @classmethod
    def load(cls, path: str | Path) -> Vocabulary:
        """Read what `save` wrote; ids follow the order of the lines. Raises W2VError when damaged."""
        try:
            return cls.parse(Path(path).read_bytes(), str(path))
        except OSError as error:
            raise W2VError(f"the vocabulary {path} cannot be read: {error.strerror}.") from error

    @classmethod
    def parse(cls, data: bytes, path: str) -> Vocabulary:
        """The vocabulary in the bytes of a file, whose path is for errors. Raises W2VError when damaged."""
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise W2VError(f"the vocabulary {path} is not UTF-8 text (byte {error.start}).") from error
        lines = text.split("\n")
        if lines.pop():
            raise W2VError(f"the vocabulary {path} is cut short: its last line has no end.")
        cuts = [line.rfind(" ") for line in lines]  # a tuple of each line would have the garbage collector look at all
        words = [line[:cut] for line, cut in zip(lines, cuts, strict=True)]
        counts = [line[cut + 1 :] for line, cut in zip(lines, cuts, strict=True)]
        if -1 in cuts or not all(map(_COUNT, counts)):
            number, line = next((n, each) for n, each in enumerate(lines, 1) if not _LINE(each))
            raise W2VError(f"{path}, line {number}: expected `word count`, got {line!r:.60}.")
        vocabulary = cls(words, np.array(list(map(int, counts)), dtype=np.int64))
        if len(set(words)) != len(words):
            twice = next(word for index, word in enumerate(words) if vocabulary.key_to_index[word] != index)
            raise W2VError(f"the vocabulary {path} has the word {twice!r:.60} twice.")
        return vocabulary


def _in_order(words: Iterable[str], count_of: dict[str, int]) -> list[str]:
    """By count descending, then by word. Two stable sorts are three times as fast as one by pairs."""
    return sorted(sorted(words), key=count_of.__getitem__, reverse=True)


def _too_few(counts: dict[str, int], min_count: int) -> str:
    tokens, types = sum(counts.values()), len(counts)
    found = f"the text has {_several(tokens, 'token')} of {_several(types, 'distinct word')}"
    if types < 2:
        return f"{found}; a model needs at least two different words to tell apart. Give it more text."
    frequent = sum(count >= min_count for count in counts.values())
    reach = {0: "none reaches", 1: "only one reaches"}.get(frequent, f"{frequent} reach")
    works = sorted(counts.values())[-2]
    return (
        f"{found}, but {reach} min_count={min_count}, and a vocabulary needs at least two. "
        f"min_count={works} or less would work; more text would be better."
    )


def check_savable(words: Iterable[str]) -> None:
    """Raise a W2VError for a word that no file of a word a line can hold."""
    broken = next(filter(_UNSAVABLE, words), None)
    if broken is not None:
        raise W2VError(
            f"the word {broken!r:.60} holds a line break or half a surrogate pair, so the vocabulary "
            "cannot be saved as one UTF-8 word a line; use a tokenizer that drops such characters."
        )


def _several(number: int, thing: str) -> str:
    return f"{number:,} {thing}" + ("s" if number != 1 else "")


def closest_spellings(word: str, words: Iterable[str], n: int = 3) -> list[str]:
    """Up to `n` of `words` spelled most like `word`, the likest first; ties go to the earlier (frequent).

    Upper and lower case count as the same letter. Only words of nearly the same length that share the first
    or the last letter are compared, which keeps 200,000 words under a third of a second.
    """
    folded = word.casefold()
    if not folded:
        return []
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(folded)
    scored = []
    for index, candidate in enumerate(words):
        if not 0 < len(candidate) <= len(word) + 2 or len(candidate) < len(word) - 2:
            continue
        other = candidate.casefold()
        if other[0] != folded[0] and other[-1] != folded[-1]:
            continue
        matcher.set_seq1(other)
        if matcher.real_quick_ratio() > 0.6 and matcher.quick_ratio() > 0.6 and matcher.ratio() > 0.6:
            scored.append((-matcher.ratio(), index, candidate))
    return [candidate for _, _, candidate in sorted(scored)[:n]]


def spelling_hint(word: str, words: Iterable[str]) -> str:
    """A sentence that offers the words spelled most like `word`; nothing where there is none."""
    near = closest_spellings(word, words)
    return f"Did you mean {', '.join(map(repr, near))}?" if near else ""


def with_spellings(unknown: Sequence[str], words: Sequence[str]) -> str:
    """Unknown words as a list for a sentence; the first few with the word that each is spelled most like."""
    told = []
    for number, word in enumerate(unknown[:MOST_TOLD]):
        near = closest_spellings(word, words, n=1) if number < MOST_SOUGHT else []
        told.append(f"{word} (did you mean {near[0]}?)" if near and near[0] != word else word)
    more = len(unknown) - MOST_TOLD
    return ", ".join(told) + (f" and {more:,} more" if more > 0 else "")


def usual_min_count(counts: np.ndarray) -> int:
    """The least count of a word that is kept, for a text whose words occur so often; counts: int64 [types]."""
    words = counts.sum()
    if words >= MANY:
        return USUAL_MIN_COUNT
    if words < SHORT:
        return 1
    return next(least for least in range(USUAL_MIN_COUNT, 0, -1) if 2 * counts[counts >= least].sum() >= words)
