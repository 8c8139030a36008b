"""The training loop, by a trainer that trains nothing: what is called in which order, and what the records say."""

import json
import math
import os
import signal
from typing import NamedTuple

import numpy as np
import pytest

from w2v.base.signals import PATIENCE, Interrupted
from w2v.errors import W2VError
from w2v.models import history
from w2v.models.history import PAIRS, WORDS, EpochPart, EpochRecord, RunState, Totals
from w2v.training.callbacks import Callback, CallbackList, StopTraining
from w2v.training.loop import run


class Snapshot(NamedTuple):
    history: tuple
    part: EpochPart | None


class Rehearsal:
    """Three blocks an epoch, of losses that are given; `said` is what was called."""

    n_epochs, n_blocks, alpha, unit, before = 3, 3, 0.5, PAIRS, 0

    def __init__(self, losses=(6.0, 2.0, 1.0)):
        self.losses, self.said = losses, []

    def begin_epoch(self, epoch):
        self.said.append(("begin", epoch))
        return "It begins." if epoch == 1 else None

    def train_epoch(self, epoch, first):
        self.paused = False
        try:
            for loss in self.losses[first:]:
                yield Totals(loss, 2.0, 4, 5, 1)
                if self.paused:
                    return
        finally:
            self.said.append(("closed", epoch))

    def pause(self, within=math.inf):
        self.paused = True
        self.said.append(("pause", within))

    def end_epoch(self, epoch, totals):
        self.said.append(("end", epoch, totals.passed))
        return "It ended." if epoch == 2 else None

    def learning_rate(self, epoch, passed):
        return self.alpha / (epoch + passed)

    def snapshot(self, history, part=None):
        return Snapshot(tuple(history), part)


class Listener(Callback):
    def __init__(self):
        self.heard = []

    def on_note(self, sentence):
        self.heard.append(sentence)

    def on_train_begin(self, model):
        self.heard.append(len(model.history))

    def on_block(self, progress):
        self.heard.append(progress)

    def on_epoch_end(self, model):
        self.heard.append(len(model.history))


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


class Keep(Callback):
    """Asks for a pause after some blocks of the run, or has a signal sent there, and keeps what it gets."""

    keeps_states = True

    def __init__(self, pause_after=(), signal_after=None):
        self.blocks, self.states, self.ended = 0, [], False
        self._pause_after, self._signal_after = pause_after, signal_after

    def on_block(self, progress):
        self.blocks += 1
        if self.blocks == self._signal_after:
            os.kill(os.getpid(), signal.SIGTERM)

    def pause_is_due(self):
        return self.blocks in self._pause_after

    def on_pause(self, model):
        self.states.append(model)

    def on_train_end(self):
        self.ended = True


def without_seconds(history):
    return [record.as_dict() | {"seconds": 0} for record in history]


def test_a_pause_comes_between_two_blocks_and_changes_nothing():
    keep, trainer = Keep(pause_after=[1, 5]), Rehearsal()
    assert without_seconds(run(trainer, keep)) == without_seconds(run(Rehearsal(), Callback()))
    assert [(len(state.history), state.part.blocks, state.part.totals.loss) for state in keep.states] == [
        (0, 1, 6.0),
        (1, 2, 8.0),
    ]
    assert ("pause", math.inf) in trainer.said
    assert [said for said in trainer.said if said[0] == "begin"] == [("begin", epoch) for epoch in range(3)]


@pytest.mark.parametrize("blocks", [0, 1, 2, 3])
def test_a_run_goes_on_within_an_epoch(blocks):
    """Also where no block of it was trained, and where all were: then its end is still to come."""
    whole = run(Rehearsal(), Callback())
    done = Totals(sum(Rehearsal().losses[:blocks]), 2.0 * blocks, 4 * blocks, 5 * blocks, blocks)
    listener, trainer = Listener(), Rehearsal()
    history = run(trainer, listener, whole[:1], EpochPart(blocks, 3, done, 5.0))
    assert without_seconds(history) == without_seconds(whole)
    assert history[1].seconds >= 5.0
    assert ("begin", 1) not in trainer.said, "what an epoch begins with was done before"
    assert [each.epoch for each in listener.heard if not isinstance(each, (int, str))] == [2] * (3 - blocks) + [3] * 3


