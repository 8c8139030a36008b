"""What a FastText of `w2v.gensim` does otherwise than a Word2Vec: how it is trained and saved.

Training sees the rows of the words and those of the buckets that their n-grams are in, and no others; so two million
buckets cost no more than the text's own n-grams.
"""

from pathlib import Path
from typing import Any

import numpy as np

from w2v.base.config import Config
from w2v.base.sealed_folder import Opened
from w2v.base.tensor_file import TensorFile
from w2v.corpus.blocks import IdBlocks
from w2v.engines.frozen import Frozen
from w2v.errors import W2VError, counted, shown
from w2v.gensim.errors import OtherModelError
from w2v.gensim.keyed_store import REAL, logger
from w2v.gensim.models.word2vec import Word2Vec
from w2v.gensim.steps import Notes
from w2v.gensim.subword_files import add_ngrams, locks_of, read_ngrams
from w2v.gensim.subword_vectors import FastTextKeyedVectors
from w2v.models.fasttext_tree import from_fasttext, to_fasttext
from w2v.models.history import EpochRecord
from w2v.models.tables import Tables
from w2v.training.beginning import Beginning
from w2v.training.train import train_blocks
from w2v.vectors.formats.model_folder import ROWS


class SubwordModel(Word2Vec):
    """A model whose words are made of n-grams."""

    _own = "wv.vectors_vocab"
    _shape: tuple[int, int, int]  # min_n, max_n and bucket, which `wv` has from then on
    _facebook: tuple[np.ndarray, np.ndarray] | None = None  # of a model that was read: its counts, and its output table
    wv: FastTextKeyedVectors
    word_ngrams: int

    def _no_vectors(self) -> FastTextKeyedVectors:
        made = FastTextKeyedVectors(self.vector_size, *self._shape)
        made.vectors_lockf = np.ones(1, REAL)
        return made

    def _own_rows(self) -> np.ndarray:
        return self.wv.vectors_vocab

    def _locks(self, words: int) -> np.ndarray:
        return _shares(self.wv.vectors_vocab_lockf, np.arange(words))

    def _learn(self, head: str, blocks: IdBlocks, config: Config) -> EpochRecord:
        wv, words = self.wv, len(blocks.vocab)
        if not wv.bucket:
            record = super()._learn(head, blocks, config)
            wv.adjust_vectors()
            return record
        output = self._output(head, words)
        rows, used = wv.listed()
        before = wv.trained_rows()
        pooled = config.arch == "cbow" and config.cbow_mean  # as fastText's: the mean of all rows in the window
        factors = np.concatenate([self._locks(words), _shares(wv.vectors_ngrams_lockf, used)])

        def fill(tables: Tables) -> None:
            tables["input"][:], tables["output"][:] = before, output

        begin = Beginning(
            fill,
            Frozen(factors if (factors != 1).any() else np.empty(0)),
            list(self.history),
            rows=rows._replace(mean=not pooled, divide=False, pooled=pooled),
            further=True,
        )
        trained = train_blocks(blocks, config, callbacks=[Notes()], begin=begin)
        after = trained.tables[ROWS]
        np.copyto(wv.vectors_vocab, after[:words], casting="same_kind")
        wv.grams().put(used, after[words:])
        np.copyto(output, trained.tables["output"], casting="same_kind")
        wv.vectors = np.array(trained.tables["input"], REAL)
        return trained.history[-1]

    def estimate_memory(self, vocab_size: int | None = None, report: dict[str, int] | None = None) -> dict[str, int]:
        """Bytes that words, vectors, n-grams and output tables take in gensim; here only buckets in use do.

        Args:
            vocab_size: without effect, as in gensim; report: what else there is, in bytes by name.
        """
        words, report, wv = len(self.wv), dict(report or {}), self.wv
        row = self.vector_size * np.dtype(REAL).itemsize
        report |= {"vocab": words * (700 if self.hs else 500), "syn0_vocab": words * row}
        for name, used in (("syn1", self.hs), ("syn1neg", self.negative)):
            if used:
                report[name] = words * self.layer1_size * np.dtype(REAL).itemsize
        if wv.bucket:
            report["syn0_ngrams"] = wv.bucket * row
            wv.listed()
            grams = sum(map(len, wv.buckets_word or []))
            report["buckets_word"] = 64 + 100 * words + 4 * grams
        report["total"] = sum(report.values())
        told = counted(words, "word"), counted(wv.bucket, "bucket"), counted(self.vector_size, "dimension")
        logger.info("estimated required memory for %s, %s and %s: %i bytes", *told, report["total"])
        return report

    def _output_of_facebook(self) -> np.ndarray:
        """The output table of hs as fastText has it.

        Of a model that was read that is the table that was read, and what has changed since: only a change of nodes is
        moved to the other tree, which not all of it survives where words are equally frequent.
        """
        counts = self.counts_from_one()
        if self._facebook is None or not np.array_equal(self._facebook[0], counts):
            return to_fasttext(self.syn1, counts)
        read = self._facebook[1]
        changed = self.syn1 - from_fasttext(read, counts)
        return read + to_fasttext(changed, counts) if changed.any() else read

    def _saved_settings(self) -> dict[str, Any]:
        wv = self.wv
        of_grams = {"min_n": wv.min_n, "max_n": wv.max_n, "bucket": wv.bucket, "word_ngrams": self.word_ngrams}
        return super()._saved_settings() | of_grams | ({} if wv.ngrams is None else {"ngrams_seed": wv.ngrams.seed})

    def _ngrams_to_save(self, config: Config, *, plain: bool) -> tuple[Config, dict[str, np.ndarray], dict[str, str]]:
        return add_ngrams(self.wv, config, plain=plain)

    def _locks_to_save(self) -> dict[str, np.ndarray]:
        return locks_of(self.wv)

    def _take_ngrams(self, files: Opened, tables: TensorFile, told: dict[str, Any], settings: dict[str, Any]) -> None:
        read_ngrams(self.wv, files, tables, told, settings.get("ngrams_seed"))

    @classmethod
    def _check_kind(cls, settings: dict[str, Any], folder: Path) -> None:
        if "bucket" not in settings:
            raise OtherModelError(f"{folder} is a model without n-grams. Word2Vec.load reads it.")


def _shares(given: Any, rows: np.ndarray) -> np.ndarray:
    """What part of its changes each of some rows gets, float64 [N]; factors are given for each, or begin anew."""
    shares = np.asarray(given, np.float64).ravel()
    if not len(shares) or not ((shares >= 0) & (shares <= 1)).all():
        raise W2VError(
            f"a lockf is {shown(given)}; expected numbers from 0 (stays as it is) to 1 (is trained as usual)."
        )
    return shares[rows % len(shares)]
