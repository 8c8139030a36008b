"""What full softmax needs."""

import numpy as np

from w2v.base.config import Config
from w2v.heads.spec import HeadSpec


class SoftmaxSpec(HeadSpec):
    """Steps meet the whole vocabulary."""

    kernel = "w2v.heads.softmax.kernel"
    gpu_kernel = "w2v.heads.softmax.gpu"
    meets_all_words = True

    def untrained_loss(self, config: Config, vocab_size: int) -> float:
        """All words are alike."""
        return float(np.log(vocab_size))

    def gradients_per_example(self, config: Config, share: float, vocab_size: int) -> float:
        """Measured at 3,000 and 5,000 words: twice as long chunks diverge."""
        return 4 * share

    def longest_chunk(self, config: Config) -> int:
        """The longer a chunk, the fewer passes over the whole table.

        But Skip-gram diverges on Wikipedia with 128 hidden vectors, not with 64.
        """
        return 64 if config.arch == "skipgram" else 128


SPEC = SoftmaxSpec()
