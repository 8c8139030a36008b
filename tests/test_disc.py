"""The disc shows what is above what (reduced, along geodesics, nothing lost on the way) and stays readable."""

import json
import re
import struct
from collections import Counter
from itertools import pairwise

import browser
import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex, to_rgb
from PIL import Image

from w2v.errors import W2VError
from w2v.geometry import POINCARE, mobius_add
from w2v.plots.figure import GREY, PALETTE
from w2v.plots.hierarchy.disc import arcs, plot_disc
from w2v.plots.hierarchy.file import save_disc
from w2v.plots.hierarchy.film import HOLD, animate, plot_forming, states_of, strip
from w2v.plots.hierarchy.page import page_of
from w2v.plots.hierarchy.projection import fit, neighbours_kept
from w2v.plots.hierarchy.shown_nodes import choose_nodes
from w2v.plots.hierarchy.view import NodeSelection, readable, view_of
from w2v.plots.html.frame import save_page
from w2v.vectors import KeyedVectors, PoincareKeyedVectors


def tree(children=4, levels=3, step=1.6, size=2, name="node {}".format):
    """A tree laid out in the ball (Sarkar 2011): every edge has the length `step`. Names are places in the tree; edges
    are its transitive closure. In `size` dimensions it lies on a flat piece through the origin, turned at random."""
    points, parents = [np.zeros(2)], [-1]
    fan = {0: (0.0, 2 * np.pi)}
    for _ in range(levels):
        grown = {}
        for node, (begin, width) in fan.items():
            for child in range(children):
                angle = begin + width * (child + 0.5) / children
                towards = np.tanh(step / 2) * np.array([np.cos(angle), np.sin(angle)])
                points.append(mobius_add(points[node], towards))
                parents.append(node)
                grown[len(points) - 1] = (angle - 0.7, 1.4)
        fan = grown
    closure = []
    for node in range(len(points)):
        above = parents[node]
        while above >= 0:
            closure.append((node, above))
            above = parents[above]
    axes = np.linalg.qr(np.random.default_rng(4).normal(size=(size, size)))[0][:, :2] if size > 2 else np.eye(2)
    vectors = PoincareKeyedVectors([name(i) for i in range(len(points))], np.array(points) @ axes.T)
    return vectors, np.array(closure), parents


def spread(size=2, step=6.0):
    """The tree of `tree`, as long training leaves it: every node far out in the middle of a sector of its own, that its
    children share."""
    vectors, closure, parents = tree(size=size)
    sectors = [(0.0, 2 * np.pi)]
    points = [np.zeros(2)]
    for node in range(1, len(parents)):
        begin, width = sectors[parents[node]]
        begin, width = begin + width * ((node - 1) % 4) / 4, width / 4
        sectors.append((begin, width))
        depth = 1 + (node > 4) + (node > 20)
        angle = begin + width / 2
        points.append(np.tanh(step * depth / 2) * np.array([np.cos(angle), np.sin(angle)]))
    padded = np.pad(np.array(points), ((0, 0), (0, size - 2)))
    return PoincareKeyedVectors(vectors.index_to_key, padded), closure, parents


@pytest.fixture(scope="module")
def world():
    return tree()


@pytest.fixture(scope="module")
def picture(world):
    return plot_disc(*world[:2], title="A tree", dpi=100)


def seen(vectors, edges, **selection):
    return view_of(vectors, edges, NodeSelection(**selection))


def dots(figure, panel=0):
    """Places of the dots of a disc, in the order they were drawn, which is from the rim to the middle."""
    return np.asarray(figure.axes[panel].collections[1].get_offsets())


def shapes(figure):
    """The marker of each dot, by its corners, in the order they were drawn."""
    return [tuple(map(tuple, path.vertices.round(3))) for path in figure.axes[0].collections[1].get_paths()]


