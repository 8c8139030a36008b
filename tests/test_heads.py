"""Heads against slow loops, against finite differences, and against what a predictive distribution must be."""

import naive
import numpy as np
import pytest
import torch

from w2v import heads
from w2v.base.config import Config
from w2v.errors import W2VError
from w2v.heads import noise as sampler
from w2v.heads.tree import huffman_tree

V, D, B = 7, 5, 4
COUNTS = np.array([40, 30, 12, 9, 5, 3, 1])
NOISE = torch.tensor([1, 3, 3, 0, 6])


@pytest.fixture(params=heads.names())
def head(request):
    """Each head there is, in float64, its output table filled at random."""
    cls = heads.head_class(request.param)
    shape = cls.spec.output_rows(V), cls.spec.output_columns(D)
    output = torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    return heads.build(Config(head=request.param, vector_size=D), COUNTS, output)


@pytest.fixture
def hidden():
    return torch.randn(B, D, dtype=torch.float64, generator=torch.Generator().manual_seed(2))


TARGET = torch.tensor([0, 3, 6, 3])
COUNTED = (torch.tensor([30.0, 2.0, 150.0, 1.0]), torch.tensor([0.5, -1.0, 2.0, 0.0]))  # counts and PMI


def counted(head):
    """What `forward` takes besides hidden vectors and targets, where a head learns from counted pairs; [B] each."""
    return COUNTED if head.spec.learns_from == "cooccurrences" else ()


def _naive_loss(name, hidden, output, target):
    tree = huffman_tree(COUNTS)
    return {
        "softmax": lambda: naive.softmax_loss(hidden, output, target),
        "ova": lambda: naive.ova_loss(hidden, output, target),
        "ns": lambda: naive.ns_loss(hidden, output, target, NOISE.tolist(), negative=5),
        "hs": lambda: naive.hs_loss(hidden, output, *tree.path(target)),
        "poincare": lambda: naive.poincare_loss(hidden, output, target, NOISE.tolist(), negative=5),
    }[name]()


@pytest.mark.parametrize("name", ["softmax", "ova", "ns", "hs", "poincare"])
def test_loss_is_that_of_the_definition(name, hidden):
    cls = heads.head_class(name)
    output = torch.randn(cls.spec.output_rows(V), cls.spec.output_columns(D), dtype=torch.float64)
    head = heads.build(Config(head=name, vector_size=D), COUNTS, output)
    extra = (NOISE,) if name in ("ns", "poincare") else ()
    expected = [_naive_loss(name, h, output.tolist(), t) for h, t in zip(hidden.tolist(), TARGET.tolist(), strict=True)]
    np.testing.assert_allclose(head(hidden, TARGET, *extra).detach(), expected, rtol=1e-12)


def test_gradients_are_those_of_the_loss(head, hidden):
    """torch's finite differences, for the hidden vectors and for the output table."""

    def loss(hidden, output):
        head.reseed(5, 0)
        return torch.func.functional_call(head, {"output": output}, (hidden, TARGET, *counted(head)))

    hidden.requires_grad_()
    output = head.output.detach().clone().requires_grad_()
    assert torch.autograd.gradcheck(loss, (hidden, output))


def test_log_prob_sums_to_one(head, hidden):
    log_prob = head.log_prob(hidden)
    assert log_prob.shape == (B, V)
    torch.testing.assert_close(log_prob.exp().sum(dim=1), torch.ones(B, dtype=torch.float64))


def test_log_likelihood_is_the_targets_part_of_log_prob(head, hidden):
    expected = head.log_prob(hidden)[torch.arange(B), TARGET]
    torch.testing.assert_close(head.log_likelihood(hidden, TARGET), expected)


@pytest.mark.parametrize("name", ["softmax", "hs"])
def test_loss_of_a_likelihood_head_is_its_log_prob(name, hidden):
    head = heads.build(Config(head=name, vector_size=D), COUNTS)
    head.output.data = torch.randn_like(head.output.data)
    hidden = hidden.float()
    torch.testing.assert_close(-head(hidden, TARGET), head.log_prob(hidden)[torch.arange(B), TARGET])


def test_an_untrained_ns_head_predicts_its_noise(hidden):
    """With all scores 0, a word's odds against K words of noise are K q(w): its count^0.75, all but."""
    head = heads.build(Config(head="ns", vector_size=D), COUNTS)
    odds = 5 * torch.from_numpy(sampler.noise_distribution(COUNTS, 0.75)).float()
    expected = odds / (1 + odds)
    torch.testing.assert_close(head.log_prob(hidden.float())[0].exp(), expected / expected.sum())


def test_shared_noise_keeps_the_expectation(hidden):
    """Averaged over many draws, the loss is -log s(x_target) - K * E_q[log s(-x_n); n is not the target]."""
    output = torch.randn(V, D, dtype=torch.float64)
    head = heads.build(Config(head="ns", vector_size=D, shared_negatives=8), COUNTS, output)
    score = hidden @ output.T
    q = torch.from_numpy(sampler.noise_distribution(COUNTS, 0.75))
    exact = -torch.nn.functional.logsigmoid(score.gather(1, TARGET[:, None]))[:, 0]
    for b in range(B):
        for w in range(V):
            if w != TARGET[b]:
                exact[b] -= 5 * q[w] * torch.nn.functional.logsigmoid(-score[b, w])
    drawn = torch.stack([head(hidden, TARGET).detach() for _ in range(4000)])
    error = drawn.std(dim=0) / 4000**0.5
    assert ((drawn.mean(dim=0) - exact).abs() < 4 * error).all()


def test_a_head_works_in_anyones_model():
    """A tiny language model: three steps of Adam must lower the loss of each head."""
    for name in heads.names():
        torch.manual_seed(0)
        head = heads.head_class(name)(COUNTS, vector_size=D)
        embedding = torch.nn.Embedding(V, D)
        optimizer = torch.optim.Adam([embedding.weight], lr=0.1)
        head.output.data.normal_()
        losses = []
        for _ in range(4):
            head.reseed(1, 0)
            loss = head(embedding(torch.tensor([1, 2, 0, 6])), TARGET, *counted(head)).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        assert losses[-1] < losses[0], name


def test_an_unknown_head_is_told_which_there_are():
    with pytest.raises(W2VError, match="no head 'glove'; there are: hs, ns, ova, pmi, poincare, softmax"):
        heads.head_class("glove")


def test_an_output_table_of_the_wrong_shape_is_refused():
    with pytest.raises(ValueError, match=r"has shape \[3, 5\]; HierarchicalSoftmax expects \[6, 5\]"):
        heads.build(Config(head="hs", vector_size=D), COUNTS, torch.zeros(3, D))
