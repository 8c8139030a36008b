"""Compiled code cuts lines into the words that `words` finds, whatever the text."""

import sys
import unicodedata
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from w2v.text import spacing
from w2v.text.spacing import spaced
from w2v.text.tokenize import words

# Each is looked at beside each other: what joins, parts, composes, and changes its length or its form in lower case.
ODD = [
    *"aBéExIß12_'’.,!?- \n\r\t\x1c\x0b\0\xad\x85\xa0",
    *"\u0301\u0308\u0307\u0316\u0327\u0345\u034f\u0653\u20dd\ufe0f",  # marks
    *"ΣσςΑάİıⱥẞﬁǅꭰ𐐀𝐀ſ\u013a\u212a\u212b\u2126\u023a\u13a0\u1c90",  # letters with an odd lower case, or none
    *"中。，！？\u3005\u3007\uf900\ufa0e\U0002a6df\U00020000\U0003ffff",  # Chinese characters, and what is among them
    *"か\u3099ガ\u1100\u1161\u11a8가각ｱﾞ",  # kana, and parts of hangul
    *"क\u093c\u094d\u093f\u0958\u09c7\u09be\u0e48ب\u064eا\u0591א",
    *"\u200c\u200d\u200b\u2028\u2029\u3000\ufeff",
    *"²½Ⅷ४٣𝟘①ª\u20e3😀\U000e0100\U0010ffff\ue000\ufffd",
    *("\r\n", "U.S.", "e.g", "3.14", "1,000.", "J.K.Rowling", "1.2.3a", "a.b.c_", "x.é.", "٣.١٤", "é\u0323"),
    *("ΟΔΟΣ", "ΣΑΣ.", "İ.İ.", "a.İ", "İa.b"),
]


def cut(text, keep=False):
    """What the compiled code finds in each line."""
    return [line.split(" ")[:-1] for line in spaced(text.encode("utf-8"), keep).decode("utf-8").split("\n")]


def defined(text, keep=False):
    """What it should find; files are cut at line feeds."""
    return [words(line, keep) for line in text.split("\n")]


def no_surrogates(text):
    return text.encode("utf-8", "ignore").decode("utf-8")


composing = st.sampled_from(["Σ", "i", " ", *ODD, *sorted(set().union(*spacing._composing()))])


@given(
    st.one_of(
        st.text().map(no_surrogates),
        st.lists(st.sampled_from(ODD), max_size=30).map("".join),
        st.lists(composing, max_size=5).map("".join),
    ),
    st.booleans(),
)
@example("a" + "\u0301" * 100 + "\u0316" * 100 + "b\nΣ", False)
@example("ﬁ" * 50 + "\U0001d160" * 90 + "İ" * 99 + "\n" + "a" * 999, True)  # three times as long when it is composed
def test_any_text(text, keep):
    assert cut(text, keep) == defined(text, keep)


@pytest.mark.parametrize("keep", [False, True])
def test_each_odd_one_beside_each_other(keep):
    text = "\n".join(f"{a}{b}\n{a} {b}a\nx{a}{b}.{a}\n1{b},{a}" for a in ODD for b in ODD)
    assert cut(text, keep) == defined(text, keep)


@pytest.mark.parametrize("longest", [4, pytest.param(6, marks=pytest.mark.long)])
def test_every_short_text_of_what_joins_and_parts(longest):
    """As a whole text each, for its end is one of a line."""
    for length in range(longest + 1):
        for letters in product("aB1.,_'中\u0301 İ", repeat=length):
            text = "".join(letters)
            assert cut(text) == defined(text)


@pytest.mark.parametrize("last", [0x3100, pytest.param(sys.maxunicode, marks=pytest.mark.long)])
def test_each_character_of_unicode(last):
    """Within a word and at both its ends, joined by points, and after what a mark may be joined to."""
    characters = [chr(code) for code in range(last + 1) if not 0xD800 <= code < 0xE000 and code != 10]
    text = "\n".join(f"a{c}b {c}.{c.upper()[0]}.x {c}c{c} 1{c}, ν{c}Σ" for c in characters)
    assert cut(text) == defined(text)


@pytest.mark.long
def test_whatever_composes_with_a_mark_is_composed():
    """All pairs into which a character can be taken apart, between others that are composed and alone."""
    pairs = set()
    for character in map(chr, range(sys.maxunicode + 1)):
        apart = unicodedata.normalize("NFD", character)
        if apart != character:
            pairs.update({apart, apart[:2], character + apart[-1], character + "\u0323", "é" + apart[-1]})
    text = no_surrogates("\n".join(f"x{pair}y {pair}" for pair in sorted(pairs)))
    assert cut(text) == defined(text)


def test_what_is_lower_cased_stays_so():
    """A line that is folded is read by the table of all others."""
    for code in range(sys.maxunicode + 1):
        small = chr(code).lower()
        assert small.lower() == small


def through_python(monkeypatch, text):
    """The lines that compiled code does not read."""
    found = []
    monkeypatch.setattr(spacing, "folded", lambda line: found.append(line) or line)
    spaced(text.encode())
    return found


def test_lines_of_many_languages_are_read_by_the_table(monkeypatch):
    plain = [
        *("Don’t! STRASSE Ⱥẞ", "Žluťoučký kůň", "Tiếng Việt", "Привет, Мир", "Η Σόφια", "שָלוֹם", "سَلام", "İzmir"),
        *("中文。", "カタカナ", "한국어", "हिन्दी ज\u093cमीन", "বাংলা ভাষা", "தமிழ் மொழி", "ภาษาไทยนี้"),
    ]
    assert through_python(monkeypatch, "\n".join(plain)) == []
    others = ["nai\u0308ve", "ΟΔΟΣ", "T.İ.", "שָׁלוֹם", "\u1100\u1161", "\u212a"]
    both = [line for two in zip(plain, others, strict=False) for line in two]
    assert through_python(monkeypatch, "\n".join(both)) == [line + "\n" for line in others[:-1]] + others[-1:]


def test_a_table_begins_empty(monkeypatch):
    """Each page is made when its first character is met, in the middle of a line, too."""
    monkeypatch.setattr(spacing, "_ENTRIES", np.zeros_like(spacing._ENTRIES))
    for text in ("Ab é\u0301я\nя, U.Я. Σ\u0301中", "Ж.", "\U0001d160"):
        assert cut(text) == defined(text)


def test_it_can_be_interrupted(monkeypatch):
    """By a line that Python folds; there may be seconds of them."""
    interrupted = np.zeros(1, np.uint8)
    folded, fold = [], spacing.folded
    monkeypatch.setattr(spacing, "folded", lambda line: folded.append(line) or interrupted.fill(1) or fold(line))
    assert spaced("a\n\u212a\nb\n\u212a\nc\n".encode(), interrupted=interrupted).startswith(b"a ")
    assert folded == ["\u212a\n"]


def test_long_lines_and_long_words():
    for text in ("x" * 3_000_000, "1." * 1_000_000 + "a", "a.B" * 500_000, "_'" * 1_000_000, "é\u0323" * 300_000):
        assert cut(text) == defined(text)
    assert spaced(b"") == b""
