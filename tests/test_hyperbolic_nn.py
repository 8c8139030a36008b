"""Layers of the ball in torch models: rows stay inside, steps follow the metric, and trees unfold."""

import copy
import io
import pickle

import numpy as np
import pytest
import torch
from torch import nn

from w2v.errors import W2VError
from w2v.geometry import EUCLIDEAN, LORENTZ, POINCARE, PoincareBall, to_lorentz
from w2v.hyperbolic.nn import METHODS, PoincareEmbedding, PoincareNormalize, RiemannianSGD, SpaceParameter

DTYPES = (torch.float32, torch.float64)


def lengths(layer):
    return layer.weight.detach().norm(dim=1)


# A binary tree of 15 nodes, as in a heap, and each node's ancestors.
ANCESTORS = {node: [(node + 1 >> k) - 1 for k in (1, 2, 3) if node + 1 >> k] for node in range(15)}
PAIRS = torch.tensor([(node, ancestor) for node in range(15) for ancestor in ANCESTORS[node]])
RELATED = torch.eye(15, dtype=torch.bool)
RELATED[PAIRS[:, 0], PAIRS[:, 1]] = RELATED[PAIRS[:, 1], PAIRS[:, 0]] = True


def mean_rank(layer):
    """1 + the unrelated nodes that are nearer, averaged over all pairs."""
    distance = POINCARE.dist(layer.weight[:, None], layer.weight[None]).detach()
    nearer = [(distance[u, ~RELATED[u]] < distance[u, v]).sum().item() for u, v in PAIRS]
    return 1 + np.mean(nearer)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_a_tree_is_recovered_in_the_disc(dtype, method):
    """Nickel & Kiela 2017, eq. 6: each ancestor against all that is unrelated; two dimensions, 200 steps."""
    torch.manual_seed(0)
    layer = PoincareEmbedding(15, 2, dtype=dtype)
    optimiser = RiemannianSGD(layer.parameters(), lr=0.3, method=method, burn_in=20)
    before = mean_rank(layer)
    unrelated = ~RELATED[PAIRS[:, 0]]  # [E, 15]
    for _ in range(200):
        optimiser.zero_grad()
        distance = POINCARE.dist(layer(PAIRS[:, :1]), layer(torch.arange(15))[None])  # [E, 15]
        related = distance.gather(1, PAIRS[:, 1:])
        scores = torch.cat([-related, -distance.masked_fill(~unrelated, torch.inf)], dim=1)
        (related[:, 0] + scores.logsumexp(dim=1)).sum().backward()
        optimiser.step()
    assert before > 3
    assert mean_rank(layer) <= 1.3
    radius = lengths(layer)
    assert radius.argmin() == 0  # the root is in the middle, and leaves are farther out than their parents
    assert (radius[7:] > radius[3:7].repeat_interleave(2)).all()


def test_rows_start_near_the_origin_and_say_where_they_live():
    layer = PoincareEmbedding(500, 4, padding_idx=3, radius=0.01)
    assert 0.009 < layer.weight.abs().max() < 0.01
    assert not layer.weight[3].any()
    assert layer.weight.space.name == "poincare"
    for radius in (0, 0.5, 1):
        with pytest.raises(W2VError, match="radius is"):
            PoincareEmbedding(5, 4, radius=radius)


def test_gradients_are_sparse_and_a_sparse_step_is_the_dense_one():
    ids = torch.tensor([[1, 4, 1], [0, 4, 6]])
    weights = torch.linspace(-0.4, 0.4, 21, dtype=torch.float64).view(7, 3)
    for method in METHODS:
        after = []
        for sparse in (True, False):
            layer = PoincareEmbedding.from_pretrained(weights, freeze=False, sparse=sparse)
            optimiser = RiemannianSGD(layer.parameters(), lr=0.2, method=method)
            (POINCARE.dist(layer(ids), torch.tensor([0.1, 0.2, 0.3], dtype=torch.float64)) ** 2).sum().backward()
            assert layer.weight.grad.is_sparse == sparse
            optimiser.step()
            after.append(layer.weight.detach())
        torch.testing.assert_close(*after, rtol=0, atol=1e-14)
        torch.testing.assert_close(after[0][[2, 3, 5]], weights[[2, 3, 5]], rtol=0, atol=0)


