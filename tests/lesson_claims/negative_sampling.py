"""What lesson 2 says: negative sampling."""

import math

import numpy as np

from w2v import Word2Vec


def apart(names, vectors):
    """Whether each animal is more similar to every other animal than to any fruit, and the other way round."""
    number, groups = names["number"], names["groups"]
    unit = {word: vectors[number[word]] / np.linalg.norm(vectors[number[word]]) for word in groups}
    return all(
        min(unit[word] @ unit[other] for other in groups if groups[other] == group)
        > max(unit[word] @ unit[other] for other in groups if groups[other] != group)
        for word, group in groups.items()
    )


def in_order(names, wv):
    return wv.vectors[[wv.get_index(word) for word in names["words"]]]


def claim_the_would_be_a_quarter_of_the_noise(names, told):
    """Drawn as they stand in the text, a quarter of them would be *the*."""
    assert 0.2 < names["share"][names["number"]["the"]] < 0.3


def claim_a_middle_way(names, told):
    """the count to the power of 3/4."""
    chance, count = names["chance"], names["count"]
    assert math.isclose(chance.sum(), 1)
    assert np.allclose((chance / chance[0]) ** 4, (count / count[0]) ** 3)


def claim_all_of_it_in_twenty_lines(names, told):
    """Each step draws fresh negative samples for every pair, and moves both tables a little downhill."""
    code = names["train"].__code__
    lines = {line for _, _, line in code.co_lines() if line}
    assert max(lines) - min(lines) + 1 <= 20


def claim_a_coins_toss(names, told):
    """At first all scores are 0, and each of the six answers is a coin's toss: $6 \\log 2$."""
    assert math.isclose(names["losses"][0], 6 * math.log(2), rel_tol=1e-5)


def claim_the_loss_does_not_fall_to_zero(names, told):
    """The loss does not fall to 0, and it cannot"""
    assert 1 < np.mean(names["losses"][-20:]) < 0.8 * names["losses"][0]


def claim_animals_are_apart_from_fruit(names, told):
    """Animals are apart from fruit, and nobody said what an animal is."""
    assert apart(names, names["vectors"])


def claim_whatever_the_seed(names, told):
    """What stays is that the groups are apart."""
    for seed in range(2, 12):
        assert apart(names, names["train"](seed=seed)[0]), seed


def claim_five_hundred_passes(names, told):
    """A run on so short a text passes it five hundred times."""
    assert len(names["model"].history) == 500
    assert Word2Vec().head == "ns", "what you get when you ask for nothing else"


def claim_the_head_finds_the_same(names, told):
    """In the toolkit this is the head `ns`"""
    for seed in range(1, 11):
        run = Word2Vec(names["sentences"], config=names["model"].config, seed=seed)
        assert apart(names, in_order(names, run.wv)), seed


def claim_the_same_loss(names, told):
    """Is it really the same?"""
    assert math.isclose(names["by_hand"], names["by_head"], rel_tol=1e-5)


def claim_the_target_is_not_counted(names, told):
    """a negative sample that happens to be the target is not counted, as in word2vec."""
    import torch

    head, hidden, target = names["head"], names["hidden"], names["target"]
    with torch.no_grad():
        four, five = (head(hidden[None], torch.tensor([target]), noise=torch.tensor(n))[0] for n in ([0], [target]))
        assert five == -torch.nn.functional.logsigmoid(hidden @ head.output[target])
        assert four != five


def claim_king_and_queen(names, told):
    """$v_{king} - v_{man} + v_{woman}$ lies near $v_{queen}$."""
    found = names["large"].wv.most_similar(positive=["king", "woman"], negative=["man"], topn=1)
    assert found[0][0] == "queen"
    assert "\nqueen\n" in told


def claim_more_than_company(names, told):
    """With enough text, more than company shows."""
    assert names["score"] > 0.5


def claim_softmax_takes_longer(names, told):
    """The softmax needs an inner product with every word of the vocabulary, negative sampling with six words"""
    assert names["seconds"]["softmax"] > 2 * names["seconds"]["ns"]


def claim_pulled_together(names, told):
    """all vectors end in one direction, and all words are similar to each other."""
    assert min(names["cosines"](names["pulled"])) > 0.95
    assert names["pull_losses"][-1] < 0.01


def claim_in_between(names, told):
    """In between, *the* is drawn less often than it is met, and *feed* more often."""
    number, share, chance = names["number"], names["share"], names["chance"]
    assert chance[number["the"]] < share[number["the"]]
    assert chance[number["feed"]] > share[number["feed"]]


def claim_scores_follow_the_logarithm(names, told):
    """the correlation is about 0.9, and on average they agree."""
    assert 0.85 < names["correlation"] < 1
    assert abs(np.mean(names["scores"] - names["expected"])) < 0.25
