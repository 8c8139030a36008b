"""What every combination of encoder, head and engine must do. A new head is held to this by its file alone."""

from dataclasses import asdict

import numpy as np
import pytest
import torch

from w2v import heads
from w2v.base.config import Config
from w2v.engines.cpu import CpuEngine
from w2v.training.callbacks import Callback
from w2v.training.train import train
from w2v.word2vec import Word2Vec

COMBINATIONS = [
    pytest.param(Config(arch=arch, head=head, engine=engine, **shared), id=f"{arch}-{head}-{engine}")
    for shared in [{"vector_size": 16, "min_count": 1, "sample": 0.02, "workers": 1, "chunk": 32, "alpha": 0.01}]
    for arch in ("skipgram", "cbow")
    for head in heads.names()
    for engine in ("reference", "cpu")
    if engine == "reference" or CpuEngine.why_not(Config(head=head)) is None
]
# A summed chunk of a whole-vocabulary head takes longer steps, the mean of a bag shorter ones; AdaGrad's are its own.
ALPHA = {"ns": 0.05, "hs": 0.05, "softmax": 0.02, "ova": 0.01, "pmi": 0.1, "poincare": 0.05}

every_combination = pytest.mark.parametrize("config", COMBINATIONS)


@pytest.fixture(scope="module", params=COMBINATIONS)
def trained(request, planted):
    """A model of the planted corpus, for each combination."""
    config = request.param
    alpha = ALPHA.get(config.head, 0.02) * (1.2 if config.arch == "cbow" else 1)
    return Word2Vec(planted[0], **asdict(config.replace(alpha=alpha, epochs=4)))


def test_planted_structure_is_found(trained, planted):
    """Words that keep company come out alike: nearly all of each word's seven nearest are of its own topic."""
    topic_of = {word: number for number, topic in enumerate(planted[1]) for word in topic}
    right = [
        topic_of.get(neighbour) == number
        for word, number in topic_of.items()
        for neighbour, _ in trained.wv.most_similar(word, topn=7)
    ]
    assert np.mean(right) > 0.9  # by chance 0.15


def test_the_loss_falls_and_what_was_read_becomes_likely(trained, planted):
    """The head's own predictive distribution expects the words of a topic among words of that topic."""
    assert trained.history[-1].loss < trained.history[0].loss
    for topic in planted[1]:
        expected = [word for word, _ in trained.predict_output_word(topic[:4], topn=7)]
        assert sum(word in topic or word == "the" for word in expected) >= 6


@every_combination
def test_shapes_types_and_probabilities(config, planted):
    model = train(planted[0][:100], config.replace(epochs=1))
    size = len(model.vocab)
    assert model.tables["input"].shape == (size, 16)
    spec = heads.spec_of(config.head)
    assert model.tables["output"].shape == (spec.output_rows(size), spec.output_columns(16))
    assert model.tables["input"].dtype == model.tables["output"].dtype == np.float32
    hidden = torch.from_numpy(np.ascontiguousarray(model.tables["input"][:5]))
    log_prob = model.head().log_prob(hidden)
    torch.testing.assert_close(log_prob.exp().sum(dim=1), torch.ones(5))


@every_combination
def test_the_same_seed_gives_the_same_bits(config, planted):
    runs = [train(planted[0][:200], config.replace(epochs=2, seed=seed)).tables for seed in (3, 3, 4)]
    assert all((runs[0][name] == runs[1][name]).all() for name in runs[0])
    assert (runs[0]["input"] != runs[2]["input"]).any()


@every_combination
def test_a_saved_model_is_the_model(config, planted, tmp_path):
    model = train(planted[0][:100], config.replace(epochs=1))
    model.save(tmp_path / "m")
    loaded = Word2Vec.load(tmp_path / "m")
    assert loaded.config == model.config
    assert loaded.history == model.history
    assert loaded.wv.index_to_key == model.vocab.words
    for one, other in zip(loaded.model.tables.values(), model.tables.values(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
@pytest.mark.parametrize("head", ["ns", "hs", "softmax", "ova", "poincare"])
def test_engines_agree_on_a_whole_run(arch, head, planted):
    """Two epochs of training in float64: the fast engine ends where the reference ends, losses included."""
    shared = Config(arch=arch, head=head, vector_size=16, min_count=1, sample=0.02, dtype="float64", workers=1)
    runs = [train(planted[0][:300], shared.replace(engine=engine, epochs=2)) for engine in ("cpu", "reference")]
    for one, other in zip(runs[0].tables.values(), runs[1].tables.values(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-10)
    for one, other in zip(runs[0].history, runs[1].history, strict=True):
        assert one.loss == pytest.approx(other.loss, rel=1e-11)
        assert one.examples == other.examples


def test_threads_learn_as_well_as_one(planted):
    """Without locks the bits differ; what is learned does not."""
    sentences, _ = planted
    config = Config(vector_size=16, min_count=1, sample=0.02, epochs=3)
    losses = [train(sentences * 3, config.replace(workers=workers)).history[-1].loss for workers in (1, 4)]
    assert losses[1] == pytest.approx(losses[0], rel=0.05)


def test_auto_falls_back_to_the_reference_and_says_why(planted, monkeypatch):
    monkeypatch.setattr(heads.spec_of("softmax"), "kernel", None)
    heard = []

    class Listener(Callback):
        def on_note(self, sentence):
            heard.append(sentence)

    train(planted[0][:50], Config(head="softmax", min_count=1, vector_size=4, epochs=2), callbacks=[Listener()])
    [told] = [sentence for sentence in heard if "reference engine" in sentence]
    assert "'softmax' has no CPU kernel" in told


@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
@pytest.mark.parametrize("head", heads.names())
@pytest.mark.parametrize("size", [2, 3, 10, 50])
def test_a_toy_text_does_not_diverge(arch, head, size):
    """What a beginner types in: few words, so that each gets many gradients at once. Defaults must hold out."""
    generator = np.random.default_rng(size)
    sentences = [[f"w{i}" for i in generator.integers(0, size, 10)] for _ in range(60)]
    config = Config(arch=arch, head=head, min_count=1, sample=0, workers=1, epochs=5)
    for more in ({}, {"window": 10, "negative": 20}, {"tree": "balanced"} if head == "hs" else {"seed": 2}):
        history = train(sentences, config.replace(**more)).history
        assert history[-1].loss < 2 * history[0].loss
