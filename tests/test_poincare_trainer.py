"""Relations become points: one step is the gradient's, what it never touches, and what a run keeps and says."""

import pickle

import naive
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from w2v.errors import W2VError
from w2v.geometry import EUCLIDEAN, LORENTZ, POINCARE, to_lorentz
from w2v.hyperbolic import kernels
from w2v.hyperbolic.embedding import Embedding
from w2v.hyperbolic.negatives import Marks, Relatives, find_negatives
from w2v.hyperbolic.ranking import reconstruction
from w2v.hyperbolic.relations import Relations
from w2v.hyperbolic.restart import restart
from w2v.hyperbolic.settings import LARGE, PoincareConfig
from w2v.hyperbolic.trainer import relatives_of, train_relations, units_of
from w2v.plots.hierarchy.file import save_disc
from w2v.poincare import PoincareModel
from w2v.training.callbacks import Callback
from w2v.vectors import KeyedVectors
from w2v.vectors.poincare import PoincareKeyedVectors

EVEN = (np.empty(0, np.uint64), np.empty(0, np.int32))
SPACES = {kernels.EUCLID: EUCLIDEAN, kernels.BALL: POINCARE, kernels.LORENTZ: LORENTZ}
FAST = {"vector_size": 3, "epochs": 60, "negative": 10, "workers": 1}


