"""Ready callbacks: scores after every few epochs, stopping when they get no better, checkpoints to go on from.

    scores, stopping = Evaluate(similarity="wordsim353.tsv"), EarlyStopping(patience=2)
    model = train("corpus.txt", Config(epochs=20), held_out=0.01, callbacks=[scores, stopping, Checkpoint("kept")])
    model = stopping.best or model                              # as it was after its best epoch
    train(..., resume=latest("kept"))                           # goes on with a run that was broken off

Callbacks hear in the order given: Evaluate comes before what reads its scores, EarlyStopping among them, and before
Checkpoint, so that a checkpoint's history holds the scores of its own epoch. What they take is no training time.

EarlyStopping and Checkpoint watch a PoincareModel as well, whose training hands them an `Embedding` for a model. There
is no Evaluate for relations; a callback of one's own puts its scores where Evaluate does:

    class Rank(Callback):
        def on_epoch_end(self, embedding):
            found = reconstruction(embedding.points, embedding.relations, space=embedding.space)
            embedding.history[-1].scores["mean_rank"] = found.mean_rank
"""

import math
import re
import shutil
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from w2v import evaluation
from w2v.blocks import IdBlocks
from w2v.callbacks import Callback, EpochRecord, StopTraining
from w2v.encoders import Bags
from w2v.errors import W2VError
from w2v.hyperbolic.embedding import Embedding, PairsRecord
from w2v.likelihood import held_out_examples, likelihood, too_few
from w2v.model import Model

HELD_OUT, ANALOGIES, LOSS, MEAN_RANK = "held_out", "analogies", "loss", "mean_rank"
CHECKPOINTS = 20  # of a run, unless something else is asked for
LOWER_IS_BETTER = (HELD_OUT, LOSS, MEAN_RANK)
Trained = Model | Embedding
Paths = str | Path | Sequence[str | Path]
_CHECKPOINT = re.compile(r"epoch-(\d{4,})").fullmatch


class Evaluate(Callback):
    """Scores the model after the first epoch, every few epochs, and after the last, into `model.history[-1].scores`.

        held_out      nats per word on text that is not trained on (lower is better)
        analogies     share of right answers, of those that could be answered; several files: each by its name
        FILE's name   Spearman's correlation with people's judgements of similarity, for each file, without its suffix

    Args:
        every: epochs from one evaluation to the next, at least 1.
        held_out: text held out with `IdBlocks.split`; `train(..., held_out=0.01)` does all of that.
        analogies: files as `evaluation.read_questions` reads them.
        similarity: files as `evaluation.read_pairs` reads them.
        restrict_vocab: only the so many most frequent words are known, or may be answers.

    Raises:
        W2VError: `every` below 1, nothing to score on, a file that cannot be read, two scores of one name; when
            training begins, files of whose words the vocabulary has too few, or relations instead of a text.
    """

    def __init__(
        self,
        *,
        every: int = 1,
        held_out: IdBlocks | None = None,
        analogies: Paths = (),
        similarity: Paths = (),
        restrict_vocab: int = 30_000,
    ) -> None:
        questions, judged = _paths(analogies), _paths(similarity)
        if not (held_out or questions or judged):
            raise W2VError("Evaluate has nothing to score on. Give held_out, analogies or similarity.")
        if every < 1:
            raise W2VError(f"Evaluate's every is {every}; expected a number of epochs, at least 1.")
        self._every, self._restrict_vocab, self._blocks = every, restrict_vocab, held_out
        asked = [ANALOGIES] if len(questions) == 1 else [path.stem for path in questions]
        names = [LOSS, HELD_OUT, *asked, *(path.stem for path in judged)]
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise W2VError(f"Two scores would be called {twice[0]!r}, after their files. Rename one of the files.")
        self._questions = {n: evaluation.read_questions(path) for n, path in zip(asked, questions, strict=True)}
        self._pairs = {path.stem: evaluation.read_pairs(path) for path in judged}
        self._examples: Bags | None = None

    def on_train_begin(self, model: Trained) -> None:
        """Cut the held-out windows, and see that there is something to score on: now, and not after an epoch."""
        if isinstance(model, Embedding):
            raise W2VError(
                "Evaluate scores models of text, and this run embeds relations. Leave it out and ask reconstruction() "
                "or link_prediction() afterwards, or put scores into history[-1].scores with a Callback of your own."
            )
        known = {word.upper() for word in model.vocab.words[: self._restrict_vocab]}
        for name, sections in self._questions.items():
            _check_known(name, [question for section in sections.values() for question in section], known, least=1)
        for name, pairs in self._pairs.items():
            _check_known(name, [pair[:2] for pair in pairs], known, least=3)
        if self._blocks is not None:
            self._examples = held_out_examples(self._blocks, model.config)
            if told := too_few(len(self._examples.target)):
                warnings.warn(told, UserWarning, stacklevel=2)

    def on_epoch_end(self, model: Model) -> None:
        record = model.history[-1]
        if not _due(record.epoch - 1, self._every, model):
            return
        if self._examples is not None:
            record.scores[HELD_OUT] = likelihood(model, self._examples).nats
        table = (model.vocab.words, model.vectors.vectors)
        limit = self._restrict_vocab
        for name, questions in self._questions.items():
            record.scores[name] = evaluation.score_analogies(*table, questions, restrict_vocab=limit).accuracy
        for name, pairs in self._pairs.items():
            record.scores[name] = evaluation.score_similarity(*table, pairs, restrict_vocab=limit).spearman


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

    def on_train_begin(self, model: Trained) -> None:
        """Begin anew, or where a resumed run's history ends."""
        self._reset()
        for record in model.history:
            self._hear(record)
        self._keep(model)

    def on_epoch_end(self, model: Trained) -> None:
        record = model.history[-1]
        if not self._hear(record, counts=not isinstance(model, Embedding) or model.settled):
            return
        self._keep(model)
        if self._in_vain >= self._patience:
            raise StopTraining(
                f"Stopped after epoch {record.epoch}: {self._score} has not improved for {self._in_vain} "
                f"evaluation{'s' if self._in_vain > 1 else ''}. Its best, {self.best_score:.4f}, was after epoch "
                f"{self.best_epoch}."
            )

    def _reset(self) -> None:
        self.best: Any = None
        self.best_epoch, self.best_score = 0, math.nan
        self._score, self._heard, self._in_vain = self._asked, False, 0

    def _keep(self, model: Trained) -> None:
        if model.history and self.best_epoch == model.history[-1].epoch:
            self.best = model.copy()

    def _hear(self, record: EpochRecord | PairsRecord, *, counts: bool = True) -> bool:
        """Take an epoch's score into account if it counts; whether there was one that does."""
        scores = {**record.scores, LOSS: record.loss}
        name = self._score or next(iter(record.scores), None)
        if name not in scores:
            if self._heard and not record.scores:
                return False  # no epoch of evaluation
            asked = f"the score {name!r}, and epoch {record.epoch} has" if name else "a score, and there are"
            raise W2VError(
                f"EarlyStopping waits for {asked} only: {', '.join(sorted(scores))}. Put an Evaluate that measures it "
                "before EarlyStopping (or give held_out to train; of relations: a Callback that puts it into "
                "history[-1].scores), or name one of these."
            )
        self._score, self._heard, value = name, True, scores[name]
        if not counts:
            return False
        gain = value - self.best_score
        if math.isnan(self.best_score) or (-gain if name in LOWER_IS_BETTER else gain) > self._least:
            self.best_epoch, self.best_score, self._in_vain = record.epoch, value, 0
        else:
            self._in_vain += 1
        return True


