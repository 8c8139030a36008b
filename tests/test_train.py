"""The straight line: what a run reports, what a callback hears, and how a run that cannot succeed ends."""

import itertools
import time

import numpy as np
import pytest

from w2v.base.config import Config
from w2v.comparison.run import compare
from w2v.corpus import cooccurrence
from w2v.corpus import stream as stream_room
from w2v.corpus.blocks import IdBlocks
from w2v.corpus.stream import open_stream
from w2v.corpus.vocabulary import Vocabulary
from w2v.engines import engine_class
from w2v.engines.cpu import CpuEngine
from w2v.errors import W2VError
from w2v.heads import spec_of
from w2v.heads.chunk_size import chunk_size
from w2v.models.model import Model
from w2v.poincare import PoincareModel
from w2v.training import text_trainer
from w2v.training.callbacks import Callback, StopTraining
from w2v.training.checkpoint import Checkpoint
from w2v.training.text_trainer import learning_rate
from w2v.training.train import train, train_blocks
from w2v.word2vec import Word2Vec

SMALL = Config(vector_size=8, min_count=1, sample=0, workers=1, epochs=2)


def test_history_counts_what_was_trained():
    """Window 1 without subsampling: two predictions per neighbouring pair; ten thousand tokens are two blocks."""
    history = train([["a", "b", "c", "d"]] * 3000, SMALL.replace(window=1)).history
    assert [record.epoch for record in history] == [1, 2]
    for record in history:
        assert record.passed == 12_000
        assert record.examples == pytest.approx(3000 * 6, abs=4)  # a block's end cuts a sentence
        assert record.seconds > 0


def test_the_loss_is_the_mean_over_all_examples():
    """At a rate of almost nothing all scores stay 0, and each example costs (1 + negative) log 2."""
    counts = ["a"] * 50 + ["b"] * 30 + ["c"] * 20
    sentences = [list(np.random.default_rng(i).permutation(counts)[:10]) for i in range(200)]
    config = SMALL.replace(alpha=1e-12, min_alpha=1e-12, negative=1, shared_negatives=512, epochs=1)
    loss = train(sentences, config).history[0].loss
    q = np.array([50, 30, 20]) ** 0.75
    q /= q.sum()
    own_target = np.dot(q, [0.5, 0.3, 0.2])  # noise that hits the target is not counted
    assert loss == pytest.approx((2 - own_target) * np.log(2), rel=0.02)


def test_hs_loss_of_an_untrained_model_is_the_code_length():
    model = train([["a", "b", "c", "d"]] * 100, SMALL.replace(head="hs", alpha=1e-12, min_alpha=1e-12, epochs=1))
    assert model.history[0].loss == pytest.approx(2 * np.log(2), rel=1e-6)


@pytest.mark.parametrize("head", ["ns", "hs", "softmax", "ova", "poincare"])
def test_far_above_the_loss_of_vectors_that_know_nothing_training_diverges(head, monkeypatch):
    text, notes = [[f"w{i}" for i in range(j, j + 4)] for j in range(60)] * 3, Notes()
    settings = SMALL.replace(head=head, alpha=1e-9, min_alpha=1e-9, epochs=1)
    still = train(text, settings, callbacks=notes)
    loss, known = still.history[0].loss, spec_of(head).untrained_loss(still.config, len(still.vocab))
    assert loss == pytest.approx(known, rel=0.1)
    assert not [note for note in notes.heard if "diverges" in note]
    monkeypatch.setattr(text_trainer, "DIVERGING", 0.8)
    train(text, settings, callbacks=notes)
    assert notes.heard[-1] == (
        f"Epoch 1 has a loss of {loss:,.2f}; of vectors that know nothing it is {known:,.2f}. Training diverges, and "
        "the vectors are of no use. Lower alpha (1e-09)."
    )


