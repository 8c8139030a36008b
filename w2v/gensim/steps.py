"""How long the steps of a short run are, and where the sentences of a run go."""

from w2v.base.config import Config
from w2v.corpus.vocabulary import Vocabulary
from w2v.examples import encoders
from w2v.gensim.notes import logger
from w2v.heads.chunk_size import chunk_size
from w2v.training.callbacks import Callback

FEW = 20_000_000  # words in all epochs, below which CBOW needs finer steps


def in_fine_steps(config: Config, vocab: Vocabulary, tags: int = 0) -> Config:
    """The settings for a short run: CBOW's noise words, and PV-DM's, are shared by fewer windows, and are more.

    tags: how many of documents there are.

    Its original update is as large as the window, and on some million words it learns less from the few noise words
    that long texts do with: of 2,700 words the neighbours of one were three times as far down the list as gensim's.
    Sums of vectors (dm_mean=0) overshoot in long steps with either head.
    """
    if config.arch != "pv-dm" and (config.arch, config.head) != ("cbow", "ns"):
        return config
    keep = encoders.keep_thresholds(vocab.keep_probability(config.sample_threshold))
    fine = config.replace(chunk=min(8, chunk_size(config, vocab.counts, keep, tags=tags)))
    return fine.replace(shared_negatives=32) if config.head == "ns" else fine


class Notes(Callback):
    """Has what the training says go to the log."""

    def on_note(self, sentence: str) -> None:
        logger.info("%s", sentence)
