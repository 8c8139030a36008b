"""Evaluate, a callback that scores the model of a text while it is trained.

    scores, stopping = Evaluate(similarity="wordsim353.tsv"), EarlyStopping(patience=2)
    model = train("corpus.txt", Config(epochs=20), held_out=0.01, callbacks=[scores, stopping, Checkpoint("kept")])
    model = stopping.best or model                              # as it was after its best epoch
    train(..., resume=latest("kept"))                           # goes on with a run that was interrupted

Callbacks are called in the order given: Evaluate comes before what reads its scores, EarlyStopping among them, and
before Checkpoint, so that a checkpoint's history holds the scores of its own epoch. The time they take is not counted
as training time.

There is no Evaluate for relations; a callback of one's own puts its scores where Evaluate does:

    class Rank(Callback):
        def on_epoch_end(self, embedding):
            found = reconstruction(embedding.points, embedding.relations, space=embedding.space)
            embedding.history[-1].scores["mean_rank"] = found.mean_rank
"""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from w2v import evaluation
from w2v.corpus.blocks import IdBlocks
from w2v.errors import W2VError, counted
from w2v.examples.encoders import Bags
from w2v.models.model import Model
from w2v.training.callbacks import Callback, is_due
from w2v.training.likelihood import held_out_examples, likelihood, too_few
from w2v.vectors import KeyedVectors

SMALL = 1 << 20  # numbers, examples x words
HELD_OUT, ANALOGIES, LOSS = "held_out", "analogies", "loss"
Paths = str | Path | Sequence[str | Path]


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
        oov: with subwords, words that are not in the vocabulary are known by the vectors that are composed for them.

    Raises:
        W2VError: `every` below 1, nothing to score on, a file that cannot be read, two scores of one name; when
            training begins, files of whose words the vocabulary has too few, `oov` without subwords, or relations
            instead of a text.
    """

    def __init__(
        self,
        *,
        every: int = 1,
        held_out: IdBlocks | None = None,
        analogies: Paths = (),
        similarity: Paths = (),
        restrict_vocab: int = 30_000,
        oov: bool = False,
    ) -> None:
        questions, judged = _paths(analogies), _paths(similarity)
        if not (held_out or questions or judged):
            raise W2VError("Evaluate has nothing to score on. Give held_out, analogies or similarity.")
        if every < 1:
            raise W2VError(f"Evaluate's every is {every}; expected a number of epochs, at least 1.")
        self._every, self._restrict_vocab, self._blocks, self._oov = every, restrict_vocab, held_out, oov
        asked = [ANALOGIES] if len(questions) == 1 else [path.stem for path in questions]
        names = [LOSS, HELD_OUT, *asked, *(path.stem for path in judged)]
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise W2VError(f"Two scores would be called {twice[0]!r}, after their files. Rename one of the files.")
        self._questions = {n: evaluation.read_questions(path) for n, path in zip(asked, questions, strict=True)}
        self._pairs = {path.stem: evaluation.read_pairs(path) for path in judged}
        self._examples: Bags | None = None

    def __repr__(self) -> str:
        scores = [*([HELD_OUT] if self._blocks is not None else []), *self._questions, *self._pairs]
        return f"Evaluate({', '.join(scores)})"

    def on_train_begin(self, model: Any) -> None:
        """Cut the held-out windows, and see that there is something to score on: now, and not after an epoch."""
        if not isinstance(model, Model):
            raise W2VError(
                "Evaluate scores models of text, and this run embeds relations. Leave it out and ask reconstruction() "
                "or link_prediction() afterwards, or put scores into history[-1].scores with a Callback of your own."
            )
        if self._oov and model.subwords is None:
            raise W2VError(
                "Evaluate's oov asks for vectors of words that are not in the vocabulary, and this model has no "
                "subwords to compose them of. Train with subword='fasttext', or leave it out."
            )
        known = {word.upper() for word in model.vocab.words[: self._restrict_vocab]}
        vectors = model.vectors if self._oov else None
        for name, sections in self._questions.items():
            asked = [question for section in sections.values() for question in section]
            _check_known(name, asked, _and_composed(known, asked, vectors), least=1)
        for name, pairs in self._pairs.items():
            judged = [pair[:2] for pair in pairs]
            _check_known(name, judged, _and_composed(known, judged, vectors), least=3)
        if self._blocks is not None:
            self._examples = held_out_examples(self._blocks, model.config)
            if note := too_few(len(self._examples.target)):
                warnings.warn(note, UserWarning, stacklevel=2)

    def on_epoch_end(self, model: Model) -> None:
        record = model.history[-1]
        if not is_due(record.epoch - 1, self._every, model):
            return
        if self._examples is not None:
            with _threads_for(len(self._examples.target) * len(model.vocab)):
                record.scores[HELD_OUT] = likelihood(model, self._examples).nats
        vectors, limit = model.vectors, self._restrict_vocab
        for name, questions in self._questions.items():
            record.scores[name] = vectors.score_analogies(questions, limit, oov=self._oov).accuracy
        for name, pairs in self._pairs.items():
            record.scores[name] = vectors.score_similarity(pairs, limit, oov=self._oov).spearman


def _and_composed(known: set[str], lines: Iterable[tuple[str, ...]], vectors: KeyedVectors | None) -> set[str]:
    """Words that are known, and those of questions that the vectors compose, in capitals."""
    if vectors is None:
        return known
    return known | {word.upper() for line in lines for word in line if word in vectors or word.lower() in vectors}


def _check_known(name: str, lines: Sequence[tuple[str, ...]], known: set[str], *, least: int) -> None:
    """Raise a W2VError unless the vocabulary has all words of at least so many lines of a file."""
    used = sum(all(word.upper() in known for word in words) for words in lines)
    if used < least:
        raise W2VError(
            f"The score {name!r} would mean nothing: of its {counted(len(lines), 'line')} {used} have only words of "
            "the vocabulary. Leave the file out, or keep more words (min_count, max_final_vocab, restrict_vocab)."
        )


def _paths(given: Paths) -> list[Path]:
    return [Path(given)] if isinstance(given, (str, Path)) else [Path(path) for path in given]


@contextmanager
def _threads_for(numbers: int) -> Iterator[None]:
    """Have torch use one thread for so few numbers: it has computed them sooner than several have begun.

    torch's number of threads is that of the whole process, so this is for the thread that trains, and no other.
    """
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1 if numbers < SMALL else threads)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
