"""The yardstick: it measures what it says, on examples that nothing but the text and the window settings choose."""

import itertools
import math

import naive
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from w2v import heads
from w2v.base.config import Config
from w2v.corpus.blocks import BLOCK, IdBlocks
from w2v.corpus.vocabulary import SENTENCE_END, Vocabulary
from w2v.errors import W2VError
from w2v.examples.encoders import Bags
from w2v.models.model import Model
from w2v.training.likelihood import held_out_examples, likelihood, too_few
from w2v.training.train import train_blocks

WORDS = 6  # of the source
EXACT = Config(window=1, shrink_windows=False, sample=0, vector_size=8, workers=1)


@pytest.fixture(scope="module")
def source():
    """A text of a known distribution: a Markov chain that looks the same backwards.

    Returns its joint distribution of neighbours [V, V], symmetric, and the text's blocks.
    """
    generator = np.random.default_rng(3)
    joint = generator.gamma(0.5, size=(WORDS, WORDS)) + 0.02
    joint += joint.T
    order = np.argsort(-joint.sum(axis=1))
    joint = joint[order][:, order] / joint.sum()
    steps = (joint / joint.sum(axis=1, keepdims=True)).cumsum(axis=1)
    ids = np.zeros(10 * BLOCK, dtype=np.int32)
    for place, chance in enumerate(generator.random(len(ids) - 1)):
        ids[place + 1] = min(np.searchsorted(steps[ids[place]], chance), WORDS - 1)
    vocab = Vocabulary([f"w{i}" for i in range(WORDS)], np.bincount(ids, minlength=WORDS))
    return joint, IdBlocks(ids, vocab, len(ids))


def entropy(joint, predicted):
    """Nats per word when pairs come from `joint` [V, V] and the second is expected with `predicted` [V, V]."""
    return -(joint * np.log(predicted)).sum()


LONG_ENOUGH = {"epochs": 8, "alpha": 0.05, "min_alpha": 1e-4}
# An epoch of regression sees each of the 21 pairs once; a shared table holds only a PMI without negative eigenvalues.
PMI = {"epochs": 60, "alpha": 0.3, "min_alpha": 1e-4, "pmi_tables": "concatenated"}


def trained(name, blocks):
    """A model of one head, trained until it gets no better."""
    if heads.spec_of(name).learns_from == "windows":
        return train_blocks(blocks, EXACT.replace(head=name, negative=1, shared_negatives=64, **LONG_ENOUGH))
    return train_blocks(blocks, EXACT.replace(head=name, **PMI))


@pytest.mark.parametrize("name", heads.names())
def test_each_head_approaches_the_entropy_of_its_source(name, source):
    """From one neighbour no one can expect the centre better than its conditional entropy allows, 1.47 nats."""
    joint, blocks = source
    rest, held_out = blocks.split(0.2)
    model = trained(name, rest)
    examples = held_out_examples(held_out, model.config)
    measured = likelihood(model, examples)

    conditional = joint / joint.sum(axis=1, keepdims=True)
    assert measured.nats == pytest.approx(entropy(joint, conditional), abs=0.015)  # some two standard errors
    # On these very examples chance plays no part, and the comparison is sharp.
    at_best = -np.log(conditional[examples.members, examples.target]).mean()
    assert -0.002 < measured.nats - at_best < 0.003


def test_cbow_approaches_the_entropy_given_both_neighbours(source):
    """p(w | left, right) is proportional to p(left, w) p(w, right) / p(w), whose logarithm the mean of two vectors can
    express: so softmax gets there."""
    joint, blocks = source
    rest, held_out = blocks.split(0.2)
    config = EXACT.replace(arch="cbow", head="softmax", epochs=8, alpha=0.08, min_alpha=1e-3)
    measured = likelihood(train_blocks(rest, config), held_out_examples(held_out, config))
    three = joint[:, :, None] * joint[None, :, :] / joint.sum(axis=1)[None, :, None]  # [left, w, right]
    floor = -(three * np.log(three / three.sum(axis=1, keepdims=True))).sum()
    assert floor < entropy(joint, joint / joint.sum(axis=1, keepdims=True)) - 0.1
    assert measured.nats == pytest.approx(floor, abs=2 * measured.standard_error)


@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
@pytest.mark.parametrize("name", heads.names())
def test_it_is_the_mean_of_log_prob_at_the_targets(name, arch):
    """Against one example at a time, the hidden vector averaged by hand; bags of several sizes, many chunks."""
    config = Config(arch=arch, head=name, vector_size=5, dtype="float64")
    vocab = Vocabulary([f"w{i}" for i in range(9)], np.arange(90, 0, -10))
    generator = np.random.default_rng(1)
    spec = heads.spec_of(name)
    output = generator.normal(size=(spec.output_rows(9), spec.output_columns(5)))
    model = Model(config, vocab, {"input": generator.normal(size=(9, 5)), "output": output}, [])
    sizes = np.ones(1500, int) if arch == "skipgram" else generator.integers(1, 5, 1500)
    offsets = np.concatenate([[0], sizes.cumsum()])
    bags = Bags(generator.integers(0, 9, offsets[-1]), offsets, generator.integers(0, 9, 1500))
    average = naive.midpoint if name == "poincare" else lambda rows: rows.mean(axis=0)
    hidden = [average(model.tables["input"][bags.members[a:b]]) for a, b in itertools.pairwise(offsets)]
    log_prob = model.head().log_prob(torch.tensor(np.array(hidden))).detach().numpy()
    expected = -log_prob[np.arange(1500), bags.target]
    measured = likelihood(model, bags)
    assert measured.nats == pytest.approx(expected.mean(), rel=1e-12)
    assert measured.standard_error == pytest.approx(expected.std(ddof=1) / math.sqrt(1500), rel=1e-9)
    assert measured.perplexity == pytest.approx(math.exp(expected.mean()))
    assert measured.examples == 1500


