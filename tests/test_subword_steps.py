"""How long a step is where words share rows: as long as does not overshoot."""

import numpy as np
import pytest

from w2v import Config, Word2Vec
from w2v.corpus.vocabulary import Vocabulary
from w2v.examples.input_rows import ONE_ROW_EACH, InputRows
from w2v.heads.chunk_size import chunk_size
from w2v.training.defaults import follow_text, used


@pytest.mark.parametrize("subword", ["fasttext", "floret"])
@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
def test_words_that_are_all_made_of_the_same_n_grams_do_not_diverge(arch, subword):
    """24 words that differ in their first and last letters: what one learns moves them all."""
    letters = np.random.default_rng(1).integers(0, (4, 6), size=(2000, 9, 2))
    text = [["abcd"[i] + "word" + "xyzuvw"[k] for i, k in sentence] for sentence in letters]
    model = Word2Vec(text, arch=arch, subword=subword, vector_size=8, epochs=2, sample=0, workers=1)
    assert np.abs(model.wv.vectors).max() < 5


def test_how_far_a_word_is_moved_at_most():
    weight = np.array([3.0, 2.0, 1.0])
    assert InputRows.of([[0], [1], [2]]).largest_share(weight) == 0.5
    shared = [[0, 3], [1, 3], [2, 3]]
    assert InputRows.of(shared, mean=True).largest_share(weight) == (3 + 6) / 2 / 6
    assert InputRows.of(shared).largest_share(weight) == (3 + 6) / 6, "sums of rows move by both"
    assert InputRows.of([[0, 0], [1, 2, 3, 4], [5]], mean=True).largest_share(weight) == 1


def test_rows_that_few_words_share_leave_the_step_as_it_was():
    counts, keep = np.full(1000, 5), np.full(1000, 2.0**32)
    apart = InputRows.of([[i, 1000 + i // 4] for i in range(1000)], mean=True)
    together = InputRows.of([[i, 1000] for i in range(1000)], mean=True)
    one_each, few, all_of_them = (chunk_size(Config(), counts, keep, rows) for rows in (ONE_ROW_EACH, apart, together))
    assert few == one_each > all_of_them >= 1


def test_the_length_that_is_told_is_that_of_words_of_n_grams():
    vocab = Vocabulary([f"{a}word{z}" for a in "abcdefgh" for z in "stuvwxyz"], np.full(64, 100))
    plain = follow_text(Config(), vocab)
    assert used(plain.replace(subword="fasttext"), vocab)["chunk"] < used(plain, vocab)["chunk"]
