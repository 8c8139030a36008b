"""Every query understands what is meant, whatever holds it, and refuses the rest in a sentence."""

import warnings

import numpy as np
import pytest
import torch
from matplotlib.text import Text
from typer.testing import CliRunner

from w2v.cli import app
from w2v.errors import UnknownWordError, W2VError
from w2v.plots.hierarchy.view import NodeSelection, view_of
from w2v.plots.words.groups import find_groups
from w2v.plots.words.selection import neighbourhood, rows_of
from w2v.plots.words.tree import plot_tree
from w2v.plots.words.two_models import align
from w2v.vectors import KeyedVectors, PoincareKeyedVectors
from w2v.vectors.terms import keys_of

V, D = 9, 4
WORDS = [f"w{i}" for i in range(V)]
TABLE = 0.1 * np.random.default_rng(0).normal(size=(V, D))


@pytest.fixture(scope="module", params=[KeyedVectors, PoincareKeyedVectors], ids=["flat", "ball"])
def kv(request):
    return request.param(WORDS, TABLE, np.arange(V, 0, -1))


ONE_WORD = {  # queries of one word
    "__getitem__": lambda kv, word: kv[word],
    "get_index": lambda kv, word: kv.get_index(word),
    "get_vector": lambda kv, word: kv.get_vector(word),
    "get_vecattr": lambda kv, word: kv.get_vecattr(word, "count"),
    "similarity": lambda kv, word: kv.similarity("w5", word),
    "distance": lambda kv, word: kv.distance(word, "w5"),
    "closer_than": lambda kv, word: kv.closer_than(word, "w5"),
    "rank": lambda kv, word: kv.rank("w5", word),
    "word_weight": lambda kv, word: kv.word_weight(word),
    "relative_cosine_similarity": lambda kv, word: kv.relative_cosine_similarity(word, "w5"),
    "closest_parent": lambda kv, word: kv.closest_parent(word),
    "closest_child": lambda kv, word: kv.closest_child(word),
    "ancestors": lambda kv, word: kv.ancestors(word),
    "descendants": lambda kv, word: kv.descendants(word),
}
WORD_OR_VECTOR = {
    "similar_by_word": lambda kv, term: kv.similar_by_word(term),
    "similar_by_vector": lambda kv, term: kv.similar_by_vector(term),
    "distances": lambda kv, term: kv.distances(term),
    "norm": lambda kv, term: kv.norm(term),
    "difference_in_hierarchy": lambda kv, term: kv.difference_in_hierarchy(term, "w5"),
}
TERMS = {  # one or several words or vectors
    "most_similar": lambda kv, terms: kv.most_similar(terms),
    "most_similar_cosmul": lambda kv, terms: kv.most_similar_cosmul(terms, terms),
    "get_mean_vector": lambda kv, terms: kv.get_mean_vector(terms),
}
SEVERAL = {  # lists of words
    "n_similarity": lambda kv, words: kv.n_similarity(words, ["w5"]),
    "doesnt_match": lambda kv, words: kv.doesnt_match(words),
    "most_correlated": lambda kv, words: kv.most_correlated(words),
    "keywords": lambda kv, words: kv.keywords(words),
    "sentence_vector": lambda kv, words: kv.sentence_vector(words),
    "sentence_vectors": lambda kv, words: kv.sentence_vectors([words, ["w5"]]),
    "sentence_similarity": lambda kv, words: kv.sentence_similarity(["w5"], words),
    "known": lambda kv, words: kv.known(words),
    "same_company": lambda kv, words: kv.same_company(words),
    "rank_by_centrality": lambda kv, words: kv.rank_by_centrality(words),
    "most_similar_to_given": lambda kv, words: kv.most_similar_to_given("w5", words),
    "wmdistance": lambda kv, words: kv.wmdistance(words, ["w5"]),
    "vectors_for_all": lambda kv, words: kv.vectors_for_all(words).vectors,
}
ONE_OR_SEVERAL = {"most_correlated", "same_company"}
MORE = {"distances to some": lambda kv, words: kv.distances("w5", words), "__getitem__ of some": lambda kv, w: kv[w]}
NUMBERED = {  # queries that take topn, or another number of answers
    "most_similar": lambda kv, **n: kv.most_similar("w1", **n),
    "most_similar_cosmul": lambda kv, **n: kv.most_similar_cosmul("w1", **n),
    "similar_by_word": lambda kv, **n: kv.similar_by_word("w1", **n),
    "similar_by_vector": lambda kv, **n: kv.similar_by_vector(TABLE[1], **n),
    "most_correlated": lambda kv, **n: kv.most_correlated("w1", **n),
    "same_company": lambda kv, **n: kv.same_company("w1", **n),
    "keywords": lambda kv, **n: kv.keywords(["w1", "w2", "w3"], **n),
    "most_general": lambda kv, **n: kv.most_general(**n),
}
NO_QUERIES = {  # and what goes by files, or takes no words
    "load", "save", "load_word2vec_format", "save_word2vec_format", "to_embedding", "get_normed_vectors",
    "evaluate_word_analogies", "evaluate_word_pairs", "vector_size", "norms", "geometry", "dtype",
    "sort_by_descending_frequency", "whiten", "all_but_the_top",
    "vectors", "counts", "vecattrs", "empty", "add_vector", "add_vectors", "remove_vectors", "set_vecattr",
    "score_analogies", "score_similarity", "save_pretrained", "from_pretrained", "push_to_hub", "composer",
}  # fmt: skip