@pytest.fixture(scope="module")
def tree():
    """The closure of a tree of two children each, four steps deep: 31 nodes."""
    pairs = [(i, (i - 1) // 2) for i in range(1, 31)]
    return Relations.of([(f"n{i:02}", f"n{j:02}") for i, j in pairs], closure=True)


@pytest.fixture(scope="module")
def trained(tree):
    return train_relations(tree, PoincareConfig.of(FAST), snapshots=25)


class Heard(Callback):
    def __init__(self):
        self.notes, self.epochs = [], []

    def on_note(self, sentence):
        self.notes.append(sentence)

    def on_epoch_end(self, model):
        self.epochs.append(model.history[-1].epoch)


def step(space, points, relations, *, alpha, negative=30, weighing=1.0, edge2=np.inf, unit=0, near=False):
    """The points after one unit's step; all other nodes are drawn as negatives, for 30 draws of each suffice."""
    moved = points.copy()
    relatives = relatives_of(relations)
    order = np.array([unit])
    done = kernels.train_units(
        space, moved, order, units_of(relatives), relatives, EVEN, near, negative, weighing, edge2, alpha, (1, 0, 0)
    )
    return moved, kernels.Done(*done)


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("weighing", [1.0, 7.5])
def test_one_step_is_that_of_autograd_and_the_geometry(space, weighing):
    relations = Relations(list("abcdefgh"), np.array([[0, 1], [0, 2]], np.int32), np.array([1.0, 2.5]))
    ball = np.random.default_rng(2).uniform(-0.5, 0.5, (8, 3))
    points = to_lorentz(ball) if space == kernels.LORENTZ else ball
    table = torch.tensor(points, requires_grad=True)
    distance = SPACES[space].dist(table[0], table[1:])
    others = weighing * (-distance[2:]).exp().sum()
    losses = distance[:2] + ((-distance[:2]).exp() + others).log()
    loss = losses @ torch.tensor(relations.weights)
    loss.backward()
    gradient = SPACES[space].egrad2rgrad(points, table.grad.numpy())
    walk = LORENTZ.expmap if space == kernels.LORENTZ else SPACES[space].retr
    expected = walk(points, -0.1 * gradient)

    own = points[:, 1:] if space == kernels.LORENTZ else points
    moved, done = step(space, np.ascontiguousarray(own), relations, alpha=0.1, weighing=weighing)

    np.testing.assert_allclose(moved, expected[:, 1:] if space == kernels.LORENTZ else expected, rtol=1e-11, atol=1e-13)
    assert done.loss == pytest.approx(loss.item(), rel=1e-12)
    assert (done.pairs, done.weight, done.unmet, done.clamps) == (2, 3.5, 0, 0)


@pytest.mark.parametrize("space", SPACES)
def test_no_point_moves_farther_than_the_longest_step(space):
    relations = Relations(list("abcdef"), np.array([[0, 1], [0, 2]], np.int32), np.array([9.0, 9.0]))
    ball = np.random.default_rng(3).uniform(-0.4, 0.4, (6, 2))
    own = np.ascontiguousarray(to_lorentz(ball)[:, 1:]) if space == kernels.LORENTZ else ball
    moved, _ = step(space, own, relations, alpha=50.0)

    if space == kernels.LORENTZ:
        far = LORENTZ.dist(*(np.hstack([np.sqrt(1 + (x**2).sum(1, keepdims=True)), x]) for x in (own, moved)))
    else:  # a retraction is as long as its step by the metric at its beginning
        far = SPACES[space].norm(own, moved - own)
    assert far.max() == pytest.approx(kernels.LONGEST, rel=1e-9)
    assert (far[:3] > 0.99 * kernels.LONGEST).all()


def test_relatives_and_the_node_itself_are_never_negatives():
    relations = Relations([f"n{i}" for i in range(40)], np.array([[3, j] for j in range(4, 34)], np.int32), np.ones(30))
    points = np.random.default_rng(4).uniform(-0.1, 0.1, (40, 2))
    moved, done = step(kernels.BALL, points, relations, alpha=0.1, negative=4)
    drawn = naive.negatives(1, 0, 0, turn=0, wanted=4, nodes=40, never=set(range(3, 34)))
    assert 1 <= len(drawn) <= 4
    touched = set(np.flatnonzero((moved != points).any(axis=1)).tolist())
    assert touched == drawn | set(range(3, 34))
    assert done.pairs == 30


def test_coincident_and_far_out_points_stay_finite():
    relations = Relations(list("abcd"), np.array([[0, 1]], np.int32), np.ones(1))
    far = np.array([[1 - 1e-9, 0.0], [1 - 1e-9, 0.0], [0.0, 1 - 1e-9], [1 - 2e-9, 1e-9]])
    for space, points in ((kernels.BALL, far), (kernels.EUCLID, far), (kernels.LORENTZ, far * 1e5)):
        moved, done = step(space, points, relations, alpha=0.3)
        assert np.isfinite(moved).all()
        assert np.isfinite(done.loss)
        if space == kernels.BALL:
            assert (np.linalg.norm(moved, axis=1) < 1).all()


def test_near_negatives_estimate_the_sum_over_all_unrelated_nodes():
    """Near nodes are drawn far more often, and weighted so that a sum over the drawn is right on average."""
    tree = Relations.of([(f"n{i}", f"n{(i - 1) // 2}") for i in range(1, 511)], closure=True)
    relatives, nodes, wanted = relatives_of(tree), len(tree.nodes), 10
    row = {node: place for place, node in enumerate(tree.nodes)}
    leaf = row["n510"]
    kin = set(relatives.nodes[relatives.start[leaf] : relatives.start[leaf + 1]].tolist())
    others = [node for node in range(nodes) if node != leaf and node not in kin]
    closeness = np.where(np.isin(np.arange(nodes), [row["n509"], row["n508"], row["n507"], row["n253"]]), 1.0, 0.01)
    marks = Marks(np.zeros(nodes, np.int32), np.zeros(nodes, np.int32))
    for near in (True, False):
        found, weight, times, sums = np.empty(wanted, np.int64), np.empty(wanted), np.zeros(nodes), []
        for stamp in range(1, 20_001):
            n = find_negatives(leaf, relatives, EVEN, near, wanted, stamp, np.uint64(5), marks, found, weight)
            assert len(set(found[:n].tolist())) == n
            times[found[:n]] += 1
            sums.append((weight[:n] * closeness[found[:n]]).sum() * nodes / wanted)
        assert not times[[leaf, *kin]].any()
        assert (times[others] > 0).all()
        assert np.mean(sums) == pytest.approx(closeness[others].sum(), rel=0.1)
        if near:
            spread = np.std(sums)
            assert times[row["n509"]] > 5 * times[row["n255"]]
    assert spread < 0.5 * np.std(sums), "that is what near ones are for"


@pytest.mark.parametrize("space", SPACES)
def test_leaves_begin_again_at_the_midpoint_of_their_relatives(space):
    pairs = np.array([[3, 0], [3, 1], [4, 2], [5, 0], [5, 1], [0, 2]], np.int32)
    relations = Relations(list("abcdef"), pairs, np.array([1.0, 1.0, 1.0, 9.0, 1.0, 1.0]))
    ball = np.random.default_rng(5).uniform(-0.5, 0.5, (6, 3))
    points = to_lorentz(ball) if space == kernels.LORENTZ else ball
    table = np.ascontiguousarray(points[:, 1:] if space == kernels.LORENTZ else points)
    before = table.copy()

    assert restart(space, table, relatives_of(relations), np.zeros_like(table)) == 3

    middle = SPACES[space].geodesic(points[0], points[1], 0.5)
    np.testing.assert_allclose(table[3], middle[1:] if space == kernels.LORENTZ else middle, rtol=1e-12)
    np.testing.assert_allclose(table[4], before[2], rtol=1e-12, err_msg="one relative: where that one is")
    assert np.linalg.norm(table[5] - before[0]) < np.linalg.norm(table[3] - before[0]), "the heavier one's side"
    assert (table[:3] == before[:3]).all()


@pytest.mark.parametrize("space", SPACES)
def test_siblings_begin_again_about_their_midpoint_and_not_on_it(space):
    relations = Relations(list("abcd"), np.array([[2, 0], [2, 1], [3, 0], [3, 1]], np.int32), np.ones(4))
    ball = np.random.default_rng(6).uniform(-0.5, 0.5, (4, 3))
    table = np.ascontiguousarray(to_lorentz(ball)[:, 1:]) if space == kernels.LORENTZ else ball
    on_it, offsets = table.copy(), np.random.default_rng(7).uniform(-1e-3, 1e-3, (4, 3))
    restart(space, on_it, relatives_of(relations), np.zeros_like(table))
    restart(space, table, relatives_of(relations), offsets)

    def points(own):
        return np.hstack([np.sqrt(1 + (own**2).sum(1, keepdims=True)), own]) if space == kernels.LORENTZ else own

    distance, geometry = SPACES[space].dist, SPACES[space]
    origin = geometry.origin(3)
    np.testing.assert_allclose(
        distance(points(table[2:]), points(on_it[2:])), distance(origin, points(offsets[2:])), rtol=1e-5
    )
    assert distance(points(table[2:3]), points(table[3:4])) > 1e-4


def test_midpoints_of_points_near_the_rim_stay_within_it():
    relations = Relations(list("abc"), np.array([[2, 0], [2, 1]], np.int32), np.ones(2))
    for far in (1e-5, 1e-10, 1e-12):
        table = np.array([[1 - far, 0.0], [1 - far, 0.0], [0.0, 0.0]])
        restart(kernels.BALL, table, relatives_of(relations), np.full((3, 2), 1e-3))
        assert table[2, 0] == pytest.approx(1 - max(far, 4e-11), rel=10 * far)  # no nearer than geometry.ball goes
        assert np.linalg.norm(table[2]) < 1


def distinct_points(model: PoincareModel) -> bool:
    points = model.embedding.points
    return len(np.unique(points, axis=0)) == len(points)


def star(children: int) -> list[tuple[str, str]]:
    return [(f"n{i}", "root") for i in range(children)]


def test_the_example_of_the_class_finds_the_parent():
    model = PoincareModel([("dog", "mammal"), ("cat", "mammal")], closure=True)
    assert model.kv.closest_parent("dog") == model.kv.closest_parent("cat") == "mammal"
    assert model.reconstruction().mean_rank == 1


@pytest.mark.parametrize(("children", "size", "seed"), [(7, 10, 2), (13, 10, 1), (35, 10, 1), (12, 2, 1), (40, 2, 1)])
def test_a_parent_with_many_children_does_not_collapse(children, size, seed):
    """Those of ten dimensions ended as one point when leaves began again exactly on their only relative."""
    model = PoincareModel(star(children), closure=True, vector_size=size, seed=seed, workers=1)
    assert distinct_points(model)
    assert model.reconstruction().mean_rank == 1
    assert {model.kv.closest_parent(f"n{i}") for i in range(children)} == {"root"}


@pytest.mark.parametrize(
    "pairs",
    [
        [(f"a{i}", "one") for i in range(4)] + [(f"b{i}", "two") for i in range(4)],
        [("one", "top"), ("two", "top"), *((f"{i}", ("one", "two")[i % 2]) for i in range(8))],
        [(f"{i}", f"{(i - 1) // 2}") for i in range(1, 15)],
        [(f"{i}", f"{i + 1}") for i in range(4)],
        [("a", "b"), ("c", "d")],
    ],
    ids=["two stars", "a star of two levels", "a binary tree", "a chain", "two pairs"],
)
@pytest.mark.parametrize("size", [2, 5])
@pytest.mark.parametrize("space", ["poincare", "lorentz"])
def test_no_two_nodes_end_on_one_point(pairs, size, space):
    model = PoincareModel(pairs, closure=True, vector_size=size, space=space, workers=1)
    assert distinct_points(model)
    assert model.reconstruction().mean_rank < 1.01


def test_a_leaf_of_two_branches_finds_both_after_the_restart():
    """Leaves of two branches of a tree, which gave up one of their parents when all were near the origin."""
    tree = [(i, (i - 1) // 3) for i in range(1, 364)]
    generator = np.random.default_rng(1)
    both = [(1000 + i, int(parent)) for i in range(60) for parent in generator.choice(range(40, 121), 2, replace=False)]
    relations = Relations.of([(f"n{i}", f"n{j}") for i, j in tree + both], closure=True)
    heard = Heard()
    settings = {"vector_size": 5, "epochs": 150, "burn_in": 50, "burn_in_alpha": 0.01, "alpha": 0.3, "negative": 30}
    never, once = (
        reconstruction(
            train_relations(relations, PoincareConfig.of({**settings, "restart": at, "workers": 1}), [heard]).points,
            relations,
        )
        for at in (0, None)
    )
    assert heard.notes == ["After epoch 83 303 leaves begin again in the middle of their relatives."]
    assert once.mean_rank < never.mean_rank - 0.1
    assert once.mean_average_precision > never.mean_average_precision


@given(st.lists(st.integers(0, 150), min_size=2, max_size=8))
def test_units_hold_every_pair_once(degrees):
    start = np.concatenate([[0], np.cumsum(degrees)]).astype(np.int64)
    nodes = np.zeros(start[-1], np.int32)
    units = units_of(Relatives(np.append(start, [start[-1]] * 200), nodes, np.ones(len(nodes)), start, nodes))
    spans = [range(first, last) for first, last in zip(units.first, units.last, strict=True)]
    assert sorted(pair for span in spans for pair in span) == list(range(start[-1]))
    assert all(0 < len(span) <= kernels.MOST for span in spans)
    assert all(start[u] <= span[0] < start[u + 1] for u, span in zip(units.node, spans, strict=True))


@pytest.mark.parametrize("space", ["poincare", "lorentz"])
def test_a_planted_tree_is_recovered(tree, space):
    embedding = train_relations(tree, PoincareConfig.of({**FAST, "space": space, "epochs": 300}))
    assert reconstruction(embedding.points, tree).mean_average_precision > 0.97
    radius = np.linalg.norm(embedding.points, axis=1)
    by_depth = [radius[tree.depths == depth].mean() for depth in range(5)]
    assert by_depth == sorted(by_depth)
    assert embedding.history[-1].loss < embedding.history[0].loss / 3


def test_flat_space_is_for_comparison(tree):
    embedding = train_relations(tree, PoincareConfig.of({**FAST, "space": "euclidean"}))
    assert type(embedding.vectors) is KeyedVectors
    assert embedding.space is EUCLIDEAN
    assert embedding.history[-1].loss < embedding.history[0].loss


def test_one_thread_gives_the_same_bits_and_another_seed_others(tree, trained):
    again = train_relations(tree, trained.config)
    assert (again.points == trained.points).all()
    other = train_relations(tree, trained.config.replace(seed=2))
    assert (other.points != trained.points).any()


def test_a_run_with_threads_learns_as_much(tree, trained):
    config = trained.config.replace(workers=3, epochs=200)
    with_threads, alone = train_relations(tree, config), train_relations(tree, config.replace(workers=1))
    assert with_threads.history[-1].loss == pytest.approx(alone.history[-1].loss, rel=0.5)
    assert reconstruction(with_threads.points, tree).mean_average_precision > 0.9


def test_points_at_the_boundary_are_set_back_counted_and_told(tree):
    heard = Heard()
    config = PoincareConfig.of({**FAST, "epsilon": 0.3, "alpha": 0.5})
    embedding = train_relations(tree, config, [heard])
    assert np.linalg.norm(embedding.points, axis=1).max() <= 0.7 + 1e-12
    clamps = sum(record.clamps for record in embedding.history)
    assert clamps > 0
    assert f"set back to the boundary {clamps:,} times" in heard.notes[-1]


def test_a_node_related_to_all_others_is_passed_over_and_told():
    heard = Heard()
    pairs = [("top", "a"), ("top", "b"), ("top", "c"), ("a", "b")]
    embedding = train_relations(Relations.of(pairs), PoincareConfig.of(FAST), [heard])
    assert heard.notes[0] == (
        "1 node is related to every other node (top): nothing is left to tell their relatives from, so their 3 pairs "
        "are passed over."
    )
    assert embedding.history[0].passed == 1
    with pytest.raises(W2VError, match="nothing to tell their relatives from"):
        train_relations(Relations.of([("a", "b"), ("b", "a")]), PoincareConfig.of(FAST))


def test_snapshots_are_the_points_on_the_way(trained):
    assert list(trained.snapshots) == [0, 25, 50, 60]
    assert np.abs(trained.snapshots[0]).max() <= trained.config.init_range
    assert (trained.snapshots[60] == trained.points).all()
    assert (trained.snapshots[25] != trained.snapshots[50]).any()


def test_what_is_saved_comes_back(trained, tmp_path):
    trained.save(tmp_path / "m")
    loaded = Embedding.load(tmp_path / "m")
    assert loaded.config == trained.config
    assert loaded.history == trained.history
    assert loaded.relations.nodes == trained.relations.nodes
    for one, other in zip(
        (loaded.points, loaded.relations.pairs, loaded.relations.weights, *loaded.snapshots.values()),
        (trained.points, trained.relations.pairs, trained.relations.weights, *trained.snapshots.values()),
        strict=True,
    ):
        assert one.dtype == other.dtype
        assert (one == other).all()
    vectors = KeyedVectors.load(tmp_path / "m")
    assert isinstance(vectors, PoincareKeyedVectors)
    assert (vectors["n07"] == trained.vectors["n07"]).all()
    with pytest.raises(W2VError, match="exists already"):
        trained.save(tmp_path / "m")


def test_folders_that_are_no_such_model_are_told_apart(trained, tmp_path):
    with pytest.raises(W2VError, match=r"is not a model of relations: it has no config\.json"):
        Embedding.load(tmp_path)
    trained.save(tmp_path / "m")
    (tmp_path / "m" / "SHA256SUMS").unlink()
    (tmp_path / "m" / "config.json").write_text('{"arch": "cbow"}')
    with pytest.raises(W2VError, match="a model of text, not of relations"):
        Embedding.load(tmp_path / "m")


def test_pairs_of_other_relations_are_sorted_into_new_and_trained_on(trained):
    nodes = trained.relations.nodes
    new, known = trained.unseen(Relations.of([("n07", "n03"), ("n07", "n30")]))
    assert [[nodes[i] for i in pair] for pair in new.tolist()] == [["n07", "n30"]]
    assert known == 1
    with pytest.raises(W2VError, match=r"1 of 2 nodes are not in the model: whale\. Give"):
        trained.unseen(Relations.of([("n07", "whale")]))
    with pytest.raises(W2VError, match="The one pair was trained on"):
        trained.unseen(Relations.of([("n07", "n03")]))


def test_the_rate_is_low_while_burning_in_and_then_falls_to_its_end():
    config = PoincareConfig(alpha=0.2, min_alpha=0.01, epochs=100, burn_in=20, restart=0)
    assert config.learning_rate(0.0) == config.learning_rate(0.19) == 0.01
    assert config.replace(alpha=0.005).learning_rate(0.1) == 0.005, "no rate of a burn-in is above the usual one"
    assert config.learning_rate(0.2) == pytest.approx(0.2)
    assert config.learning_rate(0.6) == pytest.approx(0.105)
    assert config.learning_rate(1.0) == pytest.approx(0.01)
    assert config.replace(burn_in_alpha=0.07).learning_rate(0.1) == 0.07
    assert config.replace(burn_in=None).burn_in_epochs == 40
    assert config.replace(burn_in=500).burn_in_epochs == 100


def test_the_rate_stays_until_the_leaves_begin_again():
    config = PoincareConfig(alpha=0.2, min_alpha=0.0, epochs=100, burn_in=10)
    assert config.restart_epochs == 40
    assert config.learning_rate(0.1) == config.learning_rate(0.4) == 0.2
    assert config.learning_rate(0.7) == pytest.approx(0.1)
    assert config.replace(restart=60).learning_rate(0.6) == 0.2
    assert config.replace(restart=3).restart_epochs == 10, "not before the burn-in ends"
    assert config.replace(burn_in=200).learning_rate(0.99) == 0.01, "all burn-in"


def test_settings_left_open_follow_the_number_of_nodes():
    """Both are the settings of the published tables: mammals (1,181 nodes) and nouns (82,115)."""
    config = PoincareConfig()
    assert (config.epochs, config.alpha, config.learning_rate(0.0)) == (800, 0.3, 0.01)
    assert config.for_graph(1_181).burn_in_epochs == 320
    assert config.for_graph(82_115).burn_in_epochs == 100
    assert config.replace(burn_in=7).for_graph(82_115).burn_in_epochs == 7


def test_a_large_graph_is_trained_with_the_settings_of_its_size():
    chain = Relations.of([(str(i), str(i + 1)) for i in range(LARGE)])
    assert len(chain.nodes) == LARGE + 1
    assert train_relations(chain, PoincareConfig.of({"epochs": 8, "workers": 1})).config.burn_in == 1


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"vector_size": 1}, "vector_size is 1; expected from 2, a disc, to 10000; on a line"),
        ({"space": "sphere"}, "space is 'sphere'; expected one of: poincare, lorentz, euclidean"),
        ({"negative": 0}, "negative is 0; expected between 1 and 10000"),
        ({"alpha": float("nan")}, "alpha is nan; expected a finite number"),
        ({"burn_in": -1}, "burn_in is -1; expected at least 0"),
        ({"restart": -1}, "restart is -1; expected at least 0"),
        ({"epochs": 2.5}, "epochs is 2.5; expected a whole number"),
        ({"negative_weight": float("inf")}, "negative_weight is inf; expected a finite number"),
        ({"near_negatives": "no"}, "near_negatives is 'no'; expected True or False"),
        ({"init_range": ("a", "b")}, r"init_range is \('a', 'b'\); expected a finite number"),
        ({"init_range": (-0.1, 0.001)}, r"init_range is \(-0.1, 0.001\); expected a finite number"),
        ({"window": 5}, "Unknown setting window; there are: space, vector_size"),
    ],
)
def test_settings_out_of_range_are_named(settings, sentence):
    with pytest.raises(W2VError, match=sentence):
        PoincareConfig.of(settings)


