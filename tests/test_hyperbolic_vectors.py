"""PoincareKeyedVectors answer by distance and by norm; where gensim's answer the same question, the answers agree."""

import json

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.base.config import Config
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import UnknownWordError, W2VError
from w2v.geometry import POINCARE, mobius_add, translate
from w2v.vectors import KeyedVectors, PoincareKeyedVectors


def scattered(n: int = 40, size: int = 3, seed: int = 0, radius: float = 6.0) -> np.ndarray:
    """n points of the ball up to `radius` from its centre: [n, size]."""
    generator = np.random.default_rng(seed)
    directions = generator.normal(size=(n, size))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return directions * np.tanh(generator.uniform(0, radius, (n, 1)) / 2)


WORDS = [f"word{i}" for i in range(40)]


@pytest.fixture(scope="module")
def ours():
    return PoincareKeyedVectors(WORDS, scattered())


@pytest.fixture(scope="module")
def theirs():
    from gensim.models.poincare import PoincareKeyedVectors as Gensims

    vectors = Gensims(3, 0, dtype=np.float64)
    vectors.add_vectors(WORDS, scattered())
    return vectors


def test_distances_and_norms_are_gensims(ours, theirs):
    assert ours.distance("word3", "word5") == pytest.approx(theirs.distance("word3", "word5"))
    assert ours.similarity("word3", "word5") == pytest.approx(theirs.similarity("word3", "word5"))
    np.testing.assert_allclose(ours.distances("word3"), theirs.distances("word3"), atol=1e-7)
    some = ["word7", "word0"]
    np.testing.assert_allclose(ours.distances("word3", some), theirs.distances("word3", some))
    assert ours.norm("word3") == pytest.approx(theirs.norm("word3"))
    difference = theirs.difference_in_hierarchy("word3", "word5")
    assert ours.difference_in_hierarchy("word3", "word5") == pytest.approx(difference)


def test_neighbours_are_gensims(ours, theirs):
    for word in WORDS[1:]:  # gensim finds the first word among its own neighbours
        expected = theirs.most_similar(word, topn=5)
        found = ours.most_similar(word, topn=5)
        assert [name for name, _ in found] == [name for name, _ in expected]
        assert [distance for _, distance in found] == pytest.approx([distance for _, distance in expected])
    assert "word0" not in dict(ours.most_similar("word0"))
    assert ours.rank("word3", ours.most_similar("word3")[1][0]) == 2
    assert ours.closer_than("word3", ours.most_similar("word3")[1][0]) == [ours.most_similar("word3")[0][0]]


def test_the_hierarchy_is_gensims(ours, theirs):
    for word in WORDS:
        assert ours.closest_parent(word) == theirs.closest_parent(word)
        assert ours.closest_child(word) == theirs.closest_child(word)
        assert ours.ancestors(word) == theirs.ancestors(word)
        descendants = ours.descendants(word, max_depth=3)
        assert descendants == theirs.descendants(word, max_depth=len(descendants))  # it fails beyond the lowest


def test_a_way_down_ends_where_nothing_is_lower(ours):
    lowest = ours.most_general(topn=None)[-1][0]
    assert ours.closest_child(lowest) is None
    assert ours.descendants(lowest) == []
    assert ours.ancestors(ours.most_general(1)[0][0]) == []
    down = ours.descendants("word3", max_depth=100)
    norms = [ours.norm(word) for word in ["word3", *down]]
    assert norms == sorted(norms)
    assert ours.closest_child(down[-1]) is None


def test_the_most_general_words_are_the_shortest(ours):
    lengths = np.linalg.norm(scattered(), axis=1)
    expected = [WORDS[i] for i in np.argsort(lengths)]
    assert [word for word, _ in ours.most_general(topn=None)] == expected
    assert ours.most_general(2) == [(word, pytest.approx(ours.norm(word))) for word in expected[:2]]
    assert {word for word, _ in ours.most_general(3, restrict_vocab=3)} == set(WORDS[:3])


def test_near_points_keep_the_digits_of_their_distance():
    points = np.array([[0.5, 0.5], [0.5 + 1e-9, 0.5]])
    found = PoincareKeyedVectors(["a", "b"], points).distance("a", "b")
    assert found == pytest.approx(naive.ball_distance(*points), rel=1e-6)
    assert found > 3e-9


def test_several_words_ask_for_what_is_near_their_mean(ours):
    mean = POINCARE.frechet_mean(ours[["word1", "word2", "word3"]])
    expected = [pair for pair in ours.most_similar(mean, topn=13) if pair[0] not in ("word1", "word2", "word3")][:10]
    found = ours.most_similar(["word1", "word2", "word3"])
    assert [word for word, _ in found] == [word for word, _ in expected]
    assert [distance for _, distance in found] == pytest.approx([distance for _, distance in expected])
    pulled = ours.most_similar([("word1", 1e9), "word2"], topn=1)
    assert pulled[0][0] == next(word for word, _ in ours.most_similar("word1") if word != "word2")


