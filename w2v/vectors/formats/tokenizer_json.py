"""A `tokenizer.json` that cuts text into the words of a vocabulary as w2v's own tokenizers do.

Hugging Face's tokenizers read it (https://huggingface.co/docs/tokenizers), and so do all that stand on them. It says

    normalizer      `words`: NFC, the typewriter's apostrophe, lower case
    pre_tokenizer   what is between words is dropped; then ▁ is put before each word
    model           the whole word is looked up, with its mark

An unknown word must leave no trace in the mean of a text, and sentence-transformers take the mean of all tokens, one
for unknown words among them. So there is none: the model is a BPE without merges, in which a word that is found whole
is one token, and one that is not is its characters, of which none is in the vocabulary: all of that begins with ▁.

What differs from w2v's tokenizers: of `words`, letters that Unicode has since this Python was made, more than thirty
marks on a letter, and a final sigma with more than two marks between it and the letter before. `chinese` cuts by a
dictionary, which such a file cannot hold: text has to be cut by spaces before.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from w2v.errors import W2VError
from w2v.text.tokenize import AUTO, FUNCTION, HAN, JOINERS, PUNCTUATION, TOKENIZERS, get_tokenizer, marks
from w2v.vectors.formats.tokenizer_words import GOES_ON, MARK

MOST_OTHERS = 0.05  # share of words that a tokenizer may never make, and still suits the vocabulary
_LOOKED_AT = 20_000  # words, to choose by
_PRIVATE = range(0xE000, 0xF900)  # characters that stand for nothing, in place of a mark that is in a word
_FINAL_SIGMA = (
    r"(?<=[{0}]|[{0}][{1}]|[{0}][{1}][{1}])Σ(?![{1}]*[{0}])".format(
        r"\p{Lu}\p{Ll}\p{Lt}", r"\p{Mn}\p{Me}\p{Cf}\p{Lm}\p{Sk}'.:·’"
    ),
    "ς",
)  # Unicode's Final_Sigma, which the library's lower-casing lacks


def as_json(words: Sequence[str], tokenizer: str, keep_punctuation: bool = False) -> str:
    """The text of the file, in which word i is token i.

    words: distinct. tokenizer: one of w2v's, by name. Raises W2VError for an empty word, and for one that UTF-8 lacks.
    """
    mark = _mark_for(words)
    steps: list[dict[str, Any]] = [] if tokenizer == "whitespace" else [{"type": "Lowercase"}]
    if tokenizer == "words":
        steps = [{"type": "NFC"}, _replace({"String": "’"}, "'"), *_sigma(words), *steps]
        cut = _split(_word_pattern(keep_punctuation), invert=True)
    else:
        cut = _split(f"[{_spaces()}]+", invert=False)
    spec: dict[str, Any] = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {"type": "Sequence", "normalizers": steps} if steps else None,
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
                cut,
                {"type": "Metaspace", "replacement": mark, "prepend_scheme": "always", "split": False},
            ],
        },
        "post_processor": None,
        "decoder": {"type": "Metaspace", "replacement": mark, "prepend_scheme": "always", "split": False},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": GOES_ON,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": True,
            "vocab": {mark + word: index for index, word in enumerate(words)},
            "merges": [],
        },
    }
    return json.dumps(spec, ensure_ascii=False)


def chosen(words: Sequence[str], tokenizer: Any, keep_punctuation: bool | None) -> tuple[str, bool]:
    """Which tokenizer's file is written, and whether it keeps punctuation.

    tokenizer: a name; "auto": `words`, where it leaves nearly all of the words as they are, else `whitespace`.
    keep_punctuation: None: if a mark is among the words. Raises W2VError for what is no name, or a choice that the
    tokenizer does not offer.
    """
    if callable(tokenizer) or tokenizer == FUNCTION:
        raise W2VError(
            "the tokenizer is a function, which tokenizer.json cannot hold. Give one by its name; with 'whitespace' "
            "texts can be cut by your function first, and joined with spaces."
        )
    if tokenizer != AUTO and (not isinstance(tokenizer, str) or tokenizer not in TOKENIZERS):
        raise W2VError(f"tokenizer is {tokenizer!r:.60}; expected one of: {', '.join([AUTO, *TOKENIZERS])}.")
    if keep_punctuation not in (None, True, False):
        raise W2VError(
            f"keep_punctuation is {keep_punctuation!r:.60}; expected True, False, or None to follow the words."
        )
    punctuated = not set(PUNCTUATION).isdisjoint(words) if keep_punctuation is None else keep_punctuation
    if tokenizer == AUTO:
        first = words[:_LOOKED_AT]
        others = sum(1 for _ in never_made(first, "words", True))
        tokenizer = "words" if others <= MOST_OTHERS * len(first) else "whitespace"
    if tokenizer == "whitespace" and keep_punctuation:
        get_tokenizer(tokenizer, keep_punctuation)  # says why not
    return tokenizer, punctuated and tokenizer == "words"


def never_made(words: Iterable[str], tokenizer: str, keep_punctuation: bool) -> Iterable[str]:
    """Those of some words that the file's tokenizer makes of no text."""
    cut = get_tokenizer("words" if tokenizer == "words" else "whitespace", keep_punctuation)
    lower = tokenizer == "chinese"
    return (word for word in words if cut(word.lower() if lower else word) != [word])


