import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.corpus.vocabulary import UNK, Vocabulary, closest_spellings, with_spellings
from w2v.errors import W2VError

# Words may hold anything a line of UTF-8 can: spaces, quotes, other scripts, even the empty string.
a_word = st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=6)
word_counts = st.dictionaries(a_word, st.integers(1, 9), min_size=2, max_size=30)


def vocabulary(counts: dict[str, int], **choice: object) -> Vocabulary:
    return Vocabulary.from_counts(list(counts), list(counts.values()), **choice)


@given(word_counts, st.integers(1, 6), st.randoms())
def test_frequent_words_come_first_and_ties_go_by_the_word(counts, min_count, random):
    expected = sorted(((-n, w) for w, n in counts.items() if n >= min_count))
    shuffled = list(counts)
    random.shuffle(shuffled)
    if len(expected) < 2:
        with pytest.raises(W2VError, match="min_count"):
            vocabulary(counts, min_count=min_count)
        return
    vocab = Vocabulary.from_counts(shuffled, [counts[w] for w in shuffled], min_count=min_count)
    assert vocab.words == [w for _, w in expected]
    assert vocab.counts.tolist() == [-n for n, _ in expected]
    assert vocab.counts.dtype == np.int64
    assert [vocab.key_to_index[w] for w in vocab.words] == list(range(len(vocab)))


@given(word_counts, st.integers(1, 12), st.one_of(st.none(), st.integers(2, 40)))
def test_unk_holds_exactly_what_was_dropped(counts, min_count, limit):
    try:
        vocab = vocabulary(counts, min_count=min_count, max_final_vocab=limit, unk=True)
    except W2VError:
        return
    assert vocab.counts.sum() == sum(counts.values())
    assert limit is None or len(vocab) <= limit
    assert all(vocab.counts[:-1] >= vocab.counts[1:])
    dropped = set(counts) - set(vocab.words)
    assert (UNK in vocab.key_to_index) == bool(dropped)
    if dropped:
        assert vocab.counts[vocab.key_to_index[UNK]] == sum(counts[w] for w in dropped)


def test_unk_already_in_the_text_joins_the_dropped():
    vocab = vocabulary({"a": 9, UNK: 2, "b": 6, "c": 5}, min_count=6, unk=True)
    assert dict(zip(vocab.words, vocab.counts, strict=True)) == {"a": 9, UNK: 7, "b": 6}


def test_max_final_vocab_keeps_the_most_frequent():
    counts = {"a": 3, "b": 3, "c": 5, "d": 2}
    assert vocabulary(counts, min_count=1, max_final_vocab=2).words == ["c", "a"]
    assert vocabulary(counts, min_count=1, max_final_vocab=4, unk=True).words == ["c", "a", "b", "d"]
    assert vocabulary(counts, min_count=1, max_final_vocab=3, unk=True).words == [UNK, "c", "a"]


@given(word_counts)
def test_saved_and_loaded_is_the_same(tmp_path_factory, counts):
    path = tmp_path_factory.getbasetemp() / "vocab.txt"
    vocab = vocabulary(counts, min_count=1)
    vocab.save(path)
    loaded = Vocabulary.load(path)
    assert loaded.words == vocab.words
    assert loaded.counts.tolist() == vocab.counts.tolist()


def test_the_file_is_plain_lines(tmp_path):
    vocabulary({"new york": 7, "é": 9}).save(tmp_path / "v")
    assert (tmp_path / "v").read_bytes() == "é 9\nnew york 7\n".encode()


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=20), st.floats(1e-6, 1))
def test_keep_probability_is_that_of_word2vec_c(counts, sample):
    vocab = vocabulary({f"w{i:02}": n for i, n in enumerate(counts)}, min_count=1)
    total = sum(counts)
    for n, p in zip(vocab.counts.tolist(), vocab.keep_probability(sample), strict=True):
        ran = ((n / (sample * total)) ** 0.5 + 1) * (sample * total) / n  # word2vec.c, line 407
        assert p == pytest.approx(min(ran, 1))


def test_sample_zero_keeps_all_and_negative_is_refused():
    vocab = vocabulary({"a": 9, "b": 8})
    assert vocab.keep_probability(0).tolist() == [1, 1]
    assert vocab.keep_probability(0).dtype == vocab.keep_probability(1e-3).dtype == np.float64
    with pytest.raises(W2VError, match="sample is -1"):
        vocab.keep_probability(-1)


@pytest.mark.parametrize(
    ("counts", "choice", "sentence"),
    [
        (
            {"a": 4, "b": 3, "c": 1},
            {},
            r"8 tokens of 3 distinct words, but none reaches min_count=5.*min_count=3 or less",
        ),
        ({"a": 9, "b": 3}, {}, "only one reaches min_count=5.*min_count=3"),
        ({"a": 9}, {}, "9 tokens of 1 distinct word; .*at least two different words"),
        ({}, {}, "0 tokens of 0 distinct words"),
        ({"a": 9, "b": 9}, {"max_final_vocab": 1}, "max_final_vocab is 1"),
        ({"a": 9, "b\nc": 9}, {}, r"'b\\nc' holds a line break"),
        ({"a": 9, "b\ud800": 9}, {}, "surrogate"),
    ],
)
def test_hopeless_counts_are_explained(counts, choice, sentence):
    with pytest.raises(W2VError, match=sentence):
        vocabulary(counts, **choice)


def test_the_advised_min_count_works():
    counts = {"a": 4, "b": 3, "c": 1}
    assert len(vocabulary(counts, min_count=3)) == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a 5\nb", "cut short"),
        (b"a 5\nb 4x\n", r"line 2: expected `word count`, got 'b 4x'"),
        (b"a 5\nb\n", "line 2"),
        (b"a 5\na 4\n", "'a' twice"),
        (b"\xff 5\n", "not UTF-8"),
        (None, "cannot be read: No such file"),
    ],
)
def test_a_damaged_file_is_explained(tmp_path, content, sentence):
    if content is not None:
        (tmp_path / "v").write_bytes(content)
    with pytest.raises(W2VError, match=sentence):
        Vocabulary.load(tmp_path / "v")


def test_closest_spellings():
    words = ["the", "king", "queen", "kings", "quean", "Paris", "parish", "paris", "a", ""]
    assert closest_spellings("quen", words) == ["queen", "quean"]
    assert closest_spellings("KING", words, n=1) == ["king"]
    assert closest_spellings("paris", words)[:2] == ["Paris", "paris"]  # the more frequent first
    assert closest_spellings("xylophone", words) == []
    assert closest_spellings("", words) == []


@given(st.lists(st.text(min_size=1, max_size=8), unique=True, max_size=20), st.text(max_size=8), st.integers(0, 4))
def test_suggestions_are_words_and_at_most_n(words, word, n):
    close = closest_spellings(word, words, n)
    assert len(close) <= n
    assert set(close) <= set(words)
    assert len(set(close)) == len(close)
    if n and word in words:
        assert word.casefold() in {w.casefold() for w in close}


def test_unknown_words_are_listed_with_the_words_they_are_spelled_like():
    words = ["king", "queen", "paris"]
    assert with_spellings(["kign", "zzz"], words) == "kign (did you mean king?), zzz"
    assert with_spellings(["king"], words) == "king"  # which another model lacks
    many = with_spellings([f"quee{letter}" for letter in "abcdefghijkl"], words)
    assert many.count("did you mean queen?") == 3  # each search takes a while in a large vocabulary
    assert many.endswith("queej and 2 more")
