"""What is frozen stays as it is, bit for bit, on every engine, and the rest moves as autograd says."""

from dataclasses import asdict

import numpy as np
import pytest

from w2v import heads
from w2v.base.config import Config
from w2v.engines import engine_class
from w2v.engines.cpu import CpuEngine
from w2v.engines.frozen import NOTHING, Frozen
from w2v.engines.reference import ReferenceEngine
from w2v.errors import W2VError
from w2v.examples.encoders import keep_thresholds
from w2v.examples.input_rows import InputRows
from w2v.training.freezing import checked_frozen, frozen_rows
from w2v.training.more import train_more
from w2v.training.train import train
from w2v.vectors import KeyedVectors

HEADS = ["ns", "hs", "softmax", "ova", "poincare"]
SMALL = Config(vector_size=6, min_count=1, sample=0.0, workers=1, seed=3, window=3, epochs=1, dtype="float64")
V = 30
COUNTS = np.arange(V + 5, 5, -1)
KEEP = keep_thresholds(np.ones(V))
every_head = pytest.mark.parametrize("head", HEADS)
every_arch = pytest.mark.parametrize("arch", ["skipgram", "cbow"])


def block_of(size=150, seed=0):
    generator = np.random.default_rng(seed)
    ids = generator.integers(0, V, size).astype(np.int32)
    ids[generator.random(size) < 0.1] = -1
    ids.flags.writeable = False
    return ids


def engine_of(make, config, frozen=NOTHING, **more):
    """An engine with tables of no zeros, so that all gradients are other than zero; and minus zeros among them."""
    engine = make(config, COUNTS, KEEP, frozen=frozen, **more)
    generator = np.random.default_rng(5)
    state = {name: generator.normal(0, 0.3, table.shape) for name, table in engine.state().items()}
    for table in state.values():
        table[:, 2] = -0.0
    engine.load_state({name: table.astype(config.dtype) for name, table in state.items()})
    return engine


def trained(make, config, frozen=NOTHING, **more):
    """The tables before and after two blocks."""
    engine = engine_of(make, config, frozen, **more)
    before = {name: table.copy() for name, table in engine.tables().items()}
    for index in range(2):
        engine.train_block(block_of(seed=index), 0, index, 0.05)
    return before, {name: table.copy() for name, table in engine.tables().items()}


def same_bits(one, other):
    return np.ascontiguousarray(one).tobytes() == np.ascontiguousarray(other).tobytes()


FACTORS = np.where(np.arange(V) % 3 == 0, 0.0, np.where(np.arange(V) % 3 == 1, 0.3, 1.0))
WAYS = {
    "words": Frozen(FACTORS),
    "output": Frozen(output=True),
    "input": Frozen(np.zeros(V)),
    "both": Frozen(FACTORS, output=True),
}


@every_head
@every_arch
@pytest.mark.parametrize("way", WAYS)
def test_engines_agree_and_what_is_frozen_keeps_its_bits(arch, head, way):
    config, frozen = SMALL.replace(arch=arch, head=head), WAYS[way]
    runs = [trained(make, config, frozen) for make in (CpuEngine, ReferenceEngine)]
    for name in ("input", "output"):
        np.testing.assert_allclose(runs[0][1][name], runs[1][1][name], atol=1e-10)
    for before, after in runs:
        still = np.zeros(V, bool) if way == "output" else frozen.factors == 0
        assert same_bits(before["input"][still], after["input"][still])
        assert same_bits(before["output"], after["output"]) == frozen.output
        met = np.unique(np.concatenate([block_of(seed=i) for i in range(2)]))
        moving = ~still & np.isin(np.arange(V), met)
        assert (before["input"][moving] != after["input"][moving]).any(axis=1).all()


