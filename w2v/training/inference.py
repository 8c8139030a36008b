"""Vectors of documents that a model was not trained on: a row of its own for each, trained while all else stays.

As in training, each word of a document is to be predicted (Le & Mikolov 2014, section 2.1, "inference stage"). A vector
begins near zero: whatever it begins with, beside what its few words say, stays in it. With the usual length, of 400
documents of ten topics, 50 % of those nearest to an inferred one were of its topic, and so 72 %. Steps are short: a
step's negative samples are shared, so that many short steps draw more of them, and only this one vector learns from
them. In long ones, as in training, neighbours of 1,000 paragraphs of Wikipedia are found in 22 % for 26 % (PV-DBOW).
All that is random follows from the document's words, so that the same words have the same vector, in any order of
documents and on any number of threads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from threading import Lock

import numpy as np

from w2v.base.threads import InterruptiblePool
from w2v.engines import engine_class
from w2v.engines.base import initialise
from w2v.engines.frozen import Frozen
from w2v.engines.threaded import ThreadedEngine
from w2v.errors import W2VError
from w2v.examples.documents import DocumentRows
from w2v.examples.encoders import keep_thresholds
from w2v.heads import spec_of
from w2v.heads.chunk_size import chunk_size
from w2v.models.model import Model

AT_ONCE = 1024  # documents whose rows are in the table at the same time
FEWEST_EPOCHS = 20  # of a single document, which has few words
STEP = 4  # hidden vectors, at most
BEGIN = 0.1  # of the usual length, with which they begin
_SEEDS = (1 << 62) - 1


class Inference:
    """Infers vectors of documents with a model, whose words and outputs are copied once."""

    def __init__(self, model: Model) -> None:
        config = model.config.replace(dbow_words=False, deterministic=False, device="cpu")
        self.config = config.replace(engine="auto" if config.engine == "gpu" else config.engine)
        keep = keep_thresholds(model.vocab.keep_probability(self.config.sample_threshold))
        size = chunk_size(self.config, model.vocab.counts, keep, tags=len(model.tags or ()))  # as trained vectors had
        self.config = self.config.replace(chunk=min(size, STEP))
        make, _ = engine_class(self.config, freezing=True)
        words = len(model.vocab)
        numbers = np.arange(AT_ONCE)
        self._words, self._lock = words, Lock()
        rows = DocumentRows(
            np.zeros(1, np.int64), np.arange(AT_ONCE + 1), (words + numbers).astype(np.int32), words + AT_ONCE
        )
        frozen = Frozen(np.repeat([0.0, 1.0], [words, AT_ONCE]), output=True)
        engine = make(self.config, model.vocab.counts, keep, documents=rows, frozen=frozen)  # type: ignore[call-arg]
        assert isinstance(engine, ThreadedEngine), "only these can leave rows as they are"
        self._engine = engine
        state = engine.state()
        state["input"][:words], state["output"][...] = model.tables["input"], model.tables["output"]
        engine.load_state(state)

    def infer(
        self, documents: Sequence[np.ndarray], epochs: int | None, alpha: float | None, min_alpha: float | None
    ) -> np.ndarray:
        """The vectors [N, D] of N documents, ids int32 [n] of words each; zeros of one without any.

        epochs, alpha, min_alpha: None: those of training, of epochs 20 at least.
        """
        config = self.config
        n_epochs = max(config.n_epochs, FEWEST_EPOCHS) if epochs is None else epochs
        asked = config if alpha is None else config.replace(alpha=alpha, min_alpha=min(config.min_alpha, alpha))
        begin = spec_of(config.head).start_alpha(asked)
        end = min(config.min_alpha, begin) if min_alpha is None else min_alpha
        if end > begin:
            raise W2VError(f"min_alpha is {end:g}, above alpha {begin:g}; the rate can only fall. Lower it.")
        rates = (begin + (end - begin) * np.arange(n_epochs) / max(n_epochs, 1)).tolist()
        made = np.empty((len(documents), config.vector_size), config.dtype)
        with self._lock:
            for first in range(0, len(documents), AT_ONCE):
                made[first : first + AT_ONCE] = self._some(documents[first : first + AT_ONCE], rates)
        return made

    def _some(self, documents: Sequence[np.ndarray], rates: list[float]) -> np.ndarray:
        engine = self._engine
        rows = engine.tables()["input"][self._words : self._words + len(documents)]
        engine.interrupted[0] = 0

        def learn(row: int, ids: np.ndarray) -> None:
            seed = int.from_bytes(hashlib.blake2b(ids.tobytes(), digest_size=8).digest(), "little") & _SEEDS
            if not len(ids):
                rows[row] = 0
                return
            initialise(rows[row : row + 1], self.config.vector_size, [self.config.seed, seed])
            rows[row] *= BEGIN
            for epoch, rate in enumerate(rates):
                engine.train_block(ids, epoch, seed, rate, row)  # type: ignore[call-arg]

        with InterruptiblePool(engine.threads, engine.interrupted) as pool:
            for _ in pool.map(learn, range(len(documents)), documents):
                pass
        return np.array(rows)
