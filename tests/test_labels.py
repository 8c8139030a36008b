"""Labels and leaders: whatever the words, none lies on another or on a dot, and each belongs to its own dot."""

from itertools import combinations

import numpy as np
import pytest

from w2v.plots.placing import place
from w2v.plots.words.map import plot_words
from w2v.vectors import KeyedVectors

PAGE = np.array([0.0, 0.0, 400.0, 300.0])
SETTINGS = {"gap": 2.0, "reach": 60.0}


def on_one_side(p, q, r, s):
    """Whether both r and s lie on the same side of the line through p and q."""
    (ax, ay), (bx, by), (cx, cy) = q - p, r - p, s - p
    return (ax * by - ay * bx) * (ax * cy - ay * cx) > 0


def crossing(one, other):
    return not on_one_side(*one, *other) and not on_one_side(*other, *one)


def along(segment, n=200):
    return segment[0] + np.linspace(0, 1, n)[:, None] * (segment[1] - segment[0])


def within(points, boxes):
    """bool [N, M]"""
    inside = (points[:, None] > boxes[:, :2] + 1e-6) & (points[:, None] < boxes[:, 2:] - 1e-6)
    return inside.all(axis=2)


def faults(boxes, leaders, dots, radii, frame):
    """What is wrong with labels [K, 4] and leaders, [2, 2] each from a label to a dot: how often, by the fault."""
    across = np.maximum(np.maximum(boxes[:, None, :2] - dots, dots - boxes[:, None, 2:]), 0)
    found = {
        "labels overlap": sum(((a[:2] < b[2:]) & (b[:2] < a[2:])).all() for a, b in combinations(boxes, 2)),
        "labels leave the frame": int(((boxes[:, :2] < frame[:2]) | (boxes[:, 2:] > frame[2:])).any(axis=1).sum()),
        "labels cover dots": int((np.linalg.norm(across, axis=2) < radii).sum()),
        "leaders cross": sum(crossing(*pair) for pair in combinations(leaders, 2)),
    }
    for leader in leaders:
        far = np.linalg.norm(dots - leader[1], axis=1) - radii
        own = np.abs(far).argmin()
        reached = np.linalg.norm(along(leader)[:, None] - dots, axis=2).min(axis=0) < radii - 1e-6
        reached &= np.linalg.norm(dots - leader[1], axis=1) > radii  # of dots that lie on its own it ends in all
        reached[own] = False
        found["leaders end elsewhere"] = found.get("leaders end elsewhere", 0) + (abs(far[own]) > 1.5)
        found["leaders cross dots"] = found.get("leaders cross dots", 0) + reached.sum()
        found["leaders cross labels"] = found.get("leaders cross labels", 0) + within(along(leader), boxes).any(0).sum()
    return {name: int(count) for name, count in found.items() if count}


def drawn(figure):
    """Boxes of labels, leaders, dots and their radii, and the frame, all in pixels."""
    figure.canvas.draw()
    (axes,) = figure.axes
    to_pixels = axes.transData.transform
    sizes = [np.broadcast_to(dots.get_sizes(), len(dots.get_offsets())) for dots in axes.collections]
    return (
        np.array([text.get_window_extent().extents for text in axes.texts]).reshape(-1, 4),
        [to_pixels(line.get_xydata()) for line in axes.lines if line.get_gid() == "leader"],
        np.vstack([to_pixels(dots.get_offsets()) for dots in axes.collections]),
        np.sqrt(np.concatenate(sizes)) / 2 * figure.dpi / 72,
        axes.get_window_extent().extents,
    )


def random_words(seed):
    """From 3 to 300 words of any length, in clusters or not, of two dimensions or more, and their number."""
    rng = np.random.default_rng(seed)
    n, size = int(np.exp(rng.uniform(np.log(3), np.log(300.99)))), int(rng.choice([2, 2, 5, 30]))
    words = ["".join(map(chr, rng.integers(97, 123, rng.integers(1, 14)))) + str(i) for i in range(n)]
    table = rng.normal(size=(n, size)) + rng.uniform(0, 4) * rng.normal(size=(6, size))[rng.integers(0, 6, n)]
    return KeyedVectors(words, table, np.sort(rng.integers(5, 10_000, n))[::-1]), n


@pytest.mark.parametrize("seeds", [range(10), pytest.param(range(100), marks=pytest.mark.long)], ids=len)
def test_random_words_have_labels_and_leaders_without_a_fault(seeds):
    """What has no room is left out: a third of all words in such crowds, and of up to thirty words one in ten."""
    few, all_of_them = [], []
    for seed in seeds:
        vectors, n = random_words(seed)
        parts = drawn(plot_words(vectors, top=n, method="pca", dpi=80))
        assert faults(*parts) == {}, f"of the words of seed {seed}"
        (few if n <= 30 else all_of_them).append(len(parts[0]) / n)
    assert np.mean(few) > 0.9
    assert np.mean(few + all_of_them) > 0.67


def boxes_of(places, sizes):
    return [np.concatenate([found.corner, found.corner + size]) for found, size in zip(places, sizes, strict=True)]


def test_a_label_stands_right_of_its_dot_or_where_there_is_room():
    size = np.array([[40.0, 10.0]])
    for dot, side in (((200, 150), (1, 0)), ((390, 150), (-1, 0)), ((390, 296), (-1, -1)), ((200, 2), (1, 1))):
        (found,) = place(size, np.array([dot]), np.array([3.0]), PAGE, **SETTINGS)
        assert found.leader is None
        middle = found.corner + size[0] / 2 - dot
        assert np.array_equal(np.sign(np.round(middle)), side)


def test_a_dot_amid_others_has_a_leader_that_comes_through_them():
    angles = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1) * 18
    dots, radii = np.array([200, 150]) + np.vstack([[0, 0], ring]), np.full(13, 3.0)
    sizes = np.full((13, 2), np.nan)
    sizes[0] = 30, 10
    found = place(sizes, dots, radii, PAGE, **SETTINGS)
    assert found[1:] == [None] * 12
    np.testing.assert_allclose(np.linalg.norm(found[0].leader[1] - dots[0]), 3)
    assert faults(np.array(boxes_of(found[:1], sizes[:1])), [found[0].leader], dots, radii, PAGE) == {}
    assert place(sizes, dots, radii, PAGE, gap=2.0, reach=12.0)[0] is None


def test_labels_and_leaders_keep_clear_of_what_is_drawn_already():
    fence = np.array([[[205.0, 0.0], [205.0, 300.0]], [[195.0, 0.0], [195.0, 300.0]]])
    sizes, dots, radii = np.array([[40.0, 10.0]]), np.array([[200.0, 150.0]]), np.array([2.0])
    for lines in (fence, fence[:1]):
        (found,) = place(sizes, dots, radii, PAGE, lines=lines, **SETTINGS)
        box = np.array(boxes_of([found], sizes))
        assert not any(within(along(line), box).any() for line in lines)
        assert (found.leader is None) == (len(lines) == 1)  # there is no way out but over a line


def test_two_dots_at_one_place_have_a_label_each():
    sizes, dots = np.full((2, 2), [40.0, 10.0]), np.full((2, 2), 150.0)
    places = place(sizes, dots, np.full(2, 3.0), PAGE, **SETTINGS)
    assert faults(np.array(boxes_of(places, sizes)), [], dots, np.full(2, 3.0), PAGE) == {}
