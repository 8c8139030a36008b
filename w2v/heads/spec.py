"""What a head needs, said once: defaults, engines, estimates and vectors read its spec, which needs no torch.

A head that says nothing has what is here: it learns from context windows and has an output row for each word. Others
override what is different, in `heads/NAME/spec.py`, or in a head of one's own beside the class.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from w2v.base.config import Config


class HeadSpec:
    """All that must be known of a head before anything is trained.

    V is the size of the vocabulary, D that of the vectors, C the numbers of an output row.
    """

    learns_from = "windows"  # of the text, or its counted "cooccurrences"
    kernel: str | None = None  # the module whose `train_block` trains it on the cpu engine
    gpu_kernel: str | None = None  # the module whose `train_blocks` trains it on the gpu engine
    gpu_measured = False  # whether that has trained on a GPU, and not in Triton's interpreter alone: `auto` needs it
    rounds_products = False  # whether its kernel may multiply factors rounded to bfloat16 (`Config.matmul_precision`)
    meets_all_words: bool | None = None  # whether each step meets the whole vocabulary; None: it is not known
    geometry = "euclidean"  # how word vectors are compared: by cosine, or in the Poincaré ball ("poincare") by distance
    usual_alpha = 0.04  # learning rate at the start, in a vocabulary of thousands of words

    def output_rows(self, vocab_size: int) -> int:
        """R, the rows of the output table for V words."""
        return vocab_size

    def output_columns(self, vector_size: int) -> int:
        """C for hidden vectors of D numbers: D, and more where a row has a bias."""
        return vector_size

    def alpha(self, vocab_size: int) -> float:
        """The learning rate where none is given, for a vocabulary of V words."""
        return self.usual_alpha

    def start_alpha(self, config: Config) -> float:
        """The learning rate at the start: `alpha`, and for CBOW's true gradient 2.5 times that.

        Also where it is given: people bring it from word2vec.c, whose update is not divided by the size of the window.
        With it as it is, a text of 58,000 words stays untrained.
        """
        alpha = config.alpha or self.usual_alpha
        return alpha * config.window_rate if self.learns_from == "windows" else alpha

    def sample(self, config: Config) -> float:
        """The subsampling threshold where none is given, for a text of 17 million words."""
        return 1e-4

    def shared_negatives(self, config: Config) -> int:
        """How many negative samples a chunk shares: the setting, or what suits the objective. 0: it has none."""
        return 0

    def options(self, config: Config) -> dict[str, Any]:
        """Keywords of the head's constructor that do not simply take the setting of the same name."""
        return {}

    def gradients_per_example(self, config: Config, share: float, vocab_size: int) -> float:
        """Gradients that an example gives to the busiest row of either table: the more, the shorter a chunk is.

        share: the part of the text, after subsampling, that the most frequent word makes up.
        """
        return 1.0

    def busiest_row(self, config: Config, share: float, counts: np.ndarray) -> float:
        """Gradients that an example is expected to give to the busiest row of the output table.

        share: as for `gradients_per_example`; counts: int64 [V].
        """
        return share

    def longest_chunk(self, config: Config) -> int:
        """Hidden vectors in a step, at most: with more than 64 a chunk's rows outgrow the caches."""
        return 64

    def untrained_loss(self, config: Config, vocab_size: int) -> float:
        """The loss of an example, in nats, of vectors that know nothing; infinite where that is not known."""
        return float("inf")

    def memory(self, config: Config, vocab_size: int) -> int:
        """Bytes beside the two tables that training on the cpu engine takes."""
        return 0

    def word_vectors(self, config: Config, first: np.ndarray, get_second: Callable[[], np.ndarray]) -> np.ndarray:
        """The word vectors, [V, D] or wider; `first` itself where nothing is to be computed.

        Args:
            first: the input table, floating [V, D].
            get_second: returns the output table; called only where it is needed.
        """
        return first

    def input_rows(self, config: Config, vectors: np.ndarray) -> np.ndarray:
        """The rows of the input table that stand for given word vectors, [K, D]: `word_vectors` the other way."""
        return vectors

    def carry_output(
        self,
        config: Config,
        before: np.ndarray,
        rows: np.ndarray,
        now: np.ndarray,
        places: np.ndarray,
        output: np.ndarray,
    ) -> None:
        """Put the output rows of a model into the table of a vocabulary that has its words, and maybe others.

        Args:
            before: int64 [U], the counts of the model's words; rows: floating, its output table.
            now: int64 [V], the counts of the words of the new table.
            places: int64 [U], which of the V words each of the U is.
            output: that table, as training begins with it; changed in place.
        """
        if self.output_rows(len(now)) == len(now):
            output[places] = rows
        elif np.array_equal(before, now) and np.array_equal(places, np.arange(len(now))):
            output[...] = rows

    def why_no_output_vectors(self, config: Config, vocab_size: int) -> str | None:
        """Why output rows are no second vectors of the words, to be added to the first; None: row w is that of w."""
        if self.geometry != "euclidean":
            return "its points are of hyperbolic space, where there are no sums"
        shape = self.output_rows(vocab_size), self.output_columns(config.vector_size)
        if shape != (vocab_size, config.vector_size):
            return f"its output table is {list(shape)}, and one of words [{vocab_size}, {config.vector_size}]"
        return None
