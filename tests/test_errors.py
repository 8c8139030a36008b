"""What is shown to people is short, however long what it is about is."""

import pytest

from w2v.errors import UnknownWordError, W2VError, brief, counted

LONG = "x" * 5_000_000


@pytest.mark.parametrize("kind", [W2VError, UnknownWordError])
def test_a_sentence_cuts_the_data_it_shows_and_keeps_the_rest(kind):
    told = str(kind(f"the word '{LONG}' is not in the vocabulary."))
    assert told.startswith("the word 'xxx")
    assert told.endswith("xxx' is not in the vocabulary.")
    assert "…" in told
    assert len(told) < 300


def test_many_words_are_cut_in_the_middle():
    told = brief(f"Unknown: {'word, ' * 100_000}. Leave them out.")
    assert told.startswith("Unknown: word, word")
    assert told.endswith("word, . Leave them out.")
    assert len(told) <= 2001


@pytest.mark.parametrize("sentence", ["", "a sentence", "x" * 200, "a " * 1000])
def test_what_is_short_is_shown_whole(sentence):
    assert brief(sentence) == sentence
    assert str(W2VError(sentence)) == sentence


def test_one_thing_is_told_in_the_singular():
    assert [counted(number, "word") for number in (0, 1, 2, 2000)] == ["0 words", "1 word", "2 words", "2,000 words"]
    assert [counted(number, "leaf begins", "leaves begin") for number in (1, 3)] == ["1 leaf begins", "3 leaves begin"]