def test_poincare_model_has_gensims_names(tree, tmp_path):
    model = PoincareModel(tree, size=3, init_range=(-0.001, 0.001), negative=10, epochs=200, burn_in=50, workers=1)
    assert model.config.vector_size == 3
    assert model.config.init_range == 0.001
    assert model.kv.closest_parent("n07") in ("n03", "n01", "n00")
    assert model.reconstruction().mean_average_precision > 0.9
    assert len(model.history) == 200
    model.save(tmp_path / "m")
    assert (PoincareModel.load(tmp_path / "m").kv.vectors == model.kv.vectors).all()
    with pytest.raises(W2VError, match="No pairs were held out"):
        model.link_prediction()
    with pytest.raises(W2VError, match="Nothing is trained yet"):
        _ = PoincareModel(size=3).kv


def test_kv_is_one_object_until_the_next_fit_and_none_before_the_first():
    pairs = [("dog", "mammal"), ("cat", "mammal"), ("mammal", "animal"), ("oak", "plant")]
    model = PoincareModel(epochs=2, workers=1)
    assert [hasattr(model, name) for name in ("kv", "embedding", "history")] == [False] * 3
    size = len(pickle.dumps(model.fit(pairs)))
    first = model.kv
    assert model.kv is first
    assert len(pickle.dumps(model)) == size
    assert (pickle.loads(pickle.dumps(model)).kv.vectors == first.vectors).all()
    assert model.fit(pairs).kv is not first


