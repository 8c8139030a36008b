"""Ranks of related nodes: a brute-force twin's, gensim's up to what it counts, and honest about ties."""

from dataclasses import replace

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.errors import W2VError
from w2v.geometry import EUCLIDEAN, LORENTZ, POINCARE, to_lorentz
from w2v.hyperbolic import ranking
from w2v.hyperbolic.entailment import entailment, read_graded
from w2v.hyperbolic.ranking import link_prediction, ranks, reconstruction
from w2v.hyperbolic.relations import Relations, split


def scattered(n: int, size: int, seed: int = 0, radius: float = 6.0) -> np.ndarray:
    """n points of the ball up to `radius` from its centre: [n, size]."""
    generator = np.random.default_rng(seed)
    directions = generator.normal(size=(n, size))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return directions * np.tanh(generator.uniform(0, radius, (n, 1)) / 2)


def tree(depth: int = 6) -> Relations:
    """A binary tree, closed: node n's parent is n // 2."""
    return Relations.of([(str(n), str(n // 2)) for n in range(2, 2**depth)], closure=True)


@st.composite
def cases(draw):
    """(points, pairs, known): some nodes share a point, and some pairs are both asked for and known."""
    nodes, seed = draw(st.integers(2, 30)), draw(st.integers(0, 10**6))
    pool = scattered(draw(st.integers(1, nodes)), draw(st.integers(1, 4)), seed)
    points = pool[draw(st.lists(st.integers(0, len(pool) - 1), min_size=nodes, max_size=nodes))]
    pair = st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1)).filter(lambda both: both[0] != both[1])
    pairs = draw(st.lists(pair, min_size=1, max_size=40, unique=True))
    known = draw(st.lists(pair, max_size=20, unique=True))
    return points, np.array(pairs), np.array(known, dtype=np.int64).reshape(-1, 2)


@given(cases(), st.integers(1, 3))
def test_ranks_are_the_naive_twins(case, workers):
    points, pairs, known = case
    distance = [[naive.ball_distance(x, y) for y in points] for x in points]
    expected, precisions = naive.filtered_ranks(distance, list(map(tuple, pairs.tolist())), known.tolist())
    found = ranks(points, pairs, known, workers=workers)
    assert found.tolist() == [expected[u, v] for u, v in pairs.tolist()]
    np.testing.assert_allclose(
        ranking.average_precision(pairs[:, 0], found), [precisions[u] for u in sorted(precisions)], rtol=1e-12
    )


def test_more_points_than_one_stretch_and_more_nodes_than_go_together():
    points = scattered(1200, 3)
    generator = np.random.default_rng(1)
    pairs = np.unique(generator.integers(0, 1200, (400, 2)), axis=0)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    apart = POINCARE.dist(points[pairs[:, 0]][:, None], points[None])
    nearer = apart <= apart[np.arange(len(pairs)), pairs[:, 1]][:, None]
    for row, (u, _) in zip(nearer, pairs, strict=True):
        row[u] = False
        row[pairs[pairs[:, 0] == u, 1]] = False
    np.testing.assert_array_equal(ranks(points, pairs, pairs), 1 + nearer.sum(axis=1))


def test_every_space_is_measured_in_its_own_way():
    """A node at 0, its parent b at 0.8, and c, which is nearer to b's child in the ball and farther in flat space."""
    points = np.array([[0.9, 0.0], [0.97, 0.0], [0.8, 0.0]])
    pairs = np.array([[0, 1]])
    none = np.empty((0, 2), dtype=np.int64)
    assert ranks(points, pairs, none, space=EUCLIDEAN).tolist() == [1]
    assert ranks(points, pairs, none, space=POINCARE).tolist() == [2]
    assert ranks(to_lorentz(points), pairs, none, space=LORENTZ).tolist() == [2]


def test_points_near_the_rim_are_told_apart():
    """At radius 20, 1 - |x|^2 is 1e-8; the parent is 0.2 nearer to the centre than the bystander is."""
    radius = np.array([20.0, 20.0, 20.2])
    angle = np.array([0.0, 1e-8, 1e-8])
    points = np.tanh(radius / 2)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    assert ranks(points, np.array([[0, 1]]), np.empty((0, 2), dtype=np.int64)).tolist() == [1]
    assert ranks(points, np.array([[0, 2]]), np.empty((0, 2), dtype=np.int64)).tolist() == [2]


def test_points_that_coincide_score_worst():
    relations = tree()
    result = reconstruction(np.full((len(relations.nodes), 2), 0.3), relations)
    worst = [len(relations.nodes) - n for n in (np.diff(relations.parents.starts)[relations.pairs[:, 0]])]
    assert result.mean_rank == pytest.approx(np.mean(worst))
    assert result.mean_average_precision < 0.1


def test_a_perfect_embedding_has_rank_one():
    """A star: each node's parent is the centre, and the others are farther."""
    points = np.array([[0, 0], [0.9, 0], [-0.9, 0], [0, 0.9], [0, -0.9]])
    star = Relations.of([(str(n), "0") for n in range(1, 5)])
    result = reconstruction(points, star)
    assert (result.mean_rank, result.mean_average_precision, result.pairs, result.nodes) == (1, 1, 4, 4)
    assert "mean rank 1.000  MAP 1.0000  (4 pairs of 4 nodes)" in str(result)


def gensims(relations: Relations, points: np.ndarray):
    from gensim.models.poincare import PoincareKeyedVectors

    theirs = PoincareKeyedVectors(points.shape[1], 0, dtype=np.float64)
    theirs.add_vectors(relations.nodes, points)
    return theirs


def write(path, relations: Relations, pairs: np.ndarray) -> str:
    path.write_text("".join(f"{relations.nodes[u]}\t{relations.nodes[v]}\n" for u, v in pairs))
    return str(path)


def test_reconstruction_is_gensims_but_for_the_node_itself(tmp_path):
    """gensim counts u, at distance 0, among the unrelated nodes that are nearer, so its ranks are larger by 1."""
    from gensim.models.poincare import ReconstructionEvaluation

    relations = tree()
    points = scattered(len(relations.nodes), 3)
    theirs = ReconstructionEvaluation(
        write(tmp_path / "all.tsv", relations, relations.pairs), gensims(relations, points)
    )
    ours = reconstruction(points, relations)
    assert ours.mean_rank + 1 == pytest.approx(theirs.evaluate()["mean_rank"])
    some = np.unique(relations.pairs[:, 0])[:7]
    of_some = replace(relations, pairs=relations.pairs[np.isin(relations.pairs[:, 0], some)])
    assert reconstruction(points, relations, nodes=some) == reconstruction(points, of_some)


def test_without_masking_links_are_ranked_with_all_other_pairs_of_their_nodes():
    relations = tree()
    points = scattered(len(relations.nodes), 3)
    train, held_out = split(relations, 0.2)
    nodes = np.unique(held_out[:, 0])
    both = link_prediction(points, held_out, train, masked=False)
    assert both == reconstruction(points, relations, nodes=nodes)
    assert (both.nodes, both.pairs) == (len(nodes), np.isin(relations.pairs[:, 0], nodes).sum())
    assert link_prediction(points, held_out, train).pairs == len(held_out)


def test_link_prediction_is_gensims_but_for_the_node_itself(tmp_path):
    from gensim.models.poincare import LinkPredictionEvaluation

    relations = tree()
    points = scattered(len(relations.nodes), 3)
    train, held_out = split(relations, 0.4)
    theirs = LinkPredictionEvaluation(
        write(tmp_path / "train.tsv", relations, train.pairs),
        write(tmp_path / "test.tsv", relations, held_out),
        gensims(relations, points),
    )
    ours = link_prediction(points, held_out, train)
    assert ours.mean_rank + 1 == pytest.approx(theirs.evaluate()["mean_rank"])
    assert ours.pairs == len(held_out)
    assert ours.nodes == len(np.unique(held_out[:, 0]))


def test_what_cannot_be_ranked_is_told():
    relations = tree(3)
    points = scattered(len(relations.nodes), 2)
    with pytest.raises(W2VError, match="6 points came with relations of 7 nodes"):
        reconstruction(points[1:], relations)
    with pytest.raises(W2VError, match="not finite"):
        reconstruction(np.full_like(points, np.nan), relations)
    with pytest.raises(W2VError, match="node number 0 is not within the unit ball: its length is 2"):
        reconstruction(np.concatenate([[[2, 0]], points[1:]]), relations)
    with pytest.raises(W2VError, match="no pair to rank"):
        link_prediction(points, np.empty((0, 2), dtype=np.int32), relations)
    with pytest.raises(W2VError, match="nodes 0 to 99, but there are 7 points"):
        link_prediction(points, np.array([[0, 99]]), relations)


NODES = ["animal.n.01", "dog.n.01", "dog.n.03", "rock", "hot_dog.n.01"]
POINTS = np.array([[0.1, 0.0], [0.5, 0.1], [-0.9, 0.0], [0.0, -0.8], [-0.5, 0.5]])


def test_entailment_ranks_the_general_above_the_special():
    def score(u: int, v: int, alpha: float = 1000) -> float:
        length = np.linalg.norm(POINTS, axis=1)
        return -(1 + alpha * (length[v] - length[u])) * naive.ball_distance(POINTS[u], POINTS[v])

    order = [(score(1, 0), "dog", "animal"), (score(0, 1), "animal", "dog"), (score(3, 0), "rock", "animal")]
    order.append((score(1, 3), "dog", "rock"))
    judged = [(u, v, float(place)) for place, (_, u, v) in enumerate(sorted(order))]
    assert sorted(order)[-1][1:] == ("rock", "animal"), "alpha is large: what counts is the difference of the norms"
    report = entailment(POINTS, NODES, [*judged, ("dog", "unicorn", 1.0)])
    assert (report.used, report.skipped) == (4, 1)
    assert report.spearman == pytest.approx(1)
    linear = np.corrcoef([place for _, _, place in judged], [value for value, *_ in sorted(order)])[0, 1]
    assert report.pearson == pytest.approx(linear)
    assert entailment(to_lorentz(POINTS), NODES, judged, space=LORENTZ).pearson == pytest.approx(linear)
    assert entailment(POINTS, NODES, judged, alpha=0).spearman != pytest.approx(1)


def test_entailment_of_fewer_than_three_pairs_is_not_known():
    assert np.isnan(entailment(POINTS, NODES, [("dog", "animal", 1.0), ("rock", "animal", 0.0)]).spearman)
    with pytest.raises(W2VError, match="5 nodes came with points of shape"):
        entailment(POINTS[1:], NODES, [])


def test_hyperlex_is_read_as_it_is_published(tmp_path):
    (tmp_path / "hyperlex.txt").write_text(
        "WORD1 WORD2 POS TYPE AVG_SCORE AVG_SCORE_0_10\ngirl person N hyp-1 5.92 9.8\n\ndog rock N no-rel 0.1 0\n"
    )
    assert read_graded(tmp_path / "hyperlex.txt") == [("girl", "person", 5.92), ("dog", "rock", 0.1)]
    (tmp_path / "short.tsv").write_text("girl\tperson\t9.8\n")
    assert read_graded(tmp_path / "short.tsv") == [("girl", "person", 9.8)]
    (tmp_path / "bad.txt").write_text("WORD1 WORD2 POS TYPE AVG_SCORE\ngirl person N\n")
    with pytest.raises(W2VError, match="line 2: expected 5 columns"):
        read_graded(tmp_path / "bad.txt")
    (tmp_path / "bad.txt").write_text("WORD1 WORD2 POS TYPE AVG_SCORE\na b c d e\n")
    with pytest.raises(W2VError, match=r"line 2: .*AVG_SCORE being a number"):
        read_graded(tmp_path / "bad.txt")
