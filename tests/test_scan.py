"""The compiled reader of white space finds what `str.split` finds, whatever the text."""

import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.text import scan as room
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


@pytest.mark.parametrize("last", [0x3100, pytest.param(sys.maxunicode, marks=pytest.mark.long)])
def test_every_character_is_white_space_or_not_as_for_split(last):
    """Each of Unicode's, between two letters and alone; the last that is white space is U+3000."""
    characters = [chr(code) for code in range(last + 1) if not 0xD800 <= code < 0xE000 and code != 10]
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


def test_the_keys_of_the_table_have_no_say(monkeypatch):
    text = " ".join(f"w{i * i % 997}" for i in range(3000)).encode() + b" " + b"x" * 1000 + b" " + b"x" * 1001
    numbers, words = scan(text)
    for seed in range(3):
        keys = np.random.default_rng(seed).integers(0, 1 << 63, 256).astype(np.uint64)
        monkeypatch.setattr(room, "_KEYS", keys)
        again = scan(text)
        assert again[1] == words
        np.testing.assert_array_equal(again[0], numbers)


def test_each_process_draws_its_own_keys():
    """Whoever knew them could write words that all meet in one place of the table: a megabyte would take minutes."""
    here = room._KEYS.tolist()
    code = "from w2v.text.scan import _KEYS; print(_KEYS.tolist())"
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert len(set(here)) == 256
    assert not set(here) & set(json.loads(there))


def test_long_words_meet_no_more_often_than_short_ones():
    """Of each length around that at which the keys begin again, words that differ in one byte, early or late."""
    words = ["x" * n + letter + "y" * m for n in (0, 1, 253, 254, 255) for m in (0, 254, 511) for letter in "abc"]
    assert sentences(" ".join(words * 2)) == [words * 2]