def test_the_learning_rate_falls_linearly():
    config = Config(alpha=0.1, min_alpha=0.02)
    assert [learning_rate(config, done) for done in (0, 0.5, 1)] == pytest.approx([0.1, 0.06, 0.02])


class Gensims:
    """What gensim's CallbackAny2Vec is: other hooks, and no `Callback`."""

    def on_epoch_begin(self, model):
        pass

    def on_epoch_end(self, model):
        pass

    def on_train_begin(self, model):
        pass

    def on_train_end(self, model):
        pass


@pytest.mark.parametrize(
    ("callbacks", "sentence"),
    [
        (
            [print],
            "<built-in function print> was given as a callback; expected an instance of a subclass of w2v.Callback",
        ),
        (print, "print> was given as a callback"),
        ([Callback(), Gensims()], "Gensims object .* was given as a callback; expected an instance"),
        ([Callback], r"The class Callback was given as a callback; give an instance, as Callback\(\) makes one"),
        (Callback, "The class Callback was given"),
        (["loss"], "'loss' was given as a callback"),
        ("loss", "'loss' was given as a callback"),
        ([None], "None was given as a callback"),
    ],
)
def test_what_is_no_callback_is_told_before_anything_is_read(callbacks, sentence, tmp_path):
    def unread():
        raise AssertionError("read")
        yield

    config = Config(min_count=1)
    for start in (
        lambda: train(unread(), config, callbacks=callbacks),
        lambda: Word2Vec(unread(), callbacks=callbacks),
        lambda: Word2Vec(callbacks=callbacks),
        lambda: Word2Vec().fit(unread(), callbacks=callbacks),
        lambda: compare(unread(), tmp_path, callbacks=callbacks),
        lambda: PoincareModel(unread(), callbacks=callbacks),
        lambda: PoincareModel(callbacks=callbacks),
        lambda: PoincareModel().fit(unread(), callbacks=callbacks),
    ):
        with pytest.raises(W2VError, match=sentence):
            start()


HALF = 0.5


@pytest.mark.parametrize("share", ["0.1", HALF, -0.1, float("nan"), True, [0.1], np.array([0.1, 0.2])], ids=str)
def test_what_is_no_share_to_hold_out_is_told_before_anything_is_read(share, tmp_path):
    def unread():
        raise AssertionError("read")
        yield

    for start in (
        lambda: Word2Vec(unread(), held_out=share),
        lambda: compare(unread(), tmp_path, held_out=share),
        lambda: PoincareModel(unread(), held_out=1 if share is HALF else share),
    ):
        with pytest.raises(W2VError, match=r"The held-out share is .*; expected a number above 0 and below"):
            start()


@pytest.mark.parametrize("snapshots", ["20", -1, 2.0, True, None])
def test_snapshots_are_kept_every_so_many_whole_epochs(snapshots):
    with pytest.raises(W2VError, match=r"snapshots is .*; expected a whole number, at least 0"):
        PoincareModel([("dog", "mammal")], snapshots=snapshots)


def test_callbacks_may_be_one_none_or_an_iterable_that_is_read_once():
    class Listener(Callback):
        heard = 0

        def on_epoch_end(self, model):
            self.heard += 1

    text, one, several = [["a", "b"]] * 4000, Listener(), Listener()
    train(text, SMALL, callbacks=one)
    train(text * 8, SMALL, callbacks=(each for each in [several]), held_out=0.3)
    train(text, SMALL, callbacks=None)
    PoincareModel([("dog", "mammal"), ("oak", "tree")], epochs=2, workers=1, callbacks=(each for each in [several]))
    assert (one.heard, several.heard) == (2, 4)


def test_callbacks_hear_everything_in_order():
    heard = []

    class Listener(Callback):
        def on_corpus(self, stream):
            heard.append(("corpus", stream.report.tokens))

        def on_block(self, progress):
            heard.append(("block", progress.epoch, progress.fraction))

        def on_epoch_end(self, model):
            heard.append(("epoch", len(model.history)))

    train([["a", "b"]] * 4000, SMALL, callbacks=[Listener()])
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
        train([["a", "b"]] * 100_000, SMALL, callbacks=[Stop()])