def test_a_step_is_the_papers():
    x, slope = torch.tensor([[0.3, -0.6]], dtype=torch.float64), torch.tensor([[1.0, 2.0]], dtype=torch.float64)
    metric = (1 - 0.45) ** 2 / 4
    moved = {}
    for method in METHODS:
        layer = PoincareEmbedding.from_pretrained(x, freeze=False)
        optimiser = RiemannianSGD(layer.parameters(), lr=0.5, method=method)
        (layer(torch.tensor([0])) * slope).sum().backward()
        optimiser.step()
        moved[method] = layer.weight.detach()
    torch.testing.assert_close(moved["retraction"], x - 0.5 * metric * slope)
    length = 0.5 * metric * slope.norm() * 2 / (1 - 0.45)  # in the metric at x
    torch.testing.assert_close(POINCARE.dist(x, moved["expmap"])[0], length)


def test_other_parameters_take_plain_sgd():
    torch.manual_seed(0)
    ours, theirs = nn.Linear(3, 2), nn.Linear(3, 2)
    theirs.load_state_dict(ours.state_dict())
    for model, optimiser in (
        (ours, RiemannianSGD(ours.parameters(), lr=0.1)),
        (theirs, torch.optim.SGD(theirs.parameters(), lr=0.1)),
    ):
        for _ in range(3):
            optimiser.zero_grad()
            model(torch.ones(4, 3)).pow(2).sum().backward()
            optimiser.step()
    torch.testing.assert_close(ours.weight, theirs.weight)
    torch.testing.assert_close(ours.bias, theirs.bias)


def test_burn_in_takes_a_share_of_the_rate_for_so_many_steps():
    point = nn.Parameter(torch.zeros(1))
    optimiser = RiemannianSGD([point], lr=1.0, burn_in=2, burn_in_factor=0.25)
    places = []
    for _ in range(4):
        point.grad = torch.tensor([-1.0])
        optimiser.step()
        places.append(point.item())
    assert places == [0.25, 0.5, 1.5, 2.5]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("eps", [None, 0.01])
def test_steps_too_long_end_at_the_boundary(dtype, method, eps):
    layer = PoincareEmbedding(4, 2, dtype=dtype, eps=eps)
    optimiser = RiemannianSGD(layer.parameters(), lr=1e6, method=method)
    longest = 1 - (eps or torch.finfo(dtype).eps ** (2 / 3))
    for _ in range(3):
        optimiser.zero_grad()
        (-POINCARE.dist(layer(torch.tensor([0, 1])), torch.tensor([0.1, 0.2], dtype=dtype))).sum().backward()
        optimiser.step()
        assert torch.isfinite(layer.weight).all()
        assert (lengths(layer)[:2] > 0.98).all()
        assert (lengths(layer) <= longest + 2 * torch.finfo(dtype).eps).all()


def test_the_padding_row_stays_at_the_origin():
    for sparse in (True, False):
        layer = PoincareEmbedding(5, 2, padding_idx=0, sparse=sparse)
        optimiser = RiemannianSGD(layer.parameters(), lr=1.0)
        POINCARE.dist(layer(torch.tensor([0, 1, 0, 2])), torch.tensor([0.5, 0.0])).sum().backward()
        optimiser.step()
        assert not layer.weight[0].any()
        assert lengths(layer)[1] > 0.1


def test_training_resumes_from_state_dicts():
    def step(layer, optimiser):
        optimiser.zero_grad()
        POINCARE.dist(layer(torch.tensor([0, 1])), torch.tensor([0.5, 0.3])).sum().backward()
        optimiser.step()

    torch.manual_seed(3)
    layer = PoincareEmbedding(4, 2)
    optimiser = RiemannianSGD(layer.parameters(), lr=0.1, space=POINCARE, burn_in=3)
    step(layer, optimiser)
    file = io.BytesIO()
    torch.save({"model": layer.state_dict(), "optimiser": optimiser.state_dict()}, file)
    for _ in range(4):
        step(layer, optimiser)

    file.seek(0)
    saved = torch.load(file, weights_only=True)
    again = PoincareEmbedding(4, 2)
    again.load_state_dict(saved["model"])
    resumed = RiemannianSGD(again.parameters(), lr=1.0)
    resumed.load_state_dict(saved["optimiser"])
    for _ in range(4):
        step(again, resumed)
    torch.testing.assert_close(again.weight, layer.weight, rtol=0, atol=0)