def test_no_query_is_left_out():
    public = {name for name in dir(PoincareKeyedVectors) if not name.startswith("_")}
    tried = {*ONE_WORD, *WORD_OR_VECTOR, *TERMS, *SEVERAL, *NUMBERED, *NO_QUERIES}
    assert public <= tried


def has(kv, name):
    """Whether these vectors have the query: the ball's are not all flat space's, and cosines are not the ball's."""
    flat = ("most_similar_cosmul", "same_company", "relative_cosine_similarity")
    return hasattr(kv, name.split(" ")[0]) and not (name in flat and kv.geometry == "poincare")


def same(one, other):
    np.testing.assert_equal(one, other)


@pytest.mark.parametrize("name", [*ONE_WORD, *WORD_OR_VECTOR, *TERMS])
def test_one_word_may_be_a_string_of_numpys_or_an_index(kv, name):
    if has(kv, name):
        query = (ONE_WORD | WORD_OR_VECTOR | TERMS)[name]
        for word in (np.str_("w2"), 2, np.int64(2), np.array("w2"), np.array(2)):
            same(query(kv, word), query(kv, "w2"))


@pytest.mark.parametrize("name", [*TERMS, *SEVERAL, *MORE])
def test_words_may_be_held_by_anything(kv, name):
    if has(kv, name):
        query = (TERMS | SEVERAL | MORE)[name]
        words = ["w1", "w2", "w7"]
        expected = query(kv, words)
        for held in (
            tuple(words),
            np.array(words),
            np.array(words, dtype=object),
            dict.fromkeys(words).keys(),
            [1, 2, 7],
        ):
            same(query(kv, held), expected)
        if name not in TERMS:
            same(query(kv, np.array([1, 2, 7])), expected)
            same(query(kv, (word for word in words)), expected)
        assert query(kv, {"w1"}) is not None


@pytest.mark.parametrize("name", [*WORD_OR_VECTOR, *TERMS])
def test_a_vector_may_be_an_array_a_tensor_or_a_list_of_floats(kv, name):
    if has(kv, name):
        query = (WORD_OR_VECTOR | TERMS)[name]
        vector = np.float32([0.1, -0.2, 0.3, 0.05])
        expected = query(kv, vector)
        for held in (torch.from_numpy(vector), vector.tolist(), tuple(vector.tolist()), vector.astype(object)):
            same(query(kv, held), expected)
        whole = query(kv, np.zeros(D, int))
        same(query(kv, np.zeros(D)), whole)