def test_a_one_shot_generator_is_read_once_and_trained_for_all_epochs():
    sentences = (["a", "b", "c"] for _ in range(100))
    model = train(sentences, SMALL)
    assert [record.passed for record in model.history] == [300, 300]
    with pytest.raises(W2VError, match="already used up"):
        train(sentences, SMALL)


def test_subsampling_and_order_do_not_depend_on_the_form_of_the_corpus(tmp_path):
    sentences = [["x", "y", "z", "x"], ["y", "z"]] * 50
    (tmp_path / "corpus.txt").write_text("\n".join(" ".join(s) for s in sentences))
    forms = [sentences, [" ".join(s) for s in sentences], tmp_path / "corpus.txt", iter(sentences)]
    tables = [train(form, SMALL.replace(sample=0.1)).tables["input"] for form in forms]
    for one, other in itertools.pairwise(tables):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("corpus", "settings", "sentence"),
    [
        ([["a"], ["b"]] * 10, {}, "No word of the 20 in the text has a neighbour"),
        ([["a", "b", "c"]] * 200, {"alpha": 1e30, "head": "softmax", "engine": "reference"}, "diverged in epoch 1"),
        ([["a", "b"]], {"head": "nosuch"}, "no head 'nosuch'; there are: hs, ns"),
        ([["a", "b"]], {"engine": "tpu"}, "no engine 'tpu'; there are: auto, cpu, reference"),
        ([["a", "b"]], {"engine": "cpu", "device": "cuda"}, "cannot train this: device 'cuda' is not the CPU"),
        ([["a", "b"]], {"min_count": 5}, "min_count"),
        ([["a", "a"]], {}, "at least two different words"),
    ],
)
def test_a_run_that_cannot_succeed_ends_with_a_sentence(corpus, settings, sentence):
    with pytest.raises(W2VError, match=sentence):
        train(corpus, SMALL.replace(**settings))


def test_a_callback_may_end_the_run_and_its_reason_is_told():
    told = []

    class Enough(Callback):
        def on_epoch_end(self, model):
            if len(model.history) == 2:
                raise StopTraining("Two epochs are enough.")

    class Listener(Callback):
        def on_epoch_end(self, model):
            told.append(len(model.history))

        def on_note(self, sentence):
            told.append(sentence)

    model = train([["a", "b"]] * 400, SMALL.replace(epochs=5), callbacks=[Enough(), Listener()])
    assert told == [1, 2, "Two epochs are enough."]
    assert len(model.history) == 2


@pytest.mark.parametrize("engine", ["cpu", "reference"])
def test_a_run_that_is_broken_off_and_resumed_has_the_bits_of_one_that_was_not(engine):
    config = SMALL.replace(engine=engine, epochs=4)
    with open_stream([["a", "b", "c", "d"]] * 500, min_count=1) as stream:
        whole = train_blocks(stream, config)

        class Break(Callback):
            def on_epoch_end(self, model):
                if len(model.history) == 2:
                    raise StopTraining("")

        half = train_blocks(stream, config, callbacks=[Break()])
        resumed = train_blocks(stream, config, resume=half)
        assert [record.epoch for record in resumed.history] == [1, 2, 3, 4]
        for one, other in zip(resumed.tables.values(), whole.tables.values(), strict=True):
            np.testing.assert_array_equal(one, other)
        with pytest.raises(W2VError, match="other settings: window 5, now 3"):
            train_blocks(stream, config.replace(window=3), resume=half)
    with open_stream([["a", "b", "e"]] * 500, min_count=1) as stream, pytest.raises(W2VError, match="other vocabulary"):
        train_blocks(stream, config, resume=half)


PROSE = ["The cat sat, and the dog barked.", "A cat ran."] * 40


