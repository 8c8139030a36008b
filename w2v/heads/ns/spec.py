"""What negative sampling needs."""

from typing import Any

import numpy as np

from w2v.base.config import Config
from w2v.heads.spec import HeadSpec


class NegativeSamplingSpec(HeadSpec):
    """Steps meet the targets and some negative samples, which a chunk shares."""

    kernel = "w2v.heads.ns.kernel"
    gpu_kernel: str | None = "w2v.heads.ns.gpu"
    gpu_measured = True
    rounds_products = True
    meets_all_words = False

    def shared_negatives(self, config: Config) -> int:
        """32; with CBOW's original update 16, which loses nothing by it, and in the short steps of documents alone."""
        if config.shared_negatives is not None:
            return config.shared_negatives
        if config.arch == "pv-dbow" and not config.dbow_words:
            return 16
        return 16 if config.arch in ("cbow", "pv-dm") and config.cbow_update == "original" else 32

    def untrained_loss(self, config: Config, vocab_size: int) -> float:
        """Each decision is a coin's toss."""
        return float((1 + config.negative) * np.log(2))

    def options(self, config: Config) -> dict[str, Any]:
        return {"shared_negatives": self.shared_negatives(config)}

    def gradients_per_example(self, config: Config, share: float, vocab_size: int) -> float:
        """Of a negative sample, which counts for many, or of the most frequent word."""
        return max(config.negative / self.shared_negatives(config), share * (1 + config.negative))

    def busiest_row(self, config: Config, share: float, counts: np.ndarray) -> float:
        """As a target, and as a negative sample."""
        from w2v.heads.noise import noise_distribution

        return share + config.negative * float(noise_distribution(counts, config.ns_exponent).max())

    def longest_chunk(self, config: Config) -> int:
        """Skip-gram: no more than there are negative samples; with half as many of them, SimLex-999 loses .015."""
        return min(64, self.shared_negatives(config)) if config.arch == "skipgram" else 64


SPEC = NegativeSamplingSpec()
