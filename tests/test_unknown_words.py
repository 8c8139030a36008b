"""Vectors with subwords: every query answers for words that are in no vocabulary, and every change keeps that true."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.text import Text
from torch.nn import functional as F

from w2v import Config, Head, HeadSpec, KeyedVectors, UnknownWordError, W2VError, Word2Vec, train
from w2v.examples.ngram_spans import fnv1a_of, marked, murmur3_of, spans_of, told_apart
from w2v.examples.subword_rows import rows_of, subwords_of
from w2v.examples.subwords import fnv1a, murmur3
from w2v.plots.words.exports import write_projector
from w2v.plots.words.groups import find_groups
from w2v.plots.words.map import plot_words
from w2v.plots.words.page import page_of
from w2v.vectors.composer import Composer

SENTENCES = [["her", "here", "there"], ["there", "ärger", "here", "日本語"], ["a", "aaaa", "her", "ärger"]] * 40
SMALL = Config(vector_size=4, min_count=1, workers=1, epochs=2, sample=0.0, subword="fasttext")
any_words = st.lists(st.text(min_size=1, max_size=40), max_size=12)


@pytest.fixture(scope="module", params=[{}, {"bucket": 50}, {"subword": "floret", "bucket": 50}], ids=str)
def vectors(request):
    return train(SENTENCES, SMALL.replace(**request.param)).vectors


@pytest.fixture(scope="module")
def own(request):
    """Each n-gram has a row of its own: words may be unknown."""
    return train(SENTENCES, SMALL).vectors


@given(any_words, st.integers(0, 3), st.integers(0, 5))
@settings(max_examples=80, deadline=None)
def test_hashes_of_many_are_those_of_each(words, min_n, max_n):
    raw = [word.encode(errors="surrogatepass") for word in words]
    for spans in (spans_of(raw, min_n, max_n), marked(raw)):
        pieces = [piece.encode(errors="surrogatepass") for piece in spans.strings()]
        assert fnv1a_of(spans).tolist() == [fnv1a(piece) for piece in pieces]
        assert murmur3_of(spans).tolist() == [list(murmur3(piece)) for piece in pieces]
        first, which = told_apart(spans)
        assert [pieces[first[number]] for number in which] == pieces
        assert len(first) == len(set(pieces))


@given(st.lists(st.text(max_size=12), unique=True, min_size=1, max_size=9), st.sampled_from([None, 7, 1000]))
@settings(max_examples=60, deadline=None)
def test_rows_of_many_are_those_of_each(words, bucket):
    for scheme in ("fasttext", "floret"):
        subwords = subwords_of(words, scheme, bucket=bucket or (9 if scheme == "floret" else None), hash_count=3)
        for own in (True, False):
            offsets, rows = rows_of(words, subwords, own=own)
            for number, word in enumerate(words):
                expected = subwords.rows(word, number if own else None)
                assert rows[offsets[number] : offsets[number + 1]].tolist() == expected.tolist()


def test_the_end_of_a_line_has_no_n_grams():
    """As in fastText: `</s>` is no word whose letters say something."""
    subwords = subwords_of(["</s>", "her"], "fasttext", bucket=100)
    assert subwords.rows("</s>", 0).tolist() == [0]
    assert rows_of(["</s>"], subwords, own=True)[1].tolist() == [0]


def test_queries_for_two_words_take_unknown_ones(vectors):
    """Each as if the unknown words were added to the vocabulary with the vectors that are composed for them."""
    unknown = ["ther", "heres", "thera"]
    added = copy.deepcopy(vectors)
    added.add_vectors(unknown, vectors[unknown])
    assert vectors.rank("her", "ther") == len(vectors.closer_than("her", "ther")) + 1
    known = set(vectors.index_to_key)
    assert vectors.closer_than("ther", "heres") == [w for w in added.closer_than("ther", "heres") if w in known]
    assert vectors.most_similar_to_given("ther", ["a", "heres"]) == added.most_similar_to_given("ther", ["a", "heres"])
    for query in (
        lambda kv: kv.distances("ther", ["her", "heres", 0]),
        lambda kv: kv.distances("her", ["her", "thera"]),
        lambda kv: kv.n_similarity(["ther", "a"], ["thera", "her"]),
        lambda kv: kv.wmdistance(["ther", "a", "her"], ["heres", "her", "thera"]),
        lambda kv: kv.sentence_vectors([["ther", "her"], ["heres"]]),
        lambda kv: kv.sentence_similarity(["ther", "her"], ["heres"]),
        lambda kv: kv.word_weight("ther"),
        lambda kv: [score for _, score in kv.keywords(["ther", "her", "ther"])],
        lambda kv: kv.most_correlated(["ther", "her"], topn=None)[: len(vectors)],
        lambda kv: kv.similarity("ther", "heres"),
        lambda kv: [score for score, _ in kv.rank_by_centrality(["ther", "her", "heres"])],
        lambda kv: kv.get_mean_vector(["ther", "her"]),
    ):
        np.testing.assert_allclose(query(vectors), query(added), rtol=1e-4, atol=1e-5)
    assert [word for word, _ in vectors.keywords(["ther", "her"])] == [w for w, _ in added.keywords(["ther", "her"])]
    company = vectors.same_company("ther", topn=None)
    assert company.shape == (len(vectors),)
    assert np.isfinite(company).all()


def test_a_word_that_has_no_vector_is_passed_over_or_told(own):
    assert own.wmdistance(["ther", "qqqq"], ["ther"]) == 0
    assert own.wmdistance(["qqqq"], ["ther"]) == float("inf")
    np.testing.assert_array_equal(own.sentence_vector(["ther", "qqqq"]), own["ther"])
    with pytest.warns(UserWarning, match="no word with a vector; its vector is zeros"):
        assert not own.sentence_vector(["qqqq"]).any()
    for query in (
        lambda: own.distances("her", ["ther", "qqqq"]),
        lambda: own.closer_than("her", "qqqq"),
        lambda: own.closer_than("qqqq", "her"),
        lambda: own.n_similarity(["qqqq"], ["her"]),
        lambda: own.keywords(["qqqq"]),
        lambda: own.vectors_for_all(["qqqq"]),
        lambda: own.distances("her", ["ther", 99]),
    ):
        with pytest.raises(UnknownWordError):
            query()


def test_vectors_for_all_join_composed_ones(vectors):
    chosen = vectors.vectors_for_all(["ther", "here", "ther", "heres"])
    assert chosen.index_to_key == ["ther", "here", "heres"]
    np.testing.assert_array_equal(chosen.vectors, vectors[["ther", "here", "heres"]])
    assert chosen.counts.tolist() == [0, vectors.get_vecattr("here", "count"), 0]
    assert "therefore" not in chosen
    known = vectors.vectors_for_all(["ther", "here"], allow_inference=False)
    assert known.index_to_key == ["here"]


def test_what_is_made_of_vectors_maps_composed_ones_too(vectors):
    """Both maps are affine, and a mean of mapped rows is the mapped mean: planted among the words it gets the same."""
    added = copy.deepcopy(vectors)
    added.add_vectors(["ther"], vectors[["ther"]])
    np.testing.assert_array_equal(vectors.sort_by_descending_frequency()["ther"], vectors["ther"])
    weights = np.full(len(vectors), 1 / len(vectors))
    centre = weights @ vectors.vectors.astype(np.float64)
    straight = vectors.all_but_the_top(0)
    np.testing.assert_allclose(straight["ther"], vectors["ther"] - centre, atol=1e-6)
    white = vectors.whiten(uniform=True)
    matrix, *_ = np.linalg.lstsq(vectors.vectors - centre, white.vectors, rcond=None)
    np.testing.assert_allclose(white["ther"], (vectors["ther"] - centre) @ matrix, rtol=1e-3, atol=1e-3)


def test_words_that_are_added_keep_their_vector_and_those_taken_away_are_composed(vectors):
    changed = copy.deepcopy(vectors)
    changed["ther"] = np.ones(4)
    assert changed["ther"].tolist() == [1, 1, 1, 1]
    changed.remove_vectors(["ther", "here"])
    assert "here" not in changed.key_to_index
    np.testing.assert_array_equal(changed["ther"], vectors["ther"])
    assert changed["here"].shape == (4,)
    changed.vectors = np.ones((len(changed), 2))
    assert changed.composer is None
    assert "here" not in changed


def test_it_says_how_many_n_grams_there_are_and_can_be_copied(vectors):
    assert " + " in repr(vectors)
    assert f"{len(vectors.composer.rows)} " in repr(vectors)
    assert "n-gram" in vectors._repr_html_()
    for other in (pickle.loads(pickle.dumps(vectors)), copy.copy(vectors), copy.deepcopy(vectors)):
        np.testing.assert_array_equal(other["ther"], vectors["ther"])


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("how", [{}, {"mmap": True}, {"limit": 2}])
def test_a_folder_keeps_what_composes(tmp_path, vectors, how, compact):
    vectors.save(tmp_path / "v", compact=compact)
    again = KeyedVectors.load(tmp_path / "v", **how)
    np.testing.assert_array_equal(again.vectors, vectors.vectors[: len(again)])
    np.testing.assert_array_equal(again["ther"], vectors["ther"])
    assert repr(again).partition("+")[2] == repr(vectors).partition("+")[2]
    pickle.dumps(again)
    again.whiten(uniform=True) if len(again) > 2 else None


def test_compact_leaves_out_what_can_be_made_and_nothing_else(tmp_path):
    floret = train(SENTENCES, SMALL.replace(subword="floret", bucket=50))
    for name, compact in (("whole", False), ("compact", True)):
        floret.vectors.save(tmp_path / name, compact=compact)
        floret.save(tmp_path / f"model-{name}", compact=compact)
    for begin in ("", "model-"):
        sizes = [(tmp_path / f"{begin}{name}" / "tables.safetensors").stat().st_size for name in ("whole", "compact")]
        assert sizes[0] - sizes[1] >= floret.vectors.vectors.nbytes
    changed = KeyedVectors.load(tmp_path / "compact")
    changed["her"] = np.ones(4)
    with pytest.raises(W2VError, match="the vector of 'her' is not made of n-grams"):
        changed.save(tmp_path / "changed", compact=True)
    with pytest.raises(W2VError, match="which only a folder keeps"):
        changed.save(tmp_path / "v.bin", compact=True)


@pytest.mark.parametrize("options", [{}, {"bucket": 50}, {"subword": "floret", "bucket": 50}, {"subword": "none"}])
def test_a_compact_model_is_the_same_model(tmp_path, options):
    model = train(SENTENCES, SMALL.replace(**options))
    model.save(tmp_path / "m", compact=True)
    again = type(model).load(tmp_path / "m")
    assert list(again.tables) == list(model.tables)
    for name, table in model.tables.items():
        np.testing.assert_array_equal(again.tables[name], table)
    for how in ({}, {"mmap": True}, {"limit": 3}):
        read = KeyedVectors.load(tmp_path / "m", **how)
        np.testing.assert_array_equal(read.vectors, model.tables["input"][: len(read)])


def test_rows_that_are_no_numbers_make_no_vector_and_are_not_saved(tmp_path):
    subwords = subwords_of(["her", "hers"], "fasttext", bucket=5)
    rows = np.full((5, 3), np.nan, np.float32)
    vectors = KeyedVectors(["her", "hers"], np.ones((2, 3)))
    vectors.composer = Composer(subwords._replace(n_words=0), rows)
    assert "there" not in vectors
    with pytest.raises(W2VError, match="n-grams hold NaN or infinity"):
        vectors.save(tmp_path / "v")


QUESTIONS = ": all\nHer there here thera\nher here a ther\nher here qqqq a\n"
PAIRS = "her\tther\t3\nHERE\tthere\t5\na\tthera\t1\nTHERES\ther\t2\nqqqq\ther\t1\n"


def test_questions_about_unknown_words_count_only_when_asked(tmp_path, own):
    """Those words get their vectors as if they were in the vocabulary, and can be answers, too."""
    (tmp_path / "q.txt").write_text(QUESTIONS)
    (tmp_path / "p.txt").write_text(PAIRS)
    for case, questions, pairs in (
        (True, ["thera", "ther"], ["ther", "thera", "theres"]),
        (False, ["Her", "thera", "ther"], ["ther", "thera"]),
    ):
        added = copy.deepcopy(own)
        added.add_vectors(questions, own[questions])
        expected, sections = added.evaluate_word_analogies(tmp_path / "q.txt", case_insensitive=case)
        assert own.evaluate_word_analogies(tmp_path / "q.txt", case_insensitive=case, oov=True) == (expected, sections)
        added = copy.deepcopy(own)
        added.add_vectors(pairs, own[pairs])
        told = own.evaluate_word_pairs(tmp_path / "p.txt", case_insensitive=case, oov=True)
        np.testing.assert_allclose(told[0], added.evaluate_word_pairs(tmp_path / "p.txt", case_insensitive=case)[0])
        assert told[2] == pytest.approx(20 if case else 60)
    assert [section["correct"] + section["incorrect"] for section in sections][-1]
    assert own.evaluate_word_analogies(tmp_path / "q.txt")[1][-1]["incorrect"] == []
    plain = KeyedVectors(own.index_to_key, own.vectors)
    with pytest.raises(W2VError, match="have no subwords to compose them"):
        plain.evaluate_word_pairs(tmp_path / "p.txt", oov=True)


def test_pictures_and_tables_show_unknown_words(tmp_path, vectors):
    own = [word for word in vectors.index_to_key if word.isascii()]  # no font is asked for
    words = [*own, "ther", "heres"]
    figure = plot_words(
        vectors, iter(words), method="pca", groups={"ther": "in no vocabulary"}, pairs=[("her", "ther")]
    )
    texts = [text.get_text() for text in figure.findobj(Text)]
    assert {"ther", "heres"} <= set(texts)
    assert any("2 words are in no vocabulary, and composed of n-grams." in text.replace("\n", " ") for text in texts)
    assert len(vectors) == 7, "the vectors that are drawn are as they were"
    write_projector(vectors, tmp_path / "v.tsv", words)
    assert len(np.loadtxt(tmp_path / "v.tsv")) == len(words)
    assert '"heres"' in page_of(vectors, words, method="pca")
    assert set(find_groups(vectors, words, 2)) == set(words)
    assert not any("in no vocabulary" in t.get_text() for t in plot_words(vectors, own, method="pca").findobj(Text))


class Flat(Head):
    """A head from outside whose words have the vectors that are trained."""

    def forward(self, hidden, target):
        return F.cross_entropy(hidden @ self.output.T, target, reduction="none")

    def log_prob(self, hidden):
        return F.log_softmax(hidden @ self.output.T, -1)


class Twice(Flat):
    """And one that makes others of them, of which the rows of n-grams say nothing."""

    class Spec(HeadSpec):
        def word_vectors(self, config, first, get_second):
            return first * 2

    spec = Spec()


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize(("head", "composes"), [(Flat, True), (Twice, False)])
def test_a_head_from_outside_composes_where_rows_are_what_vectors_are_made_of(tmp_path, head, composes, compact):
    model = Word2Vec(SENTENCES, config=SMALL.replace(head=head, engine="reference", epochs=1))
    model.save(tmp_path / "m", compact=compact)
    for vectors in (model.wv, KeyedVectors.load(tmp_path / "m"), Word2Vec.load(tmp_path / "m", head=head).wv):
        assert ("ther" in vectors) == composes
        np.testing.assert_array_equal(vectors.vectors, model.wv.vectors)