@every_head
@every_arch
def test_a_chunk_is_autograds_gradient_times_the_factors(arch, head):
    """One step from the same place: each row's change is its factor times the change without any."""
    config = SMALL.replace(arch=arch, head=head, chunk=400)
    free, frozen = (trained_once(config, frozen) for frozen in (NOTHING, Frozen(FACTORS)))
    np.testing.assert_allclose(frozen["input"], free["input"] * FACTORS[:, None], atol=1e-12)
    np.testing.assert_allclose(frozen["output"], free["output"], atol=1e-12)
    fixed = trained_once(config, Frozen(output=True))
    np.testing.assert_allclose(fixed["input"], free["input"], atol=1e-12)
    assert not fixed["output"].any()


def trained_once(config, frozen):
    """The changes that one chunk makes."""
    engine = engine_of(CpuEngine, config, frozen)
    before = {name: table.copy() for name, table in engine.tables().items()}
    engine.train_block(block_of(), 0, 0, 0.05)
    return {name: table - before[name] for name, table in engine.tables().items()}


@every_arch
def test_factors_are_those_of_rows_where_a_word_has_several(arch):
    rows = InputRows.of([[word, V + word % 4] for word in range(V)], mean=True)
    frozen = Frozen(np.append(np.ones(V), [0.0, 0.5, 0.0, 1.0]))
    config = SMALL.replace(arch=arch)
    runs = [trained(make, config, frozen, input_rows=rows) for make in (CpuEngine, ReferenceEngine)]
    np.testing.assert_allclose(runs[0][1]["input"], runs[1][1]["input"], atol=1e-10)
    for before, after in runs:
        assert same_bits(before["input"][[V, V + 2]], after["input"][[V, V + 2]])
        assert (before["input"][[V + 1, V + 3]] != after["input"][[V + 1, V + 3]]).any()


@every_head
def test_with_threads_and_replicas_too(head, planted):
    """float32, several threads, and the deterministic engine: frozen rows keep their bits on each."""
    words = planted[1][0] + ["the"]
    for more in ({"workers": 3}, {"workers": 2, "deterministic": True}):
        config = Config(head=head, vector_size=8, min_count=1, sample=0.02, epochs=2, **more)
        model = train(planted[0][:400], config)
        places = [model.vocab.key_to_index[word] for word in words]
        for frozen in (words, "output"):
            after = train_more(model, planted[0][:400], config, frozen=frozen)
            still = same_bits(model.tables["input"][places], after.tables["input"][places])
            assert still == (frozen != "output")
            assert same_bits(model.tables["output"], after.tables["output"]) == (frozen == "output")
            assert (model.tables["input"] != after.tables["input"]).any(axis=1).sum() >= len(model.vocab) - len(words)


def test_replicas_of_many_blocks_keep_them(planted):
    config = Config(vector_size=8, min_count=1, sample=0.0, epochs=2, workers=2, deterministic=True)
    model = train(planted[0] * 8, config)
    words = planted[1][2]
    places = [model.vocab.key_to_index[word] for word in words]
    after = train_more(model, planted[0] * 8, config, frozen=words)
    assert same_bits(model.tables["input"][places], after.tables["input"][places])


def test_nothing_is_compiled_or_looked_up_where_nothing_is_frozen():
    engine = CpuEngine(SMALL, COUNTS, KEEP)
    assert len(engine._input_rows.factors) == 0
    assert not engine._reduction.frozen_output
    assert not NOTHING.anything
    assert not Frozen(np.ones(3)).anything


def test_engines_that_cannot_say_so(planted):
    with pytest.raises(W2VError, match="counted pairs of words, cannot"):
        train(planted[0][:50], Config(head="pmi", min_count=1), frozen="input")
    with pytest.raises(W2VError, match="gpu engine cannot train this: it cannot leave rows as they are"):
        engine_class(Config(engine="gpu"), freezing=True)
    assert all(engine_class(Config(head=head), freezing=True)[0].freezes for head in HEADS)
    assert engine_class(Config(deterministic=True), freezing=True)[0].freezes


VOCAB_WORDS = ["the", "cat", "sat"]


