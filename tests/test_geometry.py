"""One suite of laws for flat space, ball and hyperboloid, at points up to radius 12.

How exactly a law can hold is a matter of the numbers, not of the formula (`w2v/geometry/hyperbolic.py`). With
eps = 2.2e-16, a point at radius r is known to eps e^r. An angle is known to eps in the ball and in flat space, and to
eps e^r on the hyperboloid, whose tangent vectors are e^r longer along the radius than across it. A wrong angle makes
sinh(d) of itself after a length d. So tolerances are `blur` and `spread` below, times a small number. At radius 12 blur
is 4e-11; spread across the origin, d = 24, is 3e-6 in the ball and 0.5 on the hyperboloid, and less where d is less.
"""

import subprocess
import sys

import naive
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from w2v.errors import W2VError
from w2v.geometry import (
    EUCLIDEAN,
    LORENTZ,
    POINCARE,
    SPACES,
    PoincareBall,
    boundary,
    mobius_add,
    to_ball,
    to_lorentz,
    translate,
)

EPS = np.finfo(float).eps
CURVED = (POINCARE, LORENTZ)
every = pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
curved = pytest.mark.parametrize("space", CURVED, ids=lambda space: space.name)


def at(space, direction, radius):
    """The point at that distance from the origin."""
    if space is EUCLIDEAN:
        return radius * direction
    if space is POINCARE:
        return np.tanh(radius / 2) * direction
    return np.append(np.cosh(radius), np.sinh(radius) * direction)


def radius_of(space, x):
    return space.dist(space.origin(x.shape[-1] - (space is LORENTZ)), x)


def blur(space, *points):
    """How far from where it is meant a point may lie for the rounding of its coordinates; the worst of them."""
    radii = [float(radius_of(space, x)) for x in points]
    return EPS * (1 + max(radii) if space is EUCLIDEAN else np.exp(max(radii)))


def spread(space, x, length):
    """How far to the side a geodesic from x ends after that length for the rounding of its direction."""
    if space is EUCLIDEAN:
        return EPS * length
    return EPS * np.sinh(length) * (np.exp(radius_of(space, x)) if space is LORENTZ else 1)


def turn_of(space, x, y):
    """By how much a vector of length one may turn on its way: its own rounding, and that of the geodesic's ends."""
    return max(spread(space, x, 1.0), spread(space, y, 1.0)) + blur(space, x, y)


@st.composite
def directions(draw, dim):
    vector = np.array(draw(st.lists(st.floats(-1, 1), min_size=dim, max_size=dim)))
    length = np.linalg.norm(vector)
    return vector / length if length > 1e-3 else np.eye(1, dim)[0]


radii = st.sampled_from([0.0, 1e-9, 1e-3, 12.0]) | st.floats(1e-99, 12)


@st.composite
def pairs(draw):
    """(u, r, w, q): directions and radii of two points, often coincident, on a ray, opposite or near each other."""
    dim = draw(st.integers(1, 5))
    u, r = draw(directions(dim)), draw(radii)
    w, q = draw(directions(dim)), draw(radii)
    how = draw(st.sampled_from(["any", "any", "same", "ray", "opposite", "near"]))
    if how == "near":
        beside = u + 0.9 * np.exp(-r) * draw(st.floats(1e-6, 1)) * w
        w = beside / np.linalg.norm(beside)
    return u, r, {"ray": u, "same": u, "opposite": -u}.get(how, w), r if how in ("same", "near") else q


def tangent(space, x, direction, length):
    """The tangent vector at x of that length that comes from a direction at the origin."""
    origin = space.origin(len(direction))
    v = np.append(0.0, direction) if space is LORENTZ else direction
    v = space.transport(origin, x, v)
    return length * v / space.norm(x, v)


@every
@given(pair=pairs())
def test_exp_undoes_log_and_log_is_as_long_as_the_distance(space, pair):
    u, r, w, q = pair
    x, y = at(space, u, r), at(space, w, q)
    distance = space.dist(x, y)
    v = space.logmap(x, y)
    assert abs(space.norm(x, v) - distance) <= 16 * blur(space, x) * (1 + distance)
    assert space.dist(space.expmap(x, v), y) <= 16 * (blur(space, x, y) * (1 + distance) + spread(space, x, distance))


@every
@given(pair=pairs(), length=st.floats(0, 12))
def test_exp_goes_as_far_as_the_vector_is_long_and_log_undoes_it(space, pair, length):
    u, r, w, _ = pair
    x = at(space, u, r)
    v = tangent(space, x, w, length)
    end = space.expmap(x, v)
    assert abs(space.dist(x, end) - length) <= 16 * blur(space, x, end) * (1 + length)
    # What rounding adds to the end, seen from x: across the geodesic it shrinks on the way back.
    wrong = space.norm(x, space.logmap(x, end) - v)
    assert wrong <= 16 * (1 + length) * (blur(space, x, end) + spread(space, x, 1.0))


