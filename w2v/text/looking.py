"""Which tokenizer suits a text, by looking at its beginning: is it cut into words already, and in which script is it?

Text is cut where no more than a few of its different words have capitals, or punctuation that was not set apart. Words
are counted once each: a text of lower-case words may have `N` for each number in it, and one that is cut has `mr.`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from w2v.errors import W2VError
from w2v.text.tokenize import HAN, get_tokenizer

CAPITALS, GLUED = 0.02, 0.03  # shares of the different words, above which a text is not cut yet
PLACEHOLDERS = 0.1  # the same of those without small letters: `N`, `UNK` and `URL` stand in texts that are cut, too
SCRIPT = 1 / 4  # share of the letters from which on a script matters: there are as many Chinese words then as others
JAPANESE = 0.1  # share of kana among Chinese characters and kana
CUT = 4  # characters of a word, on average, at most, where words of such scripts are parted
_LOOKED_AT = 1 << 16  # characters whose scripts are counted
_WITHIN = "'’#@%&*/\\"  # punctuation that may belong to a word, as do hyphens and underscores
_KANA = re.compile("[\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")  # Thai, Lao, Burmese, Khmer
_ABBREVIATED = re.compile(r"(?:\w{1,4}\.)+").fullmatch
_CODE = re.compile(r"[\d_/]").search
_NO_TOKENIZER = (
    "The text seems to be {0}, which is written without spaces between words, and there is no tokenizer for it here: "
    "what is taken for words will be characters, or whole rows of them. Cut it first, and put spaces between its words."
)


class Choice(NamedTuple):
    """A tokenizer by its name, why it was chosen, and what to say of a text that none suits."""

    tokenizer: str
    why: str
    note: str | None = None


def choose(sample: str, keep_punctuation: bool = False) -> Choice:
    """The tokenizer for a text that begins with `sample`; keep_punctuation: one that can do this is asked for."""
    part = sample[:_LOOKED_AT]
    letters = sum(map(str.isalpha, part))
    kana, han, unspaced = (len(of_script.findall(part)) for of_script in (_KANA, HAN, _UNSPACED))
    if kana + han > SCRIPT * letters and (keep_punctuation or not _is_cut(part, (_KANA, HAN))):
        return _of_chinese(kana > JAPANESE * (kana + han))
    foreign = unspaced > SCRIPT * letters and not _is_cut(part, (_UNSPACED,))
    note = _NO_TOKENIZER.format("Thai, Lao, Burmese or Khmer") if foreign else None
    if keep_punctuation:
        return Choice("words", "it can keep punctuation", note)
    if found := _what_is_left(sample, capitals=kana + han <= SCRIPT * letters):
        return Choice("words", f"the text has {' and '.join(found)}; tokenizer='whitespace' keeps it as it is", note)
    why = "the text is cut into words already; tokenizer='words' cuts and lower-cases any text"
    return Choice("whitespace", why, note)


def _of_chinese(japanese: bool) -> Choice:
    script, note = ("Japanese", _NO_TOKENIZER.format("Japanese")) if japanese else ("Chinese", None)
    try:
        get_tokenizer("chinese")
    except W2VError:
        why = f"the text is {script}, of which each character becomes a word; for words pip install 'w2v[zh]'"
        return Choice("words", why, note)
    return Choice("chinese", f"the text is {script}; tokenizer='words' takes each character as a word", note)


def _is_cut(part: str, scripts: Sequence[re.Pattern[str]]) -> bool:
    """Whether the words of a script are parted by white space, and set apart from punctuation."""
    lengths = {word: sum(len(each.findall(word)) for each in scripts) for word in set(part.split())}
    of_script = [word for word, length in lengths.items() if length]
    mixed = sum(1 for word in of_script if _patterns()[0].search(word))
    return sum(lengths.values()) <= CUT * len(of_script) and mixed <= GLUED * len(of_script)


def _what_is_left(sample: str, *, capitals: bool) -> list[str]:
    """What shows that a text is not cut into words yet; capitals: whether these would show it."""
    words = sample.split()
    different = set(words)
    found = []
    spelled = {word for word in different if not _CODE(word)}  # of products, nodes, entities capitals mean nothing
    upper = sum(map(str.isupper, spelled))
    mixed = sum(word != word.lower() for word in spelled) - upper
    if capitals and (mixed > CAPITALS * len(different) or upper > PLACEHOLDERS * len(different)):
        found.append("capitals")
    glued = {word for word in different if glued_to(word)}
    if any(map(_ABBREVIATED, glued)):  # where a line ends so, `sat.` is none
        last = {line.rpartition(" ")[2] for line in map(str.rstrip, sample.splitlines())}
        glued = {word for word in glued if word in last or not _ABBREVIATED(word)}
    if len(glued) > GLUED * len(different):
        apart = sum(map(bool, map(_patterns()[1].fullmatch, words)))
        if apart < 2 * sum(word in glued for word in words):
            found.append("punctuation")
    return found


def glued_to(word: str) -> bool:
    """Whether punctuation stands at either end of something else: `sat,` and `(the`, but neither `don't` nor `:)`."""
    return bool(_patterns()[2].search(word))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Punctuation that is no part of a word: one mark, nothing but marks, marks at either end of something else."""
    kinds = ("Po", "Ps", "Pe", "Pi", "Pf")
    found = (c for c in map(chr, range(0x10000)) if unicodedata.category(c) in kinds and c not in _WITHIN)
    marks = re.escape("".join(found))
    mark, other = f"[{marks}]", f"[^{marks}]"
    return re.compile(mark), re.compile(f"{mark}+"), re.compile(f"^{mark}+{other}|{other}{mark}+$")
