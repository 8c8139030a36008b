"""What lesson 1 says: from counts to vectors."""

import math

import numpy as np

from w2v import Word2Vec

WITHIN = [("dog", "cat"), ("dog", "mouse"), ("cat", "mouse"), ("apple", "pear"), ("apple", "plum"), ("pear", "plum")]
ACROSS = [(animal, fruit) for animal in ("dog", "cat", "mouse") for fruit in ("apple", "pear", "plum")]


def cosines(names, vectors, pairs):
    number = names["number"]
    return [names["cosine"](vectors[number[a]], vectors[number[b]]) for a, b in pairs]


def claim_the_is_a_quarter(names, told):
    """As in every language a few words make up most of the text: *the* alone is a quarter of it."""
    counts = names["counts"]
    assert 0.2 < counts["the"] / counts.total() < 0.3
    assert sum(count for _, count in counts.most_common(7)) > counts.total() / 2


def claim_one_hot_vectors_say_nothing(names, told):
    """Any two different words are equally far apart, $\\sqrt 2$, and their inner product is 0."""
    one_hot = names["one_hot"]
    assert np.array_equal(one_hot @ one_hot.T, np.eye(names["V"]))
    assert told.count(str(math.sqrt(2))) == 2


def claim_windows(names, told):
    """the words up to $k$ places to the left and to the right."""
    found = list(names["pairs_of"](list("abcdef"), 2))
    assert [other for centre, other in found if centre == "c"] == list("abde")
    assert [other for centre, other in found if centre == "a"] == list("bc")


def claim_the_table_is_symmetric(names, told):
    """The table is symmetric: if *dog* stands beside *chases*, then *chases* stands beside *dog*."""
    table, the = names["table"], names["number"]["the"]
    assert np.array_equal(table, table.T)
    assert table[names["number"]["dog"], names["number"]["chases"]] > 0
    assert table.sum(axis=1).argmax() == the


def claim_counts_say_something(names, told):
    """Two animals are more similar than an animal and a fruit, but by less than we would like."""
    within, across = (np.mean(cosines(names, names["table"], pairs)) for pairs in (WITHIN, ACROSS))
    assert within > across + 0.02
    assert across > 0.5


def claim_the_vocabulary(names, told):
    """Here $V$ is 19"""
    assert names["V"] == 19


def claim_a_product_takes_out_a_row(names, told):
    """a one-hot vector takes out one row, so that nobody ever multiplies"""
    assert np.array_equal(names["one_hot"] @ names["vectors"], names["vectors"])


def claim_the_gradient_is_prediction_less_truth(names, told):
    """the gradient by the scores is the prediction less the truth"""
    scores, softmax = np.random.default_rng(1).normal(size=6), names["softmax"]
    gradient = softmax(scores) - np.eye(6)[2]
    moved = scores + 1e-6 * np.eye(6)
    numeric = (-np.log(softmax(moved)[:, 2]) + np.log(softmax(scores)[2])) / 1e-6
    assert np.allclose(gradient, numeric, atol=1e-5)


def claim_the_loss_begins_at_log_v(names, told):
    """the model finds every word equally likely: the loss is $\\log V$."""
    assert math.isclose(names["losses"][0], math.log(names["V"]))


def claim_no_model_of_pairs_does_better(names, told):
    """the lowest loss is the **entropy** of the context given the centre."""
    assert names["floor"] < min(names["losses"])
    assert names["floor"] < names["long_losses"][-1]


def claim_more_than_half_of_the_way(names, told):
    """With two numbers a word the model comes more than half of the way from the upper line to the lower one."""
    upper, lower, reached = names["without_centre"], names["floor"], names["losses"][-1]
    assert lower < reached < upper
    assert (upper - reached) / (upper - lower) > 0.5
    assert names["losses"][0] > upper


def claim_words_that_keep_the_same_company(names, told):
    """Words that keep the same company have to share what little room there is, and so they end in the same place."""
    assert min(cosines(names, names["trained"], WITHIN)) > 0.8
    assert min(cosines(names, names["trained"], WITHIN)) > max(cosines(names, names["trained"], ACROSS))


def claim_ten_times_the_words(names, told):
    """Ten times the words take ten times as long, or more"""
    small, middle, large = names["took"]
    assert middle > 3 * small
    assert large > 3 * middle
    assert names["days"] > 3, "word2vec does it in seconds"


def claim_the_toolkit_finds_the_same(names, told):
    """`w2v` has the full softmax as well, as one of its output heads."""
    for seed in (1, 2, 3):
        run = Word2Vec(names["sentences"], config=names["model"].config, seed=seed)
        cosine = run.wv.similarity
        assert np.mean([cosine(a, b) for a, b in WITHIN]) > np.mean([cosine(a, b) for a, b in ACROSS]) + 0.5
    assert "nearest to dog among these: cat" in told


def claim_a_formula_for_pairs(names, told):
    """together, on each side: $2kn - k(k+1)$."""
    for n in range(2, 9):
        for k in range(1, n):
            assert len(list(names["pairs_of"](["a"] * n, k))) == 2 * k * n - k * (k + 1)


def claim_by_heart(names, told):
    """It comes very close, and the vectors have become a copy of the counts."""
    assert names["long_losses"][-1] < names["floor"] + 0.05


def claim_each_word_has_its_direction(names, told):
    """each word has a direction of its own: *dog* and *cat* have moved away from each other."""
    [few], [many] = (cosines(names, names[table], [("dog", "cat")]) for table in ("trained", "by_heart"))
    assert many < few
    assert many > np.mean(cosines(names, names["by_heart"], ACROSS))


def claim_the_gradient_sums_to_zero(names, told):
    """What one word's score wins, the others lose together."""
    assert told.endswith("True")
