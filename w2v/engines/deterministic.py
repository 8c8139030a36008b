"""An engine of many threads that gives the bits of one fixed schedule, whatever the number of threads.

It is made of several engines of the class that would train otherwise, each with one thread and tables of its own: the
*main* one, whose tables are those of this engine, and R *replicas*. Blocks are trained in *rounds*. In each, replica r
trains every R-th of the round's blocks, in order, from the main tables as they were before the round, and at the end
what the replicas have learned is merged into the main tables (`merging.py`). R and the length of a round follow from
the text and the settings; a thread takes whichever replica is free, so that the number of threads decides how fast a
round is, and no bit of it. No more than R threads have work.

The first blocks of a run are trained by the main engine alone: at its beginning a table of zeros may grow into any
direction, and replicas would grow apart. Where R is 1, as on a short text, all of them are.

A run can be put aside between two rounds: those of an epoch begin where the one before ended, after any number of
blocks. So a run that is resumed makes the same rounds as one that never paused.
"""

import math
import time
from collections.abc import Iterator
from functools import cache, partial
from itertools import islice
from queue import SimpleQueue
from typing import Any, ClassVar

import numpy as np

from w2v.base.config import Config
from w2v.base.threads import InterruptiblePool
from w2v.corpus import cooccurrence
from w2v.corpus.blocks import BLOCK, Blocks
from w2v.engines import merging
from w2v.engines.base import Engine, Loss, Losses
from w2v.engines.threaded import ThreadedEngine
from w2v.heads import spec_of
from w2v.models.tables import Tables

REPLICAS = (8, 4, 2)  # numbers of replicas, of which the first is taken that a run is long enough for; else 1
# Words of text (pairs, for heads that learn from them) for each word of the vocabulary:
WORDS_A_ROUND = 18.0  # that all replicas pass in a round, so that rows move a moderate way
WORDS_A_RUN = 60.0  # times R^2, that all of them pass in a run, at least: what is lost by learning apart goes with R^2
ROUNDS = 4  # of an epoch, at least, if each replica trained one block in a round
LONGEST = 32  # blocks of each replica in a round: a pause waits for its end
TURN = 4  # blocks that a thread trains on one replica before it takes another
TAKEN_OVER = ("learns_from", "slower_than_usual", "compiled", "freezes")  # from what it is made of
ROWS = 64 * merging.TILE  # that a thread merges at a time


def n_replicas(config: Config, vocab_size: int, n_blocks: int) -> int:
    """R, for a text of so many blocks, of what the config's head learns from, and words in its vocabulary.

    An epoch is to have several rounds, and none should be longer than suits the vocabulary.
    """
    run = n_blocks * (config.epochs or 1) / blocks_with(config, vocab_size, WORDS_A_RUN)
    most = min(math.sqrt(run), n_blocks / ROUNDS, blocks_with(config, vocab_size, WORDS_A_ROUND))
    return next((n for n in REPLICAS if n <= most), 1)


def idle_threads_note(config: Config, vocab_size: int, n_blocks: int) -> str | None:
    """A sentence where there are more threads than replicas; None if all have work."""
    replicas = n_replicas(config, vocab_size, n_blocks)
    if not config.deterministic or config.threads <= replicas:
        return None
    work = "one thread" if replicas == 1 else f"{replicas} threads"
    return f"deterministic=True: a run of this length has work for {work} at a time, of {config.threads}."


def blocks_a_round(config: Config, vocab_size: int, replicas: int) -> int:
    """How many blocks the replicas train from one merge to the next. Heads that meet all words take long for one."""
    if spec_of(config.head).meets_all_words is not False:
        return replicas
    return replicas * int(min(max(blocks_with(config, vocab_size, WORDS_A_ROUND) / replicas, 1), LONGEST))


def blocks_with(config: Config, vocab_size: int, words: float) -> float:
    """Blocks that have so many words (pairs) for each word of the vocabulary."""
    return words * vocab_size / block_size(config)


def block_size(config: Config) -> int:
    """Words (pairs) of a block."""
    return BLOCK if spec_of(config.head).learns_from == "windows" else cooccurrence.BLOCK


@cache
def deterministic_engine(engine: type[ThreadedEngine]) -> type[Engine]:
    """The deterministic engine that is made of engines of this class."""
    told: dict[str, Any] = {name: getattr(engine, name) for name in TAKEN_OVER}
    told["settled"] = staticmethod(engine.settled)
    return type(f"Deterministic{engine.__name__}", (DeterministicEngine,), told | {"_parts": engine})


