"""Lines to words: the tokenizers by name. A tokenizer is any function `str -> list[str]`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache, partial
from itertools import compress, count
from types import ModuleType

from w2v.errors import W2VError

Tokenizer = Callable[[str], list[str]]
AUTO = "auto"  # the name that leaves it to the text (`looking.py`)
FUNCTION = "function"  # stands in settings for a function of the user's, which has no name to be saved by

HAN = re.compile("[\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
LETTER, DIGIT = r"[^\W\d_]", r"\d"
JOINERS = "'\u200c\u200d"  # within a word: apostrophe, and the two that are not seen, of Persian and Indic words
PUNCTUATION = ",.!?，。！？"
MOST_MARKS = 30  # combining marks on one letter
_PART = "\u034f"  # a mark that is not seen, and that others do not pass


def whitespace(text: str) -> list[str]:
    """Cut at white space and change nothing: for text that is already tokenized."""
    return text.split()


def words(text: str, keep_punctuation: bool = False) -> list[str]:
    """Unicode words, lower-cased and NFC-normalised; punctuation and symbols are dropped.

    - Apostrophes and underscores inside a word belong to it: `don't` (also written `don’t`), `new_york`;
      around a word they do not. A hyphen separates: `well-known` is two words.
    - `naïve` is one word however it is encoded, and so are words with vowel signs, as in Hindi.
    - Single letters joined by dots are one word, final dot included: `U.S.` gives `u.s.`, and `e.g.` stays.
    - Numbers keep their inner points and commas: `3.14`, `1,000`. `1990s` and `mp3` are words.
    - Every Chinese character is a word of its own (`chinese` finds real words); kana and hangul stay in runs.

    keep_punctuation: each of `, . ! ?` and their full-width forms becomes a token too.
    """
    return _word_pattern(keep_punctuation).findall(folded(text))


def folded(text: str) -> str:
    """The line in which `words` looks for them: NFC-normalised, lower-cased, Chinese characters set apart, and with the
    typewriter's apostrophe for the typographer's.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", _without_piles(text)).replace("’", "'")
        text = HAN.sub(r" \g<0> ", text)
    return text.lower()


def _without_piles(text: str) -> str:
    """The text, in which no letter has more than MOST_MARKS marks in a row: between them stands U+034F, as in Unicode's
    Stream-Safe Text Format (UAX #15, section 13). Normalising puts marks in order, which of n takes n^2 steps.
    """
    marked = unicodedata.combining
    for place in compress(count(0, MOST_MARKS), map(marked, text[::MOST_MARKS])):  # in any longer row there is one
        start = stop = place
        while start > 0 and marked(text[start - 1]) and stop - start <= MOST_MARKS:
            start -= 1
        while stop < len(text) and marked(text[stop]) and stop - start <= MOST_MARKS:
            stop += 1
        if stop - start > MOST_MARKS:
            break
    else:
        return text
    pieces, row = [], 0
    for letter in text:
        row = row + 1 if marked(letter) else 0
        if row > MOST_MARKS:
            pieces.append(_PART)
            row = 1
        pieces.append(letter)
    return "".join(pieces)


@cache
def marks() -> str:
    """The combining marks that belong to a word. Python's \\w lacks them, and without them Indic words fall to pieces.
    Those above the basic plane would cost four fifths of the speed.
    """
    return "".join(c for c in map(chr, range(0x300, 0x10000)) if unicodedata.category(c).startswith("M"))


@cache
def _word_pattern(keep_punctuation: bool) -> re.Pattern[str]:
    """What `words` is. `spacing.py` finds the same in files, compiled; its tests compare the two."""
    alternatives = [
        rf"{LETTER}(?:\.{LETTER})+\b\.?",  # U.S.
        rf"{DIGIT}+(?:[.,]{DIGIT}+)+\b",  # 3.14
        rf"[^\W_][\w{marks()}{JOINERS}]*(?<![_{JOINERS}])",
    ]
    if keep_punctuation:
        alternatives.append(f"[{PUNCTUATION}]")
    return re.compile("|".join(alternatives))


def chinese(text: str, keep_punctuation: bool = False) -> list[str]:
    """Chinese words found by jieba (rjieba); Latin words among them are lower-cased, punctuation is dropped.

    keep_punctuation: each of `, . ! ?` and their full-width forms stays a token.
    Raises W2VError when rjieba is not installed.
    """
    return [
        word
        for word in _rjieba().cut(text.lower())
        if not word.isspace() and (any(map(str.isalnum, word)) or (keep_punctuation and word in PUNCTUATION))
    ]


@cache
def _rjieba() -> ModuleType:
    try:
        import rjieba
    except ImportError as error:
        raise W2VError("the `chinese` tokenizer needs rjieba: pip install 'w2v[zh]'") from error
    return rjieba


TOKENIZERS: dict[str, Callable[..., list[str]]] = {
    "whitespace": whitespace,
    "words": words,
    "chinese": chinese,
}


def _lost(text: str) -> list[str]:
    raise W2VError(
        f"the text {text!r:.60} cannot be cut into words: the model's tokenizer was a function, which a saved model "
        "does not keep. Give lists of tokens, which that function makes of the texts; or, to train on, tokenizer=, too."
    )


def get_tokenizer(tokenizer: str | Tokenizer, keep_punctuation: bool = False) -> Tokenizer:
    """The tokenizer of that name, or the function itself.

    keep_punctuation: for `words` and `chinese`, keep `, . ! ?` as tokens; the others have no such choice.
    "function" stands for one that is lost: what it returns raises for each text, and lists of tokens need none.
    Raises W2VError for an unknown name, a missing package, or a choice the tokenizer does not offer.
    """
    if callable(tokenizer):
        if keep_punctuation:
            raise W2VError("keep_punctuation is for `words` and `chinese`; your own function decides by itself.")
        return tokenizer
    if tokenizer == FUNCTION:
        return _lost
    if tokenizer not in TOKENIZERS:
        raise W2VError(
            f"there is no tokenizer {tokenizer!r}; there are {', '.join([AUTO, *TOKENIZERS])}, "
            "and in Python any function that turns a string into a list of words."
        )
    if keep_punctuation and tokenizer == "whitespace":
        raise W2VError("keep_punctuation is for `words` and `chinese`; `whitespace` keeps all there is.")
    if tokenizer == "chinese":
        _rjieba()  # a missing package is an error before anything is read
    function = TOKENIZERS[tokenizer]
    return partial(function, keep_punctuation=True) if keep_punctuation else function