def lightness(colour):
    """L* of CIELAB, from 0 to 100."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 116 * np.cbrt(np.dot(linear, [0.2126, 0.7152, 0.0722])) - 16


def overlapping(texts):
    boxes = [text.get_window_extent() for text in texts]
    return [(a, b) for a in range(len(boxes)) for b in range(a) if boxes[a].overlaps(boxes[b])]


def caption(figure):
    (text,) = (text for text in figure.texts if text.get_gid() == "caption")
    return text.get_text().replace("\n", " ")


def sorted_rows(points):
    return points[np.lexsort(np.round(points, 9).T)]


def legend(figure):
    (box,) = figure.legends
    colours = [handle.get_color() for handle in box.legend_handles]
    return dict(zip([text.get_text() for text in box.get_texts()], colours, strict=True))


# ---- lines of descent


@given(st.integers(1, 9).flatmap(lambda n: st.tuples(
    st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=24),
    st.sets(st.integers(0, n - 1), min_size=1),
)))  # fmt: skip
def test_any_relations_are_reduced_to_nearest_ancestors(case):
    nodes, pairs, shown = case  # with cycles, loops and repetitions
    found = choose_nodes(np.array(pairs), sorted(shown), 0, nodes)
    joined, depths = naive.nearest_ancestors(pairs, nodes, shown)
    assert {(found.rows[child], found.rows[parent]) for child, parent in found.edges} == joined
    assert dict(zip(found.rows, found.depths.tolist(), strict=True)) == depths


def test_a_closure_and_its_reduction_give_the_same_picture(world):
    _, closure, parents = world
    basic = np.array([(node, parent) for node, parent in enumerate(parents) if parent >= 0])
    one, other = (choose_nodes(edges, None, 1000, len(parents)) for edges in (closure, basic))
    assert one.edges.tolist() == other.edges.tolist()
    assert len(one.edges) == len(basic)
    assert one.rows == other.rows


def test_the_top_nodes_are_those_with_the_most_below_them(world):
    _, closure, parents = world
    found = choose_nodes(closure, None, 5, len(parents))
    assert found.rows == [0, 1, 2, 3, 4]
    assert found.sizes.tolist() == [4, 0, 0, 0, 0]  # of those shown


def test_a_node_goes_with_the_smallest_of_the_subtrees_it_is_in(world):
    _, closure, parents = world
    found = choose_nodes(closure, None, 1000, len(parents))
    inner = next(node for node in range(len(parents)) if parents[node] == 1)
    owner = dict(zip(found.rows, found.nearest_of([found.rows.index(1), found.rows.index(inner)]), strict=True))
    assert (owner[0], owner[1], owner[inner], owner[2]) == (-1, 0, 1, -1)
    assert {owner[node] for node in range(len(parents)) if parents[node] == inner} == {1}


def test_branches_part_the_hierarchy_and_never_lose_much_of_it():
    # A root with one child, which has two large parts; the first has ten small children and no others.
    chain = [(1, 0), (2, 1), (3, 1), *((10 + i, 2) for i in range(10)), *((20 + i, 3) for i in range(6))]
    found = choose_nodes(np.array(chain), None, 1000, 30)
    assert [found.rows[node] for node in found.branches(8)] == [2, 3]
    assert [found.rows[node] for node in found.branches(1)] == [1]
    vectors, closure, _ = tree(children=5)
    figure = plot_disc(vectors, closure, words=vectors.index_to_key[:31], colour="subtree", dpi=60)
    assert list(legend(figure)) == [f"node {i}" for i in range(1, 6)]  # more parts would be more than eight


# ---- geometry


inside = st.tuples(st.floats(0, 9), st.floats(0, 2 * np.pi)).map(
    lambda polar: np.tanh(polar[0] / 2) * np.array([np.cos(polar[1]), np.sin(polar[1])])
)


@given(inside, inside)
def test_edges_are_geodesics(start, end):
    (path,) = arcs(start[None], end[None])
    begin, *_, middle, _, _, last = path.vertices
    assert begin == pytest.approx(start)
    assert last == pytest.approx(end)
    # The middle of the drawn arc lies on the straight line of the plane: it is no detour.
    length = POINCARE.dist(start, end)
    assert POINCARE.dist(start, middle) + POINCARE.dist(middle, end) == pytest.approx(length, abs=1e-6)
    # So do all its points, to the accuracy of a Bézier curve: they are at one distance from the centre of a circle
    # that cuts the rim at right angles, |z - c|² = |c|² - 1, written so that a straight line is no exception.
    cross = start[0] * end[1] - start[1] * end[0]
    towards = (1 + start @ start) / 2 * np.array([end[1], -end[0]]) - (1 + end @ end) / 2 * np.array(
        [start[1], -start[0]]
    )
    drawn = bezier(path.vertices)
    off = cross * (1 + np.square(drawn).sum(axis=1)) / 2 - drawn @ towards
    assert (
        np.abs(off).max() < 5e-4 * max(np.linalg.norm(towards), 1e-9) * max(np.linalg.norm(end - start), 1e-9) + 1e-12
    )


def bezier(vertices):
    """Points of the two curves."""
    share = np.linspace(0, 1, 9)[:, None]
    weights = np.hstack([(1 - share) ** 3, 3 * share * (1 - share) ** 2, 3 * share**2 * (1 - share), share**3])
    return np.vstack([weights @ vertices[:4], weights @ vertices[3:]])


def test_two_numbers_are_drawn_as_they_are(world, picture):
    assert sorted_rows(dots(picture)) == pytest.approx(sorted_rows(world[0].vectors))
    assert "Two numbers a node, drawn as they are." in caption(picture)


@pytest.mark.parametrize("size", [2, 5])
def test_a_centre_is_in_the_middle_and_its_distances_are_true(size):
    vectors, closure, _ = tree(size=size)
    figure = plot_disc(vectors, closure, centre="node 7", dpi=100)
    found = np.sort(POINCARE.dist(np.zeros(2), dots(figure)))
    assert found[0] == pytest.approx(0, abs=1e-9)
    assert found == pytest.approx(np.sort(POINCARE.dist(vectors["node 7"], vectors.vectors)))
    assert "node 7" in caption(figure)


@pytest.mark.parametrize("size", [2, 5])
def test_around_a_node_far_out_its_neighbours_can_be_seen(size):
    """All others would be seen in one direction, on the rim."""
    vectors, closure, parents = spread(size)
    radii = np.sort(np.tanh(POINCARE.dist(vectors["node 84"], vectors.vectors) / 2))
    assert radii[1] > 0.99
    figure = plot_disc(vectors, closure, centre="node 84", dpi=60)
    found = dots(figure)
    order = np.argsort(np.linalg.norm(found, axis=1))
    assert np.linalg.norm(found[order[0]]) == pytest.approx(0, abs=1e-9)
    near = found[order[1:6]]
    assert np.linalg.norm(near, axis=1).max() < 0.9
    assert np.linalg.norm(near[:, None] - near, axis=2)[~np.eye(5, dtype=bool)].min() > 0.02
    assert {f"node {node}" for node, parent in enumerate(parents) if parent == parents[84]} <= {
        text.get_text() for text in figure.axes[0].texts
    }
    assert re.search(r"Distances from the origin were drawn 0\.\d+ times as long", caption(figure))
    away = np.random.default_rng(0).normal(size=(40, 5))
    lengths = np.tanh(np.linspace(3, 8, 40))[:, None]
    anywhere = PoincareKeyedVectors(vectors.index_to_key[:40], lengths * away / np.linalg.norm(away, axis=1)[:, None])
    view = seen(anywhere, np.array([(i, i // 2) for i in range(1, 40)]), centre="node 39")
    assert np.sort(np.linalg.norm(view.points, axis=1))[5] < 0.9
    near_the_root = plot_disc(*tree(size=size)[:2], centre="node 7", dpi=60)
    assert "times as long" not in caption(near_the_root)


def test_a_plane_in_five_dimensions_is_found_again():
    flat, many = tree()[0].vectors, tree(size=5)[0].vectors
    projection = fit(many, None)
    points = projection(many)
    far = POINCARE.dist(points[:, None], points)
    assert far == pytest.approx(POINCARE.dist(flat[:, None], flat), abs=1e-3)  # the mean is sought to 1e-4
    assert neighbours_kept(many, points, 5) > 0.95
    assert "100% of the variance" in projection.told
    assert projection.nearness(many) == pytest.approx(1 - np.square(points).sum(axis=1), abs=1e-9)


def test_the_caption_tells_how_many_neighbours_are_kept():
    points = 0.9 * np.random.default_rng(0).uniform(-0.4, 0.4, (40, 5))
    vectors = PoincareKeyedVectors([str(i) for i in range(40)], points)
    figure = plot_disc(vectors, np.array([(i, 0) for i in range(1, 40)]), dpi=100)
    flat = fit(points, None)(points)
    shares = []
    for i in range(40):
        others = [j for j in range(40) if j != i]
        true, shown = (
            sorted(others, key=lambda j: float(POINCARE.dist(table[i], table[j])))[:10] for table in (points, flat)
        )
        shares.append(len(set(true) & set(shown)) / 10)
    assert 0.3 < np.mean(shares) < 0.9
    assert f"10 nearest by hyperbolic distance, {np.mean(shares):.0%} are among its 10 nearest here" in caption(figure)
    assert "(by chance 26%)" in caption(figure)
    assert "Tangent PCA about the Fréchet mean, from 5 dimensions" in caption(figure)


# ---- the figure


@pytest.mark.parametrize(("size", "name"), [(2, "a rather long name of number {}".format), (4, "node {}".format)])
def test_labels_never_collide_and_nothing_leaves_the_page(size, name):
    vectors, closure, _ = tree(children=5, levels=3, size=size, name=name)
    figure = plot_disc(vectors, closure, title="A tree of 156 nodes", dpi=100)
    figure.canvas.draw()
    (axes,) = figure.axes
    labels, frame = [text.get_window_extent() for text in axes.texts], axes.get_window_extent()
    assert len(labels) > 25
    assert overlapping(axes.texts) == []
    assert min(text.get_fontsize() for text in axes.texts) >= 8  # points, of a page nine inches wide
    assert all(frame.x0 <= b.x0 and frame.y0 <= b.y0 and b.x1 <= frame.x1 and b.y1 <= frame.y1 for b in labels)
    for text in [*figure.texts, *figure.legends]:
        box = text.get_window_extent()
        assert not box.overlaps(frame)
        assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= box.y0 < box.y1 <= figure.bbox.y1


def test_what_is_nearer_the_middle_has_the_larger_label_and_dot(world, picture):
    vectors, _, _ = world
    sizes = {text.get_text(): text.get_fontsize() for text in picture.axes[0].texts}
    labelled = sorted(sizes, key=lambda name: float(np.linalg.norm(vectors[name])))
    assert labelled[0] == "node 0"
    assert all(sizes[a] >= sizes[b] - 1e-6 for a, b in pairwise(labelled))
    assert sizes["node 0"] > 1.5 * sizes[labelled[-1]]
    assert {"node 1", "node 2", "node 3", "node 4"} <= set(sizes)
    widths = picture.axes[0].collections[1].get_sizes()
    assert (np.diff(widths) >= -1e-9).all()


def test_colours_tell_the_depth(picture):
    told = legend(picture)
    assert list(told) == ["depth 0", "1", "2", "3"]
    drawn = [tuple(colour[:3]) for colour in picture.axes[0].collections[1].get_facecolor()]
    assert [drawn.count(to_rgb(colour)) for colour in told.values()] == [1, 4, 16, 64]


def test_depths_are_told_apart_without_hues(world, picture):
    assert len(set(zip(shapes(picture), map(to_hex, picture.axes[0].collections[1].get_facecolor()), strict=True))) == 4
    assert sorted(shapes(picture).count(shape) for shape in set(shapes(picture))) == [1, 4, 16, 64]
    chain = 12
    points = np.column_stack([np.linspace(0, 0.9, chain), np.linspace(0, 0.2, chain)])
    vectors = PoincareKeyedVectors([f"n{i}" for i in range(chain)], points)
    figure = plot_disc(vectors, np.array([(i, i - 1) for i in range(1, chain)]), dpi=60)
    steps = np.diff([lightness(colour) for colour in legend(figure).values()])
    assert len(steps) == chain - 1
    assert steps.min() > 0.6 * steps.mean() > 3
    marks = [handle.get_marker() for handle in figure.legends[0].legend_handles]
    assert all(one != other for one, other in pairwise(marks))
    assert len(set(marks)) == 5


def test_colours_tell_the_subtree(world):
    vectors, closure, _ = world
    some = plot_disc(vectors, closure, subtrees=["node 2", "node 3"], dpi=100)
    assert legend(some) == {"node 2": PALETTE[0], "node 3": PALETTE[1]}
    drawn = [tuple(colour[:3]) for colour in some.axes[0].collections[1].get_facecolor()]
    assert [drawn.count(to_rgb(colour)) for colour in (PALETTE[0], PALETTE[1], GREY)] == [21, 21, 43]


def test_fewer_nodes_are_joined_over_those_left_out(world):
    vectors, closure, parents = world
    leaves = [node for node in range(len(parents)) if parents[parents[node]] == 1]
    words = ["node 0", *(f"node {leaf}" for leaf in leaves)]
    figure = plot_disc(vectors, closure, words=words, dpi=100)
    assert len(figure.axes[0].collections[0].get_paths()) == len(leaves)
    assert f"{len(words)} of 85 nodes and {len(leaves)} edges to their nearest ancestors shown." in caption(figure)


def test_wordnet_names_are_written_as_people_read_them():
    assert readable(["dog.n.01", "hot_dog.n.02", "fox.n.01", "fox.n.03"]) == ["dog", "hot dog", "fox 1", "fox 3"]
    assert readable(["dog.n.01", "example.org"]) == ["dog.n.01", "example.org"]


def test_the_same_picture_has_the_same_bytes(world, tmp_path):
    few = world[0].index_to_key[:15]
    for suffix in ("png", "svg"):
        for name in "ab":
            save_disc(tmp_path / f"{name}.{suffix}", *world[:2], words=few, title="$a_1$ & <b>")
        assert (tmp_path / f"a.{suffix}").read_bytes() == (tmp_path / f"b.{suffix}").read_bytes()


# ---- training


def snapshots_of(vectors, epochs=(0, 5, 20)):
    """From a small cloud to the vectors, every node along its geodesic."""
    return {
        epoch: POINCARE.geodesic(np.zeros_like(vectors.vectors), vectors.vectors, epoch / epochs[-1])
        for epoch in epochs
    }


def test_a_strip_has_a_disc_for_every_snapshot_in_order(world):
    vectors, closure, _ = world
    snapshots = snapshots_of(vectors)
    figure = strip(seen(vectors, closure), dict(reversed(snapshots.items())), title="A tree grows", dpi=60)
    assert [text.get_text() for text in figure.texts if text.get_text().startswith("epoch")] == [
        "epoch 0", "epoch 5", "epoch 20, × 0.70",
    ]  # fmt: skip
    for panel, points in enumerate([snapshots[0], snapshots[5]]):
        assert sorted_rows(dots(figure, panel)) == pytest.approx(sorted_rows(points))
    assert "Only where × stands beside an epoch, distances from the origin are drawn so many" in caption(figure)
    figure.canvas.draw()
    for text in figure.texts:
        box = text.get_window_extent()
        assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1
        assert not any(box.overlaps(axes.get_window_extent()) for axes in figure.axes)


def test_how_a_hierarchy_forms_is_the_strip_of_its_view(world):
    vectors, closure, _ = world
    how = {"top": 30, "colour": "subtree", "centre": "node 0"}
    figure = plot_forming(vectors, closure, snapshots_of(vectors), title="A tree grows", dpi=40, **how)
    same = strip(seen(vectors, closure, **how), snapshots_of(vectors), title="A tree grows", dpi=40)
    assert caption(figure).startswith("30 of 85 nodes")
    assert pixels(figure) == pixels(same)


def pixels(figure):
    figure.canvas.draw()
    return bytes(figure.canvas.buffer_rgba())


def test_a_label_of_a_film_goes_to_another_side_where_its_own_has_no_room(tmp_path, monkeypatch):
    """A parent with a child outside of it, where its label would stand, and dots beside that: all are named."""
    points = np.array([[0.0, 0.0], [0.5, 0.0], [0.58, 0.0], [0.5, 0.6], [-0.6, 0.1]])
    vectors = PoincareKeyedVectors(["root", "a long name", "b", "c", "d"], points)
    view = seen(vectors, np.array([(1, 0), (2, 1), (3, 0), (4, 0)]))
    names = []

    def watched(figure, moments, *_):
        for moment in moments:
            moment.draw()
            names.append({text.get_text(): text.get_position() for text in figure.axes[0].texts})
            assert overlapping(figure.axes[0].texts) == []

    monkeypatch.setattr("w2v.plots.animation.write_film", watched)
    animate(view, {0: points * 0.98, 1: points}, tmp_path / "a.gif", seconds=1.0)
    assert all(len(shown) == 5 for shown in names)
    places = np.array([shown["a long name"] for shown in names])
    assert np.linalg.norm(np.diff(places, axis=0), axis=1).max() < 5, "it stays on its side"


def test_late_states_are_drawn_within_the_rim_in_their_directions():
    away = np.random.default_rng(0).normal(size=(200, 2))
    points = np.tanh(np.linspace(0, 9, 200))[:, None] * away / np.linalg.norm(away, axis=1)[:, None]
    vectors = PoincareKeyedVectors([f"node {i}" for i in range(200)], points * (1 - 1e-12))
    view = seen(vectors, np.array([(i, 0) for i in range(1, 200)]))
    states, rows = states_of(view, {1: vectors.vectors}), view.nodes.rows
    true, drawn = vectors.vectors[rows], states[1].points
    lengths = np.linalg.norm(drawn, axis=1)
    assert 0.89 < np.mean(lengths <= 0.93) < 0.91
    assert POINCARE.dist(np.zeros(2), drawn) == pytest.approx(states[1].scale * POINCARE.dist(np.zeros(2), true))
    assert drawn / np.maximum(lengths, 1e-9)[:, None] == pytest.approx(
        true / np.maximum(np.linalg.norm(true, axis=1), 1e-9)[:, None], abs=1e-6
    )


@pytest.mark.parametrize(("many", "rows"), [(40, 3), (12, 3), (5, 2), (2, 1)])
def test_a_strip_has_at_most_a_dozen_discs_in_even_rows(world, many, rows):
    vectors, closure, _ = world
    figure = strip(seen(vectors, closure), snapshots_of(vectors, tuple(range(0, 10 * many, 10))), dpi=40)
    told = [text.get_text() for text in figure.texts if text.get_text().startswith("epoch")]
    assert len(told) == len(figure.axes) == min(many, 12)
    assert told[0] == "epoch 0"
    assert told[-1].startswith(f"epoch {10 * (many - 1)}")
    assert ("12 of 40 states." in caption(figure)) == (many == 40)
    lengths = Counter(round(axes.get_position().y0, 6) for axes in figure.axes).values()
    assert len(lengths) == rows
    assert max(lengths) - min(lengths) <= 1
    assert np.ptp([axes.get_position().width for axes in figure.axes]) < 1e-9


def test_discs_of_few_nodes_are_labelled_in_strips_and_films(world, tmp_path, monkeypatch):
    vectors, closure, _ = tree(children=3, levels=2)
    snapshots = snapshots_of(vectors, (0, 10, 20))
    view = seen(vectors, closure)
    figure = strip(view, snapshots)
    first, *later = figure.axes
    assert len(first.texts) == 0  # a blot
    assert [len(axes.texts) >= 10 for axes in later] == [True, True]  # of 13
    figure.canvas.draw()
    assert overlapping([text for axes in figure.axes for text in axes.texts]) == []
    assert all(not axes.texts for axes in strip(seen(*world[:2]), snapshots_of(world[0]), dpi=40).axes)

    shown = []

    def watched(figure, moments, *_):
        for moment in moments:
            moment.draw()
            texts = figure.axes[0].texts
            shown.append({text.get_text() for text in texts})
            assert overlapping(texts) == []
            dots = figure.axes[0].transData.transform(figure.axes[0].collections[1].get_offsets())
            assert not [(text, dot) for text in texts for dot in dots if text.get_window_extent().contains(*dot)]

    monkeypatch.setattr("w2v.plots.animation.write_film", watched)
    animate(view, snapshots, tmp_path / "a.gif", seconds=0.5)
    assert len(shown[0]) == 0
    assert len(shown[-1]) >= 10


@pytest.mark.parametrize("size", [2, 4])
def test_a_strip_keeps_the_same_node_in_the_middle(size):
    vectors, closure, _ = tree(size=size)
    figure = strip(seen(vectors, closure, centre="node 1"), snapshots_of(vectors), dpi=60)
    for panel in range(3):
        assert np.linalg.norm(dots(figure, panel), axis=1).min() == pytest.approx(0, abs=1e-9)


def test_an_animation_goes_from_the_first_to_the_last_state_and_rests_there(world, tmp_path):
    vectors, closure, _ = world
    path = tmp_path / "a.gif"
    animate(seen(vectors, closure), snapshots_of(vectors), path, title="A tree grows", seconds=0.5, size=3.0, dpi=60)
    with Image.open(path) as film:
        assert film.n_frames == 7  # three for either interval, and the last
        assert film.info["loop"] == 0
        spread, durations = [], []
        for number in range(film.n_frames):
            film.seek(number)
            durations.append(film.info["duration"])
            pixels = np.asarray(film.convert("RGB")).astype(int)
            rows, columns = np.nonzero(np.abs(pixels - pixels.mean(axis=2, keepdims=True)).sum(axis=2) > 60)
            below = rows > 0.4 * len(pixels)
            spread.append(np.ptp(columns[below]))
        white = film.convert("RGB").getpixel((film.width // 4, film.height // 2))
    assert spread[0] < 12
    assert spread[0] < spread[3] < spread[-1]
    assert durations[-1] == 1000 * HOLD
    assert white == (255, 255, 255)  # no colour is only nearly there


# ---- the page


def test_the_page_holds_all_it_needs_and_no_name_can_break_out_of_it(tmp_path):
    names = ["</script><script>alert(1)</script>", 'a"b', "狗", *map(str, range(82))]
    vectors = PoincareKeyedVectors(names, tree()[0].vectors)
    save_page(page_of(seen(vectors, tree()[1]), title="<b>x</b>"), tmp_path / "d.html")
    text = (tmp_path / "d.html").read_text(encoding="utf-8")
    assert text.count("</script>") == 2
    assert "<title>&lt;b&gt;x&lt;/b&gt;</title>" in text
    assert not re.search(r"(src|href)=|https?://|url\(|import\s", text)
    data = json.loads(re.search(r'id="data">(.*?)</script>', text)[1])
    assert set(data["names"]) == set(names)
    place = data["names"].index("狗")
    assert data["frames"] == [""]
    assert [data["x"][0][place], data["y"][0][place]] == vectors["狗"].tolist()  # to the last digit
    assert [data["names"][parent] for parent in data["parents"][place]] == [names[0]]


def test_a_page_of_states_has_them_all_or_of_many_some(world, tmp_path):
    vectors, closure, _ = world
    save_disc(tmp_path / "d.html", vectors, closure, snapshots=snapshots_of(vectors, tuple(range(100))))
    data = json.loads(re.search(r'id="data">(.*?)</script>', (tmp_path / "d.html").read_text("utf-8"))[1])
    assert len(data["frames"]) == len(data["x"]) == len(data["y"]) == len(data["share"]) == 48
    assert data["frames"][0] == "epoch 0"
    assert data["frames"][-1] == "epoch 99, × 0.70"


@pytest.mark.skipif(browser.why_not() is not None, reason=str(browser.why_not()))
def test_the_page_in_a_browser(world, tmp_path):
    vectors, closure, _ = world
    save_page(page_of(seen(vectors, closure, colour="subtree"), title="A tree"), tmp_path / "d.html")
    with browser.Browser(tmp_path) as page:
        page.open(tmp_path / "d.html")
        page.wait_for("labels.length > 10")
        node = page.run("return names.indexOf('node 30')")

        def place(of=node):
            return page.run("const i = arguments[0]; return [X[i], Y[i], ...onScreen(i)]", of)

        def all_places():
            return np.array(page.run("return [Array.from(X), Array.from(Y)]")).T

        began = all_places()
        assert sorted_rows(began) == pytest.approx(sorted_rows(vectors.vectors))

        # The scripts know the same geodesics as the figure.
        ends = np.array([[0.3, -0.2], [-0.5, 0.7]])
        drawn = page.run("return geodesic(...arguments[0], ...arguments[1])", *ends.tolist())
        (path,) = arcs(ends[:1], ends[1:])
        assert np.reshape(drawn, (-1, 2)) == pytest.approx(path.vertices[1:])

        # The mouse over a node: what is above it.
        page.point(*place()[2:])
        page.wait_for("hovered === names.indexOf('node 30')")
        card = page.run("return document.getElementById('card').innerText")
        parents = world[2]
        chain = ["node 30", f"node {parents[30]}", f"node {parents[parents[30]]}", "node 0"]
        assert [line for line in card.splitlines() if line.startswith("node")] == chain

        # Whatever the card is about, it lies over no label; in a small window it lies over the disc, as here.
        covered = page.run(
            "document.getElementById('card').style.right = '500px'; motion = translation(0.4, 0.3);"
            "return names.map((_, node) => { pin(node); drawAll();"
            "const card = document.getElementById('card').getBoundingClientRect();"
            "return labels.filter(l => l.x < card.right && card.left < l.x + l.width && l.y - l.size / 2 < card.bottom"
            " && card.top < l.y + l.size / 2).length; })"
        )
        page.run("document.getElementById('card').style.right = ''; motion = STILL; pin(-1); drawAll()")
        assert covered == [0] * len(vectors)

        # The search brings a node to the middle; no distance changes.
        page.click("#query")
        page.press("node 30" + browser.ENTER)
        page.wait_for(f"Math.hypot(X[{node}], Y[{node}]) < 1e-9")
        came = all_places()
        far = POINCARE.dist(began[:, None], began)
        assert POINCARE.dist(came[:, None], came) == pytest.approx(far, abs=1e-6)

        # Dragging carries the point that was taken hold of to where the mouse is.
        held, goal = [500, 380], [600, 300]
        to_disc = "const [x, y] = arguments[0]; return [(x - disc.x) / disc.radius, (disc.y - y) / disc.radius]"
        start, end = np.array(page.run(to_disc, held)), np.array(page.run(to_disc, goal))
        page.run(
            "const tell = (kind, [x, y]) => front.dispatchEvent(new PointerEvent(kind, {clientX: x, clientY: y, "
            "pointerType: 'mouse', movementX: 50, movementY: 50, pointerId: 1, bubbles: true}));"
            "front.setPointerCapture = () => {};"
            "tell('pointerdown', arguments[0]); tell('pointermove', arguments[1]); tell('pointerup', arguments[1]);",
            held, goal,
        )  # fmt: skip
        page.wait_for(f"Math.hypot(X[{node}], Y[{node}]) > 0.01")
        carried = all_places()
        assert POINCARE.dist(carried[:, None], carried) == pytest.approx(far, abs=1e-6)
        assert POINCARE.dist(came, start) == pytest.approx(POINCARE.dist(carried, end), abs=1e-6)

        page.click("#all")
        page.wait_for("motion === STILL")
        page.wait_for("!waiting")
        assert all_places() == pytest.approx(began, abs=1e-9)

        # What is seen can be saved, with title, legend and caption around it.
        page.click("#png")
        width, height = struct.unpack(">II", browser.wait_for_file(tmp_path, "*.png")[16:24])
        assert width == 2 * page.run("return innerWidth")
        assert height > 2 * page.run("return innerHeight")

        # States of the training: the slider and the button go through them, every node along a straight line.
        assert page.run("return document.getElementById('time').hidden")
        snapshots = snapshots_of(vectors)
        save_disc(tmp_path / "f.html", vectors, closure, snapshots=snapshots, title="It forms")
        page.open(tmp_path / "f.html")
        page.wait_for("labels.length > 10")
        assert page.run("return document.getElementById('moment').textContent") == "epoch 20, × 0.70"
        page.run("showMoment(1); place()")
        assert sorted_rows(all_places()) == pytest.approx(sorted_rows(snapshots[5]))
        page.run("showMoment(0.25); place()")
        between = POINCARE.geodesic(snapshots[0], snapshots[5], 0.25)
        assert sorted_rows(all_places()) == pytest.approx(sorted_rows(between))
        page.click("#play")
        page.wait_for("moment === 2 && document.getElementById('play').textContent === '▶'")
        boxes = page.run(
            "return ['time', 'about', 'png'].map(id => $(id).getBoundingClientRect()).map(b => [b.left, b.right])"
        )
        assert all(a[1] <= b[0] or b[1] <= a[0] for a in boxes for b in boxes if a is not b)
        assert page.run("return disc.y + disc.radius <= $('time').getBoundingClientRect().top")
        assert page.complaints() == []


# ---- bad input


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"words": ["node 1", "node 2", "cat", "ndoe 7"]}, r"these vectors: cat, ndoe 7 \(did you mean node 7\?\)\. "),
        ({"words": ["node 1", "node 2"]}, "at least three nodes, and got 2"),
        ({"words": "node 1"}, r"write \['node 1'\]"),
        ({"top": 0}, "at least three nodes, and got 0"),
        ({"centre": "cat"}, "The centre 'cat' is not among the 85 nodes of these vectors.$"),
        ({"centre": "nodes 80"}, "The centre 'nodes 80' is not among the 85 nodes .* Did you mean 'node 80'"),
        ({"centre": "node 80", "top": 5}, "The centre 'node 80' is not among the 5 nodes shown.*top="),
        ({"subtrees": []}, r"Expected a list of nodes to colour by, and was given \[\]"),
        ({"colour": "subtree", "subtrees": ["cat"]}, "The subtree 'cat' is not among"),
        ({"colour": "subtree", "subtrees": [f"node {i}" for i in range(9)]}, "9 subtrees .* a disc can tell 8"),
        ({"colour": "mood"}, "coloured by 'mood'; there are: depth, subtree"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_said(world, options, message):
    with pytest.raises(W2VError, match=message):
        plot_disc(*world[:2], **options)


def test_vectors_and_edges_that_do_not_fit_are_told_from_those_that_do(world, tmp_path):
    vectors, closure, _ = world
    with pytest.raises(W2VError, match=r"these vectors are euclidean\. Draw them as a map with w2v plot"):
        plot_disc(KeyedVectors(vectors.index_to_key, vectors.vectors), closure)
    with pytest.raises(W2VError, match="name nodes from 0 to 84, and there are 50 vectors"):
        plot_disc(PoincareKeyedVectors(vectors.index_to_key[:50], vectors.vectors[:50]), closure)
    with pytest.raises(W2VError, match=r"pairs \(child, parent\), \[E, 2\], and was given the shape \(85,\)"):
        plot_disc(vectors, np.arange(85))
    with pytest.raises(W2VError, match="have one number each"):
        plot_disc(PoincareKeyedVectors(vectors.index_to_key, vectors.vectors[:, :1]), closure)
    with pytest.raises(W2VError, match="at one place"):
        plot_disc(PoincareKeyedVectors(vectors.index_to_key, np.full((85, 2), 0.25)), closure)


def test_snapshots_and_files_that_do_not_fit_are_said(world, tmp_path):
    vectors, closure, _ = world
    view = seen(vectors, closure)
    with pytest.raises(W2VError, match="There are no snapshots"):
        strip(view, {})
    with pytest.raises(W2VError, match=r"a point for each of 85 nodes, and was given the shape \(3, 2\)"):
        strip(view, {1: np.zeros((3, 2))})
    with pytest.raises(W2VError, match="The snapshot of epoch 1 has 3 numbers a node and the vectors 2"):
        strip(view, {1: np.zeros((85, 3))})
    with pytest.raises(W2VError, match=r"shorter than 1, and the longest of these has length 4\.24"):
        strip(view, {1: np.full((85, 2), 3.0)})
    with pytest.raises(W2VError, match="at least two snapshots of the training, and got 1"):
        save_disc(tmp_path / "a.gif", vectors, closure, snapshots={1: vectors.vectors})
    with pytest.raises(W2VError, match=r"'a.jpeg': its name must end in .png, .svg, .pdf, .html, .gif"):
        save_disc(tmp_path / "a.jpeg", vectors, closure)
    with pytest.raises(W2VError, match=r"no folder .*nowhere to save a\.png in"):
        save_disc(tmp_path / "nowhere" / "a.png", vectors, closure)
    few = {"words": vectors.index_to_key[:5], "snapshots": snapshots_of(vectors, (0, 1))}
    for name in ("a.html", "a.png"):
        (tmp_path / name).mkdir()
        with pytest.raises(W2VError, match="was not written: it is a folder"):
            save_disc(tmp_path / name, vectors, closure, **few)
    (tmp_path / "a.gif").mkdir()
    with pytest.raises(W2VError, match="was not written: it is a folder"):
        animate(seen(vectors, closure, words=few["words"]), few["snapshots"], tmp_path / "a.gif", seconds=0.1)


def test_a_node_is_known_by_what_its_label_says():
    """Of WordNet's names the picture shows the word, and that is what people ask for."""
    vectors, edges, _ = tree(name=lambda number: f"animal_{number}.n.01")
    assert seen(vectors, edges, centre="animal 3").centre == seen(vectors, edges, centre="animal_3.n.01").centre
    some = seen(vectors, edges, words=["animal 1", "animal_2.n.01", "animal 3"])
    assert set(some.names) == {"animal_1.n.01", "animal_2.n.01", "animal_3.n.01"}
