"""A text in passages, the units of what is held out where blocks are too large: sentences, or parts of long ones.

a b c -1 d e -1 f ... z -1        ->      a b c -1 | d e -1 | f ... m | n ... z -1
"""

import numpy as np

from w2v.corpus.vocabulary import SENTENCE_END
from w2v.errors import W2VError

LONGEST = 100  # words; a longer sentence is several passages


def bounds_of(ids: np.ndarray) -> np.ndarray:
    """Where the passages of some ids begin and end, int64 [P + 1]: passage p is ids[bounds[p]:bounds[p + 1]].

    ids: int32 [N]. A sentence is a passage, with its end; one of more than LONGEST words is as few of equal length as
    have no more.
    """
    ends = np.flatnonzero(np.append(ids[:-1], SENTENCE_END) == SENTENCE_END) + 1 if len(ids) else np.empty(0, np.int64)
    starts = np.append(0, ends[:-1]) if len(ends) else ends
    lengths = ends - starts
    words = lengths - (ids[ends - 1] == SENTENCE_END)
    parts = np.maximum(-(-words // LONGEST), 1)
    number = np.arange(parts.sum()) - np.repeat(parts.cumsum() - parts, parts)  # of a part within its sentence
    starts, words, parts = (np.repeat(of_sentences, parts) for of_sentences in (starts, words, parts))
    return np.append(starts + words * number // parts, len(ids))


def words_in(ids: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """How many words each passage has, int64 [P]."""
    return np.diff(bounds) - (ids[bounds[1:] - 1] == SENTENCE_END)


def expect_two(number: int) -> None:
    """Raise a W2VError for a text with fewer than two passages in which a word has a neighbour."""
    if number < 2:
        found = "only one sentence" if number else "no sentence"
        raise W2VError(
            f"The text is too short to hold out a part of it: it has {found} of two words or more, and needs one "
            "to train on and another to measure on. Give more sentences, one a line, or a lower min_count if it is "
            "rare words that are missing."
        )


def kind(whole: bool) -> str:
    """What passages are. whole: whether all of them are sentences."""
    return "sentences" if whole else f"passages of up to {LONGEST} words"


def at_equal_distances(words: np.ndarray, share: float) -> np.ndarray:
    """The numbers of the passages to be held out, int64, ascending: of all words about a share, and one at least.

    Passages are as different in length as a heading and a paragraph are. So the next one is held out wherever the share
    of the words so far is more than was held out, by half a passage of average length: of equal passages every k-th.

    words: of each passage, int64 [P], P at least 2. share: below 1/2, which leaves some.
    """
    due = share * (words.cumsum() - words / 2) - words.mean() / 2
    chosen, held = [], 0
    for number, (wanted, size) in enumerate(zip(due.tolist(), words.tolist(), strict=True)):
        if wanted >= held:
            chosen.append(number)
            held += size
    return np.array(chosen or [len(words) // 2])


def taken_out(ids: np.ndarray, bounds: np.ndarray, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What is left of some ids without some passages, and these: two texts, int32.

    Where a sentence was cut, it ends there, in both: words that come to stand side by side were no neighbours.
    """
    held = np.zeros(len(bounds) - 1, bool)
    held[which] = True
    last = ids[bounds[1:] - 1] != SENTENCE_END
    last[:-1] &= held[:-1] != held[1:]
    marked = np.insert(ids, bounds[1:][last], SENTENCE_END)
    chosen = np.repeat(held, np.diff(bounds) + last)
    return marked[~chosen], marked[chosen]
