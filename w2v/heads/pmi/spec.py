"""What regression on PMI needs, and how its two tables become word vectors.

With two tables, <a_i, b_j> is fitted to PMI_ij in both orders, so what is known of words i and j is
S_ij = (<a_i, b_j> + <a_j, b_i>) / 2, and

    sum             v = (a + b) / 2              <v_i, v_j> = S_ij + <d_i, d_j>,      d = (a - b) / 2
    concatenated    v = (a, b) / sqrt(2)         <v_i, v_j> = S_ij + 2 <d_i, d_j>

so that inner products remain PMI, as far as the tables agree with each other.
"""

from collections.abc import Callable

import numpy as np

from w2v.base.config import Config
from w2v.corpus.cooccurrence import MEMORY
from w2v.heads.spec import HeadSpec


class PmiSpec(HeadSpec):
    """It learns from counted pairs of words, by AdaGrad, whose rate is the same for all encoders."""

    learns_from = "cooccurrences"
    kernel = "w2v.heads.pmi.kernel"
    meets_all_words = False
    usual_alpha = 0.2

    def memory(self, config: Config, vocab_size: int) -> int:
        """AdaGrad's two tables, and the buffers that count pairs."""
        padded = -(-config.vector_size // 16) * 16
        return 2 * vocab_size * padded * np.dtype(config.dtype).itemsize + MEMORY

    def word_vectors(self, config: Config, first: np.ndarray, get_second: Callable[[], np.ndarray]) -> np.ndarray:
        """[V, D], or [V, 2 D] when concatenated; the equations are above."""
        if config.pmi_tables == "shared":
            return first
        second = get_second()
        if config.pmi_tables == "sum":
            return (first + second) / 2
        return np.hstack([first, second]) * np.sqrt(0.5, dtype=first.dtype)

    def why_no_output_vectors(self, config: Config, vocab_size: int) -> str | None:
        return f"its word vectors are made of all tables that it has (pmi_tables={config.pmi_tables!r})"


SPEC = PmiSpec()