class Notes(Callback):
    def __init__(self):
        self.heard = []

    def on_note(self, sentence):
        self.heard.append(sentence)


def test_the_tokenizer_that_was_chosen_is_what_the_settings_say():
    model = train(PROSE, SMALL)
    assert model.config.tokenizer == "words"
    assert {"the", "cat", "sat"} < set(model.vocab.words)
    assert train([line.split() for line in PROSE], SMALL).config.tokenizer == "auto", "of tokens nothing is chosen"
    assert train(PROSE, SMALL, tokenizer=str.split).config.tokenizer == "function", "which has no name to be saved by"


def test_a_run_goes_on_with_the_tokenizer_that_it_began_with(tmp_path, monkeypatch):
    """Also where another would be chosen now, and where it was the default of an earlier version."""

    class Stop(Callback):
        def on_epoch_end(self, model):
            raise StopTraining

    for number, tokenizer in enumerate(("auto", "whitespace")):
        folder = tmp_path / str(number)
        train(PROSE, SMALL.replace(tokenizer=tokenizer), callbacks=Stop(), checkpoint=Checkpoint(folder, every=1))
        with monkeypatch.context() as patch:
            patch.setattr(stream_room, "choose", lambda *_: pytest.fail("nothing is left to choose"))
            model = train(PROSE, SMALL, checkpoint=folder, resume=True)
        assert len(model.history) == 2
        assert model.config.tokenizer == {"auto": "words"}.get(tokenizer, tokenizer)
        assert ("sat," in model.vocab.words) == (tokenizer == "whitespace")


def test_what_is_remarked_on_the_text_is_a_note():
    notes = Notes()
    train(PROSE, SMALL.replace(tokenizer="whitespace"), callbacks=notes)
    assert notes.heard[0].startswith("Of the 9 words ")


def test_what_is_held_out_is_not_trained_on():
    """A word that occurs in the held-out blocks alone keeps the vector it began with."""
    sentences = [["a", "b", "c", "d", "e"]] * 10_000
    sentences[9_000:9_500] = [["a", "secret"]] * 500  # in block 5 of 6
    with open_stream(sentences, min_count=1) as stream:
        rest, held_out = stream.split(1 / 6)
        secret = stream.vocab.key_to_index["secret"]
        if secret not in held_out.block(0):
            rest, held_out = held_out, rest
        model, untrained = (
            train_blocks(rest, SMALL.replace(epochs=n, alpha=a, min_alpha=0)) for n, a in ((2, 0.1), (1, 1e-30))
        )
    np.testing.assert_array_equal(model.tables["input"][secret], untrained.tables["input"][secret])
    assert (model.tables["input"][0] != untrained.tables["input"][0]).any()


def test_the_held_out_sentences_of_a_lesson_are_told_and_a_resumed_run_holds_out_the_same(tmp_path):
    class Heard(Callback):
        def __init__(self):
            self.notes = []

        def on_note(self, sentence):
            self.notes.append(sentence)

    lesson = [["the", word, "saw", "the", "cat"] for word in "abcdefghij"]
    config, heard = SMALL.replace(epochs=3, min_count=1), Heard()
    how = {"checkpoint": Checkpoint(tmp_path / "run"), "callbacks": heard}
    with pytest.warns(UserWarning, match="The held-out part has only 26 examples"):
        whole = train(lesson, config, held_out=0.2, **how)
    line = "held out      2 of 10 sentences, 10 words; words that stand only there, and so are not learned: 2"
    assert line in heard.notes
    assert {record.passed for record in whole.history} == {40}
    early = Model.load(min((tmp_path / "run").iterdir()))
    assert len(early.history) == 1
    with pytest.warns(UserWarning, match="only 26 examples"):
        resumed = train(lesson, config, held_out=0.2, resume=early)
    assert [record.scores["held_out"] for record in resumed.history] == [r.scores["held_out"] for r in whole.history]
    with pytest.raises(W2VError, match="Hold out the same share of the same text"):
        train(lesson, config, held_out=0.34, resume=early)


