"""A tokenizer.json of ours cuts texts as w2v does: read by the library that such files are for."""

from __future__ import annotations

import json
import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v.errors import W2VError
from w2v.text.tokenize import whitespace, words
from w2v.vectors.formats.static_embedding import read_static_embedding
from w2v.vectors.formats.tokenizer_json import as_json, chosen, never_made

tokenizers = pytest.importorskip("tokenizers")

SENTENCES = [
    "Hello, World! Don't stop me now; it’s 3.14 or 1,000 (U.S., e.g. an mp3), in the 1990s.",
    "new_york _x_ 'quoted' well-known don't' __",
    "naïve NAÏVE nai\u0308ve café İstanbul ﬁn Ⅷ x² ½",
    "中文abc中U.S.中 〇々 日本語ひらがなカタカナ 안녕하세요",
    "हिन्दी में می\u200cخواهم",
    "ΟΔΟΣ Σ ΣΑΣ Σ' ΑΣ'Α ΌΣ. ΑΣ\u0301",
    "a.b.c.d a.b. a.bc 1.2.3 1.2x 1,2,3a 3., .5 ١٢٫٥ १,२",
    "\u0301abc a\u0301bc 中\u0301x \u212b ſ K ǅ",
    "tabs\tand\nnew\x0blines\x0c\r and\x1cothers\x1f\x85\xa0\u2003\u3000end",
    "",
    " \t ",
]
assigned = st.characters(exclude_categories=["Cs", "Cn", "Co"])
texts = st.lists(
    st.one_of(
        st.text(assigned, max_size=6),
        st.text(st.sampled_from("aB1.,'’_ Σ中é\u0301\u200d-"), max_size=12),
        st.sampled_from(SENTENCES),
    ),
    max_size=6,
).map("".join)


def cut(spec: str, names: list[str], text: str) -> list[str]:
    return [names[token] for token in tokenizers.Tokenizer.from_str(spec).encode(text, add_special_tokens=False).ids]


def few_marks(text: str) -> bool:
    """Whether these are not among the differences that the module tells: no letter has a row of marks."""
    decomposed = unicodedata.normalize("NFD", text)
    return not any(all(map(unicodedata.combining, decomposed[i : i + 3])) for i in range(len(decomposed) - 2))


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize("keep", [False, True])
def test_words_are_those_of_the_tokenizer_words(text, keep):
    names = sorted({*words(text, keep), "unseen"})
    assert cut(as_json(names, "words", keep), names, text) == words(text, keep)


@given(texts.filter(few_marks), st.booleans())
@settings(max_examples=150)
def test_words_of_any_text_are_those_of_the_tokenizer_words(text, keep):
    names = sorted({*words(text, keep), "unseen"})
    assert cut(as_json(names, "words", keep), names, text) == words(text, keep)


@given(texts)
def test_white_space_is_that_of_str_split(text):
    names = sorted({*whitespace(text), "unseen"})
    assert cut(as_json(names, "whitespace"), names, text) == whitespace(text)


def test_chinese_is_cut_by_spaces_only():
    names = ["北京", "天安门", "abc"]
    assert cut(as_json(names, "chinese"), names, "北京 天安门 ABC") == names
    assert cut(as_json(names, "chinese"), names, "北京天安门") == []


@given(st.lists(st.text(st.sampled_from("ab▁#"), min_size=1, max_size=4), min_size=1, max_size=8, unique=True))
def test_a_word_that_is_not_known_leaves_nothing_not_even_its_letters(names):
    text = " ".join(["a", "b", "ab", "ba", "#a", "##a", "aab", "bba", "▁", "#", *names])
    spec = as_json(names, "whitespace")
    assert cut(spec, names, text) == [word for word in text.split() if word in names]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=8, unique=True))
@pytest.mark.parametrize("tokenizer", ["words", "whitespace", "chinese"])
def test_words_of_any_kind_read_back_as_they_were(tmp_path_factory, tokenizer, names):
    folder = tmp_path_factory.mktemp("any")
    (folder / "tokenizer.json").write_text(as_json(names, tokenizer), encoding="utf-8")
    from safetensors.numpy import save_file

    save_file({"embeddings": np.ones((len(names), 1), np.float32)}, folder / "model.safetensors")
    assert read_static_embedding(folder).words == names


def test_the_mark_is_one_that_no_word_has():
    assert '"replacement": "▁"' in as_json(["a"], "whitespace")
    assert json.loads(as_json(["a▁", "\ue000"], "whitespace"))["model"]["vocab"] == {"\ue001a▁": 0, "\ue001\ue000": 1}
    with pytest.raises(W2VError, match="all private characters"):
        as_json(["▁", "".join(map(chr, range(0xE000, 0xF900)))], "whitespace")


@pytest.mark.parametrize(
    ("name", "sentence"), [("", "word number 1 is empty"), ("\ud800", "cannot be written as UTF-8")]
)
def test_words_that_no_text_has_are_told(name, sentence):
    with pytest.raises(W2VError, match=sentence):
        as_json(["a", name], "words")


@pytest.mark.parametrize(
    ("names", "kind", "keeps"),
    [
        (["the", "cat", "don't", "u.s."], "words", False),
        (["the", ",", "cat"], "words", True),
        (["The", "cat"], "whitespace", False),
        (["New_York", ",", "cat"], "whitespace", False),
        (["北京", "天安门"], "whitespace", False),
        ([f"w{i}" for i in range(99)] + ["X"], "words", False),
    ],
)
def test_the_tokenizer_follows_the_words_unless_it_is_given(names, kind, keeps):
    assert chosen(names, "auto", None) == (kind, keeps)
    assert chosen(names, "words", None)[0] == "words"
    assert chosen(names, "words", True) == ("words", True)


@pytest.mark.parametrize("tokenizer", ["spacy", None, 3, str.split])
def test_a_tokenizer_that_there_is_none_of_is_told(tokenizer):
    with pytest.raises(W2VError, match=r"expected one of: auto|is a function"):
        chosen(["a"], tokenizer, None)


def test_whitespace_has_no_choice_of_punctuation():
    with pytest.raises(W2VError, match="`whitespace` keeps all there is"):
        chosen(["a"], "whitespace", True)


def test_words_that_no_text_gives_are_found():
    assert list(never_made(["the", "The", "new york", "well-known", ","], "words", False)) == [
        *("The", "new york", "well-known", ","),
    ]
    assert list(never_made([",", "a,"], "words", True)) == ["a,"]
    assert list(never_made(["The", "new york", ","], "whitespace", False)) == ["new york"]
    assert list(never_made(["ABC", "北京"], "chinese", False)) == ["ABC"]


def test_the_classes_of_letters_are_written_as_ranges():
    assert len(as_json(["a"], "words")) < 20_000
