"""What one-vs-all needs."""

import numpy as np

from w2v.base.config import Config
from w2v.heads.spec import HeadSpec


class OneVsAllSpec(HeadSpec):
    """Steps meet the whole vocabulary."""

    kernel = "w2v.heads.ova.kernel"
    meets_all_words = True
    usual_alpha = 0.001

    def alpha(self, vocab_size: int) -> float:
        """More in small vocabularies: a hidden vector gets gradients from all V rows, and fewer may be larger."""
        return float(f"{self.usual_alpha * min(max(3000 / vocab_size, 1), 40):.2g}")

    def untrained_loss(self, config: Config, vocab_size: int) -> float:
        """Each decision is a coin's toss."""
        return float(vocab_size * np.log(2))

    def gradients_per_example(self, config: Config, share: float, vocab_size: int) -> float:
        """All V rows change a hidden vector. Measured at 1,000 and 5,000 words; too large a rate diverges anyway."""
        return vocab_size ** (1 / 3)

    def longest_chunk(self, config: Config) -> int:
        """The longer a chunk, the fewer passes over the whole table."""
        return 64 if config.arch == "skipgram" else 128


SPEC = OneVsAllSpec()