@every
@given(pair=pairs())
def test_distance_is_symmetric_and_zero_where_points_coincide(space, pair):
    u, r, w, q = pair
    x, y = at(space, u, r), at(space, w, q)
    assert space.dist(x, y) == space.dist(y, x)
    assert space.dist(x, x) == 0
    assert abs(space.dist(space.origin(len(u)), y) - q) <= 2 * blur(space, y)
    assert space.dist(x, y) <= r + q + 4 * blur(space, x, y)  # the triangle by way of the origin
    assert space.dist(x, y) >= abs(r - q) - 4 * blur(space, x, y)


@given(pair=pairs())
def test_the_balls_distance_is_the_definitions(pair):
    u, r, w, q = pair
    x, y = at(POINCARE, u, r), at(POINCARE, w, q)
    exact = naive.ball_distance(x, y)
    assert abs(POINCARE.dist(x, y) - exact) <= 4 * blur(POINCARE, x, y)


@given(pair=pairs())
def test_the_hyperboloids_distance_is_the_definitions(pair):
    u, r, w, q = pair
    x, y = at(LORENTZ, u, r), at(LORENTZ, w, q)
    assert abs(LORENTZ.dist(x, y) - naive.lorentz_distance(x[1:], y[1:])) <= 4 * blur(LORENTZ, x, y)


@curved
def test_distances_of_near_points_keep_their_digits(space):
    """arccosh(1 + tiny) would answer zero below 1e-8."""
    for step in (1e-5, 1e-9, 1e-14):
        x = space.origin(3)
        y = space.expmap(x, tangent(space, x, np.eye(1, 3)[0], step))
        assert space.dist(x, y) == pytest.approx(step, rel=1e-12)


@every
@given(pair=pairs(), t=st.floats(0, 1))
def test_geodesics_divide_the_distance(space, pair, t):
    u, r, w, q = pair
    x, y = at(space, u, r), at(space, w, q)
    distance = space.dist(x, y)
    between = space.geodesic(x, y, t)
    slack = 16 * blur(space, x, y) * (1 + distance)
    assert abs(space.dist(x, between) - t * distance) <= slack
    assert abs(space.dist(between, y) - (1 - t) * distance) <= slack + 16 * spread(space, x, distance)


@every
@given(pair=pairs())
def test_transport_keeps_inner_products_and_the_geodesics_direction(space, pair):
    u, r, w, q = pair
    x, y = at(space, u, r), at(space, w, q)
    first, second = tangent(space, x, u, 1.0), tangent(space, x, w, 1.0)
    there = [space.transport(x, y, v) for v in (first, second)]
    slack = 64 * turn_of(space, x, y)
    assert abs(space.inner(y, *there) - space.inner(x, first, second)) <= slack
    distance = space.dist(x, y)
    turned = space.transport(x, y, space.logmap(x, y)) + space.logmap(y, x)
    assert space.norm(y, turned) <= (1 + distance) * slack


@curved
@given(pair=pairs())
def test_transport_there_and_back_changes_nothing(space, pair):
    u, r, w, q = pair
    x, y = at(space, u, r), at(space, w, q)
    v = tangent(space, x, w, 1.0)
    back = space.transport(y, x, space.transport(x, y, v))
    assert space.norm(x, back - v) <= 64 * turn_of(space, x, y)


@every
@given(pair=pairs())
def test_the_gradient_of_the_distance_points_away(space, pair):
    """Autograd's gradient, made Riemannian, is -log_x(y) / d: of length one, away from y; and zero at y itself."""
    u, r, w, q = pair
    x, y = at(space, u, r), at(space, w, q)
    point = torch.tensor(x, requires_grad=True)
    (egrad,) = torch.autograd.grad(space.dist(point, torch.tensor(y)), point)
    rgrad, distance = space.egrad2rgrad(x, egrad.numpy()), space.dist(x, y)
    if distance == 0:
        assert not egrad.any()
    else:
        wrong = space.norm(x, rgrad + space.logmap(x, y) / distance)
        assert wrong <= 64 * (blur(space, x, y) / min(distance, 1) + spread(space, x, 1.0))