@pytest.mark.parametrize("resume", ["folder", Word2Vec(), 3], ids=lambda value: type(value).__name__)
def test_what_is_no_model_to_resume_from_is_told(resume):
    with pytest.raises(W2VError, match=r"expected a Model: w2v.latest\(folder\), or "):
        train([["a", "b"]] * 20, SMALL, resume=resume)


@pytest.mark.parametrize("head", ["ns", "softmax"])
@pytest.mark.parametrize("engine", ["cpu", "reference"])
def test_no_blocks_at_all_are_told(head, engine):
    blocks = IdBlocks(np.array([], np.int32), Vocabulary(["a", "b"], np.array([2, 1])), 0)
    with pytest.raises(W2VError, match="No word of the 0 in the text has a neighbour"):
        train_blocks(blocks, Config(head=head, engine=engine))


def test_each_epoch_visits_all_blocks_in_an_order_of_its_own(monkeypatch):
    """In the text's own order the last pages would have the last word."""
    visited = []
    train_block = CpuEngine.train_block

    def listen(self, block, epoch, index, alpha):
        if len(block):  # not the warm-up
            visited.append((epoch, index))
        return train_block(self, block, epoch, index, alpha)

    monkeypatch.setattr(CpuEngine, "train_block", listen)
    with open_stream([["a", "b", "c"]] * 30_000, min_count=1) as stream:
        for _ in range(2):
            train_blocks(stream, SMALL)
    once, again = visited[: len(visited) // 2], visited[len(visited) // 2 :]
    assert once == again  # the seed fixes it
    orders = [[index for epoch, index in once if epoch == e] for e in (0, 1)]
    assert all(sorted(order) == list(range(stream.n_blocks)) for order in orders)
    assert orders[0] != orders[1] != sorted(orders[1])


@pytest.mark.parametrize("settings", [{}, {"head": "pmi"}, {"engine": "reference", "chunk": 512}], ids=str)
def test_an_interrupted_run_trains_no_further_blocks(settings, monkeypatch):
    """Else Ctrl-C waits for all blocks that were handed to threads, which for softmax may take hours."""
    engine, trained = engine_class(SMALL.replace(**settings))[0], []
    train_block = engine.train_block

    def listen(self, *arguments):
        loss = train_block(self, *arguments)
        trained.append(loss.examples > 0)
        time.sleep(0.02)  # that of the test has time, too
        return loss

    class Impatient(Callback):
        def on_block(self, progress):
            raise KeyboardInterrupt

    monkeypatch.setattr(engine, "train_block", listen)
    monkeypatch.setattr(cooccurrence, "BLOCK", 50)
    words = np.random.default_rng(0).integers(0, 300, 400_000).astype(str).reshape(-1, 20).tolist()
    with pytest.raises(KeyboardInterrupt):
        train(words, SMALL.replace(**settings), callbacks=[Impatient()])
    assert 0 < sum(trained) < 25  # of 42, and once more as many


@pytest.mark.parametrize(
    ("settings", "most"),
    [
        ({}, 32),  # ns: a negative sample for every hidden vector, or SimLex-999 suffers
        ({"shared_negatives": 16}, 16),
        ({"arch": "cbow"}, 64),
        ({"head": "hs"}, 64),
        ({"head": "hs", "tree": "balanced"}, 16),  # 64 diverged on Wikipedia, 32 did not
        ({"head": "softmax"}, 64),  # 128 diverged there
        ({"head": "softmax", "arch": "cbow"}, 128),
    ],
    ids=str,
)
def test_the_longest_chunk_suits_the_objective(settings, most):
    """On a text whose words are all rare, nothing else shortens it."""
    counts, keep = np.full(50_000, 5), np.full(50_000, 1 << 32, np.uint64)
    assert chunk_size(Config(**settings), counts, keep) == most
