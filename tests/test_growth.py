"""A vocabulary that is given: which words of another text become ids, which join it, and how counts add up."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.base.config import Config
from w2v.corpus.growth import grown
from w2v.corpus.stream import open_stream
from w2v.corpus.vocabulary import SENTENCE_END, UNK, Vocabulary
from w2v.errors import W2VError
from w2v.training.train import train

WORDS = st.sampled_from([*"abcdefghij", UNK])
COUNTS = st.dictionaries(WORDS, st.integers(1, 50), min_size=2)
TEXTS = st.lists(st.lists(WORDS, max_size=12), min_size=1, max_size=8).filter(any)


def vocabulary(counts):
    """In the order of the dictionary, which need not be that of counts."""
    return Vocabulary(list(counts), np.array(list(counts.values())))


def read(text, counts, **more):
    """(words, counts, ids, report) of a text, with a vocabulary that is given."""
    with open_stream(text, vocabulary=vocabulary(counts), **more) as stream:
        ids = np.concatenate([np.empty(0, np.int32), *map(stream.block, range(stream.n_blocks))])
        return stream.vocab.words, stream.vocab.counts.tolist(), ids.tolist(), stream.report


@given(COUNTS, COUNTS, st.integers(1, 20), st.none() | st.integers(2, 8), st.booleans())
def test_counts_add_up(before, text, min_count, most, unk):
    together = grown(
        vocabulary(before),
        list(text),
        np.array(list(text.values())),
        min_count=min_count,
        max_final_vocab=most,
        unk=unk,
    )
    found = dict(zip(together.words, together.counts.tolist(), strict=True))
    assert before.keys() <= found.keys()
    new = found.keys() - before.keys()
    for word in found.keys() - ({UNK} if unk else set()):
        assert found[word] == before.get(word, 0) + text.get(word, 0)
    could = {word for word, count in text.items() if word not in before and count >= min_count}
    if most is None:
        assert new == could
    else:
        assert new <= could
        assert len(new) == min(len(could), max(most - len(before), 0))
        assert min((text[word] for word in new), default=99) >= max((text[word] for word in could - new), default=0)
    if unk and UNK in before:
        assert sum(found.values()) == sum(before.values()) + sum(text.values()), "nothing is lost where there is <unk>"
    assert together.counts.tolist() == sorted(together.counts.tolist(), reverse=True)


@given(COUNTS, TEXTS)
def test_a_given_vocabulary_stays_as_it_is(tmp_path_factory, before, text):
    words = Counter(word for sentence in text for word in sentence)
    place = {"cache_dir": tmp_path_factory.getbasetemp() / "streams"}
    if not before.keys() & words.keys():
        with pytest.raises(W2VError, match="None of the"):
            read(text, before, **place)
        return
    there, counts, ids, report = read(text, before, **place)
    assert (there, counts) == (list(before), list(before.values()))
    sentences = [[there.index(word) for word in sentence if word in before] for sentence in text]
    expected = [[*sentence, SENTENCE_END] for sentence in sentences if sentence]
    assert ids == [id for sentence in expected for id in sentence]
    assert report.kept == sum(words[word] for word in before)
    assert report.given == len(before)


@given(COUNTS, TEXTS, st.integers(1, 4))
def test_words_of_the_text_join_it(tmp_path_factory, before, text, min_count):
    words = Counter(word for sentence in text for word in sentence)
    place = {"cache_dir": tmp_path_factory.getbasetemp() / "streams", "min_count": min_count, "add_words": True}
    joining = {word for word, count in words.items() if word not in before and count >= min_count}
    if not (before.keys() | joining) & words.keys():
        return
    there, counts, ids, report = read(text, before, **place)
    assert set(there) == before.keys() | joining
    assert dict(zip(there, counts, strict=True)) == {word: before.get(word, 0) + words[word] for word in there}
    assert [there[id] for id in ids if id >= 0] == [word for sentence in text for word in sentence if word in there]
    assert report.kept == sum(id >= 0 for id in ids)


def test_what_is_not_known_may_be_unk():
    counts = {"a": 5, UNK: 2, "b": 1}
    assert read([["a", "x", "b"], ["y"]], counts, unk=True)[2] == [0, 1, 2, -1, 1, -1]
    assert read([["x"]], counts, unk=True)[2] == [1, -1], "also where no word is known"
    assert read([["a", "x", "b"]], counts)[2] == [0, 2, -1]
    there, now, ids, _ = read([["x", "x", "y", "a"]], counts, unk=True, add_words=True, min_count=2)
    assert dict(zip(there, now, strict=True)) == {"a": 6, UNK: 3, "x": 2, "b": 1}
    assert [there[id] for id in ids[:-1]] == ["x", "x", UNK, "a"]


def test_streams_of_other_vocabularies_are_other_streams(tmp_path):
    """The cache tells them apart, by words, counts and order, and finds the same again."""
    (tmp_path / "t.txt").write_text("a b c d\n" * 30)
    given = [{"a": 1, "b": 1}, {"b": 1, "a": 1}, {"a": 2, "b": 1}, {"a": 1, "c": 1}]
    reports = [read(tmp_path / "t.txt", counts, cache_dir=tmp_path / "c")[3] for counts in (*given, *given)]
    assert [report.reused for report in reports] == [False] * 4 + [True] * 4
    more = [read(tmp_path / "t.txt", given[0], cache_dir=tmp_path / "c", add_words=True)[3] for _ in range(2)]
    assert [report.reused for report in more] == [False, True]
    with open_stream(tmp_path / "t.txt", cache_dir=tmp_path / "c") as own:
        assert not own.report.reused
        assert own.report.given == 0
        assert len(own.vocab) == 4


def test_a_text_that_is_hardly_known_is_remarked_on():
    with open_stream([["a", "x", "y", "z"]] * 3, vocabulary=vocabulary({"a": 5, "b": 1})) as stream:
        [remark] = stream.remarks()
    assert remark.startswith("The vocabulary that was given covers only 25.0% of the tokens of this text, which has 4")
    assert "add_words=True takes in more" in remark


@pytest.mark.parametrize(
    ("vocabulary", "sentence"),
    [
        ({"a": 1}, "vocabulary is {'a': 1}; expected a Vocabulary"),
        (Vocabulary(["a"], np.array([3])), "has 1 word; expected two or more"),
        (Vocabulary(["a", "a"], np.array([3, 2])), "has 2 words, 1 of them different"),
        (Vocabulary(["a", "b"], np.array([3])), "and 1 count; expected a count for each"),
        (Vocabulary(["a", "b"], np.array([3, 0])), "'b' was seen 0 times; expected once at least"),
        (Vocabulary(["a", "b\n"], np.array([3, 2])), "holds a line break"),
    ],
)
def test_what_is_no_vocabulary_is_told_in_a_sentence(vocabulary, sentence):
    with pytest.raises(W2VError, match=sentence.replace("{", r"\{")):
        open_stream([["a", "b"]], vocabulary=vocabulary)


def test_there_is_nothing_to_add_words_to():
    with pytest.raises(W2VError, match="adds words to a vocabulary, and none is given"):
        train([["a", "b"]] * 5, Config(min_count=1), add_words=True)


def test_a_new_model_may_take_a_given_vocabulary():
    """Its words, order and counts are those that are given, whatever the text has."""
    model = train(
        [["a", "b", "c"]] * 20, Config(vector_size=4, epochs=2), vocabulary=vocabulary({"b": 3, "z": 9, "a": 2})
    )
    assert model.vocab.words == ["b", "z", "a"]
    assert model.vocab.counts.tolist() == [3, 9, 2]