class DeterministicEngine(Engine):
    """Made by `deterministic_engine`."""

    _parts: ClassVar[type[ThreadedEngine]]

    def __init__(self, config: Config, counts: np.ndarray, keep: np.ndarray, **options: Any) -> None:
        self.config = config
        self.threads = min(config.threads, REPLICAS[0])
        self._vocab_size = len(counts)
        self._make = partial(self._parts, config.replace(workers=1), counts, keep, **options)
        self._main = self._make()
        self._replicas: list[ThreadedEngine] = []  # made when there are blocks: their number follows from them
        self._as_one = 0  # how many of them have the main tables, as all have after a merge
        self._paused, self._until = False, math.inf

    def train_blocks(self, blocks: Blocks, epoch: int, order: np.ndarray, rates: np.ndarray) -> Losses:
        self._paused, self._until = False, math.inf
        self._main.interrupted[0] = 0
        replicas = n_replicas(self.config, self._vocab_size, blocks.n_blocks)
        length = blocks_a_round(self.config, self._vocab_size, replicas)
        place, alone = 0, len(order)
        if replicas > 1:
            done = blocks.n_blocks - len(order)
            alone = min(max(length - done, 0), len(order)) if epoch == 0 else 0
        for index, alpha in islice(zip(order.tolist(), rates.tolist(), strict=True), alone):
            if self._paused:
                return
            self._as_one = 0
            yield self._main.train_block(blocks.block(index), epoch, index, alpha)
        if alone == len(order):
            return
        self._begin_as_one(replicas)
        with InterruptiblePool(min(self.threads, replicas), self._main.interrupted) as pool:
            for place in range(alone, len(order), length):
                if self._paused:
                    return
                part = slice(place, place + length)
                losses = self._train_round(pool, blocks, epoch, order[part].tolist(), rates[part].tolist())
                if losses is None:
                    return
                self._merge(pool)
                yield from losses

    def pause(self, within: float = math.inf) -> None:
        """Have `train_blocks`, where it is going on, end after this round, or before it if it takes longer than that.

        What was yielded is what was trained. May be called from a signal's handler. within: seconds.
        """
        self._paused, self._until = True, time.monotonic() + within

    def _begin_as_one(self, replicas: int) -> None:
        """So many replicas with the main tables."""
        if self._as_one == replicas:
            return
        there = self._replicas[:replicas]
        self._replicas = there + [self._make() for _ in range(replicas - len(there))]
        state = self._main.state()
        for replica in self._replicas:
            replica.load_state(state)
            replica.interrupted = self._main.interrupted  # one flag for all

    def _train_round(
        self, pool: InterruptiblePool, blocks: Blocks, epoch: int, order: list[int], rates: list[float]
    ) -> list[Loss] | None:
        """Have each replica train its blocks, and return the losses in the order given; None if time was up before.

        There are never more threads than replicas, so each finds one that no other thread is at.
        """
        self._as_one = 0
        losses: list[Any] = [None] * len(order)
        count = len(self._replicas)
        waiting: SimpleQueue[tuple[ThreadedEngine, range]] = SimpleQueue()
        shares = [range(first, len(order), count) for first in range(count)]
        for replica, share in zip(self._replicas, shares, strict=True):
            if share:
                waiting.put((replica, share))

        def train_some(_turn: int) -> None:
            replica, share = waiting.get()
            try:
                for place in share[:TURN]:
                    if time.monotonic() <= self._until:
                        index = order[place]
                        losses[place] = replica.train_block(blocks.block(index), epoch, index, rates[place])
            except BaseException:
                self._main.interrupted[0] = 1  # the others need not go on
                raise
            finally:  # another turn may wait for it, also where this one failed
                if share[TURN:]:
                    waiting.put((replica, share[TURN:]))

        turns = sum(math.ceil(len(share) / TURN) for share in shares)
        for _ in pool.map(train_some, range(turns)):
            pass
        return None if None in losses else losses

    def _merge(self, pool: InterruptiblePool) -> None:
        """Put together what the replicas have learned, on all threads: each row is a thing of its own tile."""
        mains, others = self._main.state(), [replica.state() for replica in self._replicas]
        added_up = self._main.optimizer_state()

        def parts() -> Iterator[tuple[Any, ...]]:
            for name, table in _different(mains).items():
                base, replicas = merging.flat(table), tuple(merging.flat(state[name]) for state in others)
                step, size = table.strides[0] // table.itemsize, table.shape[1]
                how: tuple[Any, ...] = step, size
                if name not in added_up:
                    how += (merging.common_direction(base, replicas, len(table), step, size),)
                for first in range(0, len(table), ROWS):
                    yield base, replicas, first, min(first + ROWS, len(table)), *how

        for _ in pool.map(_merge_part, parts()):
            pass
        self._as_one = len(self._replicas)

    def tables(self) -> Tables:
        return self._main.tables()

    def optimizer_state(self) -> dict[str, np.ndarray]:
        return self._main.optimizer_state()

    def load_state(self, state: dict[str, np.ndarray]) -> None:
        self._main.load_state(state)
        self._as_one = 0


def _merge_part(part: tuple[Any, ...]) -> None:
    """Merge, where a common direction is given, or else add up."""
    (merging.merge if len(part) == 7 else merging.add_up)(*part)


def _different(state: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """A state without arrays that are another one's memory under a second name."""
    return dict({array.ctypes.data: (name, array) for name, array in reversed(state.items())}.values())
