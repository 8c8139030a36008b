"""The compiled reader of white space finds what `str.split` finds, whatever the text."""

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.text.scan import SENTENCE, scan


def sentences(text):
    """What `scan` found, as token lists."""
    numbers, words = scan(text.encode("utf-8"))
    assert numbers.dtype == np.int32
    assert len(set(words)) == len(words)
    found = [[]]
    for number in numbers.tolist():
        if number == SENTENCE:
            found.append([])
        else:
            found[-1].append(words[number - 1])
    assert not found.pop(), "what is last is a sentence's end"
    return found


def split(text):
    return [line.split() for line in text.split("\n") if line.split()]


pieces = st.sampled_from(
    ["a", "bc", "a", " ", "\n", "\r\n", "\t", "\x1c", "\x85", "\xa0", "\u3000", "中", "é", "\u2009"]
)


@given(st.one_of(st.text(), st.lists(pieces, max_size=40).map("".join)))
def test_any_text(text):
    text = text.encode("utf-8", "ignore").decode("utf-8")  # no half surrogate pairs
    assert sentences(text) == split(text)


def test_every_character_is_white_space_or_not_as_for_split():
    """Each of Unicode's, between two letters and alone."""
    characters = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000 and code != 10]
    text = "\n".join(f"a{character}b {character}" for character in characters)
    assert sentences(text) == split(text)


@pytest.mark.parametrize("different", [1, 32_768, 32_769, 200_000])
def test_more_different_words_than_there_was_room_for(different):
    numbers, words = scan(" ".join(f"w{i % different}" for i in range(different + 5)).encode())
    assert words == [f"w{i}" for i in range(different)]
    assert numbers.tolist() == [i % different + 1 for i in range(different + 5)] + [SENTENCE]


def test_words_are_compared_to_the_last_byte():
    """Long words that differ in one place only, and words that begin with one another."""
    words = ["x" * 50 + letter + "y" * 50 for letter in "abcdefgh"] + ["x" * n for n in range(1, 60)]
    assert sentences(" ".join(words * 2)) == [words * 2]
