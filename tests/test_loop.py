"""The training loop, by a trainer that trains nothing: what is called in which order, and what the records say."""

import json
import math

import numpy as np
import pytest

from w2v.errors import W2VError
from w2v.models import history
from w2v.models.history import PAIRS, WORDS, EpochRecord
from w2v.training.callbacks import Callback, StopTraining
from w2v.training.loop import Totals, run


class Rehearsal:
    """Three blocks an epoch, of losses that are given; `said` is what was called."""

    n_epochs, n_blocks, alpha, unit = 3, 3, 0.5, PAIRS

    def __init__(self, losses=(6.0, 2.0, 1.0)):
        self.losses, self.said = losses, []

    def begin_epoch(self, epoch):
        self.said.append(("begin", epoch))
        return "It begins." if epoch == 1 else None

    def train_epoch(self, epoch):
        try:
            for loss in self.losses:
                yield Totals(loss, 2.0, 4, 5, 1)
        finally:
            self.said.append(("closed", epoch))

    def end_epoch(self, epoch, totals):
        self.said.append(("end", epoch, totals.passed))
        return "It ended." if epoch == 2 else None

    def learning_rate(self, epoch, passed):
        return self.alpha / (epoch + passed)

    def snapshot(self, history):
        return tuple(history)


class Listener(Callback):
    def __init__(self):
        self.heard = []

    def on_note(self, sentence):
        self.heard.append(sentence)

    def on_train_begin(self, model):
        self.heard.append(len(model))

    def on_block(self, progress):
        self.heard.append(progress)

    def on_epoch_end(self, model):
        self.heard.append(len(model))


def test_epochs_blocks_notes_and_models_come_in_order():
    listener, trainer = Listener(), Rehearsal()
    run(trainer, listener)
    told = ["block" if not isinstance(each, (int, str)) else each for each in listener.heard]
    block = ["block"] * 3
    assert told == [0, *block, 1, "It begins.", *block, 2, *block, "It ended.", 3]
    assert trainer.said[:4] == [("begin", 0), ("closed", 0), ("end", 0, 15), ("begin", 1)]


def test_a_record_holds_the_sums_of_its_epoch_in_the_trainers_unit():
    history = run(Rehearsal(), Callback())
    assert [record.epoch for record in history] == [1, 2, 3]
    for record in history:
        assert (record.loss, record.examples, record.passed, record.unit, record.clamps) == (1.5, 12, 15, PAIRS, 3)


def test_progress_tells_the_mean_so_far_and_the_rate_of_the_trainer():
    listener = Listener()
    run(Rehearsal(), listener)
    first, second, *_ = progress = [each for each in listener.heard if not isinstance(each, (int, str))]
    assert [each.loss for each in (first, second)] == [3.0, 2.0]
    assert [each.fraction for each in progress] == pytest.approx(np.arange(1, 10) / 9)
    assert second.alpha == pytest.approx(0.5 / (2 / 3))
    assert {(each.epochs, each.unit) for each in progress} == {(3, PAIRS)}


def test_a_run_goes_on_behind_its_history():
    before = [EpochRecord(epoch, 1.0, 1, 1, 1.0, unit=PAIRS) for epoch in (1, 2)]
    trainer, listener = Rehearsal(), Listener()
    history = run(trainer, listener, before)
    assert listener.heard[0] == 2
    assert history[:2] == before
    assert [epoch for said, epoch, *_ in trainer.said if said == "begin"] == [2]
    assert len(before) == 2, "the history of the model that is resumed stays its own"


def test_stop_training_ends_the_run_and_its_reason_is_told():
    class Stop(Listener):
        def on_epoch_end(self, model):
            raise StopTraining("Enough.")

    listener = Stop()
    assert len(run(Rehearsal(), listener)) == 1
    assert listener.heard[-1] == "Enough."


def test_an_exception_in_a_callback_closes_what_is_being_trained():
    class Break(Callback):
        def on_block(self, progress):
            raise KeyboardInterrupt

    trainer = Rehearsal()
    with pytest.raises(KeyboardInterrupt) as broken_off:
        run(trainer, Break())
    assert trainer.said == [("begin", 0), ("closed", 0)]
    assert broken_off.traceback  # keeps the iterator alive until here: it is closed, and not just forgotten


@pytest.mark.parametrize("loss", [float("nan"), float("inf")], ids=["nan", "inf"])
def test_a_run_that_diverges_ends_with_the_rate_to_lower(loss):
    with pytest.raises(W2VError, match=rf"diverged in epoch 1: the loss is {loss}. Lower alpha \(0.5\)"):
        run(Rehearsal([1.0, loss, 1.0]), Callback())


SAVED = {
    WORDS: {"epoch": 1, "loss": 2.5, "examples": 30, "words": 12, "seconds": 0.5, "scores": {"held_out": 6.0}},
    PAIRS: {"epoch": 1, "loss": 2.5, "pairs": 30, "clamps": 2, "seconds": 0.5, "scores": {"mean_rank": 6.0}},
}


@pytest.mark.parametrize("unit", SAVED)
def test_histories_of_text_and_of_relations_keep_their_form_on_disk(unit):
    record = EpochRecord.of(SAVED[unit])
    assert (record.unit, record.passed, record.examples) == (unit, SAVED[unit][unit], 30)
    assert record.as_dict() == SAVED[unit]
    assert list(record.as_dict()) == list(SAVED[unit])
    assert f"k {unit}/s   0.5 s" in str(record)


def test_records_from_before_there_were_scores_are_read():
    for saved in SAVED.values():
        old = {name: value for name, value in saved.items() if name != "scores"}
        assert EpochRecord.of(old).scores == {}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"epoch": 2}, "expected that of epoch 1"),
        ({"words": None}, "its record 1 is"),
        ({"words": -1}, "its record 1 is"),
        ({"words": True}, "its record 1 is"),
        ({"loss": "2.5"}, "its record 1 is"),
        ({"seconds": 10**400}, "its record 1 is"),
        ({"scores": {"held_out": "6"}}, "its record 1 is"),
        ({"more": 1}, "its record 1 is"),
    ],
)
def test_what_is_no_record_is_refused(change, told):
    saved = SAVED[WORDS] | change
    with pytest.raises(W2VError, match=told):
        history.parse(json.dumps([saved]).encode(), "history.json", WORDS)


@pytest.mark.parametrize(
    "text", [b"{}", b"[1]", b"[[]]", b"null", b"[" * 100_000, b'[{"epoch": 1, "epoch": 1}]', b"\xff"]
)
def test_what_is_no_history_is_refused(text):
    with pytest.raises(W2VError, match=r"history\.json is damaged"):
        history.parse(text, "history.json")


def test_a_history_of_relations_is_none_of_text():
    saved = json.dumps([SAVED[PAIRS]]).encode()
    assert history.parse(saved, "history.json", PAIRS)[0].clamps == 2
    with pytest.raises(W2VError, match="its record 1"):
        history.parse(saved, "history.json", WORDS)


def test_a_score_that_could_not_be_measured_comes_back():
    record = EpochRecord(1, 2.5, 30, 12, 0.5, {"simlex": float("nan")})
    [back] = history.parse(history.as_json([record]).encode(), "history.json")
    assert math.isnan(back.scores["simlex"])
