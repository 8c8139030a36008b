"""What lesson 3 says: hierarchical softmax."""

import math

import numpy as np

from w2v import Word2Vec


def mean_length(names, length):
    counts = names["counts"]
    return sum(count * length[word] for word, count in counts.items()) / counts.total()


def apart(names, wv):
    """Whether any two words of one group are more similar than any two of different groups."""
    groups = names["groups"]
    pairs = [(one, other) for one in groups for other in groups if one < other]
    within = [wv.similarity(one, other) for one, other in pairs if groups[one] == groups[other]]
    across = [wv.similarity(one, other) for one, other in pairs if groups[one] != groups[other]]
    return min(within) > max(across)


def claim_twenty_questions(names, told):
    """A million words take about twenty."""
    assert round(math.log2(1_000_000)) == 20


def claim_the_has_a_short_code(names, told):
    """*the* has a short code, and words that occur once have the longest."""
    counts, codes = names["counts"], names["codes"]
    longest = max(map(len, codes.values()))
    assert len(codes["the"]) == min(map(len, codes.values()))
    assert all(len(codes[word]) >= longest - 1 for word in counts if counts[word] == 1)
    assert counts["feed"] == 1


def claim_no_code_begins_another(names, told):
    """No code is the beginning of another one, so that one can write words as bits without gaps and still read them"""
    codes = list(names["codes"].values())
    assert not [(a, b) for a in codes for b in codes if a != b and b.startswith(a)]
    assert " ".join(names["read"]) == "the cat chases the mouse"


def claim_their_mean_length_does_not_differ(names, told):
    """several trees that are equally good, so that some of its codes differ from ours. Their mean length does not."""
    assert math.isclose(names["ours"], names["theirs"])


def claim_codes_and_the_entropy(names, told):
    """no such code can be shorter on average, and Huffman's is never longer by a whole question."""
    for entropy, mean in ((names["entropy"], names["ours"]),):
        assert entropy <= mean < entropy + 1
    assert names["ours"] < 5 == math.ceil(math.log2(len(names["counts"])))


def claim_probabilities_sum_to_one(names, told):
    """Whatever the vectors are, these probabilities sum to one over all words"""
    generator = np.random.default_rng(5)
    for scale in (0.1, 1, 10):
        forks = {fork: scale * generator.normal(size=3) for fork in names["forks"]}
        hidden = generator.normal(size=3)
        total = sum(names["probability"](code, hidden, forks) for code in names["codes"].values())
        assert math.isclose(total, 1)
    assert len(forks) == len(names["codes"]) - 1


def claim_the_gradient_of_a_fork(names, told):
    """The gradient by a fork's score is what the fork expected less what came"""
    for bit in "01":
        forks = {"": np.array([1.0])}
        moved = [-math.log(names["probability"](bit, np.array([0.3 + step]), forks)) for step in (0, 1e-6)]
        expected = 1 / (1 + math.exp(-0.3)) - (bit == "0")
        assert math.isclose((moved[1] - moved[0]) / 1e-6, expected, abs_tol=1e-5)


def claim_one_step_for_one_word(names, told):
    """One step for one word:"""
    assert names["after"] > 2 * names["before"]


def claim_a_step_of_the_toolkit(names, told):
    """Of the eighteen forks six have changed, those on the ways of *the*, *dog* and *cat*."""
    step = names["found"].step
    assert {example.target for example in step.examples} == {"the", "dog", "cat"}
    assert {example.context for example in step.examples} == {("chases",)}
    assert step.loss_after < step.loss
    assert {decision.node for example in step.examples for decision in example.decisions} == {
        row.number for row in step.rows if row.table == "output"
    }
    assert step.changed == {"input": 1, "output": 6}


def claim_eat_stands_beside_we(names, told):
    """which words it expects beside *we*"""
    expected = [word for word, _ in names["model"].predict_output_word(["we"], topn=3)]
    assert "eat" in expected


def claim_the_tree_knows_nothing_of_meaning(names, told):
    """*chases* and *eat* share all decisions but the last, because they are equally frequent."""
    head, wv = names["model"].model.head(), names["model"].wv
    rows = [wv.get_index(word) for word in ("chases", "eat")]
    assert names["counts"]["chases"] == names["counts"]["eat"]
    assert head.points[rows[0]].equal(head.points[rows[1]])
    assert (head.signs[rows[0]] != head.signs[rows[1]]).sum() == 1


def claim_animals_and_fruit_are_apart(names, told):
    """Animals and fruit are apart here, too."""
    assert apart(names, names["model"].wv)
    for seed in range(2, 7):
        assert apart(names, Word2Vec(names["sentences"], config=names["model"].config, seed=seed).wv), seed


def claim_a_code_is_as_long_as_a_share_is_small(names, told):
    """that is about $-\\log_2$ of its share of the text."""
    lengths = np.array([len(names["world_codes"][word]) for word, _ in names["common"]])
    bits = -np.log2(names["share"])
    assert abs(lengths - bits).max() < 2
    assert names["mean"] < math.log2(len(names["common"])) - 1


def claim_one_decision_more(names, told):
    """the softmax takes twice as long, and the ways through the tree grow by about one decision."""
    counts = names["world_counts"]
    twice = {f"{word} {half}": count for word, count in counts.items() for half in "ab"}
    lengths = {word: len(code) for word, code in names["huffman"](twice).items()}
    mean = sum(counts[word[:-2]] * length for word, length in lengths.items()) / (2 * counts.total())
    assert abs(mean - names["mean"] - 1) < 0.1


def claim_packed(names, told):
    """Each word takes as many bits as its code is long."""
    assert names["packed"] < names["total"] * 5
    assert math.isclose(names["packed"] / names["total"], names["ours"])


def claim_many_plums(names, told):
    """It becomes as short as a code can be: *plum* is then more than half of the text"""
    assert len(names["many_plums"]["plum"]) == 1
    assert names["total"] < 100
    assert 0.5 < np.mean(list(names["longer"].values())) < 1.5


def claim_balanced_takes_more(names, told):
    """More than with Huffman's tree. The vectors learn much the same."""
    assert mean_length(names, names["length"]) > names["ours"]
    assert max(names["length"].values()) - min(names["length"].values()) == 1
    assert apart(names, names["balanced"].wv)
