"""The hyperbolic text head: its distances are geometry's, its midpoints Einstein's, and what is general lies inside."""

import naive
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from w2v import heads
from w2v.base.config import Config
from w2v.engines.cpu import CpuEngine
from w2v.engines.reference import ReferenceEngine, hidden_vectors
from w2v.errors import W2VError
from w2v.examples import encoders
from w2v.examples.encoders import Bags
from w2v.geometry import LORENTZ
from w2v.heads.poincare.reference import NEAREST, PoincareNegativeSampling
from w2v.training.train import train
from w2v.vectors import PoincareKeyedVectors
from w2v.word2vec import Word2Vec

V, D = 20, 5
COUNTS = np.arange(60, 40, -1)
FALLS = {"cosh": lambda d: np.cosh(d) - 1, "d": lambda d: d, "d2": lambda d: d**2}
points = st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).normal(0, 2, (4, D)))


def on_hyperboloid(space):
    """Points of geometry's Lorentz space, time first."""
    return np.concatenate([np.sqrt(1 + (space**2).sum(axis=-1, keepdims=True)), space], axis=-1)


@pytest.mark.parametrize("score", FALLS)
def test_the_loss_is_that_of_the_definition(score):
    generator = np.random.default_rng(3)
    hidden, output = generator.normal(size=(6, D)), generator.normal(size=(V, D + 1))
    head = heads.build(Config(head="poincare", vector_size=D, distance_score=score), COUNTS, torch.tensor(output))
    noise, target = [1, 3, 3, 0, 6], [0, 3, 6, 19, 3, 1]
    found = head(torch.tensor(hidden), torch.tensor(target), torch.tensor(noise))
    expected = [naive.poincare_loss(h, output, t, noise, 5, FALLS[score]) for h, t in zip(hidden, target, strict=True)]
    np.testing.assert_allclose(found.detach(), expected, rtol=1e-12)


@given(points)
def test_distances_are_those_of_the_lorentz_space(rows):
    """A word with bias 0 has the score -d: what `d` measures is geometry's distance, and never nothing."""
    output = torch.tensor(np.hstack([rows, np.zeros((4, 1))]))
    head = PoincareNegativeSampling(COUNTS[:4], D, distance_score="d", output=output)
    hidden = torch.tensor(rows[::-1].copy())
    found = -head.scores(hidden).detach().numpy()
    expected = LORENTZ.dist(on_hyperboloid(rows[::-1])[:, None], on_hyperboloid(rows)[None])
    np.testing.assert_allclose(found, np.maximum(expected, 2 * np.arcsinh(np.sqrt(NEAREST / 2))), rtol=1e-7)


@given(points)
def test_the_midpoint_is_einsteins(rows):
    """Also where rows were added instead of averaged: a midpoint knows no lengths. Of one point it is the point."""
    bags = Bags(np.array([0, 1, 2, 3, 2]), np.array([0, 4, 5]), np.array([0, 0]))
    expected = [naive.midpoint(rows), rows[2]]
    for mean in (True, False):
        found = hidden_vectors(torch.tensor(rows), bags, mean=mean, head=PoincareNegativeSampling)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    alone = Bags(np.array([3, 1]), np.array([0, 1, 2]), np.array([0, 0]))
    found = hidden_vectors(torch.tensor(rows), alone, head=PoincareNegativeSampling)
    np.testing.assert_array_equal(found, rows[[3, 1]])