@given(st.integers(0, 10**6), st.integers(1, 5))
def test_an_analogy_carries_a_step_along_a_geodesic(seed, size):
    """A planted parallelogram: the way from a to b, moved by the translation along the geodesic from a to c."""
    a, b, c, *others = scattered(8, size, seed, radius=3)
    middle = POINCARE.geodesic(a, c, 0.5)
    there = translate(c, middle)  # a and c are now opposite, and the translation from one to the other takes 0 to 2c'
    moved = mobius_add(POINCARE.geodesic(np.zeros(size), there, 2.0), translate(b, middle))
    answer = mobius_add(middle, moved)
    vectors = PoincareKeyedVectors(list("abcdefghi"), np.stack([a, b, c, answer, *others]))
    distances = vectors.most_similar(positive=["b", "c"], negative=["a"], topn=None)
    assert distances[3] == pytest.approx(0, abs=1e-6)
    found = vectors.most_similar(positive=["b", "c"], negative=["a"], topn=1)
    assert found[0][1] <= distances[3] + 1e-12


def test_means_and_odd_ones_out(ours):
    one, other = (POINCARE.frechet_mean(ours[words]) for words in (WORDS[:3], WORDS[3:5]))
    assert ours.n_similarity(WORDS[:3], WORDS[3:5]) == pytest.approx(1 / (1 + naive.ball_distance(one, other)))
    near = [word for word, _ in ours.most_similar("word3", topn=4)]
    far = WORDS[int(ours.distances("word3").argmax())]
    assert ours.doesnt_match([*near, far]) == far


def test_means_may_be_weighed_and_words_ranked_by_how_near_they_are_to_theirs(ours):
    points, weights = ours[WORDS[:4]], [1.0, 0.5, 0.0, 2.0]
    expected = POINCARE.frechet_mean(points, np.array(weights))
    asked = ["word0", points[1], "word2", "nothing", 3]
    np.testing.assert_allclose(ours.get_mean_vector(asked, [1.0, 0.5, 0.0, 9.0, 2.0]), expected, atol=1e-9)
    np.testing.assert_allclose(ours.get_mean_vector({"word0": 1, "word1": 0.5, "word3": 2}), expected, atol=1e-9)
    mean = ours.get_mean_vector(WORDS[:4])
    ranked = ours.rank_by_centrality(WORDS[:4])
    by_hand = [(1 / (1 + naive.ball_distance(mean, ours[word])), word) for word in WORDS[:4]]
    assert [word for _, word in ranked] == [word for _, word in sorted(by_hand, reverse=True)]
    assert [score for score, _ in ranked] == pytest.approx([score for score, _ in sorted(by_hand, reverse=True)])
    assert (
        ours.most_similar_to_given("word3", [word for word, _ in ours.most_similar("word3")])
        == (ours.most_similar("word3", topn=1)[0][0])
    )
    for query, sentence in (
        (lambda: ours.get_mean_vector(["word0"], pre_normalize=True), "pre_normalize scales vectors to length one"),
        (lambda: ours.get_mean_vector(["word0"], post_normalize=True), "post_normalize scales vectors to length one"),
        (lambda: ours.get_mean_vector(["word0", "word1"], [1, -1]), "weights must be finite and not negative"),
        (lambda: ours.get_mean_vector([np.ones(3)]), "points of the Poincaré ball are shorter than 1"),
        (lambda: ours.rank_by_centrality(["word0"], use_norm=True), "use_norm scales vectors to length one"),
    ):
        with pytest.raises(W2VError, match=sentence):
            query()


def test_all_distances_and_restricted_ones(ours):
    every = ours.most_similar("word3", topn=None)
    np.testing.assert_array_equal(every, ours.distances("word3"))
    assert ours.most_similar("word3", topn=None, restrict_vocab=5).shape == (5,)
    assert {word for word, _ in ours.most_similar("word3", restrict_vocab=5)} == {*WORDS[:5]} - {"word3"}


def test_what_has_no_answer_is_told(ours):
    with pytest.raises(UnknownWordError, match="Did you mean 'word3"):
        ours.closest_parent("wrd3")
    with pytest.raises(W2VError, match="given no words"):
        ours.most_similar()
    with pytest.raises(W2VError, match=r"1 positive and 1 negative words. Points of hyperbolic space cannot be subtr"):
        ours.most_similar(positive=["word1"], negative=["word2"])
    with pytest.raises(W2VError, match="without weights"):
        ours.most_similar(positive=[("word1", 2.0), "word2"], negative=["word3"])
    with pytest.raises(W2VError, match="use most_similar"):
        ours.most_similar_cosmul("word1")
    with pytest.raises(W2VError, match="a vector of length 2 was given"):
        ours.norm(np.array([2.0, 0, 0]))
    with pytest.raises(W2VError, match=r"shape \[2\] was given; these have shape \[3\]"):
        ours.distances(np.zeros(2))


def test_points_lie_within_the_ball():
    with pytest.raises(W2VError, match=r"'b' \(number 1\) is 1 long, .* shorter than 1"):
        PoincareKeyedVectors(["a", "b"], np.eye(2)[[1, 0]] * [[1, 0.5]])
    with pytest.raises(W2VError, match="NaN or infinity"):
        PoincareKeyedVectors(["a"], np.array([[np.nan]]))