def test_rows_of_a_matrix_are_several_vectors_and_weights_may_be_a_mapping(kv):
    rows = [TABLE[1], TABLE[2].tolist(), torch.tensor(TABLE[3])]
    same(kv.most_similar(np.stack(TABLE[1:4])), kv.most_similar(rows))
    weighed = [("w1", 0.5), ("w2", np.float32(2.0))]
    same(kv.most_similar({"w1": 0.5, "w2": 2}), kv.most_similar(weighed))
    same(kv.most_similar(("w1", 2.0)), kv.most_similar([("w1", 2)]))
    same(kv.most_similar([(TABLE[1], 2.0)]), kv.most_similar([(TABLE[1].tolist(), 2.0)]))


NO_WORDS = {
    "None": None, "a float": 1.5, "True": True, "bytes": b"w1", "an object": object(), "a set of None": {None},
    "nested words": [["w1"], ["w2"]], "words and None": ["w1", None], "complex": np.ones(D, complex) / 9,
    "booleans": np.ones(D, bool), "a cube": np.zeros((2, 2, D)), "other shape": np.zeros(D + 1), "nothing": [],
    "NaN": np.full(D, np.nan), "infinite": np.full(D, -np.inf), "NaNs listed": [0.1, 0.2, 0.3, float("nan")],
    "beyond float32": np.full(D, 1e300), "an index too large": V, "a negative index": -1, "an empty string": "",
    "a type": np.float32, "weighed by a word": [("w1", "w2")], "weighed by NaN": [("w1", np.nan)],
    "learning": torch.ones(D, requires_grad=True),
}  # fmt: skip


@pytest.mark.parametrize("nonsense", NO_WORDS.values(), ids=NO_WORDS)
@pytest.mark.parametrize("name", [*ONE_WORD, *WORD_OR_VECTOR, *TERMS, *SEVERAL])
def test_what_is_no_word_and_no_vector_is_told_in_a_sentence(kv, name, nonsense):
    allowed = name in ("__getitem__", "sentence_vector", "sentence_vectors", "wmdistance")
    if not has(kv, name) or (allowed and isinstance(nonsense, list) and not nonsense):
        return
    query = (ONE_WORD | WORD_OR_VECTOR | TERMS | SEVERAL)[name]
    with pytest.raises(W2VError) as caught:
        query(kv, nonsense)
    assert 20 < len(str(caught.value)) < 240


