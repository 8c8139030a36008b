"""From relations to points: epochs of burn-in and of training, each on all cores, with the kernel's units as work.

Burn-in (Nickel & Kiela 2017, section 4.1): at first, at a low rate and with well-connected nodes as the usual
negatives, nodes find the region where they belong; then the rate is high, and all nodes are drawn, near ones most
often. Leaves begin again amid their relatives (`restart.py`), and from there on the rate falls linearly.

An epoch visits the units in an order of its own, some hundred at a time: a block. Threads work on different blocks and
one table, without locks (Hogwild, Niu et al. 2011). Every draw is a function of (seed, epoch, block, place), so that
one thread gives the same bits every time.
"""

import math
from collections.abc import Generator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from w2v.base.ranks import alone
from w2v.base.threads import InterruptiblePool
from w2v.errors import W2VError, counted, shown
from w2v.geometry import to_ball
from w2v.heads.noise import AliasTable, alias_table, noise_distribution
from w2v.hyperbolic import kernels
from w2v.hyperbolic.beginning import longest_row, table_of, told
from w2v.hyperbolic.embedding import Embedding
from w2v.hyperbolic.negatives import Relatives
from w2v.hyperbolic.relations import Relations
from w2v.hyperbolic.restart import SCATTER, restart
from w2v.hyperbolic.settings import LORENTZ_EPSILON, PoincareConfig
from w2v.models.history import PAIRS, EpochPart, EpochRecord, Totals
from w2v.training.callbacks import Callback, CallbackList, Callbacks
from w2v.training.checkpoint import Checkpoint
from w2v.training.loop import run
from w2v.training.resume import check_length, check_same_settings, complete, is_over, state_of, where
from w2v.vectors import KeyedVectors

SPACES = {"euclidean": kernels.EUCLID, "poincare": kernels.BALL, "lorentz": kernels.LORENTZ}
BLOCKS = 8  # an epoch has so many at least, where it is large enough to have blocks of SHORTEST units
SHORTEST, LONGEST = 64, 1024  # units in a block


def train_relations(
    relations: Relations,
    config: PoincareConfig,
    callbacks: Callbacks = (),
    *,
    snapshots: int = 0,
    checkpoint: str | Path | Checkpoint | None = None,
    resume: Embedding | bool | None = None,
    init: KeyedVectors | None = None,
) -> Embedding:
    """Embed the nodes of `relations`; one row of `points` a node, in their order.

    Args:
        relations: at least one pair. A pair's weight multiplies its loss.
        config: the settings; the embedding's are these with what depends on the number of nodes filled in.
        callbacks: called as the run goes on, in this order, with an `Embedding` (its points a copy) for a model.
        snapshots: keep the points after every so many epochs, those of the beginning and of the end too; 0: none.
        checkpoint: where the run is kept while it goes on: a folder, for its two newest states (`Checkpoint.of`), or a
            Checkpoint, which is called after the callbacks.
        resume: an embedding of an earlier point of the same run, such as a checkpoint; with one thread the result has
            the bits of a run that was never interrupted. With another number of epochs it goes on to that, and the
            learning rate follows it from there. One that was saved when its run had ended is else returned as it is.
            True: the newest state that is whole in `checkpoint`, if there is any.
        init: points by name, where nodes of these names begin; the others begin at random. Points that are given have
            found their places, so burn_in and restart, where they are left open, are then 0. A run that is resumed has
            begun, and needs it no more.

    Raises:
        W2VError: every node that has parents is related to all others, so that nothing is left to tell them from; the
            run diverged; `resume` is of another run; or `init` does not fit (`beginning.matched`).
    """
    alone("An embedding of relations")
    callback, keeper = CallbackList(callbacks), Checkpoint.of(checkpoint)
    with keeper.held() if keeper else nullcontext():
        earlier = state_of(resume, keeper, Embedding.load)
        if earlier is None:
            config = (config if init is None else config.for_given_points()).for_graph(len(relations.nodes))
        else:
            config = _check_same_run(earlier, relations, config, snapshots)
            if is_over(earlier, config.epochs):
                callback.on_note(complete(earlier))
                return earlier
        return _train(relations, config, callback, keeper, snapshots, earlier, init)


