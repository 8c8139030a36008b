"""A vocabulary that is given, and another text: which of its words are read, and which join the vocabulary.

Words that are there keep their place in the order of first to last as long as none joins. When words join, counts add
up, and the order is that of any vocabulary: the most frequent first.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from w2v.corpus.vocabulary import UNK, Vocabulary, check_savable
from w2v.errors import W2VError, counted, shown


def fixed_or_grown(
    vocabulary: Vocabulary, words: Sequence[str], counts: np.ndarray, choice: dict[str, Any], *, add_words: bool
) -> Vocabulary:
    """The vocabulary by which a text becomes ids: the one that is given, or `grown`.

    Args:
        words: different words of the text; counts: int64, how often each occurs.
        choice: settings of `Vocabulary.from_counts`.

    Raises:
        W2VError: the text has no word of the vocabulary, or a new word cannot be saved.
    """
    found = grown(vocabulary, words, counts, **choice) if add_words else vocabulary
    known = found.key_to_index
    if not any(word in known for word in words) and not (choice["unk"] and UNK in known):
        some = ", ".join(map(repr, words[:3]))
        raise W2VError(
            f"None of the {counted(len(words), 'different word')} of the text ({some:.80}) is among the "
            f"{counted(len(vocabulary), 'word')} of the vocabulary that is given. Is it of the same language, and "
            "cut into words the same way (tokenizer)?" + ("" if add_words else " add_words=True takes in new words.")
        )
    return found


def grown(
    vocabulary: Vocabulary,
    words: Sequence[str],
    counts: np.ndarray,
    *,
    min_count: int,
    max_final_vocab: int | None = None,
    unk: bool = False,
) -> Vocabulary:
    """The vocabulary with the words of another text: counts add up, and new words join it.

    Args:
        words: different words; counts: int64, how often each occurs in the text.
        min_count: new words that occur less often in it are left out.
        max_final_vocab: of those that are left, only as many of the most frequent join as there is room for. Words
            that were there before stay in any case.
        unk: occurrences of words that are left out count for `<unk>`, where the vocabulary has it.

    Raises:
        W2VError: as `Vocabulary.from_counts`, for words that cannot be saved.
    """
    text = dict(zip(words, np.asarray(counts).tolist(), strict=True))
    known = vocabulary.key_to_index
    total = {word: count + text.get(word, 0) for word, count in zip(known, vocabulary.counts.tolist(), strict=True)}
    new = {word: count for word, count in text.items() if word not in known}
    joining = sorted((word for word, count in new.items() if count >= min_count), key=lambda word: (-new[word], word))
    if max_final_vocab is not None:
        joining = joining[: max(max_final_vocab - len(vocabulary), 0)]
    if unk and UNK in total:
        total[UNK] += sum(new.values()) - sum(new[word] for word in joining)
    total |= {word: new[word] for word in joining}
    return Vocabulary.from_counts(list(total), list(total.values()), min_count=0)


def checked(vocabulary: Any) -> Vocabulary:
    """A vocabulary as it was given. Raises W2VError for anything else, and for counts that nothing can follow."""
    if not isinstance(vocabulary, Vocabulary):
        raise W2VError(
            f"vocabulary is {shown(vocabulary)}; expected a Vocabulary, such as that of a model: model.vocab."
        )
    if len(vocabulary) < 2:
        raise W2VError(f"The vocabulary that is given has {counted(len(vocabulary), 'word')}; expected two or more.")
    if len(vocabulary.key_to_index) != len(vocabulary) or len(vocabulary.counts) != len(vocabulary):
        raise W2VError(
            f"The vocabulary that is given has {len(vocabulary):,} words, {len(vocabulary.key_to_index):,} of them "
            f"different, and {counted(len(vocabulary.counts), 'count')}; expected a count for each, and no word twice."
        )
    if (least := int(vocabulary.counts.min())) < 1:
        word = vocabulary.words[int(vocabulary.counts.argmin())]
        raise W2VError(
            f"In the vocabulary that is given {word!r:.60} was seen {least} times; expected once at least: "
            "subsampling, negative samples and trees follow the counts."
        )
    check_savable(vocabulary.words)
    return vocabulary


def digest(vocabulary: Vocabulary) -> str:
    """Of words, counts and their order, in hex."""
    return hashlib.sha256(vocabulary.as_text().encode("utf-8", "surrogatepass")).hexdigest()