@pytest.mark.parametrize(
    ("frozen", "sentence"),
    [
        ("king", r"frozen is 'king'; .*frozen=\['king'\]"),
        ("init", "there are none: give init="),
        (5, "frozen is 5; expected"),
        (b"input", "frozen is b'input'"),
        (["the", 3], "frozen has 3 in it"),
        ({"the": 2.0}, "A factor of frozen is 2.0; expected 0"),
        ({"the": "x"}, "A factor of frozen is 'x'"),
        ({"the": float("nan")}, "A factor of frozen is nan"),
        ({"the": True}, "A factor of frozen is True"),
        ({None: 0}, "frozen has None in it"),
        (np.array([True, False]), "frozen has .*True.* in it"),
        (np.zeros(3), "in the order of words that are not known"),
        (["the", "caat"], r"1 word that the vocabulary has not: caat \(did you mean cat\?\)"),
        (Frozen(np.zeros(2)), r"factors of shape \[2\]; expected \[3\]"),
        ("output", "would leave the output table of a new model at zeros.*train_more"),
        (Frozen(output=True), "would leave the output table of a new model at zeros"),
    ],
)
def test_what_cannot_be_frozen_is_told_in_a_sentence(frozen, sentence):
    with pytest.raises(W2VError, match=sentence):
        train([VOCAB_WORDS] * 9, Config(min_count=1, vector_size=4, epochs=1), frozen=frozen)


def test_an_array_has_a_factor_for_each_word_of_the_model():
    config = Config(min_count=1, vector_size=4, epochs=1, workers=1)
    model = train([VOCAB_WORDS] * 9, config)
    with pytest.raises(W2VError, match="expected a factor for each of the model's 3 words"):
        train_more(model, [VOCAB_WORDS], config, frozen=np.zeros(4))
    with pytest.raises(W2VError, match="nothing is left to be trained"):
        train_more(model, [VOCAB_WORDS], config, frozen=Frozen(np.zeros(3), output=True))
    after = train_more(model, [VOCAB_WORDS] * 9, config, frozen=np.array([0, 1, 0]))
    np.testing.assert_array_equal(after.tables["input"][[0, 2]], model.tables["input"][[0, 2]])
    assert (after.tables["input"][1] != model.tables["input"][1]).any()


def test_what_freezes_nothing_is_nothing():
    """So that any engine may train it."""
    for asked in (None, [], {}, {"cat": 1}, np.ones(3), NOTHING, Frozen(np.ones(3))):
        assert checked_frozen(asked, given=False, ordered=3) is None
    train([VOCAB_WORDS] * 9, Config(head="pmi", min_count=1, vector_size=4, epochs=1), frozen={"the": 1.0})


def test_words_may_come_as_any_iterable():
    from w2v.corpus.vocabulary import Vocabulary

    vocab = Vocabulary(VOCAB_WORDS, np.array([3, 2, 1]))
    for asked in (iter(["cat"]), ("cat",), {"cat"}, np.array(["cat"]), {"cat": 0}):
        frozen = frozen_rows(checked_frozen(asked, given=False), vocab)
        np.testing.assert_array_equal(frozen.factors, [1, 0, 1])


@every_head
def test_given_vectors_can_be_kept(head, planted):
    """frozen="init": matched words have the given vectors after training, to the last bit of what the table holds."""
    generator = np.random.default_rng(1)
    words = [*planted[1][0], "nowhere"]
    geometry = heads.spec_of(head).geometry
    from w2v.vectors.keyed import GEOMETRIES

    given = GEOMETRIES[geometry](words, generator.normal(0, 0.1, (9, 8)))
    config = Config(head=head, vector_size=8, min_count=1, sample=0.02, epochs=2, workers=1)
    model = train(planted[0][:300], config, init=given, frozen="init")
    found = model.vectors[planted[1][0]]
    if geometry == "euclidean":
        np.testing.assert_array_equal(found, given[planted[1][0]])
    else:
        np.testing.assert_allclose(found, given[planted[1][0]], atol=1e-6)
    assert isinstance(given, KeyedVectors)
    assert asdict(model.config)["epochs"] == 2
