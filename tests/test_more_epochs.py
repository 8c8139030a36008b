"""A run that is resumed with another number of epochs goes on to that, and the learning rate follows the new number."""

import killed_runs
import numpy as np
import pytest
from typer.testing import CliRunner

from w2v import Callback, Checkpoint, Config, PoincareConfig, StopTraining, train
from w2v.cli import app
from w2v.errors import W2VError
from w2v.hyperbolic.embedding import Embedding
from w2v.hyperbolic.relations import Relations
from w2v.hyperbolic.trainer import train_relations
from w2v.models.model import Model
from w2v.training.text_trainer import learning_rate

SENTENCES = [["a", "b", "c", "d"]] * 300
TEXT = Config(vector_size=4, min_count=1, workers=1, epochs=2, alpha=0.04)
EDGES = Relations.of(killed_runs.EDGES, closure=True)


class Heard(Callback):
    """Notes, the rate at the end of each epoch, and the first model; stops the run after so many epochs."""

    def __init__(self, most=None):
        self.notes, self.rates, self.first, self.most = [], {}, None, most

    def on_train_begin(self, model):
        self.first = model.copy()

    def on_note(self, sentence):
        self.notes.append(sentence)

    def on_block(self, progress):
        self.rates[progress.epoch] = progress.alpha

    def on_epoch_end(self, model):
        if len(model.history) == self.most:
            raise StopTraining("Enough.")


def text(config, heard=None, **options):
    return train(SENTENCES, config, callbacks=[heard or Heard()], **options)


def test_a_run_that_has_ended_goes_on_and_says_with_which_rate():
    short, heard = text(TEXT), Heard()
    assert short.complete
    longer = text(TEXT.replace(epochs=4), heard, resume=short)
    told = "Going on after epoch 2 of 4 instead of 2: the learning rate follows the new number, and goes on at 0.0201."
    assert told in heard.notes
    assert [record.epoch for record in longer.history] == [1, 2, 3, 4]
    assert longer.history[:2] == short.history
    assert heard.rates == {3: learning_rate(longer.config, 0.75), 4: learning_rate(longer.config, 1)}
    assert (longer.config.epochs, longer.complete) == (4, True)
    assert text(longer.config, resume=longer) is longer, "with the same epochs nothing is left to do"


def test_a_run_that_was_broken_off_may_end_earlier_but_not_before_where_it_is(tmp_path):
    half = text(TEXT.replace(epochs=9), Heard(most=3))
    heard = Heard()
    assert len(text(TEXT.replace(epochs=4), heard, resume=half).history) == 4
    assert any("Going on after epoch 3 of 4 instead of 9: " in note for note in heard.notes)
    assert text(TEXT.replace(epochs=3), resume=half).complete
    with pytest.raises(W2VError, match=r"has trained 3 epochs, and epochs=2 is less\. Give more"):
        text(TEXT, resume=half)


def test_what_followed_from_the_number_of_epochs_stays_and_what_is_left_open_is_what_the_run_began_with():
    short = text(TEXT)
    longer = text(TEXT.replace(epochs=2000), Heard(most=3), resume=short)
    assert longer.config.sample == short.config.sample
    assert text(TEXT.replace(epochs=None), resume=short) is short


def test_counted_pairs_go_on_from_a_state_and_a_model_without_one_is_a_sentence(tmp_path):
    config = TEXT.replace(head="pmi")
    kept = {"checkpoint": tmp_path / "kept", "resume": True}
    short = text(config, **kept)
    assert len(text(config.replace(epochs=3), **kept).history) == 3
    with pytest.raises(W2VError, match="A saved model keeps its tables only"):
        text(config.replace(epochs=3), resume=short)