def _train(
    relations: Relations,
    config: PoincareConfig,
    callback: Callback,
    keeper: Checkpoint | None,
    snapshots: int,
    resume: Embedding | None,
    init: KeyedVectors | None,
) -> Embedding:
    due = range(0, len(resume.history) + 1, snapshots) if resume and snapshots else ()  # not the end of a shorter run
    kept = {epoch: points for epoch, points in resume.snapshots.items() if epoch in due} if resume else {}
    with InterruptiblePool(config.threads) as pool:
        trainer = RelationsTrainer(relations, config, pool, kept, resume, init)
        begun = told(relations, config, init) if init is not None and resume is None else None
        for note in (begun, relations.direct_only(), trainer.unmatched()):
            if note:
                callback.on_note(note)
        if resume:
            callback.on_note(where(resume, config.epochs, trainer.learning_rate))
        first = [_KeepPoints(snapshots, kept)] if snapshots else []
        every = CallbackList([*first, callback, *([keeper] if keeper else [])])
        history = run(trainer, every, *((resume.history, resume.part) if resume else ()))
    embedding = replace(trainer.snapshot(history), table=None, complete=len(history) == config.epochs)
    if clamps := sum(record.clamps for record in history):
        callback.on_note(
            f"Points were set back to the boundary {counted(clamps, 'time')} (epsilon is {trainer.epsilon:g}). Where "
            "that is more than a few per pair, a smaller alpha or epsilon gives better ranks."
        )
    if snapshots:
        kept[len(history)] = embedding.points
    return embedding


def _check_same_run(resume: Embedding, relations: Relations, asked: PoincareConfig, snapshots: int) -> PoincareConfig:
    """The settings to go on with (`PoincareConfig.going_on`). Raises a W2VError that names what differs."""
    if not isinstance(resume, Embedding):
        raise W2VError(f"resume is {shown(resume)}; expected an Embedding, or True with checkpoint=, a folder.")
    mine, others = relations, resume.relations
    same = mine.nodes == others.nodes and np.array_equal(mine.pairs, others.pairs)
    if not (same and np.array_equal(mine.weights, others.weights)):
        raise W2VError(
            "The model to resume from was trained on other relations, or on these in another order. Give the same file "
            "and hold out the same share, or start anew."
        )
    config = asked.for_graph(len(relations.nodes))
    left_open = [name for name in ("burn_in", "restart") if getattr(asked, name) is None]
    check_same_settings(resume.config, config, ["epochs", *left_open])
    check_length(resume, config.epochs)
    done = len(resume.history)
    due = {*range(0, done + 1, snapshots)} if snapshots else set()
    if due - {done} != set(resume.snapshots) - {done}:  # where a run ends they are kept in any case
        raise W2VError(
            f"The run to resume kept the points after other epochs than snapshots={snapshots} does: "
            f"{', '.join(map(str, sorted(resume.snapshots))) or 'none'}. Give the same, or start anew, without resume."
        )
    phases = resume.config.going_on(config.epochs, done + (resume.part is not None))
    return config.replace(**{name: getattr(phases, name) for name in left_open})


class _KeepPoints(Callback):
    """Keeps the points that training began with, and those after every so many epochs."""

    def __init__(self, every: int, kept: dict[int, np.ndarray]) -> None:
        self._every, self._kept = every, kept

    def on_train_begin(self, model: Embedding) -> None:
        if not (model.history or model.part):
            self._kept[0] = model.points

    def on_epoch_end(self, model: Embedding) -> None:
        if len(model.history) % self._every == 0:
            self._kept[len(model.history)] = model.points


