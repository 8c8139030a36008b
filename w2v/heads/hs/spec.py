"""What hierarchical softmax needs."""

import numpy as np

from w2v.base.config import Config
from w2v.heads.spec import HeadSpec


class HierarchicalSoftmaxSpec(HeadSpec):
    """Steps meet the inner nodes on the targets' paths."""

    kernel = "w2v.heads.hs.kernel"
    gpu_kernel = "w2v.heads.hs.gpu"
    rounds_products = True
    meets_all_words = False
    usual_alpha = 0.025

    def output_rows(self, vocab_size: int) -> int:
        """A binary tree with V leaves has V - 1 inner nodes."""
        return vocab_size - 1

    def sample(self, config: Config) -> float:
        return 1e-3 if config.arch == "skipgram" else 1e-4

    def untrained_loss(self, config: Config, vocab_size: int) -> float:
        """log 2 for each node of a path, of which there are about log2 V; of frequent words fewer."""
        return float(np.log(vocab_size))

    def gradients_per_example(self, config: Config, share: float, vocab_size: int) -> float:
        """The root tolerates more than other rows: all paths begin there, but their gradients point to both sides.

        Measured, on toy texts and on large ones. In a balanced tree frequent words turn the same way for long.
        """
        return max(0.25, 4 * share) * (4 if config.tree == "balanced" else 1)

    def busiest_row(self, config: Config, share: float, counts: np.ndarray) -> float:
        """The root's: every example's path begins there, and it bears more than other rows."""
        return self.gradients_per_example(config, share, len(counts))

    def carry_output(
        self,
        config: Config,
        before: np.ndarray,
        rows: np.ndarray,
        now: np.ndarray,
        places: np.ndarray,
        output: np.ndarray,
    ) -> None:
        """A node begins with the vector of that node of the old tree that asks most alike (`carrying.py`)."""
        if np.array_equal(before, now) and np.array_equal(places, np.arange(len(now))):
            output[...] = rows
            return
        from w2v.heads.hs.carrying import carried  # compiled code
        from w2v.heads.tree import coding_tree

        trees = coding_tree(before, config.tree), coding_tree(now, config.tree)
        output[...] = carried(trees[0], rows, trees[1], now, places)

    def why_no_output_vectors(self, config: Config, vocab_size: int) -> str | None:
        return "the rows of its output table are inner nodes of a tree"


SPEC = HierarchicalSoftmaxSpec()
