"""What ranks agree on while they train together: callbacks are called on rank 0, and what they decide holds for all."""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from w2v.base.agreeing import agreed, gathered
from w2v.base.config import Config
from w2v.base.ranks import Ranks
from w2v.corpus.blocks import Blocks, IdBlocks
from w2v.errors import NoExamplesError, W2VError, counted
from w2v.examples.encoders import Bags
from w2v.examples.input_rows import OF_DOCUMENTS
from w2v.models.history import EpochRecord
from w2v.models.model import Model
from w2v.training.callbacks import Callback, Progress, StopTraining
from w2v.training.checkpoint import Checkpoint
from w2v.training.evaluate import HELD_OUT
from w2v.training.likelihood import NOTHING_HELD_OUT, held_out_examples, likelihood
from w2v.training.resume import state_of

AT_ONCE = 1 << 26  # bytes of a state that are sent at a time


def of_all_ranks(callback: Callback, ranks: Ranks, held_out: Any = None) -> Callback:
    """The callback of a run of several ranks: that of rank 0, on each of them; of one rank the callback itself.

    held_out: of several ranks, what is not trained on, whose likelihood is the score HELD_OUT.
    """
    if ranks.size == 1:
        return callback
    measure = _HeldOut(getattr(held_out, "mine", held_out), ranks) if held_out else Callback()
    return _OfAllRanks(callback if ranks.rank == 0 else Callback(), measure, ranks)


def check_alike(ranks: Ranks, config: Config, others: dict[str, Any]) -> None:
    """Raise a W2VError on all ranks where they have other versions of w2v or other settings; it names both.

    others: further things by name that have to be the same.
    """
    if ranks.size == 1:
        return
    if config.arch in OF_DOCUMENTS:
        raise W2VError("Vectors of documents are trained by one process, and torchrun has started several.")
    free = {"workers", "device"}
    settings = {name: value for name, value in (asdict(config) | others).items() if name not in free}
    told = ranks.gather({"the version of w2v": version("w2v")} | settings)
    for rank, theirs in enumerate(told):
        for name, value in told[0].items():
            if theirs.get(name) != value:
                raise W2VError(
                    f"The ranks have different settings: {name} is {value!r} on rank 0, and {theirs.get(name)!r} on "
                    f"rank {rank}. Give all the same command, and the same version of w2v."
                )


def check_enough(blocks: Blocks, ranks: Ranks) -> None:
    """Raise a W2VError if there are more ranks than blocks."""
    if ranks.size > 1 and blocks.n_blocks < ranks.size:
        raise W2VError(
            f"torchrun has started {ranks.size} processes, and the text makes {counted(blocks.n_blocks, 'block')}, of "
            "which each needs one. Start fewer, or train on more text."
        )


def state_for_all(
    ranks: Ranks, keeper: Checkpoint | None, resume: Model | bool | None, load: Callable[[Path], Model]
) -> Model | None:
    """What all ranks go on from: what rank 0 has, which keeps the run, and need not have been asked after a restart.

    resume, keeper: as for `resume.state_of`, on rank 0.
    """
    if ranks.rank == 0 and keeper and resume is None and ranks.restarted:
        resume = True
    if ranks.size == 1:
        return state_of(resume, keeper, load)
    found = agreed(ranks, lambda: state_of(resume, keeper, load) if ranks.rank == 0 else None)
    is_complete = ranks.gather(found.complete if found else None)[0]
    if is_complete is None:
        return None
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room) / "state"
        if found:
            found.save_checkpoint(folder)
        else:
            folder.mkdir()
        for name in ranks.gather(sorted(os.listdir(folder)))[0]:
            _copy_to_all(ranks, folder / name)
        return agreed(ranks, lambda: found or replace(load(folder), complete=is_complete))


def _copy_to_all(ranks: Ranks, path: Path) -> None:
    """Have all ranks have the file that rank 0 has."""
    size = ranks.gather(path.stat().st_size if ranks.rank == 0 else 0)[0]
    with open(path, "rb" if ranks.rank == 0 else "wb") as file:
        for first in range(0, size, AT_ONCE):
            length = min(AT_ONCE, size - first)
            given = file.read(length) if ranks.rank == 0 else bytes(length)
            piece = np.frombuffer(given, np.uint8).copy()
            ranks.sum(piece)  # the others give zeros
            if ranks.rank:
                file.write(piece.data)


def settled_by_all(config: Config, ranks: Ranks) -> Config:
    """Settings as they are used, with what rank 0 chose where it is left to the machine."""
    return config.replace(matmul_precision=ranks.gather(config.matmul_precision)[0])


class _OfAllRanks(Callback):
    """Calls rank 0's callback there, and has the others wait for what comes of it.

    measure: another one, which is called on each rank, and before.
    """

    def __init__(self, callback: Callback, measure: Callback, ranks: Ranks) -> None:
        self._callback, self._measure, self._ranks = callback, measure, ranks
        self.keeps_states, self.reports = ranks.gather([callback.keeps_states, callback.reports])[0]

    def on_read(self, tokens: int) -> None:
        self._callback.on_read(tokens)

    def on_corpus(self, stream: Any) -> None:
        self._callback.on_corpus(stream)

    def on_note(self, sentence: str) -> None:
        self._callback.on_note(sentence)

    def on_train_begin(self, model: Any) -> None:
        self._measure.on_train_begin(model)
        _stop(self._outcome("on_train_begin", model))

    def on_block(self, progress: Progress) -> None:
        self._callback.on_block(progress)

    def on_epoch_end(self, model: Any) -> None:
        """All have rank 0's record afterwards, with its seconds and scores."""
        self._measure.on_epoch_end(model)
        reason = self._outcome("on_epoch_end", model)
        record = EpochRecord.of(self._ranks.gather(model.history[-1].as_dict())[0])
        assert record, "it was one"
        model.history[-1] = record
        _stop(reason)

    def pause_is_due(self) -> bool:
        return self._callback.pause_is_due()

    def on_pause(self, model: Any) -> None:
        agreed(self._ranks, lambda: self._callback.on_pause(model))

    def on_train_end(self) -> None:
        self._callback.on_train_end()

    def _outcome(self, method: str, model: Any) -> str | None:
        """Call it on rank 0; the text of a StopTraining that it raised there, on all ranks."""

        def outcome() -> str | None:
            try:
                getattr(self._callback, method)(model)
            except StopTraining as stop:
                return str(stop)
            return None

        reason: str | None = gathered(self._ranks, outcome)[0]
        return reason


def _stop(reason: str | None) -> None:
    if reason is not None:
        raise StopTraining(reason)


class _HeldOut(Callback):
    """The likelihood of what is held out, of which each rank has a part: `Evaluate`, of several ranks."""

    def __init__(self, blocks: IdBlocks, ranks: Ranks) -> None:
        self._blocks, self._ranks = blocks, ranks
        self._examples: Bags | None = None

    def on_train_begin(self, model: Any) -> None:
        def cut() -> int:
            with suppress(NoExamplesError):
                self._examples = held_out_examples(self._blocks, model.config)
            return len(self._examples.target) if self._examples else 0

        if not sum(gathered(self._ranks, cut)):
            raise NoExamplesError(NOTHING_HELD_OUT)

    def on_epoch_end(self, model: Any) -> None:
        def measure() -> list[float]:
            if self._examples is None:
                return [0.0, 0]
            count = len(self._examples.target)
            return [likelihood(model, self._examples).nats * count, count]

        sums = np.sum(gathered(self._ranks, measure), axis=0)
        model.history[-1].scores[HELD_OUT] = float(sums[0] / sums[1])