@pytest.mark.parametrize("words", ["w1", None, 3, b"w1", object()], ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("name", [*(name for name in SEVERAL if name not in ONE_OR_SEVERAL), "distances to some"])
def test_one_word_is_no_list_of_words(kv, name, words):
    with pytest.raises(W2VError, match="expected a list of one or more words, and was given"):
        (SEVERAL | MORE)[name](kv, words)


def test_what_is_no_word_is_not_among_the_words(kv):
    for nonsense in (None, True, 1.5, b"w1", ["w1"], np.array(["w1", "w2"]), V, -1, "w99"):
        assert nonsense not in kv
        assert kv.get_index(nonsense, -1) == -1
    assert "w1" in kv
    assert np.int64(3) in kv


def test_a_vector_without_an_answer_is_told_and_names_the_number(kv):
    vector = np.array([0.1, np.inf, 0.2, np.nan])
    for query in (kv.most_similar, kv.similar_by_vector, kv.distances):
        with pytest.raises(W2VError, match="whose number 1 is NaN, infinite or too large; expected finite numbers"):
            query(vector)


@pytest.mark.parametrize("scale", [1e-30, 1e20, 1e37])
def test_the_length_of_a_single_vector_does_not_matter(scale):
    """In float32 the square of 1e20 is infinite, and then everything would be similar to it by 0."""
    kv = KeyedVectors(WORDS, TABLE)
    for query in (
        lambda term: kv.most_similar(term, topn=None),
        lambda term: kv.most_similar_cosmul(term, topn=None),
        kv.distances,
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = query(TABLE[1] * scale)
        np.testing.assert_allclose(found, query(TABLE[1]), atol=1e-6)


@pytest.mark.parametrize("name", NUMBERED)
def test_topn_is_a_whole_number_or_none_for_all(kv, name):
    if not has(kv, name):
        return
    query = NUMBERED[name]
    assert query(kv, topn=0) == []
    assert query(kv, topn=np.int64(2)) == query(kv, topn=2)
    assert len(query(kv, topn=2)) == 2
    assert len(query(kv, topn=None)) == (3 if name == "keywords" else V)
    assert len(query(kv, topn=10**30)) >= 3
    for wrong in (-1, 2.0, 2.5, "2", True, float("nan"), [2]):
        with pytest.raises(W2VError, match=r"topn is .*; expected a whole number, at least 0, or None for all"):
            query(kv, topn=wrong)


@pytest.mark.parametrize("name", [name for name in NUMBERED if name != "keywords"])
def test_restrict_vocab_is_a_whole_number_from_1(kv, name):
    if not has(kv, name):
        return
    query = NUMBERED[name]
    assert query(kv, restrict_vocab=np.int64(4)) == query(kv, restrict_vocab=4)
    for wrong in (0, -1, 4.0, "4", True):
        with pytest.raises(
            W2VError, match=r"restrict_vocab is .*; expected a whole number, at least 1, or None for all"
        ):
            query(kv, restrict_vocab=wrong)


def test_files_of_questions_are_scored_on_a_whole_number_of_words(kv, tmp_path):
    (tmp_path / "q.txt").write_text(": one\nw1 w2 w3 w4\n")
    (tmp_path / "p.tsv").write_text("w1\tw2\t3\nw3\tw4\t1\nw5\tw6\t2\n")
    for score, file in ((kv.evaluate_word_analogies, "q.txt"), (kv.evaluate_word_pairs, "p.tsv")):
        with pytest.raises(W2VError, match="restrict_vocab is -1; expected a whole number"):
            score(tmp_path / file, restrict_vocab=-1)


def test_descendants_end_after_max_depth(kv):
    if kv.geometry == "poincare":
        every = kv.descendants("w0", max_depth=None)
        assert kv.descendants("w0", np.int64(2)) == every[:2]
        assert kv.descendants("w0", 0) == []
        with pytest.raises(W2VError, match="max_depth is -1; expected a whole number"):
            kv.descendants("w0", -1)


def test_doesnt_match_answers_with_a_word_when_asked_by_indices(kv):
    answer = kv.doesnt_match(["w1", "w2", "w3"])
    assert type(kv.doesnt_match(np.array(["w1", "w2", "w3"]))) is str
    assert kv.doesnt_match([1, 2, 3]) == kv.doesnt_match({"w3", "w1", "w2"}) == answer
    assert kv.doesnt_match(["w1", 1]) == "w1", "a tie"


def test_where_nothing_is_left_the_answer_is_empty():
    for kind in (KeyedVectors, PoincareKeyedVectors):
        one, three = kind(["a"], [[0.1, 0.2]]), kind(["a", "b", "c"], [[0.1, 0.2], [0.2, 0.1], [0.3, 0.3]])
        assert one.most_similar("a") == one.similar_by_word("a") == one.most_correlated("a") == []
        assert three.most_similar(["b", "c"], ["a"]) == []
        assert one.closer_than("a", "a") == []


@pytest.mark.parametrize(
    ("arguments", "file"),
    [(["nn", "one.txt", "a"], "1 2\na 1 2\n"), (["analogy", "three.txt", "a", "b", "c"], "3 2\na 1 2\nb 2 1\nc 3 3\n")],
    ids=["nn", "analogy"],
)
def test_on_the_command_line_an_empty_answer_is_a_note(tmp_path, monkeypatch, arguments, file):
    monkeypatch.chdir(tmp_path)
    (tmp_path / arguments[1]).write_text(file)
    done = CliRunner().invoke(app, arguments)
    assert (done.exit_code, done.stdout) == (0, "")
    assert f"no word is left to answer with; the model knows {file[0]}, and all were asked for" in done.stderr


def test_weights_have_no_place_in_a_product():
    with pytest.raises(W2VError, match="most_similar_cosmul knows no weights"):
        KeyedVectors(WORDS, TABLE).most_similar_cosmul([("w1", 2.0)])


@pytest.mark.parametrize(
    ("words", "vectors", "counts", "sentence"),
    [
        ("abc", np.eye(3), None, "words is one string, 'abc'; expected a list"),
        (["a", None, "c"], np.eye(3), None, "words must be a list of strings"),
        (None, np.eye(3), None, "words must be a list of strings"),
        (["a", "b"], [["x", "y"], [1, 2]], None, "vectors must be numbers"),
        (["a", "b"], [[1, 2], [3]], None, "vectors must be numbers"),
        (["a", "b"], np.eye(2), ["many", "few"], "counts must be numbers"),
    ],
)
def test_vectors_are_made_of_strings_and_numbers(words, vectors, counts, sentence):
    with pytest.raises(W2VError, match=sentence):
        KeyedVectors(words, vectors, counts)


def test_words_of_numpy_become_plain_strings():
    kv = KeyedVectors(np.array(["a", "b"]), np.eye(2))
    assert [type(word) for word in kv.index_to_key] == [str, str]


def test_the_first_unknown_word_is_told_also_from_an_array(kv):
    with pytest.raises(UnknownWordError, match="'w99' is not in the vocabulary of 9 words"):
        kv.most_similar(np.array(["w1", "w99"]))


SHOWN = {  # what draws some words, or prepares to
    "rows_of": lambda kv, words: rows_of(kv, words),
    "neighbourhood": lambda kv, words: neighbourhood(kv, words),
    "find_groups": lambda kv, words: find_groups(kv, words, 2),
    "align": lambda kv, words: align(kv, kv, words).words,
    "plot_tree": lambda kv, words: [text.get_text() for text in plot_tree(kv, words).findobj(Text)],
}


@pytest.mark.parametrize("name", SHOWN)
def test_words_to_be_drawn_may_be_held_by_anything(name):
    kv, draw = KeyedVectors(WORDS, TABLE, np.arange(V, 0, -1)), SHOWN[name]
    words = ["w1", "w2", "w7", "w3"]
    expected = draw(kv, words)
    for held in (tuple(words), np.array(words), [1, 2, 7, 3], np.array([1, 2, 7, 3]), (word for word in words)):
        same(draw(kv, held), expected)
    for wrong in ("w1", 3, b"w1", [None], ["w1", None, "w2", "w3"], [["w1"]]):
        with pytest.raises(W2VError, match=r"was given"):
            draw(kv, wrong)


def test_nodes_of_a_disc_may_be_held_by_anything():
    kv = PoincareKeyedVectors(WORDS, TABLE)
    edges = np.array([[i, 0] for i in range(1, V)])

    def names_of(words):
        return view_of(kv, edges, NodeSelection(words=words, top=9)).names

    expected = names_of(["w0", "w1", "w2"])
    for held in (np.array(["w0", "w1", "w2"]), [0, 1, 2]):
        assert names_of(held) == expected
    with pytest.raises(W2VError, match="expected a list of one or more words, and was given 'w0'"):
        names_of("w0")


def test_a_sentence_that_is_not_cut_is_told_how():
    with pytest.raises(
        W2VError, match=r"was given 'the cat'; write \['the cat'\], or for a sentence 'the cat'.split\(\)"
    ):
        keys_of("the cat")
    with pytest.raises(W2VError, match=r"was given 'cat'; write \['cat'\]"):
        keys_of("cat")