class Checkpoint(Callback):
    """Saves the model after every few epochs and after the last, as FOLDER/epoch-0001 and so on.

    Each is a model folder like any other, and appears whole or not at all.

    Args:
        folder: where they are kept; it is made if need be.
        every: epochs from one checkpoint to the next, at least 1; None: 1, and of a run of more than 20 epochs so many
            that there are about 20 checkpoints.
        keep: only the so many newest are kept, at least 1; None: all.

    Raises:
        W2VError: `every` or `keep` below 1; when training begins, a folder that holds later epochs than the run has
            had, which are another run's.
    """

    def __init__(self, folder: str | Path, *, every: int | None = None, keep: int | None = None) -> None:
        if (every is not None and every < 1) or (keep is not None and keep < 1):
            raise W2VError(f"Checkpoint's every is {every} and its keep is {keep}; expected at least 1 of both.")
        self._folder, self._every, self._keep = Path(folder), every, keep

    def on_train_begin(self, model: Trained) -> None:
        if (there := _checkpoints(self._folder)) and max(there) > len(model.history):
            resume = "Delete them" if isinstance(model, Embedding) else "Resume from the newest of them, delete them"
            raise W2VError(
                f"{self._folder} holds checkpoints up to epoch {max(there)}, and this run begins after epoch "
                f"{len(model.history)}. {resume}, or choose another folder."
            )

    def on_epoch_end(self, model: Trained) -> None:
        epoch = model.history[-1].epoch
        epochs = model.config.epochs or 1  # it is known by now
        if not _due(epoch, self._every or math.ceil(epochs / CHECKPOINTS), model):
            return
        model.save(self._folder / f"epoch-{epoch:04}", overwrite=True)
        there = _checkpoints(self._folder)
        for old in sorted(there)[: -self._keep] if self._keep else ():
            shutil.rmtree(there[old])


def latest(folder: str | Path) -> Model | None:
    """The newest checkpoint in a folder, for `train(..., resume=...)`; None where there is none yet.

    Raises:
        W2VError: it is damaged, or of relations, whose training cannot be resumed.
    """
    there = _checkpoints(Path(folder))
    return Model.load(there[max(there)]) if there else None


def _check_known(name: str, lines: Sequence[tuple[str, ...]], known: set[str], *, least: int) -> None:
    """Raise a W2VError unless the vocabulary has all words of at least so many lines of a file."""
    used = sum(all(word.upper() in known for word in words) for words in lines)
    if used < least:
        raise W2VError(
            f"The score {name!r} would mean nothing: of its {len(lines)} lines {used} have only words of the "
            "vocabulary. Leave the file out, or keep more words (min_count, max_final_vocab, restrict_vocab)."
        )


def _checkpoints(folder: Path) -> dict[int, Path]:
    """The checkpoints in a folder, by epoch."""
    found = [(_CHECKPOINT(path.name), path) for path in folder.iterdir()] if folder.is_dir() else []
    return {int(match[1]): path for match, path in found if match}


def _due(epochs: int, every: int, model: Trained) -> bool:
    """Whether something done every few epochs is due: after the last it always is."""
    return epochs % every == 0 or len(model.history) == model.config.epochs


def _paths(given: Paths) -> list[Path]:
    return [Path(given)] if isinstance(given, (str, Path)) else [Path(path) for path in given]
