"""Watching a run: scores are those of the model as it stands, stopping keeps the best, and a checkpoint is the run."""

import itertools
import json
import shutil

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from w2v import evaluation
from w2v.base.config import Config
from w2v.cli import app
from w2v.corpus.blocks import IdBlocks
from w2v.corpus.stream import open_stream
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError
from w2v.models.history import EpochRecord
from w2v.models.model import Model
from w2v.training import evaluate
from w2v.training.callbacks import Callback
from w2v.training.checkpoint import Checkpoint, latest
from w2v.training.early_stopping import EarlyStopping
from w2v.training.evaluate import Evaluate
from w2v.training.likelihood import held_out_examples, likelihood
from w2v.training.train import train, train_blocks

SMALL = Config(vector_size=8, min_count=1, sample=0, workers=1, epochs=3)


@pytest.fixture(scope="module")
def sentences(planted):
    """Enough for some blocks of 10,000 words."""
    return planted[0] * 3


@pytest.fixture
def pairs(tmp_path):
    path = tmp_path / "topics.tsv"
    path.write_text("red1 red2 9\nred1 sea2 1\nsea3 sea4 8\noak1 sun2 2\nsun1 sun5 9\ncat1 dragon 4\n")
    return path


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "questions.txt"
    path.write_text(": topics\nred1 red2 red3 red4\nsea1 sea2 sea3 sea4\nred1 red2 dragon sea1\n")
    return path


class Remember(Callback):
    """Keeps a copy of the tables after each epoch."""

    def __init__(self):
        self.models = []

    def on_epoch_end(self, model):
        self.models.append(model.copy())


def test_scores_are_those_of_the_model_after_each_epoch(sentences, pairs, questions):
    remember = Remember()
    with open_stream(sentences, min_count=1) as stream:
        rest, held_out = stream.split(0.3)
        watching = Evaluate(held_out=held_out, analogies=questions, similarity=[pairs])
        model = train_blocks(rest, SMALL, callbacks=[watching, remember])
        examples = held_out_examples(held_out, SMALL)
    assert [list(record.scores) for record in model.history] == [["held_out", "analogies", "topics"]] * 3
    for then, record in zip(remember.models, model.history, strict=True):
        table = (then.vocab.words, then.tables["input"])
        assert record.scores == {
            "held_out": likelihood(then, examples).nats,
            "analogies": evaluation.score_analogies(*table, evaluation.read_questions(questions)).accuracy,
            "topics": evaluation.score_similarity(*table, evaluation.read_pairs(pairs)).spearman,
        }
    nats = [record.scores["held_out"] for record in model.history]
    assert nats == sorted(nats, reverse=True)
    assert nats[-1] < np.log(len(model.vocab)) - 0.5  # the topics are found: better than any word being as likely


def test_train_holds_out_a_share_and_trains_on_the_rest(sentences):
    whole = train(sentences, SMALL)
    heard = []

    class Listener(Callback):
        def on_epoch_end(self, model):
            heard.append(model.history[-1].scores["held_out"])

    part = train(sentences, SMALL, held_out=0.3, callbacks=[Listener()])
    assert part.history[0].passed < 0.8 * whole.history[0].passed
    assert part.vocab.words == whole.vocab.words
    assert heard == [record.scores["held_out"] for record in part.history]
    assert (part.tables["input"] != whole.tables["input"]).any()


def test_every_few_epochs_and_always_after_the_first_and_the_last(sentences, pairs):
    model = train(sentences[:200], SMALL.replace(epochs=6), callbacks=[Evaluate(every=2, similarity=pairs)])
    assert [bool(record.scores) for record in model.history] == [True, False, True, False, True, True]


def test_few_held_out_examples_are_warned_of(sentences):
    with open_stream(sentences, min_count=1) as stream:
        rest, held_out = stream.split(0.3)
        held_out = IdBlocks(np.array([1, 2, 3, -1] * 10, np.int32), held_out.vocab, 30)
        with pytest.warns(UserWarning, match=r"only \d+ examples; below 1,000"):
            train_blocks(rest, SMALL.replace(epochs=1), callbacks=[Evaluate(held_out=held_out)])