@pytest.mark.parametrize("score", ["d", "d2"])
@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
def test_both_engines_make_the_same_steps_for_every_score(score, arch):
    """`cosh` is compared by test_kernels.py; of the others, some pairs are nearer than distances are told apart."""
    shared = {"vector_size": D, "dtype": "float64", "chunk": 16, "shared_negatives": 7, "distance_score": score}
    config = Config(head="poincare", arch=arch, **shared)
    made = [cls(config, COUNTS, encoders.keep_thresholds(np.ones(V))) for cls in (CpuEngine, ReferenceEngine)]
    generator = np.random.default_rng(4)
    start = [generator.normal(0, 0.5, table.shape) for table in made[0].tables().values()]
    start[1][:10, :D] = start[0][:10]
    for engine in made:
        for table, numbers in zip(engine.tables().values(), start, strict=True):
            table[:] = numbers
    block = generator.integers(-1, V, 300).astype(np.int32)
    losses = [engine.train_block(block, 0, 0, 0.02) for engine in made]
    assert losses[0].examples == losses[1].examples
    assert losses[0].total == pytest.approx(losses[1].total, rel=1e-12)
    for one, other in zip(made[0].tables().values(), made[1].tables().values(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)


@pytest.mark.parametrize("score", FALLS)
@pytest.mark.parametrize("distance", [0.0, 1e-9, 1e-4])
def test_coincident_points_have_a_score_and_a_slope(score, distance):
    hidden = torch.full((1, D), 0.5, dtype=torch.float64, requires_grad=True)
    output = torch.cat([hidden.detach() + distance, torch.ones(1, 1, dtype=torch.float64)], dim=1).repeat(4, 1)
    head = PoincareNegativeSampling(COUNTS[:4], D, distance_score=score, output=output)
    head(hidden, torch.tensor([0]), torch.tensor([1, 2])).sum().backward()
    assert torch.isfinite(hidden.grad).all()
    assert torch.isfinite(head.output.grad).all()
    assert head.scores(hidden.detach())[0, 0].item() == pytest.approx(1, abs=2e-3)


def test_vectors_are_points_of_the_ball(planted):
    """Neighbours by distance; a word's distance from the origin is that of its point on the hyperboloid."""
    model = Word2Vec(planted[0][:300], head="poincare", vector_size=D, min_count=1, epochs=1, workers=1)
    assert isinstance(model.wv, PoincareKeyedVectors)
    table = model.model.tables["input"].astype(np.float64)
    between = naive.hyperbolic_distance(table[3], table[7])
    words = model.wv.index_to_key
    assert model.wv.distance(words[3], words[7]) == pytest.approx(between, rel=1e-6)


def test_a_diverging_run_is_seen(planted):
    with pytest.raises(W2VError, match="diverged"):
        train(planted[0], Config(head="poincare", min_count=1, alpha=1e4, chunk=64, workers=1, epochs=3))


@pytest.mark.parametrize("score", FALLS)
@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
def test_no_clamp_hides_what_is_not_a_number(score, arch):
    config = Config(head="poincare", arch=arch, vector_size=D, distance_score=score)
    engine = CpuEngine(config, COUNTS, encoders.keep_thresholds(np.ones(V)))
    engine.tables()["input"][3] = np.nan
    assert np.isnan(engine.train_block(np.arange(V, dtype=np.int32), 0, 0, 0.01).total)


def test_words_of_many_companies_lie_inside():
    """A text whose sentences are drawn from the path to a leaf of a tree: the higher a word, the more words it meets.

    Leaves are left out: each is met too seldom for its place to be settled.
    """
    generator = np.random.default_rng(0)
    tree = [[""]]
    for _ in range(4):
        tree = [[*path, path[-1] + child] for path in tree for child in "abc"]
    sentences = [[f"n{node}" for node in generator.choice(tree[generator.integers(81)], 8)] for _ in range(4000)]
    model = Word2Vec(sentences, head="poincare", vector_size=10, sample=0, min_count=1, epochs=5, workers=1)
    radius = {word: float(model.wv.norms[model.wv.get_index(word)]) for word in model.wv.index_to_key}
    levels = [np.mean([r for word, r in radius.items() if len(word) == 1 + depth]) for depth in range(4)]
    assert levels == sorted(levels)
    below = [(word, word[:-1]) for word in radius if 2 <= len(word) <= 4]
    assert np.mean([radius[child] > radius[parent] for child, parent in below]) > 0.8


def test_an_unknown_score_is_told_which_there_are():
    with pytest.raises(W2VError, match="distance_score is 'sinh'; expected one of: cosh, d, d2"):
        Config(head="poincare", distance_score="sinh")