class RelationsTrainer:
    """The table being trained and all that the kernel reads (a `training.loop.Trainer`)."""

    unit, before = PAIRS, 0

    def __init__(
        self,
        relations: Relations,
        config: PoincareConfig,
        pool: InterruptiblePool,
        snapshots: dict[int, np.ndarray],
        resume: Embedding | None = None,
        init: KeyedVectors | None = None,
    ) -> None:
        self.relations, self.config = relations, config
        self.n_epochs, self.alpha = config.epochs, config.alpha
        self._pool, self._snapshots = pool, snapshots  # one pool for all epochs: a small graph's take milliseconds
        self.space = SPACES[config.space]
        self.relatives = relatives_of(relations)
        self.units = units_of(self.relatives)
        if len(self.units.node) == 0:
            raise W2VError(
                f"All {len(relations.nodes):,} nodes that have parents are related to every other node, so there is "
                "nothing to tell their relatives from. Give relations of more nodes."
            )
        number = len(self.units.node)
        self._starts = range(0, number, min(max(number // BLOCKS, SHORTEST), LONGEST))
        self.n_blocks = len(self._starts)
        degrees = np.maximum(relations.degrees, 1)
        self.noise = [_noise(degrees, exponent) for exponent in (config.burn_in_exponent, config.ns_exponent)]
        self.epsilon = max(config.epsilon, LORENTZ_EPSILON) if config.space == "lorentz" else config.epsilon
        self.edge2 = longest_row(config) ** 2
        self.table = table_of(relations, config, init, resume)
        kernels.train_units(*self._work(np.empty(0, np.int64), 0, 0, 0.0))  # compile now, or load what is compiled

    def _work(self, units: np.ndarray, epoch: int, block: int, alpha: float) -> tuple[Any, ...]:
        config = self.config
        settled = epoch >= config.burn_in_epochs
        near = settled and config.near_negatives and config.ns_exponent == 0
        negatives = (
            self.noise[settled],
            near,
            config.negative,
            float(config.negative_weight),
        )
        rate = (self.edge2, alpha, (config.seed, epoch, block))
        return self.space, self.table, units, self.units, self.relatives, *negatives, *rate

    def learning_rate(self, epoch: int, passed: float) -> float:
        """One rate for the whole of an epoch."""
        return self.config.learning_rate(epoch / self.n_epochs)

    def begin_epoch(self, epoch: int) -> str | None:
        """Put the leaves amid their relatives, once."""
        if epoch != self.config.restart_epochs or self.config.restart == 0:
            return None
        generator = np.random.default_rng([self.config.seed, epoch, 1])  # epochs have two numbers
        scatter = generator.uniform(-SCATTER, SCATTER, self.table.shape)
        if not (leaves := restart(self.space, self.table, self.relatives, scatter)):
            return None
        return (
            f"After epoch {epoch} {counted(leaves, 'leaf begins', 'leaves begin')} again in the middle of their "
            "relatives."
        )

    def train_epoch(self, epoch: int, first: int) -> Generator[Totals, None, None]:
        """One pass over all units, in an order drawn anew."""
        order = np.random.default_rng([self.config.seed, epoch]).permutation(len(self.units.node))
        length, alpha = self._starts.step, self.learning_rate(epoch, 0)

        def train(start: int) -> kernels.Done:
            units = order[start : start + length]
            return kernels.Done(*kernels.train_units(*self._work(units, epoch, start // length, alpha)))

        for block in self._pool.map(train, self._starts[first:]):
            yield Totals(block.loss, block.weight, block.pairs, block.pairs, block.clamps)

    def pause(self, within: float = math.inf) -> None:
        self._pool.pause(within)

    def end_epoch(self, epoch: int, totals: Totals) -> str | None:
        return None

    def unmatched(self) -> str | None:
        """A note on nodes that are related to all others."""
        degree = np.diff(self.relatives.start)
        full = np.flatnonzero(degree >= len(degree) - 1)
        if not len(full):
            return None
        names = ", ".join(self.relations.nodes[node] for node in full[:3])
        return (
            f"{counted(len(full), 'node is', 'nodes are')} related to every other node "
            f"({names}{', ...' if len(full) > 3 else ''}): nothing is left to tell their relatives from, so their "
            f"{counted(int(degree[full].sum()), 'pair is', 'pairs are')} passed over."
        )

    def snapshot(self, history: list[EpochRecord], part: EpochPart | None = None) -> Embedding:
        """What there is so far; the points are a copy, of the ball or of flat space."""
        points, table = self.table.copy(), None
        if self.config.space == "lorentz":
            times = np.sqrt(1 + (points**2).sum(axis=1, keepdims=True))
            points, table = to_ball(np.hstack([times, points])), points
        return Embedding(self.config, self.relations, points, history, self._snapshots, table, part)


def relatives_of(relations: Relations) -> Relatives:
    """The parents of every node, the weights of the pairs, and the nodes below every node."""
    child, parent = relations.pairs.T
    every = np.arange(len(relations.nodes) + 1)
    upward, downward = np.lexsort((parent, child)), np.lexsort((child, parent))
    return Relatives(
        np.searchsorted(child[upward], every).astype(np.int64),
        parent[upward].astype(np.int32),
        relations.weights[upward].astype(np.float64),
        np.searchsorted(parent[downward], every).astype(np.int64),
        child[downward].astype(np.int32),
    )


def units_of(relatives: Relatives) -> kernels.Units:
    """The units of all nodes that have relatives and, since they need negatives, have them not everywhere."""
    degree = np.diff(relatives.start)
    degree[degree >= len(degree) - 1] = 0
    pieces = -(-degree // kernels.MOST)
    node = np.repeat(np.arange(len(degree)), pieces)
    piece = np.arange(len(node)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    first = relatives.start[node] + piece * kernels.MOST
    last = np.minimum(first + kernels.MOST, relatives.start[node + 1])
    return kernels.Units(node.astype(np.int32), first, last)


def _noise(degrees: np.ndarray, exponent: float) -> AliasTable:
    """How negatives are drawn; a table of no entries, for the kernel, where all nodes are alike."""
    if exponent == 0:
        return AliasTable(np.empty(0, np.uint64), np.empty(0, np.int32))
    return alias_table(noise_distribution(degrees, exponent))