def run(callback, values, *, name="held_out", config=None, other=None):
    """A planned run: each epoch's score is given, and its tables hold its number. Returns the epochs that were run."""
    config = config or SMALL.replace(epochs=len(values))
    tables = {"input": np.zeros((2, 2)), "output": np.zeros((2, 2))}
    model = Model(config, Vocabulary(["a", "b"], np.array([2, 1])), tables, [])
    callback.on_train_begin(model)
    for epoch, value in enumerate(values, start=1):
        for table in model.tables.values():
            table[:] = epoch
        scores = {} if value is None else {**(other or {}), name: value}
        model.history.append(EpochRecord(epoch, 1.0 / epoch, 10, 10, 1.0, scores))
        try:
            callback.on_epoch_end(model)
        except Exception as stop:
            return epoch, stop
    return len(values), None


@pytest.mark.parametrize(
    ("options", "name", "values", "ends", "best"),
    [
        ({}, "held_out", [5, 4, 3, 2, 1], 5, 5),
        ({}, "held_out", [5, 4, 4.5, 4.2, 1], 4, 2),
        ({}, "held_out", [5, 4, 4.5, 3.9, 4, 4, 1], 6, 4),
        ({"patience": 1}, "held_out", [5, 5, 1], 2, 1),
        ({"least": 0.5}, "held_out", [5, 4.8, 4.6, 1], 3, 1),
        ({"score": "analogies"}, "analogies", [0.1, 0.3, 0.2, 0.25, 0.9], 4, 2),
        ({"score": None}, "wordsim", [0.3, 0.2, 0.1, 0.9], 3, 1),
        ({"score": "wordsim"}, "wordsim", [0.3, None, 0.2, None, None, 0.1, None, 0.9], 6, 1),
        ({"score": "wordsim"}, "wordsim", [float("nan"), 0.2, 0.3], 3, 3),
        ({"score": "loss"}, "held_out", [1, 2, 3, 4], 4, 4),
    ],
)
def test_a_run_stops_when_its_score_gets_no_better_and_the_best_is_kept(options, name, values, ends, best):
    stopping = EarlyStopping(**options)
    ended, _ = run(stopping, values, name=name)
    assert ended == ends
    assert stopping.best_epoch == stopping.best.history[-1].epoch == best
    assert (stopping.best.tables["input"] == best).all()
    assert (stopping.best.tables["output"] == best).all()


def test_the_reason_for_stopping_is_a_sentence():
    _, stop = run(EarlyStopping(), [5, 4, 4.5, 4.2, 1])
    assert str(stop) == (
        "Stopped after epoch 4: held_out has not improved for 2 evaluations. Its best, 4.0000, was after epoch 2."
    )


def test_a_real_run_is_stopped_and_the_reason_told(sentences, pairs):
    notes = []

    class Listener(Callback):
        def on_note(self, sentence):
            notes.append(sentence)

    stopping = EarlyStopping("topics", patience=2, least=10)  # no correlation rises by ten
    watching = [Evaluate(similarity=pairs), stopping, Listener()]
    model = train(sentences[:300], SMALL.replace(epochs=9), callbacks=watching)
    assert len(model.history) == 3
    assert "Stopped after epoch 3: topics has not improved for 2 evaluations" in notes[-1]
    assert len(stopping.best.history) == stopping.best_epoch == 1
    assert (stopping.best.tables["input"] != model.tables["input"]).any()


def test_stopping_without_its_score_says_which_there_are(sentences, pairs):
    with pytest.raises(W2VError, match="waits for the score 'held_out', and epoch 1 has only: loss, topics"):
        train(sentences[:200], SMALL, callbacks=[Evaluate(similarity=pairs), EarlyStopping("held_out")])
    with pytest.raises(W2VError, match="waits for the score 'topics', and epoch 1 has only: loss"):
        train(sentences[:200], SMALL, callbacks=[EarlyStopping("topics"), Evaluate(similarity=pairs)])
    with pytest.raises(W2VError, match="waits for a score, and there are only: loss"):
        train(sentences[:200], SMALL, callbacks=[EarlyStopping()])