@pytest.mark.parametrize("space", ["poincare", "lorentz", "euclidean"])
def test_relations_go_on_behind_the_phases_that_are_over(space):
    config = PoincareConfig(space=space, vector_size=3, epochs=20, workers=1)
    first, then = Heard(), Heard()
    short = train_relations(EDGES, config, first, snapshots=8)
    longer = train_relations(EDGES, config.replace(epochs=60), then, snapshots=8, resume=short)
    assert any("again in the middle of their relatives" in note for note in first.notes)
    assert not any("again in the middle of their relatives" in note for note in then.notes)
    assert "Going on after epoch 20 of 60 instead of 20: the learning rate" in then.notes[0]
    np.testing.assert_allclose(then.first.points, short.points, atol=1e-9)
    assert len(longer.history) == 60
    assert longer.history[-1].loss < short.history[-1].loss
    assert sorted(longer.snapshots) == [0, 8, 16, 24, 32, 40, 48, 56, 60]
    rates = [then.rates[epoch] for epoch in range(21, 61)]
    assert rates == sorted(rates, reverse=True)
    half = train_relations(EDGES, config.replace(epochs=60), Heard(most=30), resume=short, snapshots=8)
    again = train_relations(EDGES, config.replace(epochs=60), resume=half, snapshots=8)
    assert again.history[-1].loss == pytest.approx(longer.history[-1].loss, rel=1e-3 if space == "lorentz" else 1e-12)
    assert sorted(again.snapshots) == sorted(longer.snapshots)


@pytest.mark.parametrize(
    ("begun", "epochs", "phases"),
    [(0, 200, (80, 120)), (30, 200, (80, 120)), (45, 200, (40, 120)), (61, 200, (40, 60)), (30, 50, (30, 30))],
)
def test_phases_that_are_over_stay_and_others_follow(begun, epochs, phases):
    config = PoincareConfig(epochs=100)
    assert (config.burn_in_epochs, config.restart_epochs) == (40, 60)
    longer = config.going_on(epochs, begun)
    assert (longer.burn_in_epochs, longer.restart_epochs) == phases
    assert PoincareConfig(epochs=100, restart=0).going_on(epochs, begun).restart == 0
    assert config.going_on(100, begun) == config


def invoke(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)])


@pytest.mark.parametrize("kind", ["text", "relations"])
def test_the_command_line_goes_on_with_the_model_that_is_there(tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.txt").write_text("\n".join(map(" ".join, SENTENCES)))
    (tmp_path / "r.tsv").write_text("\n".join(f"{child}\t{parent}" for child, parent in killed_runs.EDGES))
    text = ["train", "t.txt", "-o", "m", "--vector-size", "4", "--min-count", "1", "--workers", "1", "--sample", "0"]
    relations = ["poincare", "train", "r.tsv", "-o", "m", "--vector-size", "2", "--workers", "1", "--closure"]
    command, load = (text, Model.load) if kind == "text" else (relations, Embedding.load)
    assert invoke(*command, "--epochs", 2).exit_code == 0
    same = invoke(*command, "--epochs", 2, "--resume")
    assert "The run is complete: it ended after epoch 2. Nothing is left to do." in same.stderr
    fewer = invoke(*command, "--epochs", 1, "--resume")
    assert "The run to go on with has trained 2 epochs, and --epochs 1 is less" in str(fewer.exception)
    assert len(load(tmp_path / "m").history) == 2

    more = invoke(*command, "--epochs", 4, "--resume")
    assert more.exit_code == 0, more.exception
    assert "Going on after epoch 2 of 4 instead of 2: the learning rate follows the new number" in more.stderr
    model = load(tmp_path / "m")
    assert (len(model.history), model.complete) == (4, True)
    assert not (tmp_path / "m.unfinished").exists()

    keep = Checkpoint(tmp_path / "m.unfinished")  # as of a run to six epochs that was broken off
    if kind == "text":
        train(tmp_path / "t.txt", model.config.replace(epochs=6), callbacks=[Heard(5)], checkpoint=keep, resume=model)
    else:
        train_relations(EDGES, model.config.replace(epochs=6), Heard(5), checkpoint=keep, resume=model)
    assert keep.states()
    last = invoke(*command, "--epochs", 6, "--resume")
    assert last.exit_code == 0, last.exception
    assert "Going on after epoch 5 of 6." in last.stderr
    assert len(load(tmp_path / "m").history) == 6


def test_overwrite_together_with_resume_goes_on_with_what_has_ended(tmp_path):
    (tmp_path / "text.txt").write_text("a b c d\n" * 300)
    asked = ["train", str(tmp_path / "text.txt"), "-o", str(tmp_path / "m"), "--vector-size", "4", "--workers", "1"]
    asked += ["--overwrite", "--resume", "--cache-dir", str(tmp_path / "cache")]
    for epochs in ("2", "4"):
        done = CliRunner().invoke(app, [*asked, "--epochs", epochs])
        assert done.exit_code == 0, done.output
    assert "Going on after epoch 2 of 4" in done.stderr
    assert len(Model.load(tmp_path / "m").history) == 4
