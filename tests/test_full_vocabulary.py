"""Heads that score every word: in blocks, with distinct hidden vectors, and without overflow or a silent divergence."""

import naive
import numpy as np
import pytest

from w2v import heads
from w2v.base.config import Config
from w2v.engines.cpu import CpuEngine
from w2v.engines.reference import ReferenceEngine
from w2v.examples import encoders
from w2v.examples.input_rows import ONE_ROW_EACH
from w2v.heads.chunk_size import chunk_size
from w2v.kernels import chunk, full_vocabulary
from w2v.kernels.full_vocabulary import BLOCK
from w2v.training.train import train

EVERY_WORD_SCORED = ["softmax", "ova"]
both_heads = pytest.mark.parametrize("head", EVERY_WORD_SCORED)
both_encoders = pytest.mark.parametrize("arch", ["skipgram", "cbow"])
EVERY_WORD = encoders.keep_thresholds(np.ones(1_000))


def text(n, words, seed=1):
    """n ids, the low ones frequent; every twelfth a sentence end."""
    ids = (words * np.random.default_rng(seed).random(n) ** 2).astype(np.int32)
    ids[::12] = -1
    return ids


def engine(cls, config, words, scale=0.4):
    """An engine whose tables are filled at random."""
    made = cls(config, np.full(words, 10), EVERY_WORD[:words])
    generator = np.random.default_rng(2)
    for table in made.tables().values():
        table[:] = generator.normal(0, scale, table.shape)
    return made