@pytest.mark.parametrize("blocks", [1, 2, 3, 5, 9])
def test_a_signal_ends_a_run_behind_a_state_from_which_it_goes_on(blocks):
    keep = Keep(signal_after=blocks)
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Interrupted) as interrupted:
        run(Rehearsal(), keep)
    assert interrupted.value.number == signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) == before
    assert keep.ended
    (state,) = keep.states
    assert len(state.history) * 3 + state.part.blocks == blocks
    assert without_seconds(run(Rehearsal(), Callback(), *state)) == without_seconds(run(Rehearsal(), Callback()))


def test_a_signal_asks_for_no_more_patience_than_a_second_allows():
    trainer = Rehearsal()
    with pytest.raises(Interrupted):
        run(trainer, Keep(signal_after=1))
    assert ("pause", PATIENCE) in trainer.said
    assert PATIENCE < 1


def test_a_signal_while_an_epoch_is_measured_keeps_the_epoch():
    """Its measures are taken again by the run that goes on: they are part of its history."""

    class Measure(Callback):
        measured = 0

        def on_epoch_end(self, model):
            self.measured += 1
            if self.measured == 2:
                os.kill(os.getpid(), signal.SIGTERM)
                raise AssertionError("the signal comes at once")

    keep = Keep()
    with pytest.raises(Interrupted):
        run(Rehearsal(), CallbackList([Measure(), keep]))
    (state,) = keep.states
    assert (len(state.history), state.part.blocks) == (1, 3)
    assert without_seconds(run(Rehearsal(), Callback(), *state)) == without_seconds(run(Rehearsal(), Callback()))


def test_a_second_signal_does_not_keep_the_state_of_a_measured_epoch_from_being_written():
    class Impatient(Keep):
        def on_epoch_end(self, model):
            os.kill(os.getpid(), signal.SIGTERM)

        def on_pause(self, model):
            os.kill(os.getpid(), signal.SIGTERM)
            super().on_pause(model)

    keep = Impatient()
    with pytest.raises(Interrupted):
        run(Rehearsal(), keep)
    (state,) = keep.states
    assert (len(state.history), state.part.blocks) == (0, 3)


def test_where_no_state_is_kept_a_signal_is_not_held_back(monkeypatch):
    """Python's own handler raises KeyboardInterrupt wherever the program is."""

    class Interrupt(Keep):
        keeps_states = False

        def on_block(self, progress):
            os.kill(os.getpid(), signal.SIGINT)
            raise AssertionError("it comes at once")

    with pytest.raises(KeyboardInterrupt) as interrupted:
        run(Rehearsal(), Interrupt())
    assert not isinstance(interrupted.value, Interrupted)


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


PART = EpochPart(3, 7, Totals(2.5, 4.0, 30, 12, 1), 0.5)


def test_how_far_a_run_is_keeps_its_form_on_disk():
    for state in (RunState(), RunState("abc", PART), RunState("abc", complete=True)):
        assert RunState.parse(state.as_json().encode(), "run.json") == state


@pytest.mark.parametrize(
    "change",
    [{"blocks": 8}, {"blocks": -1}, {"blocks": 1.0}, {"loss": "2"}, {"seconds": -1}, {"weight": None}, {"more": 1}],
)
def test_what_is_no_part_of_an_epoch_is_refused(change):
    for saved in ({"part": PART.as_dict() | change}, {"text": 5}, {"complete": 1}, {"other": ""}, {"part": None}):
        with pytest.raises(W2VError, match=r"run\.json is damaged"):
            RunState.parse(json.dumps(saved).encode(), "run.json")


def test_a_score_that_could_not_be_measured_comes_back():
    record = EpochRecord(1, 2.5, 30, 12, 0.5, {"simlex": float("nan")})
    [back] = history.parse(history.as_json([record]).encode(), "history.json")
    assert math.isnan(back.scores["simlex"])
