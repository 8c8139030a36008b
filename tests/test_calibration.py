"""What is faster on this machine is measured once, kept, and said."""

import json
from functools import partial

import numpy as np
import pytest
from typer.testing import CliRunner

from w2v import Callback, Config, W2VError, train
from w2v.cli import app
from w2v.kernels import calibration
from w2v.kernels.calibration import Times

FASTER, SLOWER = Times(float32=2.0, bfloat16=1.1), Times(float32=1.3, bfloat16=2.8)
TEXT = [[f"w{(i * j) % 13}" for j in range(12)] for i in range(60)]
small = partial(Config, min_count=1, epochs=2, vector_size=8, workers=1, sample=0, seed=3)
needs_both = pytest.mark.skipif(not calibration.PAIRS, reason="needs a processor that multiplies bfloat16")


@pytest.fixture
def machine(monkeypatch):
    """A machine with given times, or with None, without instructions for bfloat16."""

    def become(times):
        monkeypatch.setattr(calibration, "PAIRS", times is not None)
        monkeypatch.setattr(calibration, "measured", lambda: times)

    return become


@pytest.fixture
def place(monkeypatch, tmp_path):
    """Where figures are kept, with nothing there, and nothing remembered."""
    calibration.measured.cache_clear()
    monkeypatch.setattr(calibration, "place", lambda: tmp_path / "calibration.json")
    yield tmp_path / "calibration.json"
    calibration.measured.cache_clear()


@pytest.mark.parametrize(("times", "found"), [(FASTER, "bfloat16"), (SLOWER, "highest"), (None, "highest")])
def test_medium_is_what_is_faster_here(machine, times, found):
    machine(times)
    assert calibration.precision(Config()) == found
    assert calibration.number_type(Config()) == {"bfloat16": np.uint32, "highest": np.float32}[found]


def test_rounding_has_to_be_worth_it():
    assert Times(1.0, 0.99).precision == "highest"
    assert Times(1.0, 0.96).precision == "bfloat16"


def test_a_precision_that_is_given_is_not_measured(machine):
    machine(FASTER)
    assert calibration.precision(Config(matmul_precision="highest")) == "highest"
    assert calibration.precision(Config(dtype="float64")) == "highest"
    assert calibration.number_type(Config(dtype="float64")) == np.float64
    machine(SLOWER)
    assert calibration.precision(Config(matmul_precision="bfloat16")) == "bfloat16"


@pytest.mark.parametrize(
    ("times", "settings"),
    [(None, {}), (FASTER, {"dtype": "float64"}), (FASTER, {"head": "softmax"}), (FASTER, {"engine": "reference"})],
)
def test_where_nothing_is_rounded_a_note_says_so_and_the_model_too(machine, times, settings):
    machine(times)
    notes = []
    heard = Callback()
    heard.on_note = notes.append
    model = train(TEXT, small(matmul_precision="bfloat16", **settings), callbacks=[heard])
    assert model.config.matmul_precision == "highest"
    assert [note.split(",")[0] for note in notes if "bfloat16" in note] == [
        "matmul_precision='bfloat16' has no effect here"
    ]


@needs_both
def test_what_was_measured_is_kept_and_read_again(place, monkeypatch):
    found = calibration.measured()
    assert 0 < found.float32 < 1000
    assert 0 < found.bfloat16 < 1000
    assert json.loads(place.read_text())["microseconds"] == found._asdict()
    place.write_text(json.dumps({"microseconds": FASTER._asdict()}))
    calibration.measured.cache_clear()
    monkeypatch.setattr(calibration, "_measure", lambda: pytest.fail("measured again"))
    assert calibration.measured() == FASTER


@pytest.mark.parametrize(
    "damaged",
    ["", "{}", "[]", '{"microseconds": 3}', '{"microseconds": {"float32": 1}}', "\0" * 9]
    + [json.dumps({"microseconds": {"float32": value, "bfloat16": 1}}) for value in (0, -1, None, "x", float("nan"))]
    + ['{"microseconds": {"float32": 1%s, "bfloat16": 1}}' % ("0" * 400), "[" * 100_000],
)
def test_damaged_figures_are_measured_again_and_replaced(place, monkeypatch, damaged):
    place.write_text(damaged)
    monkeypatch.setattr(calibration, "_measure", lambda: SLOWER)
    assert calibration.measured() == SLOWER
    assert json.loads(place.read_text())["microseconds"] == SLOWER._asdict()


