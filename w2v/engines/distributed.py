"""An engine that trains one model on several ranks, each of which has blocks of its own and all of the tables.

It is made of an engine of the class that would train otherwise, one on each rank: that trains the rank's own blocks, by
the learning rates of their places in the epoch of all. After so many blocks (`rounds.py`) ranks put together what they
have learned (`exchange.py`). At the end of a round that is all rows; then the tables are the same everywhere, bit for
bit, and every rank has the losses of all. So a run pauses at ends of rounds, and its bits do not depend on when that
was. If each rank has one thread (or deterministic=True), the same ranks give the same bits. In the first round of a run
all rows are exchanged after the steps 1, 2, 4, and so on, too.
"""

import math
import time
from typing import Any, ClassVar

import numpy as np

from w2v.base.config import Config
from w2v.base.ranks import Ranks, number_here
from w2v.base.threads import OverdueError
from w2v.corpus.blocks import Blocks
from w2v.engines import rounds
from w2v.engines.base import Engine, Loss, Losses, torch_device
from w2v.engines.deterministic import TAKEN_OVER, block_size, blocks_with
from w2v.engines.exchange import Exchange, compile_now
from w2v.engines.threaded import ThreadedEngine
from w2v.examples.input_rows import InputRows
from w2v.heads import spec_of
from w2v.models.tables import Tables

WORDS_A_ROUND = 72.0  # of text for each word of the vocabulary, that all ranks pass in a round
WORDS_A_STEP = 2.0  # and in a step of it, at least
ROUNDS = 128  # of a run, at least, but for the shortest
LONGEST = 1024  # blocks of a rank's thread in a round: a pause waits for its end
PAUSE = 10.0  # seconds, at least, that a pause has for the end of a round, which all ranks have to reach


def distributed_engine(engine: type[Engine], ranks: Ranks) -> type[Engine]:
    """The engine of several ranks that is made of one of this class on each; of one rank it is that class."""
    if ranks.size == 1:
        return engine
    told: dict[str, Any] = {name: getattr(engine, name) for name in (*TAKEN_OVER, "on_cpu")}
    told["settled"] = staticmethod(engine.settled)
    return type(f"Distributed{engine.__name__}", (DistributedEngine,), told | {"_part": engine, "ranks": ranks})


