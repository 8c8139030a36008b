"""What a user says of what is to stay as it is, as rows of the tables: `frozen=`.

"input"                     the whole input table: all word vectors
"output"                    the whole output table
"init"                      the vectors that were given, by `init` or by the model that is trained further
["king", "queen"]           the vectors of these words
{"king": 0, "queen": 0.5}   those too, and others that get a part of their changes, as at so much lower a rate
an array [V]                such a factor for each word of the model that is trained further, in its order
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np

from w2v.corpus.vocabulary import Vocabulary, with_spellings
from w2v.engines.frozen import NOTHING, Frozen
from w2v.errors import W2VError, counted, shown

WHOLE = ("input", "output", "init")
EXPECTED = 'expected "input", "output", "init", a list of words, or a mapping from words to factors between 0 and 1'


def checked_frozen(asked: Any, *, given: bool, ordered: int | None = None) -> Any:
    """What was asked for, iterables as lists, as far as that can be looked at before there is a vocabulary; None: none.

    Args:
        asked: the user's `frozen`.
        given: whether there are vectors to begin with.
        ordered: V, of a model that is trained further, so that an array can be in the order of its words.

    Raises:
        W2VError: it is nothing that can stay as it is.
    """
    if asked is None:
        return None
    if isinstance(asked, Frozen):
        return asked if asked.anything else None
    if isinstance(asked, str):
        if asked not in WHOLE:
            raise W2VError(f"frozen is {shown(asked)}; {EXPECTED}. Of one word give a list: frozen=[{asked!r:.60}].")
        if asked == "init" and not given:
            raise W2VError(
                'frozen="init" leaves the vectors that are given as they are, and there are none: give init=.'
            )
        return asked
    if isinstance(asked, Mapping):
        _check_words(asked)
        return dict(asked) if (_factors(list(asked.values())) != 1).any() else None
    if not isinstance(asked, Iterable) or isinstance(asked, bytes):
        raise W2VError(f"frozen is {shown(asked)}; {EXPECTED}.")
    several = asked if isinstance(asked, np.ndarray) else list(asked)
    if isinstance(several, np.ndarray) and several.dtype.kind in "fiu":
        if ordered is None:
            raise W2VError(
                f"frozen is {shown(asked)}: factors in the order of words that are not known before the text is read. "
                "Give a mapping from words to factors."
            )
        if several.shape != (ordered,):
            raise W2VError(f"frozen is {shown(asked)}; expected a factor for each of the model's {ordered:,} words.")
        return several if (_factors(several) != 1).any() else None
    _check_words(several)
    return list(several) or None


def _check_words(given: Iterable[Any]) -> None:
    if odd := [word for word in given if not isinstance(word, str)]:
        raise W2VError(f"frozen has {shown(odd[0])} in it; {EXPECTED}.")


def frozen_rows(asked: Any, vocab: Vocabulary, given: Collection[str] = (), order: Iterable[str] = ()) -> Frozen:
    """What stays as it is, of what `checked_frozen` returned, in the rows of a vocabulary.

    Args:
        given: the words that begin with given vectors.
        order: the words in whose order an array is.

    Raises:
        W2VError: a word that is not in the vocabulary, or nothing is left that could be trained.
    """
    if asked is None:
        return NOTHING
    frozen = asked if isinstance(asked, Frozen) else _rows(asked, vocab, given, order)
    if np.shape(frozen.factors) not in ((0,), (len(vocab),)):
        raise W2VError(f"frozen has factors of shape {list(np.shape(frozen.factors))}; expected [{len(vocab)}].")
    # One memory layout, for which kernels are compiled, and none that the user may change.
    frozen = Frozen(np.array(_factors(frozen.factors), order="C"), bool(frozen.output))
    if frozen.everything:
        raise W2VError("All input vectors and the output table are frozen, so nothing is left to be trained.")
    return frozen


def _rows(asked: Any, vocab: Vocabulary, given: Collection[str], order: Iterable[str]) -> Frozen:
    if isinstance(asked, str) and asked == "output":
        return Frozen(output=True)
    if isinstance(asked, str) and asked == "input":
        return Frozen(np.zeros(len(vocab)))
    if isinstance(asked, np.ndarray):
        asked = dict(zip(order, asked.tolist(), strict=True))
    elif not isinstance(asked, dict):
        asked = dict.fromkeys(given if isinstance(asked, str) else asked, 0.0)
    known = vocab.key_to_index
    if unknown := [word for word in asked if word not in known]:
        raise W2VError(
            f"frozen names {counted(len(unknown), 'word')} that the vocabulary has not: "
            f"{with_spellings(unknown, vocab.words)}. Leave them out, or give a lower min_count."
        )
    factors = np.ones(len(vocab))
    factors[[known[word] for word in asked]] = list(asked.values())
    return Frozen(factors)


def _factors(given: Any) -> np.ndarray:
    """Numbers from 0 to 1, float64. Raises W2VError for anything else."""
    right = ((given >= 0) & (given <= 1)).all() if isinstance(given, np.ndarray) else all(map(_is_factor, given))
    if not right:
        odd = next(value for value in given if not _is_factor(value))
        raise W2VError(f"A factor of frozen is {shown(odd)}; expected 0 (stays as it is) to 1 (is trained as usual).")
    return np.asarray(given, np.float64)


def _is_factor(value: Any) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool) and bool(0 <= value <= 1)