@every
@given(pair=pairs(), step=st.floats(0, 1))
def test_the_gradient_agrees_with_finite_differences_along_geodesics(space, pair, step):
    u, r, w, q = pair
    x, y = at(space, u, r), at(space, w, q)
    if space.dist(x, y) < 0.1:
        y = space.expmap(y, tangent(space, y, u, 0.5 + step))
    v = tangent(space, x, w, 1.0)
    point = torch.tensor(x, requires_grad=True)
    (egrad,) = torch.autograd.grad(space.dist(point, torch.tensor(y)), point)
    slope = space.inner(x, space.egrad2rgrad(x, egrad.numpy()), v)
    h = 1e-4
    difference = (space.dist(space.expmap(x, h * v), y) - space.dist(space.expmap(x, -h * v), y)) / (2 * h)
    # h^2 / 6 times the third derivative, at most some 1 / d^2 = 100; and the rounding of both distances.
    assert abs(slope - difference) <= 1e-6 + 16 * blur(space, x, y) / h


@every
def test_autograd_agrees_with_finite_differences_of_every_map(space):
    generator = np.random.default_rng(0)
    directions = generator.normal(size=(4, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    x = torch.tensor(np.stack([at(space, u, 0.7) for u in directions[:2]]), requires_grad=True)
    y = torch.tensor(np.stack([at(space, u, 1.5) for u in directions[2:]]), requires_grad=True)
    v = torch.tensor(generator.normal(size=x.shape), requires_grad=True)
    once = [
        lambda x, y: space.transport(x, y, space.proju(x, v)),
        lambda x, y: space.geodesic(x, y, 0.3),
        lambda x, y: space.inner(x, space.egrad2rgrad(x, v), space.logmap(x, y)),
    ]
    twice = [space.dist, space.logmap, lambda x, y: space.expmap(x, space.proju(x, y))]
    for function in once + twice:
        assert torch.autograd.gradcheck(function, (x, y))
    for function in twice:
        assert torch.autograd.gradgradcheck(function, (x, y))


@every
def test_derivatives_are_finite_where_points_coincide(space):
    x = torch.tensor(np.stack([at(space, np.eye(1, 3)[0], r) for r in (0.0, 1.0, 12.0)]), requires_grad=True)
    y = x.detach().clone()
    (first,) = torch.autograd.grad(space.dist(x, y).sum(), x, create_graph=True)
    assert not first.any()
    (second,) = torch.autograd.grad((first * torch.ones_like(first)).sum() + space.dist(x, y).sum(), x)
    assert torch.isfinite(second).all()
    y, still = y[:2], torch.zeros_like(y[:2], requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: space.logmap(space.projx(x), y), y.clone().requires_grad_())
    assert torch.autograd.gradcheck(lambda v: space.expmap(y, space.proju(y, v)), still)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_points_on_and_beyond_the_boundary_give_finite_distances_and_gradients(dtype):
    edge = np.array([[1.0, 0.0], [0.6, 0.8], [3.0, 4.0], [1 - 1e-16, 0.0], [0.0, 0.0]], dtype)
    for y in edge:
        x = torch.tensor(edge, requires_grad=True)
        distance = POINCARE.dist(x, torch.tensor(y))
        distance.sum().backward()
        assert torch.isfinite(distance).all()
        assert torch.isfinite(x.grad).all()
        for value in (
            POINCARE.logmap(edge, y),
            mobius_add(edge, y),
            to_lorentz(edge),
            POINCARE.transport(edge, y, edge),
        ):
            assert np.isfinite(value).all()
        inside = np.linalg.norm(POINCARE.expmap(edge, 1e3 * edge), axis=1)
        assert (inside <= 1 - boundary(edge) / 2).all()


def test_projx_leaves_what_is_inside_and_scales_back_what_is_not():
    x = np.array([[0.3, 0.4], [3.0, 4.0], [0.0, 0.0]])
    np.testing.assert_allclose(POINCARE.projx(x), [[0.3, 0.4], [0.6, 0.8], [0, 0]], atol=1e-10)
    np.testing.assert_array_equal(POINCARE.projx(x)[[0, 2]], x[[0, 2]])
    np.testing.assert_allclose(np.linalg.norm(PoincareBall(0.01).projx(x), axis=1), [0.5, 0.99, 0])
    with pytest.raises(W2VError, match="margin is 1"):
        PoincareBall(1)


def test_projections_of_the_hyperboloid_end_on_it():
    generator = np.random.default_rng(1)
    minkowski = np.diag([-1.0, 1, 1, 1])
    x, v = LORENTZ.projx(generator.normal(size=(5, 4))), generator.normal(size=(5, 4))
    np.testing.assert_allclose(np.einsum("ni,ij,nj->n", x, minkowski, x), -1)
    tangents = LORENTZ.proju(x, v)
    np.testing.assert_allclose(np.einsum("ni,ij,nj->n", x, minkowski, tangents), 0, atol=1e-12)
    np.testing.assert_allclose(LORENTZ.proju(x, tangents), tangents, atol=1e-12)
    np.testing.assert_allclose(
        LORENTZ.inner(x, tangents, tangents), np.einsum("ni,ij,nj->n", tangents, minkowski, tangents)
    )


def test_the_hyperboloids_gradient_of_the_product_is_the_one_of_cosh():
    """cosh(dist) = -<x, y>_L, so its gradient is -sinh(d) / d log_x(y). (The product reads time, `dist` does not.)"""
    generator = np.random.default_rng(2)
    x, y = LORENTZ.projx(generator.normal(size=(2, 9, 4)))
    egrad = -np.concatenate((-y[:, :1], y[:, 1:]), axis=1)
    distance = LORENTZ.dist(x, y)[:, None]
    np.testing.assert_allclose(
        LORENTZ.egrad2rgrad(x, egrad), -np.sinh(distance) / distance * LORENTZ.logmap(x, y), atol=1e-11
    )


@every
def test_the_retraction_agrees_with_exp_to_first_order(space):
    generator = np.random.default_rng(3)
    x = space.projx(0.4 * generator.normal(size=(6, space.ambient(2))) / 2)
    v = space.proju(x, generator.normal(size=x.shape))
    apart = [space.dist(space.retr(x, h * v), space.expmap(x, h * v)).max() for h in (1e-2, 1e-3)]
    assert apart[1] <= apart[0] / 50 + 1e-12  # of second order: a tenth of the step, a hundredth of the gap


@given(pair=pairs(), shift=radii.filter(lambda r: r <= 8), where=st.data())
def test_translations_of_the_ball_are_isometries_that_take_their_point_to_the_origin(pair, shift, where):
    u, r, w, q = pair
    x, y, a = at(POINCARE, u, r), at(POINCARE, w, q), at(POINCARE, where.draw(directions(len(u))), shift)
    moved_x, moved_y = translate(np.stack([x, y]), a)
    slack = 16 * blur(POINCARE, moved_x, moved_y, x, y)
    assert abs(POINCARE.dist(moved_x, moved_y) - POINCARE.dist(x, y)) <= slack
    np.testing.assert_allclose(translate(a, a), 0, atol=1e-15)
    assert POINCARE.dist(translate(moved_x, -a), x) <= slack * (1 + np.exp(shift))


@given(pair=pairs())
def test_mobius_addition_is_the_papers(pair):
    u, r, w, q = pair
    x, y = at(POINCARE, u, r), at(POINCARE, w, q)
    np.testing.assert_allclose(mobius_add(x, y), naive.mobius_sum(x, y), atol=8 * blur(POINCARE, x, y))


@given(pair=pairs())
def test_ball_and_hyperboloid_are_one_space(pair):
    u, r, w, q = pair
    x, y = at(POINCARE, u, r), at(POINCARE, w, q)
    on_hyperboloid = to_lorentz(np.stack([x, y]))
    slack = 8 * blur(POINCARE, x, y)
    assert abs(LORENTZ.dist(*on_hyperboloid) - POINCARE.dist(x, y)) <= slack
    assert (POINCARE.dist(to_ball(on_hyperboloid), np.stack([x, y])) <= slack).all()
    across = spread(LORENTZ, to_lorentz(x), r / 2 + q / 2)
    half = to_ball(LORENTZ.geodesic(*on_hyperboloid, 0.5))
    assert POINCARE.dist(half, POINCARE.geodesic(x, y, 0.5)) <= 2 * slack + 16 * across


@every
@given(pair=pairs(), weight=st.floats(0.01, 0.99))
def test_the_mean_of_two_points_divides_their_geodesic(space, pair, weight):
    u, r, w, q = pair
    x, y = at(space, u, r * 0.7), at(space, w, q * 0.7)
    mean = space.frechet_mean(np.stack([x, y]), [1 - weight, weight])
    expected = space.geodesic(x, y, weight)
    slack = 16 * (blur(space, x, y) * (1 + r + q) + spread(space, x, weight * space.dist(x, y)))
    assert space.dist(mean, expected) <= 1e-8 + slack


@every
def test_the_mean_has_no_better_point_beside_it_and_moves_with_the_points(space):
    generator = np.random.default_rng(4)
    ball = 0.9 * generator.normal(size=(3, 7, 2)) / 3  # three sets of seven
    points = {"euclidean": lambda x: x, "poincare": POINCARE.projx, "lorentz": to_lorentz}[space.name](ball)
    weights = generator.uniform(0.1, 1, size=(3, 7))
    mean = space.frechet_mean(points, weights)

    def spread_around(m):
        return (weights * space.dist(m[:, None], points) ** 2).sum(1)

    for _ in range(20):
        beside = space.expmap(mean, 1e-3 * space.proju(mean, generator.normal(size=mean.shape)))
        assert (spread_around(beside) > spread_around(mean)).all()
    if space is POINCARE:
        a = np.array([0.5, -0.3])
        moved = POINCARE.frechet_mean(translate(points, a), weights)
        np.testing.assert_allclose(moved, translate(mean, a), atol=1e-8)
    assert not space.frechet_mean(torch.tensor(points, requires_grad=True)).requires_grad
    np.testing.assert_allclose(space.frechet_mean(points[0], 1e-12 * weights[0]), mean[0], atol=1e-8)


@curved
def test_a_symmetric_sets_mean_is_the_origin_and_one_points_mean_is_the_point(space):
    points = np.stack([at(space, u, 12.0) for u in (*np.eye(2), *-np.eye(2))])
    assert radius_of(space, space.frechet_mean(points)) <= 1e-8
    assert space.dist(space.frechet_mean(points[:1]), points[0]) <= 1e-8


def test_a_mean_that_cannot_be_is_refused():
    points = np.full((3, 2), 0.1)
    with pytest.raises(W2VError, match="one point or more"):
        POINCARE.frechet_mean(points[:0])
    with pytest.raises(W2VError, match="one weight for each"):
        POINCARE.frechet_mean(points, [1.0, 2.0])
    for weights in ([0, 0, 0], [1, -1, 1], [1, float("nan"), 1]):
        with pytest.raises(W2VError, match="finite and not negative"):
            POINCARE.frechet_mean(points, weights)
    with pytest.raises(W2VError, match="not finite"):
        POINCARE.frechet_mean(points * np.nan)
    with pytest.raises(W2VError, match="more than the tolerance"):
        POINCARE.frechet_mean(np.array([[0.9, 0], [0, 0.9], [-0.5, 0.2]]), tolerance=0)


@every
def test_torch_and_numpy_lists_and_both_dtypes_give_the_same(space):
    generator = np.random.default_rng(5)
    x, y = space.projx(0.3 * generator.normal(size=(2, 4, space.ambient(3))))
    v = space.proju(x, generator.normal(size=x.shape))
    for name, given_ in {
        "dist": (x, y), "inner": (x, v, v), "norm": (x, v), "egrad2rgrad": (x, v), "retr": (x, v), "expmap": (x, v),
        "logmap": (x, y), "projx": (x,), "proju": (x, v), "transport": (x, y, v), "geodesic": (x, y, 0.2),
        "frechet_mean": (x,),
    }.items():  # fmt: skip
        method = getattr(space, name)
        result = method(*given_)
        as_torch = method(*(torch.tensor(a) if isinstance(a, np.ndarray) else a for a in given_))
        assert isinstance(as_torch, torch.Tensor)
        np.testing.assert_allclose(as_torch.numpy(), result, rtol=1e-12, atol=1e-14)
        np.testing.assert_array_equal(method(*(a.tolist() if isinstance(a, np.ndarray) else a for a in given_)), result)
        for single in (
            method(*(a.astype(np.float32) if isinstance(a, np.ndarray) else a for a in given_)),
            method(*(torch.tensor(a).float() if isinstance(a, np.ndarray) else a for a in given_)).numpy(),
        ):
            assert single.dtype == np.float32
            np.testing.assert_allclose(single, result, rtol=1e-4, atol=1e-5)


@every
def test_leading_axes_broadcast(space):
    generator = np.random.default_rng(6)
    x = space.projx(0.2 * generator.normal(size=(5, 1, space.ambient(2))))
    y = space.projx(0.2 * generator.normal(size=(3, space.ambient(2))))
    assert space.dist(x, y).shape == (5, 3)
    v = space.logmap(x, y)
    assert v.shape == (5, 3, space.ambient(2))
    assert space.expmap(x, v).shape == space.transport(x, y, v).shape == v.shape
    assert space.frechet_mean(space.expmap(x, v)).shape == (5, space.ambient(2))
    assert space.geodesic(x[0, 0], y[0], np.linspace(0, 1, 7)[:, None]).shape == (7, space.ambient(2))


def test_geometry_does_without_torch():
    code = (
        "import sys; from w2v.geometry import POINCARE; POINCARE.dist([0.1], [0.2]); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