@pytest.mark.parametrize("engine", ["cpu", "reference"])
@pytest.mark.parametrize("head", ["ns", "hs"])
def test_a_run_broken_off_and_resumed_has_the_bits_of_the_unbroken_one(sentences, pairs, tmp_path, engine, head):
    config = SMALL.replace(head=head, engine=engine, chunk=64)
    fast = engine == "cpu"
    text, held_out = sentences if fast else sentences[:200], 0.34 if fast else 0.0

    def watching():
        return [Evaluate(similarity=pairs), Checkpoint(tmp_path / "kept")]

    class PullThePlug(Callback):
        def on_block(self, progress):
            if progress.epoch == 3:
                raise KeyboardInterrupt

    unbroken = train(text, config, callbacks=watching()[:1], held_out=held_out)
    assert latest(tmp_path / "kept") is None
    with pytest.raises(KeyboardInterrupt):
        train(text, config, callbacks=[*watching(), PullThePlug()], held_out=held_out)
    resumed = train(text, config, callbacks=watching(), resume=latest(tmp_path / "kept"), held_out=held_out)
    for one, other in zip(resumed.tables.values(), unbroken.tables.values(), strict=True):
        np.testing.assert_array_equal(one, other)
    for one, other in zip(resumed.history, unbroken.history, strict=True):
        assert (one.epoch, one.loss, one.passed, one.scores) == (other.epoch, other.loss, other.passed, other.scores)
    assert latest(tmp_path / "kept").history == resumed.history


def test_a_resumed_run_remembers_its_best(sentences, pairs, tmp_path):
    """Its history is heard again: patience does not begin anew, and the best is known though its tables are not."""
    impossible = {"score": "topics", "patience": 3, "least": 10}
    first = [Evaluate(similarity=pairs), EarlyStopping(**impossible | {"patience": 2}), Checkpoint(tmp_path)]
    train(sentences[:200], SMALL.replace(epochs=9), callbacks=first)
    stopping = EarlyStopping(**impossible)
    watching = [Evaluate(similarity=pairs), stopping]
    model = train(sentences[:200], SMALL.replace(epochs=9), callbacks=watching, resume=latest(tmp_path))
    assert len(model.history) == 4
    assert (stopping.best_epoch, stopping.best) == (1, None)


def test_a_model_resumed_at_its_best_keeps_it(sentences, tmp_path):
    train(sentences[:200], SMALL.replace(epochs=2), callbacks=[Checkpoint(tmp_path)])
    stopping = EarlyStopping("loss")
    before = latest(tmp_path)
    train(sentences[:200], SMALL.replace(epochs=2), callbacks=[stopping], resume=before)
    np.testing.assert_array_equal(stopping.best.tables["input"], before.tables["input"])


@pytest.mark.parametrize("damaged", [False, True])
def test_the_best_of_a_run_that_is_put_aside_behind_it_is_found_again(sentences, tmp_path, damaged):
    """In the midst of the next epoch the tables are no longer those of the best."""
    scores = [3.0, 2.0, 2.5, 2.5]

    class Score(Callback):
        def on_epoch_end(self, model):
            model.history[-1].scores["held_out"] = scores[len(model.history) - 1]

    class BreakOff(Callback):
        def on_pause(self, model):
            if len(model.history) == 2 and model.part.blocks < model.part.n_blocks:
                raise KeyboardInterrupt

    def follow(*others, resume=None):
        stopping, remember = EarlyStopping(patience=2), Remember()
        keep = Checkpoint(tmp_path / "kept", keep=1, seconds=1e-6, best=stopping)
        watching = [Score(), stopping, remember, keep, *others]
        model = train(sentences, SMALL.replace(epochs=9), callbacks=watching, resume=resume)
        return model, stopping, remember

    with pytest.raises(KeyboardInterrupt):
        follow(BreakOff())
    kept = sorted(path.name for path in (tmp_path / "kept").iterdir())
    assert "epoch-0002" in kept
    assert any(name.startswith("epoch-0003-block") for name in kept)
    unbroken = train(sentences, SMALL.replace(epochs=9), callbacks=[Score(), whole := EarlyStopping(patience=2)])
    if damaged:
        (tmp_path / "kept" / "epoch-0002" / "vocab.txt").write_text("a")
        with pytest.warns(UserWarning, match="It was the best epoch so far: if none is better from here on, the last"):
            model, stopping, _ = follow(resume=latest(tmp_path / "kept"))
        assert stopping.best is None
    else:
        model, stopping, _ = follow(resume=latest(tmp_path / "kept"))
        np.testing.assert_array_equal(stopping.best.tables["input"], whole.best.tables["input"])
    assert (stopping.best_epoch, len(model.history)) == (2, 4) == (whole.best_epoch, len(unbroken.history))


