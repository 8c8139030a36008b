import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.errors import W2VError
from w2v.text import tokenize
from w2v.text.tokenize import TOKENIZERS, chinese, get_tokenizer, whitespace, words


def test_whitespace_changes_nothing():
    assert whitespace(" The  cat,\tsat.\n") == ["The", "cat,", "sat."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The cat, the DOG.", "the cat the dog"),
        ("Don't! I don’t, he's the dogs' 'friend'", "don't i don't he's the dogs friend"),
        ("rock'n'roll new_york _emphasis_ __init__ ___", "rock'n'roll new_york emphasis init"),
        ("well-known state—of the…art", "well known state of the art"),
        ("The U.S. and the U.S.A. (e.g. J.K.Rowling)", "the u.s. and the u.s.a. e.g. j.k. rowling"),
        ("The end.Next one. I. A", "the end next one i a"),
        ("3.14 1,000 1990s mp3 5. 2,", "3.14 1,000 1990s mp3 5 2"),
        ("naïve nai\u0308ve Straße", "naïve naïve straße"),
        ("हिन्दी भाषा, новый мир", "हिन्दी भाषा новый мир"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("iPhone手机。", "iphone 手 机"),
        ("❤️ + = $ %", ""),
        ("", ""),
    ],
)
def test_words_as_a_practitioner_expects(text, expected):
    assert words(text) == expected.split()


def test_words_can_keep_punctuation():
    assert words("Yes, it is! Is it? 1,000; (no).", keep_punctuation=True) == [
        *("yes", ",", "it", "is", "!", "is", "it", "?", "1,000", "no", ".")
    ]
    assert words("好，不！", keep_punctuation=True) == ["好", "，", "不", "！"]


@given(st.text())
def test_words_has_every_letter_and_no_space(text):
    letters = [c for c in unicodedata.normalize("NFC", text).lower() if c.isalnum()]
    tokens = words(text)
    assert [c for token in tokens for c in token if c.isalnum()] == letters
    assert not any(c.isspace() for token in tokens for c in token)
    assert all(any(map(str.isalnum, token)) for token in tokens)


@given(st.text())
def test_punctuation_only_adds_tokens(text):
    kept = words(text, keep_punctuation=True)
    assert [token for token in kept if token not in ",.!?，。！？"] == words(text)


def test_chinese_words():
    pytest.importorskip("rjieba")
    assert chinese("我来到北京清华大学，Hello World！") == ["我", "来到", "北京", "清华大学", "hello", "world"]
    assert chinese("你好，世界。“是”", keep_punctuation=True) == ["你好", "，", "世界", "。", "是"]


def test_chinese_without_its_package_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "rjieba", None)
    tokenize._rjieba.cache_clear()
    with pytest.raises(W2VError, match=r"needs rjieba.*w2v\[zh\]"):
        get_tokenizer("chinese")


@pytest.mark.parametrize("name", TOKENIZERS)
def test_every_registered_tokenizer_gives_a_list_of_strings(name):
    if name == "chinese":
        pytest.importorskip("rjieba")
    assert get_tokenizer(name)("one two") == ["one", "two"]


def test_a_function_is_a_tokenizer():
    assert get_tokenizer(list)("ab") == ["a", "b"]
    assert get_tokenizer("words", keep_punctuation=True)("A.") == ["a", "."]


@pytest.mark.parametrize(
    ("tokenizer", "keep", "sentence"),
    [
        ("word", False, "no tokenizer 'word'; there are auto, whitespace, words, chinese"),
        ("whitespace", True, "`whitespace` keeps"),
        (str.split, True, "your own function decides"),
    ],
)
def test_impossible_choices_are_explained(tokenizer, keep, sentence):
    with pytest.raises(W2VError, match=sentence):
        get_tokenizer(tokenizer, keep_punctuation=keep)


@pytest.mark.parametrize("marks", [30, 31, 60, 61, 200])
@pytest.mark.parametrize("before", [0, 1, 29, 30, 31])
def test_marks_without_end_on_one_letter_are_parted(marks, before):
    """To put n marks in order takes n^2 steps; a megabyte of them would take hours."""
    text = "é" * before + "a" + "\u0301\u0316" * (marks // 2) + "\u0301" * (marks % 2) + "b c"
    parted = tokenize._without_piles(text)
    assert parted.replace("\u034f", "") == text
    assert (parted == text) == (marks <= 30)
    rows = re.findall("[\u0301\u0316]+", parted)
    assert max(map(len, rows)) <= 30
    assert len(words(text)) == 2


def test_a_megabyte_of_marks_is_one_word():
    assert len(words("a" + "\u0301" * 250_000 + "\u0316" * 250_000)) == 1
