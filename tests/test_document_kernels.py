"""Rows of documents in the kernels: autograd trains them so, whatever the head, and what is frozen keeps its bits."""

import numpy as np
import pytest
import torch

from w2v import heads
from w2v.base.config import Config
from w2v.corpus.vocabulary import SENTENCE_END
from w2v.engines.cpu import CpuEngine
from w2v.engines.frozen import NOTHING, Frozen
from w2v.engines.reference import ReferenceEngine
from w2v.examples import documents, encoders
from w2v.examples.documents import DocumentRows
from w2v.heads.chunk_size import FEWEST, chunk_size, words_chunk_size

V, D, TAGS = 40, 21, 9
COUNTS = np.sort(np.random.default_rng(0).integers(5, 500, V))[::-1].copy()
EVERY_WORD = np.full(V, 1 << 32, np.uint64)
KEEP = encoders.keep_thresholds(np.linspace(0.4, 1.0, V))
HEADS = ["ns", "hs", "softmax", "ova"]
WAYS = [
    ("pv-dbow", {}),
    ("pv-dbow", {"dbow_words": True}),
    ("pv-dm", {}),
    ("pv-dm", {"cbow_update": "original"}),
    ("pv-dm", {"cbow_mean": False}),
]


def blocks_of(n=300, seed=1):
    """Two blocks of ids, some of whose documents have one word only, and one goes on from the first to the second."""
    generator = np.random.default_rng(seed)
    ids = generator.choice(V, 2 * n, p=COUNTS / COUNTS.sum()).astype(np.int32)
    ids[generator.random(2 * n) < 0.08] = SENTENCE_END
    ids[n - 1 : n + 1] = 3
    return ids[:n].copy(), ids[n:].copy()


def rows_of(blocks, seed=4):
    """One to three tags a document, which others have, too."""
    generator = np.random.default_rng(seed)
    ends = [int((block == SENTENCE_END).sum()) for block in blocks]
    tags = [generator.integers(V, V + TAGS, size) for size in generator.integers(1, 4, sum(ends) + 1)]
    offsets = np.cumsum([0, *map(len, tags)]).astype(np.int64)
    return DocumentRows(np.array([0, ends[0]]), offsets, np.concatenate(tags).astype(np.int32), V + TAGS)