def test_copies_and_pickles_still_live_in_the_ball():
    layer = PoincareEmbedding(4, 2, eps=0.125)
    for other in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer)), layer.double()):
        assert isinstance(other.weight.space, PoincareBall)
        assert other.weight.space.margin == 0.125
        torch.testing.assert_close(other.weight.float(), layer.weight.float())


def test_points_of_the_hyperboloid_can_be_trained_too():
    target = to_lorentz(torch.tensor([[0.5, 0.3]], dtype=torch.float64))
    for parameter, group in (
        (SpaceParameter(to_lorentz(torch.full((1, 2), -0.7, dtype=torch.float64)), LORENTZ), {}),
        (nn.Parameter(to_lorentz(torch.full((1, 2), -0.7, dtype=torch.float64))), {"space": "lorentz"}),
    ):
        optimiser = RiemannianSGD([{"params": [parameter], **group}], lr=0.2, method="expmap")
        distances = []
        for _ in range(60):
            optimiser.zero_grad()
            distance = LORENTZ.dist(parameter, target)
            (distance**2 / 2).sum().backward()
            optimiser.step()
            distances.append(distance.item())
        # The gradient of half the squared distance is as long as the distance: each step leaves 0.8 of it.
        np.testing.assert_allclose(distances[1:], 0.8 * np.array(distances[:-1]), rtol=1e-9)
        torch.testing.assert_close(parameter.detach(), LORENTZ.projx(parameter.detach()))


def test_given_points_must_be_in_the_ball_and_freeze_as_in_torch():
    points = torch.tensor([[0.1, 0.2], [0.6, 0.7]], dtype=torch.float64)
    assert not PoincareEmbedding.from_pretrained(points).weight.requires_grad
    layer = PoincareEmbedding.from_pretrained(points, freeze=False, eps=0.2)
    assert layer.weight.requires_grad
    torch.testing.assert_close(lengths(layer), torch.tensor([0.05**0.5, 0.8], dtype=torch.float64))
    for bad in (2 * points, points * torch.nan):
        with pytest.raises(W2VError, match="shorter than 1"):
            PoincareEmbedding.from_pretrained(bad)


def test_normalize_scales_back_long_rows_only():
    x = torch.tensor([[0.3, 0.4], [3.0, 4.0], [0.0, 0.0]], dtype=torch.float64, requires_grad=True)
    torch.testing.assert_close(
        PoincareNormalize(1e-3)(x), torch.tensor([[0.3, 0.4], [0.5994, 0.7992], [0, 0]], dtype=torch.float64)
    )
    assert (PoincareNormalize()(x).norm(dim=1) < 1).all()
    assert torch.autograd.gradcheck(PoincareNormalize(1e-3), x)
    assert "eps=0.001" in repr(PoincareNormalize(1e-3))


def test_settings_that_are_none_are_refused():
    point = [nn.Parameter(torch.zeros(2))]
    for wrong, sentence in (
        ({"lr": 0.0}, "lr is 0.0"),
        ({"lr": float("nan")}, "lr is nan"),
        ({"space": "sphere"}, "no space 'sphere'"),
        ({"method": "leap"}, "no method 'leap'"),
        ({"burn_in": -1}, "burn_in is -1"),
        ({"burn_in_factor": 0.0}, "burn_in_factor 0.0"),
    ):
        with pytest.raises(W2VError, match=sentence):
            RiemannianSGD(point, **{"lr": 0.1, **wrong})
        with pytest.raises(W2VError, match=sentence):
            RiemannianSGD([{"params": point, **wrong}], lr=0.1)
    assert RiemannianSGD(point, lr=0.1, space=EUCLIDEAN).param_groups[0]["space"] == "euclidean"


def test_a_closures_loss_is_returned():
    point = nn.Parameter(torch.tensor([2.0]))
    optimiser = RiemannianSGD([point], lr=0.25)

    def loss():
        optimiser.zero_grad()
        value = (point**2).sum()
        value.backward()
        return value

    assert optimiser.step(loss).item() == 4
    assert point.item() == 1