def test_a_run_that_had_stopped_trains_no_further_when_it_is_gone_on_with(sentences, tmp_path):
    class Worse(Callback):
        def on_epoch_end(self, model):
            model.history[-1].scores["held_out"] = float(len(model.history))

    def follow(resume=None):
        stopping = EarlyStopping(patience=1)
        keep = Checkpoint(tmp_path / "kept", best=stopping)
        train(sentences[:100], SMALL.replace(epochs=9), callbacks=[Worse(), stopping, keep], resume=resume)
        return stopping

    first, again = follow(), follow(latest(tmp_path / "kept"))
    assert again.best_epoch == first.best_epoch == 1
    np.testing.assert_array_equal(again.best.tables["input"], first.best.tables["input"])
    assert not (tmp_path / "kept" / "epoch-0003").exists()


def test_a_state_that_cannot_be_kept_ends_no_run(sentences, tmp_path, monkeypatch):
    """Where there is no room for another, the older one makes room; where there is none at all, a note tells it."""
    from w2v.models.model import Model as Saved

    save, room = Saved.save_checkpoint, [2]

    def full(model, folder):
        if len(list(folder.parent.glob("epoch-*"))) >= room[0]:
            raise W2VError("The disk is full.")
        save(model, folder)

    monkeypatch.setattr(Saved, "save_checkpoint", full)
    train(sentences[:100], SMALL, callbacks=[Checkpoint(tmp_path / "kept")])
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == ["epoch-0002", "epoch-0003"]
    room[0] = 0
    with pytest.warns(UserWarning, match=r"could not be kept, and training goes on\. The disk is full\."):
        model = train(sentences[:100], SMALL, callbacks=[Checkpoint(tmp_path / "other")])
    assert len(model.history) == 3


def test_all_callbacks_are_told_of_the_end(sentences, tmp_path):
    """A folder of states is free again, whatever another callback raises."""

    class Raises(Callback):
        def on_train_end(self):
            raise ValueError("mine")

    keep = Checkpoint(tmp_path / "kept")
    with pytest.raises(ValueError, match="mine"):
        train(sentences[:50], SMALL, callbacks=[Raises(), keep])
    assert not [path.name for path in tmp_path.iterdir() if path.name.endswith(".lock")]


def test_only_the_newest_checkpoints_are_kept(sentences, tmp_path):
    train(sentences[:100], SMALL.replace(epochs=5), callbacks=[Checkpoint(tmp_path / "all", every=2)])
    assert sorted(path.name for path in (tmp_path / "all").iterdir()) == ["epoch-0002", "epoch-0004", "epoch-0005"]
    train(sentences[:100], SMALL.replace(epochs=5), callbacks=[Checkpoint(tmp_path / "some", keep=2)])
    assert sorted(path.name for path in (tmp_path / "some").iterdir()) == ["epoch-0004", "epoch-0005"]
    assert len(latest(tmp_path / "some").history) == 5


def test_of_many_epochs_about_twenty_are_kept(sentences, tmp_path):
    """A class-room's text is passed five hundred times; a folder each would be 100 MB."""
    train(sentences[:3], SMALL.replace(epochs=110), callbacks=[Checkpoint(tmp_path / "kept")])
    kept = sorted(int(path.name.removeprefix("epoch-")) for path in (tmp_path / "kept").iterdir())
    assert kept == [*range(6, 109, 6), 110]
    assert len(train(sentences[:3], SMALL.replace(epochs=110), resume=latest(tmp_path / "kept")).history) == 110


