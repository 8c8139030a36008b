"""EarlyStopping, a callback that ends a run whose score gets no better, and keeps the best model."""

import math
from typing import Any

from w2v.errors import W2VError
from w2v.models.history import EpochRecord
from w2v.training.callbacks import Callback, StopTraining, Trained

HELD_OUT, LOSS, MEAN_RANK = "held_out", "loss", "mean_rank"
LOWER_IS_BETTER = (HELD_OUT, LOSS, MEAN_RANK)


class EarlyStopping(Callback):
    """Ends the run when a score gets no better, and keeps a copy of the tables as they were at their best.

    The learning rate falls over all `epochs`, so a run that is stopped early never sees its low end: a run of fewer
    epochs may well end better. Set `epochs` to what the time allows and let this guard against more of them than help.

    Args:
        score: "held_out", "loss", "analogies" or another score's name: of "held_out", "loss" and "mean_rank" lower is
            better, of all others higher. None: the first score there is, which is "held_out" where that is measured.
            Of relations, only epochs after the restart of leaves count: before, the loss is of another task.
        patience: the run ends after so many evaluations in a row without a better score, at least 1.
        least: an improvement by less than this, at least 0, is none.

    Attributes:
        best_epoch: from 1; 0 before the first evaluation.
        best_score: the score after that epoch.
        best: the model (of relations: the Embedding) as it was then, its history up to then; None before the first
            evaluation, and where that epoch lies before the one the run was resumed from.

    Raises:
        W2VError: `patience` or `least` out of range; after an epoch, a score that is not there.
    """

    def __init__(self, score: str | None = None, *, patience: int = 2, least: float = 0.0) -> None:
        if patience < 1:
            raise W2VError(f"EarlyStopping's patience is {patience}; expected a number of evaluations, at least 1.")
        if not least >= 0:
            raise W2VError(f"EarlyStopping's least is {least}; expected a difference of scores, at least 0.")
        self._asked, self._patience, self._least = score, patience, least
        self._reset()

    def __repr__(self) -> str:
        best = f", best {self.best_score:.4f} after epoch {self.best_epoch}" if self.best_epoch else ""
        return f"EarlyStopping({self._score or 'the first score'}, patience {self._patience}{best})"

    def on_train_begin(self, model: Trained) -> None:
        """Begin anew, or where a resumed run's history ends."""
        self._reset()
        for record in model.history[model.before :]:  # those before may be of another text
            self._count(record)
        if model.part is None:  # else the tables are those of the next epoch by now
            self._keep(model)
        self._stop_in_vain()

    def on_epoch_end(self, model: Trained) -> None:
        record = model.history[-1]
        if not self._count(record, counts=model.settled):
            return
        self._keep(model)
        self._stop_in_vain()

    def _stop_in_vain(self) -> None:
        if self._in_vain >= self._patience:
            raise StopTraining(
                f"Stopped after epoch {self._last}: {self._score} has not improved for {self._in_vain} "
                f"evaluation{'s' if self._in_vain > 1 else ''}. Its best, {self.best_score:.4f}, was after epoch "
                f"{self.best_epoch}."
            )

    def _reset(self) -> None:
        self.best: Any = None
        self.best_epoch, self.best_score = 0, math.nan
        self._score, self._measured, self._in_vain, self._last = self._asked, False, 0, 0

    def _keep(self, model: Trained) -> None:
        if model.history and self.best_epoch == model.history[-1].epoch:
            self.best = model.copy()

    def _count(self, record: EpochRecord, *, counts: bool = True) -> bool:
        """Take an epoch's score into account if it counts; whether there was one that does."""
        scores, self._last = {**record.scores, LOSS: record.loss}, record.epoch
        name = self._score or next(iter(record.scores), None)
        if name not in scores:
            if self._measured and not record.scores:
                return False  # no epoch of evaluation
            asked = f"the score {name!r}, and epoch {record.epoch} has" if name else "a score, and there are"
            raise W2VError(
                f"EarlyStopping waits for {asked} only: {', '.join(sorted(scores))}. Put an Evaluate that measures it "
                "before EarlyStopping (or give held_out to train; of relations: a Callback that puts it into "
                "history[-1].scores), or name one of these."
            )
        self._score, self._measured, value = name, True, scores[name]
        if not counts:
            return False
        gain = value - self.best_score
        if math.isnan(self.best_score) or (-gain if name in LOWER_IS_BETTER else gain) > self._least:
            self.best_epoch, self.best_score, self._in_vain = record.epoch, value, 0
        else:
            self._in_vain += 1
        return True