def test_an_untrained_softmax_is_as_uncertain_as_its_vocabulary_is_large():
    vocab = Vocabulary([f"w{i}" for i in range(50)], np.arange(50, 0, -1))
    tables = {"input": np.zeros((50, 4), np.float32), "output": np.zeros((50, 4), np.float32)}
    model = Model(Config(head="softmax", vector_size=4), vocab, tables, [])
    measured = likelihood(model, Bags(np.arange(50), np.arange(51), np.arange(50)))
    assert measured.perplexity == pytest.approx(50)
    assert str(measured) == "3.9120 ± 0.0000 nats per word, perplexity 50.0 (50 examples)"


def text(seed, words=30_000, every=12):
    """Blocks of a text of 20 words, a sentence's end after every `every`."""
    ids = np.random.default_rng(seed).integers(0, 20, words).astype(np.int32)
    ids[every::every] = SENTENCE_END
    return IdBlocks(ids, Vocabulary([f"w{i}" for i in range(20)], np.full(20, words // 20)), words)


@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
def test_every_model_of_an_encoder_gets_the_same_examples(arch):
    config = Config(arch=arch, sample=0.01)
    one, other = (
        held_out_examples(text(1), c) for c in (config, config.replace(head="hs", seed=9, epochs=3, alpha=0.5))
    )
    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a, b)
    thinner = held_out_examples(text(1), config.replace(sample=0.001), most=10**6)
    assert 0 < len(thinner.target) < len(held_out_examples(text(1), config, most=10**6).target)


@given(most=st.integers(1, 400), every=st.integers(2, 12), arch=st.sampled_from(["skipgram", "cbow"]))
def test_thinning_takes_each_stretch_of_the_text_alike(most, every, arch):
    """Some of all examples, in their order, none twice, and about as many from the first half as from the second."""
    blocks = text(2, words=600, every=every)
    config = Config(arch=arch, sample=0, window=2)
    every_one, some = (held_out_examples(blocks, config, most=m) for m in (10**6, most))
    listed = [
        [(*bags.members[a:b].tolist(), t) for a, b, t in zip(bags.offsets, bags.offsets[1:], bags.target, strict=False)]
        for bags in (every_one, some)
    ]
    assert len(listed[1]) == min(most, len(listed[0]))
    rest = iter(listed[0])
    assert all(any(example == other for other in rest) for example in listed[1])  # a subsequence


def test_thinning_does_not_fall_into_step_with_the_windows():
    """Ten examples to a centre, thinned to exactly a tenth: context words at each distance stay, not at one alone."""
    vocab = Vocabulary([str(i) for i in range(1000)], np.full(1000, 20))
    blocks = IdBlocks(np.arange(20_000, dtype=np.int32) % 1000, vocab, 20_000)
    config = Config(sample=0, shrink_windows=False)
    total = len(held_out_examples(blocks, config, most=10**6).target)
    examples = held_out_examples(blocks, config, most=total // 10)
    distance = (examples.members - examples.target + 500) % 1000 - 500
    places, counts = np.unique(distance, return_counts=True)
    assert places.tolist() == [-5, -4, -3, -2, -1, 1, 2, 3, 4, 5]
    assert counts.min() > 0.9 * total / 100


def test_where_nothing_can_be_measured_a_sentence_says_so():
    alone = text(1, words=100, every=2)
    alone.ids[::2] = SENTENCE_END
    with pytest.raises(W2VError, match="held-out part of the text has no word with a neighbour"):
        held_out_examples(alone, Config(sample=0))
    vocab = Vocabulary(["a", "b"], np.array([2, 1]))
    tables = dict.fromkeys(("input", "output"), np.zeros((2, 2), np.float32))
    model = Model(Config(vector_size=2), vocab, tables, [])
    with pytest.raises(W2VError, match="no held-out examples"):
        likelihood(model, Bags(np.empty(0, np.int64), np.zeros(1, np.int64), np.empty(0, np.int64)))


def test_few_examples_are_said_to_mean_little():
    assert too_few(1_000) is None
    assert "only 999 examples" in too_few(999)
    vocab = Vocabulary(["a", "b"], np.array([2, 1]))
    model = Model(Config(vector_size=2, head="hs"), vocab, {"input": np.ones((2, 2)), "output": np.ones((1, 2))}, [])
    assert likelihood(model, Bags(np.array([0]), np.array([0, 1]), np.array([1]))).standard_error == math.inf