def test_a_damaged_checkpoint_is_passed_over_for_the_one_before(sentences, tmp_path):
    train(sentences[:100], SMALL, callbacks=[Checkpoint(tmp_path)])
    (tmp_path / ".epoch-0004.x7").mkdir()
    assert len(latest(tmp_path).history) == 3
    (tmp_path / "epoch-0003" / "history.json").write_text(json.dumps([{"epoch": 1}]))
    with pytest.warns(UserWarning, match=r"damaged.* Going on from epoch-0002 before it\."):
        earlier = latest(tmp_path)
    assert len(earlier.history) == 2
    assert len(train(sentences[:100], SMALL, callbacks=[Checkpoint(tmp_path)], resume=earlier).history) == 3
    assert len(latest(tmp_path).history) == 3, "the damaged one was replaced"
    for path in tmp_path.glob("epoch-*"):
        (path / "config.json").write_text("{")
    with pytest.raises(W2VError, match="epoch-0003"):
        latest(tmp_path)


def test_another_runs_checkpoints_are_not_written_over(sentences, tmp_path):
    train(sentences[:100], SMALL, callbacks=[Checkpoint(tmp_path)])
    with pytest.raises(W2VError, match=r"holds checkpoints up to epoch 3, and this run begins after epoch 0\. Resume"):
        train(sentences[:100], SMALL, callbacks=[Checkpoint(tmp_path)])


def test_a_run_is_not_resumed_on_another_part_of_the_text(sentences):
    earlier = train(sentences, SMALL.replace(epochs=1), held_out=0.3)
    with pytest.raises(W2VError, match="Hold out the same share of the same text"):
        train(sentences, SMALL.replace(epochs=1), resume=earlier)


MISTAKES = [
    (lambda path: Evaluate(), "nothing to score on"),
    (lambda path: Evaluate(every=0, similarity=path), "every is 0; expected a number of epochs"),
    (lambda path: Evaluate(similarity="missing.tsv"), "missing.tsv cannot be read"),
    (lambda path: Evaluate(similarity=[path, path]), "Two scores would be called 'topics'"),
    (lambda path: Evaluate(similarity=path.rename(path.with_name("loss.tsv"))), "Two scores would be called 'loss'"),
    (lambda path: EarlyStopping(patience=0), "patience is 0; expected a number of evaluations"),
    (lambda path: EarlyStopping(least=-1), "least is -1; expected a difference"),
    (lambda path: Checkpoint(path, every=0), "Checkpoint's every is 0; expected a whole number, at least 1"),
    (lambda path: Checkpoint(path, keep=0), "keep is 0; expected a whole number, at least 1"),
    (lambda path: Checkpoint(path.with_name("x"), seconds="10m"), "seconds is '10m'; expected a number above 0"),
    (lambda path: Checkpoint(path.with_name("x"), best="ns"), "best is 'ns'; expected an EarlyStopping"),
    (lambda path: Checkpoint(path), "topics.tsv is no folder"),
    (lambda path: Checkpoint(""), "states is ''; expected a path"),
    (lambda path: latest(3), "states is 3; expected a path"),
]


@pytest.mark.parametrize(("make", "sentence"), MISTAKES, ids=[sentence[:30] for _, sentence in MISTAKES])
def test_a_mistake_is_a_sentence(pairs, make, sentence):
    with pytest.raises(W2VError, match=sentence):
        make(pairs)


def test_questions_about_unknown_words_are_refused_before_training(sentences, tmp_path):
    (tmp_path / "q.txt").write_text(": capitals\nathens greece oslo norway\n")
    (tmp_path / "p.tsv").write_text("red1 red2 9\nred1 sea2 1\nred1 dragon 2\n")
    for options, told in [
        ({"analogies": tmp_path / "q.txt"}, "'analogies' would mean nothing: of its 1 line 0 have"),
        ({"similarity": tmp_path / "p.tsv"}, "'p' would mean nothing: of its 3 lines 2 have"),
    ]:
        with pytest.raises(W2VError, match=told):
            train(sentences[:100], SMALL, callbacks=[Evaluate(**options)])