@both_heads
@both_encoders
@pytest.mark.parametrize("words", [2, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 9])
def test_blocks_of_words_join_without_a_seam(arch, head, words):
    """Vocabularies around whole numbers of blocks: the reference's tables and losses, chunk after chunk."""
    config = Config(arch=arch, head=head, vector_size=5, dtype="float64", chunk=30)
    fast, slow = (engine(cls, config, words) for cls in (CpuEngine, ReferenceEngine))
    a, b = (made.train_block(text(200, words), 0, 0, 0.01) for made in (fast, slow))
    assert a.examples == b.examples
    assert a.total == pytest.approx(b.total, rel=1e-12)
    for one, other in zip(fast.tables().values(), slow.tables().values(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-11)


@both_encoders
def test_scores_without_room_are_made_again(arch, monkeypatch):
    """A vocabulary of more blocks than there is room for: what is kept and what is made again come to the same."""
    config = Config(arch=arch, head="softmax", vector_size=5, dtype="float64", chunk=60)
    words = 20_000
    monkeypatch.setitem(globals(), "EVERY_WORD", encoders.keep_thresholds(np.ones(words)))
    room = full_vocabulary.kept_scores(words, np.zeros((BLOCK, 64)))
    assert 1 < len(room) < words / BLOCK
    assert room.nbytes <= full_vocabulary.KEPT
    fast, slow = (engine(cls, config, words) for cls in (CpuEngine, ReferenceEngine))
    a, b = (made.train_block(text(130, words), 0, 0, 0.01) for made in (fast, slow))
    assert a.total == pytest.approx(b.total, rel=1e-12)
    for one, other in zip(fast.tables().values(), slow.tables().values(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-11)


@both_encoders
@pytest.mark.parametrize("options", [{}, {"cbow_update": "original"}, {"cbow_mean": False}], ids=str)
def test_a_chunk_of_softmax_by_hand(arch, options):
    """Against the gradient written out in plain Python, so that kernel and reference cannot be wrong together."""
    words = BLOCK + 4
    config = Config(arch=arch, head="softmax", vector_size=5, dtype="float64", chunk=100, **options)
    cpu = engine(CpuEngine, config, words)
    before = [table.copy() for table in cpu.tables().values()]
    cpu.train_block(text(60, words), 0, 0, 0.05)
    cut = naive.windows(text(60, words), np.ones(words), config.window, True, config.seed, 0, 0)
    after = naive.softmax_step(
        *before, naive.examples(arch, cut), 0.05, mean=config.cbow_mean, divide=config.cbow_update == "mean"
    )
    for one, other in zip(cpu.tables().values(), after, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)


def collected(arch, ids, centres):
    """(M, sweep, examples) of the first centres of a text."""
    reduction = chunk.WindowReduction(arch == "cbow", True, True)
    windows = encoders.cut_windows(ids, EVERY_WORD, 3, True, 1, 0, 0)
    inputs = np.random.default_rng(0).normal(size=(len(EVERY_WORD), 16))
    room = chunk.new_chunk(inputs, centres, 3, reduction)
    span = chunk.span_of(windows, 0, centres, 3, reduction)
    chunk.fetch_places(inputs, ONE_ROW_EACH, windows.ids, span, room.places, room.n_rows)
    examples = chunk.make_hidden(windows, span, reduction, room)
    targets = windows.ids[span.first : span.last]
    made = full_vocabulary.new_sweep(room, inputs)
    count, made = full_vocabulary.collect(room, windows, targets, span, reduction, made)
    return count, made, examples, encoders.bags(arch, windows, 0, centres), inputs


def test_skipgram_normalises_each_word_once():
    """Its hidden vectors are the different words of the chunk, each with all the examples that it serves."""
    count, made, examples, bags, inputs = collected("skipgram", text(80, 15), 50)
    words, uses = np.unique(bags.members, return_counts=True)
    assert count == len(words) < 15 < examples
    served = {tuple(row): n for row, n in zip(made.hidden[:count], made.n_examples[:count], strict=True)}
    assert served == {tuple(inputs[word]): n for word, n in zip(words, uses, strict=True)}
    assert not made.n_examples[count:].any()


def test_cbow_has_one_hidden_vector_an_example():
    count, made, examples, _, _ = collected("cbow", text(80, 15), 50)
    assert count == examples
    assert (made.n_examples[:count] == 1).all()


def test_no_room_is_made_for_hidden_vectors_by_words():
    """A larger vocabulary takes two whole numbers a word more, whatever the chunk."""
    rows = [np.zeros((words, 16), np.float32) for words in (100, 20_100)]
    room = chunk.new_chunk(rows[0], 64, 5, chunk.WindowReduction(False, True, True))
    small, large = (sum(field.nbytes for field in full_vocabulary.new_sweep(room, table)) for table in rows)
    assert large - small <= 2 * 4 * 20_000


@both_heads
@both_encoders
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_scores_of_ten_thousand_do_not_overflow(arch, head, dtype):
    """The loss of confident, wrong predictions is large and exact."""
    config = Config(arch=arch, head=head, vector_size=16, dtype=dtype, chunk=20)
    fast, slow = engine(CpuEngine, config, 150, 50), engine(ReferenceEngine, config.replace(dtype="float64"), 150, 50)
    loss = fast.train_block(text(100, 150), 0, 0, 0.0)
    assert loss.mean > 5_000
    assert loss.total == pytest.approx(slow.train_block(text(100, 150), 0, 0, 0.0).total, rel=1e-5)
    fast.train_block(text(100, 150), 0, 0, 1e-6)
    assert all(np.isfinite(table).all() for table in fast.tables().values())


@both_heads
@both_encoders
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("poison", [np.nan, np.inf])
def test_a_diverged_row_is_seen_in_the_loss(arch, head, dtype, poison):
    """Even where its word is not in the block."""
    made = engine(CpuEngine, Config(arch=arch, head=head, vector_size=16, dtype=dtype, chunk=20), 150)
    made.tables()["output"][149, 3] = poison
    assert not np.isfinite(made.train_block(text(100, 100), 0, 0, 0.01).total)


@both_encoders
def test_threads_learn_as_well_as_one(arch, planted):
    """Two threads change all output rows at the same time."""
    config = Config(arch=arch, head="softmax", vector_size=16, min_count=1, sample=0.02, epochs=2)
    losses = [train(planted[0] * 3, config.replace(workers=workers)).history[-1].loss for workers in (1, 2)]
    assert losses[1] == pytest.approx(losses[0], rel=0.05)


@both_encoders
@pytest.mark.parametrize("sample", [1, 1e-3], ids=["frequent words kept", "thinned"])
def test_chunks_are_short_enough_for_the_text(arch, sample):
    """At the default rate the loss of Zipf's words falls; a few times longer chunks diverge in Skip-gram."""
    words = 1_000
    counts = 1_000_000 // np.arange(1, words + 1)
    share = counts / counts.sum()
    keep = encoders.keep_thresholds(np.minimum(np.sqrt(sample / share) + sample / share, 1))
    ids = np.random.default_rng(0).choice(words, 20_000, p=share).astype(np.int32)
    config = Config(arch=arch, head="softmax", vector_size=16)
    made = CpuEngine(config, counts, keep)
    losses = [
        made.train_block(ids, 0, index, heads.spec_of(config.head).start_alpha(config)).mean for index in range(3)
    ]
    assert losses[2] < losses[0] < np.log(words)
    assert 16 < chunk_size(config, counts, keep) <= 128
