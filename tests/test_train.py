"""The straight line: what a run reports, what a callback hears, and how a run that cannot succeed ends."""

import itertools

import numpy as np
import pytest

from w2v.callbacks import Callback
from w2v.config import Config
from w2v.errors import W2VError
from w2v.train import learning_rate, train

SMALL = Config(vector_size=8, min_count=1, sample=0, workers=1, epochs=2)


def test_history_counts_what_was_trained():
    """Window 1 without subsampling: two predictions per neighbouring pair; ten thousand tokens are two blocks."""
    history = train([["a", "b", "c", "d"]] * 3000, SMALL.but(window=1)).history
    assert [record.epoch for record in history] == [1, 2]
    for record in history:
        assert record.words == 12_000
        assert record.examples == pytest.approx(3000 * 6, abs=4)  # a block's end cuts a sentence
        assert record.seconds > 0


def test_the_loss_is_the_mean_over_all_examples():
    """At a rate of almost nothing all scores stay 0, and each example costs (1 + negative) log 2."""
    counts = ["a"] * 50 + ["b"] * 30 + ["c"] * 20
    sentences = [list(np.random.default_rng(i).permutation(counts)[:10]) for i in range(200)]
    config = SMALL.but(alpha=1e-12, min_alpha=1e-12, negative=1, shared_negatives=512, epochs=1)
    loss = train(sentences, config).history[0].loss
    q = np.array([50, 30, 20]) ** 0.75
    q /= q.sum()
    own_target = np.dot(q, [0.5, 0.3, 0.2])  # noise that hits the target is not counted
    assert loss == pytest.approx((2 - own_target) * np.log(2), rel=0.02)


def test_hs_loss_of_an_untrained_model_is_the_code_length():
    model = train([["a", "b", "c", "d"]] * 100, SMALL.but(head="hs", alpha=1e-12, min_alpha=1e-12, epochs=1))
    assert model.history[0].loss == pytest.approx(2 * np.log(2), rel=1e-6)


def test_the_learning_rate_falls_linearly():
    config = Config(alpha=0.1, min_alpha=0.02)
    assert [learning_rate(config, done) for done in (0, 0.5, 1)] == pytest.approx([0.1, 0.06, 0.02])


def test_callbacks_hear_everything_in_order():
    heard = []

    class Listener(Callback):
        def on_corpus(self, stream):
            heard.append(("corpus", stream.report.tokens))

        def on_block(self, progress):
            heard.append(("block", progress.epoch, progress.fraction))

        def on_epoch_end(self, history):
            heard.append(("epoch", len(history)))

    train([["a", "b"]] * 4000, SMALL, callback=Listener())
    assert heard == [
        ("corpus", 8000),
        ("block", 1, 0.25),
        ("block", 1, 0.5),
        ("epoch", 1),
        ("block", 2, 0.75),
        ("block", 2, 1.0),
        ("epoch", 2),
    ]


def test_an_exception_in_a_callback_ends_the_run():
    class Stop(Callback):
        def on_block(self, progress):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train([["a", "b"]] * 100_000, SMALL, callback=Stop())


def test_a_one_shot_generator_is_read_once_and_trained_for_all_epochs():
    sentences = (["a", "b", "c"] for _ in range(100))
    model = train(sentences, SMALL)
    assert [record.words for record in model.history] == [300, 300]
    with pytest.raises(W2VError, match="already used up"):
        train(sentences, SMALL)


def test_subsampling_and_order_do_not_depend_on_the_form_of_the_corpus(tmp_path):
    sentences = [["x", "y", "z", "x"], ["y", "z"]] * 50
    (tmp_path / "corpus.txt").write_text("\n".join(" ".join(s) for s in sentences))
    forms = [sentences, [" ".join(s) for s in sentences], tmp_path / "corpus.txt", iter(sentences)]
    tables = [train(form, SMALL.but(sample=0.1)).tables.input for form in forms]
    for one, other in itertools.pairwise(tables):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("corpus", "settings", "sentence"),
    [
        ([["a"], ["b"]] * 10, {}, "no word with a neighbour"),
        ([["a", "b", "c"]] * 200, {"alpha": 1e30, "head": "softmax", "engine": "reference"}, "diverged in epoch 1"),
        ([["a", "b"]], {"head": "nosuch"}, "no head 'nosuch'; there are: hs, ns"),
        ([["a", "b"]], {"engine": "tpu"}, "no engine 'tpu'; there are: auto, cpu, reference"),
        ([["a", "b"]], {"engine": "cpu", "head": "ova"}, "cannot train this: head 'ova' has no CPU kernel"),
        ([["a", "b"]], {"min_count": 5}, "min_count"),
        ([["a", "a"]], {}, "at least two different words"),
    ],
)
def test_a_run_that_cannot_succeed_ends_with_a_sentence(corpus, settings, sentence):
    with pytest.raises(W2VError, match=sentence):
        train(corpus, SMALL.but(**settings))