def test_poincare_model_tells_how_a_file_was_read_and_takes_columns(tmp_path):
    pairs = [("mammal", "dog"), ("mammal", "cat"), ("animal", "mammal")]
    (tmp_path / "r.csv").write_text("parent,child\n" + "".join(f"{one},{other}\n" for one, other in pairs))
    heard = Heard()
    model = PoincareModel(tmp_path / "r.csv", callbacks=[heard], **FAST)
    assert heard.notes[0].startswith(f"{tmp_path / 'r.csv'}, line 1 is taken for a header (parent, child)")
    assert model.embedding.relations.nodes == ["mammal", "dog", "cat", "animal"]
    said = PoincareModel(pairs, columns="parent,child", **FAST)
    assert (said.kv.vectors == model.kv.vectors).all()
    with pytest.raises(W2VError, match="closure and columns are for a file or for pairs"):
        PoincareModel(model.embedding.relations, columns="parent,child", **FAST)


def test_a_node_without_pairs_is_embedded_saved_and_drawn(tmp_path):
    model = PoincareModel([("animal", "animal"), ("a", "b"), ("b", "c")], **FAST | {"vector_size": 2})
    model.save(tmp_path / "m")
    assert KeyedVectors.load(tmp_path / "m").index_to_key == ["b", "a", "c", "animal"]
    model = PoincareModel.load(tmp_path / "m")
    assert model.reconstruction().pairs == 2
    save_disc(tmp_path / "disc.svg", model.kv, model.embedding.relations.pairs)
    assert (tmp_path / "disc.svg").stat().st_size > 1000


def test_held_out_pairs_are_ranked(tree):
    model = PoincareModel(tree, held_out=0.3, **FAST | {"epochs": 300})
    found = model.link_prediction()
    assert len(model.embedding.relations) + found.pairs == len(tree)
    assert found.mean_rank < 6  # of some 25 nodes
    assert model.link_prediction(masked=False).pairs > found.pairs


def test_what_was_used_is_told_where_nothing_was_given():
    told = PoincareConfig(epochs=100).used()
    assert (told["burn_in"], told["burn_in_alpha"], told["restart"]) == (40, 0.01, 60)
    assert None not in told.values()
    told = PoincareConfig(epochs=100, burn_in=0, restart=0, workers=2).used()
    assert (told["burn_in"], told["burn_in_alpha"], told["restart"], told["workers"]) == (0, "none", "never", 2)