def _mark_for(words: Sequence[str]) -> str:
    """A character that is in no word: ▁, or one that stands for nothing."""
    letters: set[str] = set()
    for number, word in enumerate(words):
        if not word:
            raise W2VError(f"the word number {number} is empty, {word!r}, which no text has; leave it out.")
        letters.update(word)
    if lone := next((letter for letter in letters if 0xD800 <= ord(letter) < 0xE000), None):
        word = next(word for word in words if lone in word)
        raise W2VError(f"the word {word!r:.60} cannot be written as UTF-8; leave it out.")
    if mark := next((mark for mark in (MARK, *map(chr, _PRIVATE)) if mark not in letters), None):
        return mark
    raise W2VError("the words have all private characters of Unicode in them, and tokenizer.json needs one for itself.")


def _split(pattern: str, *, invert: bool) -> dict[str, Any]:
    """Cut at the matches of a pattern, which are dropped, or when inverted at what is between them."""
    return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Removed", "invert": invert}


def _replace(pattern: dict[str, str], content: str) -> dict[str, Any]:
    return {"type": "Replace", "pattern": pattern, "content": content}


def _sigma(words: Sequence[str]) -> list[dict[str, Any]]:
    pattern, content = _FINAL_SIGMA
    return [_replace({"Regex": pattern}, content)] if any("ς" in word for word in words) else []


@cache
def _word_pattern(keep_punctuation: bool) -> str:
    """`text/tokenize.py`'s pattern, with Python's classes of characters spelled out, for the library has others.

    Chinese characters, which are set apart there before, are an alternative of their own.
    """
    alphanumeric = {letter for letter in map(chr, range(sys.maxunicode + 1)) if letter.isalnum()}
    han = {letter for letter in alphanumeric if HAN.match(letter)}
    digit = {letter for letter in alphanumeric if letter.isdecimal()}
    spelled = alphanumeric - han
    D, L, A = _ranges(digit), _ranges(spelled - digit), _ranges(spelled)
    W = _ranges(spelled | {"_"})
    inner = _ranges(spelled | {"_", *marks(), *JOINERS})
    alternatives = [
        rf"[{L}](?:\.[{L}])+(?![{W}])\.?",
        rf"[{D}]+(?:[.,][{D}]+)+(?![{W}])",
        rf"[{A}][{inner}]*(?<![_{JOINERS}])",
        f"[{_ranges(han)}]",
    ]
    return "|".join([*alternatives, f"[{PUNCTUATION}]"] if keep_punctuation else alternatives)


@cache
def _spaces() -> str:
    """What `str.split` cuts at."""
    return _ranges({letter for letter in map(chr, range(sys.maxunicode + 1)) if letter.isspace()})


def _ranges(letters: set[str]) -> str:
    """Characters as they stand within the brackets of a pattern."""
    runs: list[list[int]] = []
    for number in sorted(map(ord, letters)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return "".join(chr(first) if first == last else f"{chr(first)}-{chr(last)}" for first, last in runs)