class DistributedEngine(Engine):
    """Made by `distributed_engine`. Its blocks are a `shares.SharedStream`, or else what has `own`, a range.

    own: the engine that trains this rank's blocks.
    """

    _part: ClassVar[type[Engine]]
    ranks: ClassVar[Ranks]

    def __init__(self, config: Config, counts: np.ndarray, keep: np.ndarray, **options: Any) -> None:
        self.config = config
        if not self._part.on_cpu and config.device in ("auto", "cuda"):
            _take_a_card()
        if number_here():
            self.ranks.gather(None)
        compile_now(config.dtype)
        self.own = self._part(config, counts, keep, **options)
        if not number_here():  # the first of a machine compiles, and the others find it there
            self.ranks.gather(None)
        in_place = isinstance(self.own, ThreadedEngine) and torch_device(config) == "cpu"
        self._in_place = in_place  # whether the state is that which is trained, and not a copy or one of several
        self.threads = sum(self.ranks.gather(self.own.threads))
        self._least = 1 if config.deterministic else max(self.ranks.gather(self.own.threads))
        self._counts, self._rows = counts, options.get("input_rows")
        self._paused, self._until = False, math.inf

    def order_of(self, blocks: Blocks, permutation: np.ndarray) -> np.ndarray:
        shares = self._shares(blocks)
        return self._rounds(blocks, shares).order(shares, permutation)

    def train_blocks(self, blocks: Blocks, epoch: int, order: np.ndarray, rates: np.ndarray) -> Losses:
        self._paused, self._until = False, math.inf
        own, plan = _own(blocks), self._rounds(blocks, self._shares(blocks))
        done = blocks.n_blocks - len(order)
        exchange: Exchange | None = None
        for number in range(len(plan.pieces)):
            first, last = max(int(plan.bounds[number]) - done, 0), int(plan.bounds[number + 1]) - done
            if last <= first:
                continue
            exchange = exchange or self._exchange()
            words = float(plan.pieces[number].sum() * block_size(self.config))
            steps = rounds.n_steps(plan.pieces[number], words / (WORDS_A_STEP * len(self._counts)), self._least)
            here = first + np.flatnonzero((order[first:last] >= own.start) & (order[first:last] < own.stop))
            bounds, losses = rounds.step_bounds(len(here), steps), list[Loss]()
            gentle = epoch == number == 0  # from tables of zeros ranks would grow apart
            for step in range(steps):
                some = here[bounds[step] : bounds[step + 1]]
                losses += self._trained(blocks, epoch, order[some], rates[some])
                if not self._in_place:
                    exchange.take(self.own.state())
                whole = gentle and (step & (step + 1)) == 0
                exchange.rows(steps if whole else step + 1, steps, words)
                if not self._in_place:
                    self.own.load_state(exchange.state)
            paused, told = self._told(here, losses)
            yield from told
            if paused:
                return

    def _trained(self, blocks: Blocks, epoch: int, order: np.ndarray, rates: np.ndarray) -> list[Loss]:
        """Train some blocks of this rank."""
        losses = []
        if len(order):
            for loss in self.own.train_blocks(blocks, epoch, order, rates):
                losses.append(loss)
                if time.monotonic() > self._until:
                    raise OverdueError
        assert len(losses) == len(order), "nobody pauses it"
        return losses

    def _exchange(self) -> Exchange:
        state = self.own.state()
        met = {name: rows_met(len(array) if array.ndim else 1, self._counts) for name, array in state.items()}
        if self._rows and len(self._rows.rows):
            met["input"] = input_rows_met(self._rows, self._counts)
        return Exchange(self.ranks, state, self.own.optimizer_state(), met, self.own.threads)

    def _told(self, places: np.ndarray, losses: list[Loss]) -> tuple[bool, list[Loss]]:
        """Whether any rank is to pause, and the losses of all, in the order of their places."""
        mine = [np.array([self._paused, len(losses)], np.float64), places.astype(np.float64)]
        told = np.concatenate([*mine, np.array(losses, np.float64).ravel()])
        paused, found = False, dict[int, Loss]()
        for each in self.ranks.gather(told.tobytes()):
            numbers = np.frombuffer(each, np.float64)
            count = int(numbers[1])
            paused |= bool(numbers[0])
            pairs = numbers[2 + count :].reshape(count, 2).tolist()
            found |= {int(at): Loss(loss, int(n)) for at, (loss, n) in zip(numbers[2:], pairs, strict=False)}
        return paused, [found[place] for place in sorted(found)]

    def _shares(self, blocks: Blocks) -> list[range]:
        own = _own(blocks)
        return [range(*each) for each in self.ranks.gather([own.start, own.stop])]

    def _rounds(self, blocks: Blocks, shares: list[range]) -> rounds.Rounds:
        every = blocks_a_round(self.config, len(self._counts), blocks.n_blocks, len(shares), self._least)
        return rounds.Rounds.of(shares, every)

    def pause(self, within: float = math.inf) -> None:
        """Have `train_blocks`, on all ranks, end after a round, the one that is going on if its end is still to come.

        May be called from a signal's handler. within: seconds, or PAUSE if that is more.
        """
        self._paused, self._until = True, time.monotonic() + max(within, PAUSE)

    def tables(self) -> Tables:
        return self.own.tables()

    def optimizer_state(self) -> dict[str, np.ndarray]:
        return self.own.optimizer_state()

    def load_state(self, state: dict[str, np.ndarray]) -> None:
        self.own.load_state(state)


def blocks_a_round(config: Config, vocab_size: int, n_blocks: int, n_ranks: int, threads: int = 1) -> int:
    """How many blocks a rank trains from one exchange of all rows to the next, where the settings leave it open.

    All ranks together pass WORDS_A_ROUND words for each one of the vocabulary, or in a long run more: a ROUNDS-th of
    it. Heads that meet all words take long for a block.

    n_blocks: of an epoch, of all ranks; threads: of a rank.
    """
    if config.sync_every:
        return config.sync_every
    if spec_of(config.head).meets_all_words is not False:
        return 1
    blocks = max(blocks_with(config, vocab_size, WORDS_A_ROUND), n_blocks * (config.epochs or 1) / ROUNDS)
    return int(min(max(blocks / n_ranks, 1), LONGEST * threads))


def rows_met(rows: int, counts: np.ndarray) -> np.ndarray:
    """How often each row of a table is met for each word of text, float64 [rows]; counts: int64 [V], of words.

    A table of words has V rows. One of fewer has the nodes of a tree, from its root down, some log2 V for each word:
    they are taken for as frequent as, but for that factor, the words are that have the same places among words.
    """
    share = counts / max(counts.sum(), 1)
    return share if rows == len(share) else np.resize(-np.sort(-share), rows) * np.log2(max(len(share), 2))


def input_rows_met(rows: InputRows, counts: np.ndarray) -> np.ndarray:
    """The same, of an input table whose rows words share."""
    met = np.bincount(rows.rows, np.repeat(counts, np.diff(rows.offsets)), minlength=rows.n_rows(len(counts)))
    return met / max(counts.sum(), 1)


def _own(blocks: Blocks) -> range:
    """The numbers of the blocks that this rank has."""
    own: range = getattr(blocks, "own")  # noqa: B009  # of several ranks' blocks alone
    return own


def _take_a_card() -> None:
    """Have each rank of a machine train on a GPU of its own."""
    import torch  # only here: it takes seconds, and the CPU's engines do without

    if torch.cuda.is_available():
        torch.cuda.set_device(number_here() % torch.cuda.device_count())