def test_figures_that_cannot_be_kept_are_measured_in_each_process(place, monkeypatch, tmp_path):
    monkeypatch.setattr(calibration, "_measure", lambda: SLOWER)
    for nowhere in (None, tmp_path / "missing" / "calibration.json"):
        calibration.measured.cache_clear()
        monkeypatch.setattr(calibration, "place", lambda nowhere=nowhere: nowhere)
        assert calibration.measured() == SLOWER


def test_machines_that_share_a_home_keep_figures_of_their_own(monkeypatch):
    here = calibration.place()
    monkeypatch.setattr(calibration, "processor", lambda: "another one")
    assert here is None or calibration.place() != here


@needs_both
@pytest.mark.parametrize(("times", "found"), [(FASTER, "bfloat16"), (SLOWER, "highest")])
@pytest.mark.parametrize("deterministic", [False, True])
def test_a_model_says_what_was_used_and_repeats_it_elsewhere(machine, times, found, deterministic):
    machine(times)
    model = train(TEXT, small(deterministic=deterministic))
    assert model.config.matmul_precision == found
    machine(SLOWER if times is FASTER else FASTER)
    again = train(TEXT, model.config)
    np.testing.assert_array_equal(again.tables["input"], model.tables["input"])


def test_what_nothing_rounds_is_said_to_be_precise(machine):
    machine(FASTER)
    for settings in ({"head": "softmax"}, {"head": "pmi"}, {"engine": "reference"}):
        assert train(TEXT, small(**settings)).config.matmul_precision == "highest"


class StopAfterOne(Callback):
    def on_epoch_end(self, model):
        return True


@needs_both
@pytest.mark.parametrize("elsewhere", [SLOWER, FASTER, None])
def test_a_run_goes_on_with_what_it_began_with_where_the_machine_can(machine, tmp_path, elsewhere):
    machine(FASTER)
    unbroken = train(TEXT, small())
    train(TEXT, small(), callbacks=[StopAfterOne()], checkpoint=tmp_path / "kept")
    machine(elsewhere)
    model = train(TEXT, small(), checkpoint=tmp_path / "kept", resume=True)
    assert len(model.history) == 2
    if elsewhere:
        assert model.config == unbroken.config
        np.testing.assert_array_equal(model.tables["input"], unbroken.tables["input"])
    else:
        assert model.config.matmul_precision == "highest"


def test_a_run_with_a_precision_of_its_own_goes_on_where_nothing_is_rounded(machine, tmp_path):
    machine(FASTER)
    settings = small(matmul_precision="bfloat16", dtype="float64")
    train(TEXT, settings, callbacks=[StopAfterOne()], checkpoint=tmp_path / "kept")
    assert len(train(TEXT, settings, checkpoint=tmp_path / "kept", resume=True).history) == 2


@needs_both
def test_a_run_does_not_go_on_in_a_precision_that_was_not_its_own(machine, tmp_path):
    machine(FASTER)
    train(TEXT, small(), callbacks=[StopAfterOne()], checkpoint=tmp_path / "kept")
    with pytest.raises(W2VError, match="matmul_precision 'bfloat16', now 'highest'"):
        train(TEXT, small(matmul_precision="highest"), checkpoint=tmp_path / "kept", resume=True)


def test_the_command_shows_the_machine():
    told = CliRunner().invoke(app, ["info", "--machine"])
    assert told.exit_code == 0, told.output
    assert [line.split()[0] for line in told.output.splitlines()[-5:]] == [
        "instructions",
        "tiles",
        "products",
        "gpu",
        "compiled",
    ]
    assert calibration.in_words() in told.output


def test_the_command_wants_one_thing_to_show():
    for arguments in ([], ["--machine", "model"]):
        told = CliRunner().invoke(app, ["info", *arguments])
        assert str(told.exception) == "Give a MODEL to show, or --machine alone."