def engine(cls, config, rows, frozen=NOTHING, seed=2):
    made = cls(config, COUNTS, KEEP, documents=rows, frozen=frozen)
    generator = np.random.default_rng(seed)
    for table in made.tables().values():
        table[:] = generator.normal(0, 0.4, table.shape)
    return made


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize(("arch", "options"), WAYS, ids=str)
def test_both_engines_make_the_same_steps(head, arch, options):
    config = Config(arch=arch, head=head, vector_size=D, dtype="float64", chunk=16, shared_negatives=7, **options)
    blocks = blocks_of()
    rows = rows_of(blocks)
    fast, slow = (engine(cls, config, rows) for cls in (CpuEngine, ReferenceEngine))
    before = fast.tables()["input"].copy()
    assert before.shape == (V + TAGS, D)
    for index, block in enumerate(blocks):
        a, b = (made.train_block(block, 0, index, 0.02) for made in (fast, slow))
        assert a.examples == b.examples
        assert a.total == pytest.approx(b.total, rel=1e-11)
    for one, other in zip(fast.tables().values(), slow.tables().values(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-11)
    moved = (fast.tables()["input"] != before).any(axis=1)
    assert moved[V:].all()
    assert moved[:V].any() == (arch == "pv-dm" or bool(options))


@pytest.mark.parametrize(("arch", "options"), WAYS, ids=str)
def test_both_engines_choose_the_same_steps(arch, options):
    """Of documents, and of Skip-gram beside them, whose steps are its own."""
    config = Config(arch=arch, head="ns", vector_size=D, dtype="float64", epochs=40, **options)
    blocks = blocks_of()
    fast, slow = (engine(cls, config, rows_of(blocks)) for cls in (CpuEngine, ReferenceEngine))
    for index, block in enumerate(blocks):
        a, b = (made.train_block(block, 0, index, 0.02) for made in (fast, slow))
        assert a.examples == b.examples
        assert a.total == pytest.approx(b.total, rel=1e-11)
    for one, other in zip(fast.tables().values(), slow.tables().values(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-11)


def test_steps_are_short_where_documents_are_and_epochs_are_few():
    """A tag's vector is to make about STEPS steps in the run; of words alone nothing changes."""
    counts, keep = np.full(50_000, 20), np.full(50_000, 1 << 32, np.uint64)
    dbow, dm = Config(arch="pv-dbow", epochs=10), Config(arch="pv-dm", epochs=10)
    assert [chunk_size(dbow, counts, keep, tags=20_000 // n) for n in (1, 2, 4, 1000)] == [15, 31, 31, 31]
    assert chunk_size(dm, counts, keep, tags=20_000) == 15
    assert chunk_size(dbow.replace(epochs=40), counts, keep, tags=20_000) == 31
    assert chunk_size(dbow, counts, keep, tags=10**6) == FEWEST
    assert chunk_size(dbow, counts, keep // 2, tags=10_000) == 15, "of the words that subsampling keeps"
    assert chunk_size(dbow.replace(chunk=50), counts, keep, tags=20_000) == 50
    assert chunk_size(dbow, counts, keep) == 31, "all of a chunk may be of one document"
    words = dbow.replace(dbow_words=True)
    assert words_chunk_size(words, counts, keep) == chunk_size(Config(), counts, keep) == 32
    assert chunk_size(words, counts, keep, tags=20_000) == 15


@pytest.mark.parametrize("arch", ["pv-dm", "pv-dbow"])
def test_a_step_is_the_gradient_of_the_mean_of_words_and_tags(arch):
    """Le & Mikolov 2014, with the mean: written out here once more, without any of the house's encoders."""
    lr, config = 1e-3, Config(arch=arch, head="softmax", vector_size=D, dtype="float64", chunk=1000, window=2)
    config = config.replace(shrink_windows=False)
    block = np.array([5, 7, 1, SENTENCE_END, 2, SENTENCE_END, 9, 9], np.int32)
    tags = [[V, V + 1], [V + 2], [V + 1]]
    rows = DocumentRows(np.zeros(1, np.int64), np.array([0, 2, 3, 4]), np.array([40, 41, 42, 41], np.int32), V + 3)
    cpu = CpuEngine(config, COUNTS, EVERY_WORD, documents=rows)
    generator = np.random.default_rng(3)
    for table in cpu.tables().values():
        table[:] = generator.normal(0, 0.4, table.shape)
    before = [table.copy() for table in cpu.tables().values()]
    loss = cpu.train_block(block, 0, 0, lr)
    inputs, outputs = (torch.tensor(table, requires_grad=True) for table in before)
    total = torch.zeros(())
    for words, own in zip([[5, 7, 1], [2], [9, 9]], tags, strict=True):
        for place, word in enumerate(words):
            context = [w for i, w in enumerate(words) if i != place and abs(i - place) <= 2] * (arch == "pv-dm")
            hidden = inputs[[*context, *own]].mean(axis=0)
            total = total - torch.log_softmax(outputs @ hidden, 0)[word]
    total.backward()
    assert loss.examples == 6
    assert loss.total == pytest.approx(total.item())
    for was, table, wanted in zip(before, cpu.tables().values(), (inputs, outputs), strict=True):
        np.testing.assert_allclose((was - table) / lr, wanted.grad, atol=1e-9)


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("arch", ["pv-dm", "pv-dbow"])
def test_frozen_words_and_outputs_keep_their_bits_while_tags_learn(arch, head):
    """As vectors of new documents are inferred."""
    config = Config(arch=arch, head=head, vector_size=D, dtype="float64", chunk=16, shared_negatives=7)
    blocks, frozen = blocks_of(), Frozen(np.repeat([0.0, 1.0], [V, TAGS]), output=True)
    ends = []
    for cls in (CpuEngine, ReferenceEngine):
        made = engine(cls, config, rows_of(blocks), frozen)
        before = {name: table.copy() for name, table in made.tables().items()}
        made.train_block(blocks[0], 0, 0, 0.02)
        after = made.tables()
        np.testing.assert_array_equal(after["input"][:V], before["input"][:V])
        np.testing.assert_array_equal(after["output"], before["output"])
        assert (after["input"][V:] != before["input"][V:]).any(axis=1).all()
        ends.append(after["input"])
    np.testing.assert_allclose(*ends, atol=1e-11)


@pytest.mark.parametrize("arch", ["pv-dm", "pv-dbow"])
def test_words_are_kept_as_in_windows_of_words(arch):
    blocks = blocks_of()
    how = KEEP, 3, True, 1, 0, 5
    windows, _ = documents.cut_document_windows(arch, blocks[0], *how, rows_of(blocks), 2)
    words = encoders.cut_windows(blocks[0], *how)
    np.testing.assert_array_equal(windows.ids, words.ids)
    assert (windows.stop - windows.start == 1).all() or arch == "pv-dm"
    whole = documents.cut_document_windows(arch, blocks[0], EVERY_WORD, *how[1:], rows_of(blocks), 2)[1].of_place
    ends = blocks[0] == SENTENCE_END
    np.testing.assert_array_equal(whole, 2 + np.cumsum(ends)[~ends])
    of_words = dict(zip(np.flatnonzero(~ends), whole, strict=True))  # by place, which subsampling thins out
    alone = np.zeros(V, np.uint64)
    for word in np.unique(blocks[0][~ends]):
        alone[:], alone[word] = 0, KEEP[word]
        ids, found = documents.cut_document_windows(arch, blocks[0], alone, *how[1:], rows_of(blocks), 2)
        assert set(found.of_place) <= {of_words[place] for place in np.flatnonzero(blocks[0] == word)}
        assert len(ids.ids) == (windows.ids == word).sum()


def test_words_alone_have_no_documents():
    """A model of words is trained as ever: with no rows of documents, nothing of theirs is looked at."""
    config = Config(head="ns", vector_size=D, dtype="float64")
    assert CpuEngine(config, COUNTS, KEEP).tables()["input"].shape == (V, D)
    assert heads.spec_of("ns").shared_negatives(config) == 32