def test_vectors_are_float64_and_read_only(ours):
    assert ours.vectors.dtype == np.float64
    assert ours.to_embedding().weight.numpy().dtype == np.float64
    with pytest.raises(ValueError, match="read-only"):
        ours.vectors[0] = 0
    assert repr(ours) == "PoincareKeyedVectors(40 words, 3 dimensions)"


def test_sentences_are_frechet_means_and_so_is_the_row_of_unknown_words(ours):
    words = ["word1", "word5", "word9"]
    mean = POINCARE.frechet_mean(ours[words])
    with pytest.warns(UserWarning, match="1 of 2 sentences"):
        rows = ours.sentence_vectors([words, []], mean=True)
    np.testing.assert_allclose(rows, [mean, np.zeros(3)], atol=1e-9)
    np.testing.assert_allclose(ours.sentence_vector([*words, "nosuchword"]), mean, atol=1e-9)
    alike = ours.sentence_similarity([*words, "nosuchword"], ["word2"])
    assert alike == pytest.approx(1 / (1 + ours.distances(mean, ["word2"])[0]))
    weight = ours.to_embedding(unknown=True, padding=True).weight.numpy()
    np.testing.assert_allclose(weight[40:], [POINCARE.frechet_mean(ours.vectors), np.zeros(3)], atol=1e-9)


def test_text_keeps_every_digit(ours, tmp_path):
    points = np.array([[1 - 1e-12, 0], [0.1, 0.2]])
    for name in ("v.txt", "v.vec.gz"):
        PoincareKeyedVectors(["rim", "mid"], points).save(tmp_path / name)
        back = PoincareKeyedVectors.load(tmp_path / name)
        assert isinstance(back, PoincareKeyedVectors)
        np.testing.assert_array_equal(back.vectors, points)
    ours.save_word2vec_format(tmp_path / "v")
    np.testing.assert_array_equal(PoincareKeyedVectors.load_word2vec_format(tmp_path / "v").vectors, ours.vectors)
    assert type(KeyedVectors.load_word2vec_format(tmp_path / "v")) is KeyedVectors


def test_binary_files_cannot_hold_points(ours, tmp_path):
    with pytest.raises(W2VError, match=r"holds float32, .* Write text"):
        ours.save(tmp_path / "v.bin")
    with pytest.raises(W2VError, match=r"holds float32, .* Write text"):
        ours.save_word2vec_format(tmp_path / "v.bin", binary=True)
    assert not list(tmp_path.iterdir())


def folder(path, config: dict, table: np.ndarray):
    from safetensors.numpy import save_file

    path.mkdir()
    (path / "config.json").write_text(json.dumps(config))
    Vocabulary(WORDS[: len(table)], np.arange(len(table), 0, -1)).save(path / "vocab.txt")
    output = np.hstack([table, table[:, :1]])  # a point and a bias
    save_file({"input": table, "output": output}, path / "tables.safetensors")
    return path


def test_a_folder_tells_its_geometry(tmp_path):
    points = scattered(5)
    ball = KeyedVectors.load(folder(tmp_path / "ball", {"geometry": "poincare", "epochs": 3}, points))
    assert type(ball) is PoincareKeyedVectors
    np.testing.assert_array_equal(ball.vectors, points)
    assert ball.get_vecattr("word1", "count") == 4
    flat = KeyedVectors.load(folder(tmp_path / "flat", {"geometry": "euclidean"}, points), limit=2)
    assert type(flat) is KeyedVectors
    np.testing.assert_array_equal(flat.vectors, points[:2].astype(np.float32))
    with pytest.raises(W2VError, match=r"holds vectors of euclidean geometry, and PoincareKeyedVectors .* with KeyedV"):
        PoincareKeyedVectors.load(tmp_path / "flat")
    with pytest.raises(W2VError, match="'spherical' geometry, which is not known"):
        KeyedVectors.load(folder(tmp_path / "round", {"geometry": "spherical"}, points))
    (tmp_path / "flat" / "config.json").write_text("{")
    with pytest.raises(W2VError, match=r"config.json is damaged"):
        KeyedVectors.load(tmp_path / "flat")


def test_the_text_heads_table_becomes_points_of_the_ball(tmp_path):
    """The table holds space-like coordinates on the hyperboloid, sinh d from the origin; the ball has tanh d/2."""
    along = np.array([[0.0], [1.0], [12.0]])
    Config(head="poincare", vector_size=1).save(tmp_path / "config.json")
    config = json.loads((tmp_path / "config.json").read_text())
    vectors = KeyedVectors.load(folder(tmp_path / "text", config, np.sinh(along).astype(np.float32)))
    assert type(vectors) is PoincareKeyedVectors
    np.testing.assert_allclose(vectors.vectors, np.tanh(along / 2), rtol=1e-7)
    assert vectors.distance("word0", "word2") == pytest.approx(12, rel=1e-6)
