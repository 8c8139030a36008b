"""KeyedVectors answers every query as gensim does, and says what is wrong with bad input."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from w2v.errors import UnknownWordError, W2VError
from w2v.vectors import KeyedVectors

V, D = 60, 7


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    return np.random.default_rng(3).normal(size=(V, D)).astype(np.float32)


@pytest.fixture(scope="module")
def words() -> list[str]:
    return [f"word{index}" for index in range(V)]


@pytest.fixture(scope="module")
def ours(words: list[str], vectors: np.ndarray) -> KeyedVectors:
    return KeyedVectors(words, vectors, np.arange(V, 0, -1))


@pytest.fixture(scope="module")
def theirs(words: list[str], vectors: np.ndarray):
    gensim_models = pytest.importorskip("gensim.models", reason="gensim has no wheel for this Python")
    other = gensim_models.KeyedVectors(D, count=0)
    other.add_vectors(words, vectors)
    return other


def test_lookup_by_word_index_and_list(ours, vectors):
    assert len(ours) == V
    assert ours.vector_size == D
    assert "word5" in ours
    assert 5 in ours
    assert "nothing" not in ours
    assert V not in ours
    assert ours.key_to_index["word5"] == 5
    assert ours.index_to_key[5] == "word5"
    np.testing.assert_array_equal(ours["word5"], vectors[5])
    np.testing.assert_array_equal(ours[5], vectors[5])
    np.testing.assert_array_equal(ours[["word5", 2]], vectors[[5, 2]])
    assert ours.get_index("nothing", default=-1) == -1
    assert ours.get_vecattr("word5", "count") == V - 5


def test_vectors_are_shared_not_copied_and_cannot_be_changed(ours, vectors):
    assert np.shares_memory(ours.vectors, vectors)
    assert vectors.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        ours["word5"][0] = 1.0


def test_norms_match_gensim(ours, theirs):
    np.testing.assert_allclose(ours.get_normed_vectors(), theirs.get_normed_vectors(), rtol=1e-6)
    np.testing.assert_allclose(ours.get_vector("word9", norm=True), theirs.get_vector("word9", norm=True), rtol=1e-6)


RAW = np.linspace(-1, 2, D).astype(np.float32)
TERMS = [
    ("word1", None),
    (["word1", "word2"], ["word3"]),
    (RAW, None),
    (["word1", RAW, 7], "word4"),
    ([("word1", 0.3), ("word2", 2.0)], [("word3", -0.5), "word8"]),
    (np.stack([RAW, -RAW * 2, RAW**2]), None),
    (None, ["word3", "word4"]),
    (["word1", "word1"], ["word2"]),
]


def assert_same_neighbours(ours, theirs):
    assert [word for word, _ in ours] == [word for word, _ in theirs]
    np.testing.assert_allclose([s for _, s in ours], [s for _, s in theirs], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("positive", "negative"), TERMS)
@pytest.mark.parametrize("topn", [1, 10, V, 10 * V])
@pytest.mark.parametrize("restrict_vocab", [None, 5, 20])
def test_most_similar_is_gensims(ours, theirs, positive, negative, topn, restrict_vocab):
    assert_same_neighbours(
        ours.most_similar(positive, negative, topn, restrict_vocab=restrict_vocab),
        theirs.most_similar(positive, negative, topn, restrict_vocab=restrict_vocab),
    )


@pytest.mark.parametrize("restrict_vocab", [None, 20])
def test_topn_none_gives_every_similarity(ours, theirs, restrict_vocab):
    mine = ours.most_similar("word1", ["word2"], topn=None, restrict_vocab=restrict_vocab)
    assert mine.shape == (restrict_vocab or V,)
    np.testing.assert_allclose(
        mine, theirs.most_similar("word1", ["word2"], topn=None, restrict_vocab=restrict_vocab), atol=1e-6
    )
    assert ours.most_similar("word1", topn=0) == []


@pytest.mark.filterwarnings("ignore:Call to deprecated `init_sims`")  # gensim calls it itself
@pytest.mark.parametrize(
    ("positive", "negative"),
    [("word1", None), (["word1", "word2"], ["word3"]), (["word1"], ["word2", "word3"])],
)
def test_cosmul_is_gensims(ours, theirs, positive, negative):
    assert_same_neighbours(ours.most_similar_cosmul(positive, negative), theirs.most_similar_cosmul(positive, negative))
    np.testing.assert_allclose(
        ours.most_similar_cosmul(positive, negative, topn=None),
        theirs.most_similar_cosmul(positive, negative, topn=None),
        rtol=1e-5,
    )


def test_cosmul_takes_a_vector_of_any_length_and_a_part_of_the_vocabulary(ours):
    by_word = ours.most_similar_cosmul("word1", "word2", topn=None, restrict_vocab=20)
    by_vector = ours.most_similar_cosmul(5 * ours["word1"], 1, topn=None, restrict_vocab=20)
    assert by_word.shape == (20,)
    assert not np.allclose(by_word, by_vector), "word number 1 is not word2"
    np.testing.assert_allclose(
        by_word, ours.most_similar_cosmul(5 * ours["word1"], 2, topn=None, restrict_vocab=20), rtol=1e-5
    )


def test_similar_by_word_and_vector_are_gensims(ours, theirs):
    assert_same_neighbours(ours.similar_by_word("word1", 5, 30), theirs.similar_by_word("word1", 5, 30))
    assert_same_neighbours(ours.similar_by_vector(RAW, 5, 30), theirs.similar_by_vector(RAW, 5, 30))


def test_distances_are_gensims(ours, theirs):
    assert ours.similarity("word1", "word2") == pytest.approx(theirs.similarity("word1", "word2"), abs=1e-6)
    assert ours.distance("word1", "word2") == pytest.approx(theirs.distance("word1", "word2"), abs=1e-6)
    for key in ("word1", RAW):
        np.testing.assert_allclose(ours.distances(key), theirs.distances(key), atol=1e-6)
        some = ["word4", "word2"]
        np.testing.assert_allclose(ours.distances(key, some), theirs.distances(key, some), atol=1e-6)


def test_ranks_are_gensims(ours, theirs, words):
    for word in words[1:]:
        assert ours.rank("word0", word) == theirs.rank("word0", word)
        assert ours.closer_than("word0", word) == theirs.closer_than("word0", word)
    nearest = ours.most_similar("word0", topn=1)[0][0]
    assert ours.rank("word0", nearest) == 1


def test_sets_of_words_are_gensims(ours, theirs, words):
    rng = np.random.default_rng(0)
    for size in range(1, 8):
        some = rng.choice(words, size=size, replace=False).tolist()
        others = rng.choice(words, size=4, replace=False).tolist()
        assert ours.n_similarity(some, others) == pytest.approx(theirs.n_similarity(some, others), abs=1e-6)
        if size > 2:
            assert ours.doesnt_match(some) == theirs.doesnt_match(some)


WEIGHED = [
    (["word1", "word2", "word3"], None),
    (["word1", "word2", "word3"], [1.0, 0.5, -2.0]),
    (["word1", "nothing", RAW, 7], [1, 100, 0.25, 2]),
    ([RAW, "word1"], np.array([3.0, 0.0])),
]


@pytest.mark.parametrize(("keys", "weights"), WEIGHED)
@pytest.mark.parametrize("pre_normalize", [True, False])
@pytest.mark.parametrize("post_normalize", [True, False])
def test_mean_vectors_are_gensims(ours, theirs, keys, weights, pre_normalize, post_normalize):
    mine = ours.get_mean_vector(keys, weights, pre_normalize, post_normalize)
    assert mine.dtype == np.float32
    np.testing.assert_allclose(
        mine, theirs.get_mean_vector(keys, weights, pre_normalize, post_normalize), rtol=1e-5, atol=1e-6
    )


def test_weights_of_a_mean_may_stand_among_the_words(ours):
    expected = ours.get_mean_vector(["word1", "word2"], [0.5, 2])
    for keys in ([("word1", 0.5), ("word2", 2)], {"word1": 0.5, "word2": 2.0}):
        np.testing.assert_array_equal(ours.get_mean_vector(keys), expected)
    np.testing.assert_array_equal(ours.get_mean_vector("word1", pre_normalize=False), ours["word1"])
    analogy = ours.get_mean_vector(["word1", "word2", "word3"], [1, 1, -1])
    neighbours = ours.most_similar(["word1", "word2"], ["word3"], topn=None)
    np.testing.assert_allclose(ours.most_similar(analogy, topn=None), neighbours, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("use_norm", [True, False])
def test_centrality_is_gensims(ours, theirs, words, use_norm):
    mine = ours.rank_by_centrality(words[:20], use_norm)
    expected = theirs.rank_by_centrality(words[:20], use_norm)
    assert [word for _, word in mine] == [word for _, word in expected]
    np.testing.assert_allclose([s for s, _ in mine], [s for s, _ in expected], rtol=1e-5, atol=1e-6)
    assert ours.doesnt_match(words[:20]) == theirs.rank_by_centrality(words[:20])[-1][1]


def test_words_in_relation_to_others_are_gensims(ours, theirs, words):
    for word in words[:20]:
        assert ours.most_similar_to_given(word, words[20:]) == theirs.most_similar_to_given(word, words[20:])
        for topn in (1, 10, 10 * V):
            mine, expected = (kv.relative_cosine_similarity("word30", word, topn) for kv in (ours, theirs))
            assert mine == pytest.approx(expected, rel=1e-4, abs=1e-6)
    assert ours.most_similar_to_given("word1", [5, "word1", 1]) == "word1"
    assert sum(ours.relative_cosine_similarity("word1", word, 5) for word, _ in ours.most_similar("word1", topn=5)) == (
        pytest.approx(1)
    )


def test_scores_have_gensims_shape(ours, theirs, words, tmp_path):
    questions = tmp_path / "questions.txt"
    questions.write_text(": one\nword1 word2 word3 word4\nword1 word2 word3 nothing\n: two\nword9 word8 word7 WORD6\n")
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("word1\tword2\t3\nword1\tnothing\t4\nword3\tword4\t5\nword5\tword6\t1\nword9\tword7\t2.5\n")
    mine, parts = ours.evaluate_word_analogies(questions)
    score, sections = theirs.evaluate_word_analogies(questions)
    assert mine == score
    assert [part["section"] for part in parts] == [section["section"] for section in sections]
    for part, section in zip(parts, sections, strict=True):
        for outcome in ("correct", "incorrect"):
            upper = [tuple(word.upper() for word in question) for question in part[outcome]]
            assert upper == section[outcome]
    np.testing.assert_allclose(
        np.hstack(ours.evaluate_word_pairs(pairs)), np.hstack(theirs.evaluate_word_pairs(pairs)), rtol=1e-5
    )


def test_ties_go_to_the_more_frequent_word():
    words = [f"word{index}" for index in range(400)]
    kv = KeyedVectors(words, np.tile([[0, 1], [1, 0]], (200, 1)))
    assert [word for word, _ in kv.most_similar(np.array([0.0, 1.0]), topn=20)] == words[:40:2]


def test_a_zero_vector_is_similar_to_nothing():
    kv = KeyedVectors(["zero", "east", "north"], np.array([[0, 0], [1, 0], [0, 2]]))
    assert kv.similarity("zero", "east") == 0
    assert kv.similarity("zero", "zero") == 0
    assert kv.most_similar("zero") == [("east", 0), ("north", 0)]
    assert dict(kv.most_similar("east")) == {"zero": 0, "north": 0}
    assert dict(kv.most_similar(["east"], ["east"])) == {"zero": 0, "north": 0}
    np.testing.assert_array_equal(kv.get_normed_vectors(), [[0, 0], [1, 0], [0, 1]])
    np.testing.assert_array_equal(kv.distances("east"), [1, 0, 1])
    assert kv.doesnt_match(["zero", "east", "east"]) == "zero"
    assert kv.n_similarity(["zero"], ["east"]) == 0
    assert np.isfinite(kv.most_similar_cosmul("east", "zero", topn=None)).all()


def test_an_unknown_word_is_told_with_near_spellings():
    kv = KeyedVectors(["monday", "tuesday", "paris"], np.eye(3))
    for query in (
        lambda: kv["mondya"],
        lambda: kv.most_similar(["paris"], ["mondya"]),
        lambda: kv.most_similar_cosmul("mondya"),
        lambda: kv.doesnt_match(["paris", "tuesday", "mondya"]),
        lambda: kv.n_similarity(["paris"], ["mondya"]),
        lambda: kv.distances("paris", ["mondya"]),
        lambda: kv.rank("paris", "mondya"),
    ):
        with pytest.raises(UnknownWordError, match=r"'mondya' is not in the vocabulary of 3 words.*'monday'"):
            query()
    with pytest.raises(KeyError, match="no word number 3 among 3 words, counted from 0"):
        kv[3]


def test_near_spellings_are_sought_when_the_error_is_shown_and_once(monkeypatch):
    sought = []
    monkeypatch.setattr(
        "w2v.corpus.vocabulary.closest_spellings", lambda word, words: sought.append(word) or ["monday"]
    )
    kv = KeyedVectors(["monday", "tuesday"], np.eye(2))
    with pytest.raises(UnknownWordError) as caught:
        kv["mondya"]
    assert sought == []
    shown = "the word 'mondya' is not in the vocabulary of 2 words. Did you mean 'monday'?"
    assert [str(caught.value), str(pickle.loads(pickle.dumps(caught.value))), str(caught.value)] == [shown] * 3
    assert sought == ["mondya"]


def test_copied_and_pickled_vectors_cannot_be_changed_either(ours):
    assert ours.norms is not None
    for other in (pickle.loads(pickle.dumps(ours)), copy.deepcopy(ours), copy.copy(ours)):
        assert not other.vectors.flags.writeable
        assert other.most_similar("word1") == ours.most_similar("word1")


@pytest.mark.parametrize(
    ("words", "vectors", "counts", "sentence"),
    [
        (["a", "b", "a"], np.eye(3), None, "'a' comes twice, as number 0 and 2"),
        (["a", "b"], np.eye(3), None, r"2 words came with vectors of shape \[3, 3\]"),
        (["a", "b"], np.ones(2), None, r"shape \[2\]; expected one row"),
        ([], np.ones((0, 3)), None, "0 words"),
        (["a", "b"], np.eye(2), np.ones(3), r"counts of shape \[3\]"),
        (["a", "b"], np.eye(2), [3, -2], r"the count of 'b' \(number 1\) is -2; it must be at least 0"),
        (["a", "b"], np.array([[1, 2], [3, np.nan]]), None, r"vector of 'b' \(number 1\) holds NaN or infinity"),
        (["a", "b"], np.array([[1, 2], [3, 1e300]]), None, "vector of 'b'"),
    ],
)
def test_what_does_not_fit_together_is_refused(words, vectors, counts, sentence):
    with pytest.raises(W2VError, match=sentence):
        KeyedVectors(words, vectors, counts)


def test_queries_that_make_no_sense_are_refused(ours, tmp_path):
    with pytest.raises(W2VError, match="was given no words"):
        ours.most_similar()
    with pytest.raises(W2VError, match="at least one positive word"):
        ours.most_similar_cosmul(negative="word1")
    with pytest.raises(W2VError, match=r"vector of shape \[3\] was given; these have shape \[7\]"):
        ours.most_similar(np.ones(3))
    with pytest.raises(W2VError, match="expected a list of one or more words, and was given 'word1'"):
        ours.doesnt_match("word1")
    with pytest.raises(W2VError, match=r"given \[\]"):
        ours.n_similarity(["word1"], [])
    with pytest.raises(W2VError, match="'size' is not known"):
        ours.get_vecattr("word1", "size")
    with pytest.raises(W2VError, match="came without counts"):
        KeyedVectors(["a"], np.ones((1, 1))).get_vecattr("a", "count")
    zero = KeyedVectors(["a", "b"], np.zeros((2, 2)))
    for query, sentence in (
        (lambda: ours.get_mean_vector(["word1", "wrod2"], ignore_missing=False), "'wrod2' is not .* mean 'word2'"),
        (lambda: ours.get_mean_vector(["wrod2"]), "'wrod2' is not in the vocabulary .* mean 'word2'"),
        (lambda: ours.get_mean_vector(["x", "y"]), "none of the 2 words, 'x' and so on"),
        (lambda: ours.get_mean_vector([]), "a mean was asked of no words"),
        (
            lambda: ours.get_mean_vector(["word1", "word2"], [1.0]),
            r"2 words came with weights of shape \[1\]; .* one each",
        ),
        (lambda: ours.get_mean_vector(["word1", "word2"], 2), "2 words came with weights of one number for all"),
        (lambda: ours.get_mean_vector(["word1"], ["much"]), r"weights is \['much'\]; expected a list of numbers"),
        (lambda: ours.get_mean_vector(["word1", "word2"], [1, np.nan]), "weight number 1 is NaN or infinite"),
        (lambda: ours.get_mean_vector(["word1", "x"], [0, 1]), "the weights of 1 known word are all 0"),
        (lambda: ours.get_mean_vector([("word1", 2.0)], [1]), "weights are given twice"),
        (lambda: ours.rank_by_centrality(["word1", "wrod2"]), "'wrod2' is not in the vocabulary"),
        (lambda: ours.rank_by_centrality([]), r"given \[\]"),
        (lambda: ours.most_similar_to_given("word1", []), r"given \[\]"),
        (lambda: ours.most_similar_to_given("word1", ["wrod2"]), "mean 'word2'"),
        (
            lambda: ours.relative_cosine_similarity("word1", "word2", 0),
            "topn is 0; expected a whole number, at least 1",
        ),
        (lambda: zero.relative_cosine_similarity("a", "b"), "cosines of 'a' and the words nearest to it add up to 0"),
    ):
        with pytest.raises(W2VError, match=sentence):
            query()
    strangers = tmp_path / "pairs.tsv"
    strangers.write_text("nothing\tnobody\t3\n")
    with pytest.raises(W2VError, match=r"every pair in .* is not in the vocabulary"):
        ours.evaluate_word_pairs(strangers)


@pytest.mark.parametrize("name", ["v.bin", "v.txt", "v.vec", "v.bin.gz", "v.txt.gz"])
def test_saved_and_loaded_vectors_are_the_same(ours, tmp_path, name):
    ours.save(tmp_path / name)
    again = KeyedVectors.load(tmp_path / name)
    assert again.index_to_key == ours.index_to_key
    np.testing.assert_array_equal(again.vectors, ours.vectors)
    assert len(KeyedVectors.load(tmp_path / name, limit=4)) == 4


def test_word2vec_format_goes_by_the_flag_not_the_name(ours, tmp_path):
    for binary in (True, False):
        path = tmp_path / f"vectors-{binary}"
        ours.save_word2vec_format(path, binary=binary)
        again = KeyedVectors.load_word2vec_format(path, binary=binary)
        np.testing.assert_array_equal(again.vectors, ours.vectors)
        assert len(KeyedVectors.load_word2vec_format(path, binary=binary, limit=3)) == 3


def test_an_embedding_is_a_copy_that_learns_only_when_asked(ours, vectors):
    torch = pytest.importorskip("torch")
    frozen, free = ours.to_embedding(), ours.to_embedding(freeze=False)
    np.testing.assert_array_equal(frozen(torch.tensor([5])).detach()[0], vectors[5])
    assert not frozen.weight.requires_grad
    assert free.weight.requires_grad
    with torch.no_grad():
        free.weight.zero_()
    assert vectors.any()


def test_an_embedding_has_rows_for_unknown_words_and_for_padding_after_the_words(ours, vectors):
    torch = pytest.importorskip("torch")
    v = len(ours)
    embedding = ours.to_embedding(padding=True, unknown=True, freeze=False)
    assert (embedding.num_embeddings, embedding.padding_idx) == (v + 2, v + 1)
    weight = embedding.weight.detach().numpy()
    assert weight.dtype == np.float32
    np.testing.assert_array_equal(weight[:v], vectors)
    np.testing.assert_allclose(weight[v], vectors.mean(axis=0), rtol=1e-5, atol=1e-7)
    np.testing.assert_array_equal(weight[v + 1], 0)

    sentences = [[ours.index_to_key[3], "nosuchword"], [ours.index_to_key[0]]]
    ids = [torch.tensor([ours.get_index(word, v) for word in words]) for words in sentences]
    batch = torch.nn.utils.rnn.pad_sequence(ids, batch_first=True, padding_value=embedding.padding_idx)
    assert batch.tolist() == [[3, v], [0, v + 1]]
    embedding(batch).sum().backward()
    touched = embedding.weight.grad.any(dim=1)
    assert touched.nonzero().flatten().tolist() == [0, 3, v], "padding learns nothing"

    padded, unknown = ours.to_embedding(padding=True), ours.to_embedding(unknown=True)
    assert (padded.num_embeddings, padded.padding_idx) == (v + 1, v)
    assert (unknown.num_embeddings, unknown.padding_idx) == (v + 1, None)
    assert ours.to_embedding().num_embeddings == v


def test_the_row_of_unknown_words_is_that_of_unk_where_there_is_one():
    pytest.importorskip("torch")
    ours = KeyedVectors(["the", "<unk>", "cat"], np.eye(3))
    np.testing.assert_array_equal(ours.to_embedding(unknown=True).weight[3].numpy(), [0, 1, 0])