def test_several_files_of_questions_go_by_their_names(sentences, questions):
    more = questions.with_name("more.txt")
    more.write_text(questions.read_text())
    model = train(sentences[:100], SMALL, callbacks=[Evaluate(analogies=[questions, more])])
    assert list(model.history[-1].scores) == ["questions", "more"]


def test_measuring_is_no_training_time(sentences, pairs, monkeypatch):
    """The clock moves by an hour while scores are taken, and the history does not show it."""
    now = itertools.count()
    hours = [0]
    monkeypatch.setattr("w2v.training.loop.time.perf_counter", lambda: next(now) + 3600 * hours[0])

    class Slow(Evaluate):
        def on_epoch_end(self, model):
            hours[0] += 1
            super().on_epoch_end(model)

    model = train(sentences[:100], SMALL, callbacks=[Slow(similarity=pairs)])
    assert all(record.seconds < 100 for record in model.history)


def test_the_command_line_watches_and_resumes(sentences, pairs, tmp_path):
    """All options at once; the run stops early, the best model is saved, and --resume goes on behind the checkpoint."""
    (tmp_path / "text.txt").write_text("\n".join(map(" ".join, sentences)))
    settings = ["--vector-size", "8", "--min-count", "1", "--sample", "0", "--workers", "1", "--epochs", "4"]
    watching = ["--held-out", "0.3", "--similarity", str(pairs), "--checkpoint", str(tmp_path / "kept")]
    command = ["train", str(tmp_path / "text.txt"), *settings, *watching]
    done = CliRunner().invoke(app, [*command, "--patience", "1", "-o", str(tmp_path / "m")])
    assert done.exit_code == 0, done.output
    model = Model.load(tmp_path / "m")
    assert list(model.history[-1].scores) == ["held_out", "topics"]
    assert f"held_out {model.history[0].scores['held_out']:.4f}" in done.stderr
    assert f"best          after epoch {len(model.history)}: that model is saved" in done.stderr

    again = CliRunner().invoke(app, [*command, "-o", str(tmp_path / "n")])
    assert isinstance(again.exception, W2VError)
    assert "holds checkpoints up to epoch" in str(again.exception)
    shutil.rmtree(tmp_path / "kept" / "epoch-0004", ignore_errors=True)
    there = len(latest(tmp_path / "kept").history)
    resumed = CliRunner().invoke(app, [*command, "--resume", "-o", str(tmp_path / "n")])
    assert resumed.exit_code == 0, resumed.output
    assert f"Going on after epoch {there} of 4.\nepoch {there + 1} " in resumed.stderr
    assert len(Model.load(tmp_path / "n").history) == 4


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--patience", "2"], "--patience needs a score to watch"),
        (["--checkpoint-every", "soon"], "--checkpoint-every is 'soon'; expected a time above 0, such as 10m"),
        (["--checkpoint", "x", "--no-checkpoint"], "Both --checkpoint and --no-checkpoint are given"),
        (["--held-out", "0.7"], "The held-out share is 0.7"),
        (["--similarity", "missing.tsv"], "missing.tsv cannot be read"),
    ],
)
def test_a_mistake_on_the_command_line_is_a_sentence(sentences, tmp_path, options, sentence):
    (tmp_path / "text.txt").write_text("\n".join(map(" ".join, sentences[:100])))
    done = CliRunner().invoke(app, ["train", str(tmp_path / "text.txt"), "-o", str(tmp_path / "x"), *options])
    assert isinstance(done.exception, W2VError)
    assert sentence in str(done.exception)
    assert not (tmp_path / "x").exists()


def test_few_held_out_numbers_are_measured_by_one_thread_and_then_there_are_as_many_as_before(monkeypatch):
    text, used = [["a", "b", "c", "d"]] * 20, []
    measure = lambda model, examples: used.append(torch.get_num_threads()) or likelihood(model, examples)  # noqa: E731
    monkeypatch.setattr("w2v.training.evaluate.likelihood", measure)
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        for small in (evaluate.SMALL, 1):
            monkeypatch.setattr(evaluate, "SMALL", small)
            with pytest.warns(UserWarning, match="The held-out part has only"):
                train(text, Config(epochs=1, vector_size=4, workers=1), held_out=0.2)
            assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
    assert used == [1, 2]
