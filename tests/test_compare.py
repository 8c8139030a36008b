"""Heads compared from the text to the report; what is finished stays, and no failure takes others along."""

import csv
import json
import math
import os
import re
import shutil
import subprocess
import sys
import time
import warnings
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest

from w2v.base.config import Config
from w2v.base.locks import locked
from w2v.comparison import process, trial
from w2v.comparison import run as comparing
from w2v.comparison.combinations import Combination, Training
from w2v.comparison.results import Outcome, Plan
from w2v.comparison.run import compare, settings_for_all
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError
from w2v.heads import spec_of
from w2v.models.model import Model
from w2v.training import estimate
from w2v.training.callbacks import Callback, Progress
from w2v.training.checkpoint import Checkpoint

SETTINGS = {"epochs": 2, "vector_size": 8, "workers": 1, "sample": 0, "held_out": 0.2}
HEADS = ["ns", "softmax"]


class Heard(Callback):
    def __init__(self):
        self.notes, self.progress = [], []

    def on_note(self, sentence):
        self.notes.append(sentence)

    def on_block(self, progress):
        self.progress.append(progress)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a text of six topics, questions and judged pairs."""
    place = tmp_path_factory.mktemp("compare")
    generator = np.random.default_rng(7)
    lines = []
    for _ in range(6000):
        topic = "abcdef"[generator.integers(6)]
        lines.append(" ".join(f"{topic}word{i}" for i in generator.integers(0, 8, size=9)))
    (place / "corpus.txt").write_text("\n".join(lines))
    (place / "questions.txt").write_text(": topics\naword1 aword2 bword1 bword2\n")
    (place / "pairs.tsv").write_text("aword1\taword2\t9\naword1\tbword1\t1\nbword3\tbword5\t8\nunknown\tbword2\t4\n")
    return place


@pytest.fixture(scope="module")
def asked(place):
    """What the first call asks for."""
    return {
        "corpus": place / "corpus.txt",
        "heads": HEADS,
        "archs": ["cbow"],
        "analogies": [place / "questions.txt"],
        "similarity": [place / "pairs.tsv"],
        "vocab_sizes": [20],
        "cache_dir": place / "cache",
        **SETTINGS,
    }


@pytest.fixture(scope="module")
def first(place, asked):
    """A finished comparison, and what was heard of it."""
    heard = Heard()
    return compare(folder=place / "report", callbacks=[heard], **asked), heard


@pytest.fixture
def copy(first, tmp_path):
    """A folder with what that comparison left."""
    return shutil.copytree(first[0].folder, tmp_path / "copy")


def rows(folder, name="results.csv"):
    with open(folder / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def undrawn(monkeypatch):
    """Reports without figures, which take a second or two."""
    monkeypatch.setattr("w2v.comparison.figures.draw", lambda *_: ({}, []))


def no_process(command, tell):
    raise AssertionError(f"{command} was started")


def test_each_combination_is_measured_and_told(first):
    comparison, heard = first
    ns, softmax = comparison.outcomes
    assert [(o.arch, o.head) for o in comparison.outcomes] == [("cbow", "ns"), ("cbow", "softmax")]
    assert not comparison.failed
    for outcome in (ns, softmax):
        assert outcome.nats < outcome.frequencies - 1  # the topic is learnt
        assert outcome.examples > 5000
        assert 0 < outcome.standard_error < 0.05
        assert outcome.perplexity == pytest.approx(math.exp(outcome.nats))
        assert outcome.words_per_second == pytest.approx(2 * 44_400 / outcome.seconds, rel=0.02)
        assert outcome.peak_memory > 50e6
        assert outcome.scores["pairs"].coverage == 0.75
        assert sorted(outcome.speeds) == [20, 48]
        assert min(outcome.speeds.values()) > 0
    assert abs(ns.frequencies - np.log(48)) < 0.02
    assert [note.split("(")[0] for note in heard.notes if "training" in note] == [
        "training      ns with CBOW ",
        "training      softmax with CBOW ",
    ]
    assert heard.progress[-1].epochs == 2


def test_the_curve_ends_where_the_table_says(first):
    """One thread: the last copy of the tables is the model."""
    for outcome in first[0].outcomes:
        assert outcome.curve[-1].nats == pytest.approx(outcome.nats, abs=1e-6)
        assert outcome.curve[-1].epoch == 2
        assert outcome.curve[-1].loss == pytest.approx(outcome.loss)
        seconds = [point.seconds for point in outcome.curve]
        assert seconds == sorted(seconds)
        assert seconds[-1] < outcome.seconds + 1, "another clock, which also runs between epochs"


def test_the_folder_has_report_tables_figures_and_models(first):
    comparison, _ = first
    folder = comparison.folder
    report = (folder / "report.md").read_text()
    for name in ("likelihood.png", "scores.png", "speed.png", "vocabulary.png", "maps.png"):
        assert (folder / name).stat().st_size > 5000
        assert f"({name})" in report
    assert "corpus.txt: 54,000 words, 48 different ones" in report
    assert [row["head"] for row in rows(folder)] == HEADS
    assert len(rows(folder, "history.csv")) == sum(len(o.curve) for o in comparison.outcomes)
    assert comparison.model("cbow", "softmax").config.head == "softmax"
    with pytest.raises(W2VError, match="has no model cbow hs; it has: cbow ns, cbow softmax"):
        comparison.model("cbow", "hs")
    assert "| CBOW softmax |" in str(comparison)
    assert not list(folder.glob(".*"))


def test_held_out_words_are_trained_on_by_nobody(first):
    """Of 6 blocks, one is held out, and the models' histories count the words of five."""
    model = first[0].model("cbow", "ns")
    assert model.history[0].passed == pytest.approx(54_000 * 5 / 6, rel=0.03)


def test_a_second_call_trains_nothing_anew(copy, asked, first, monkeypatch, capfd):
    monkeypatch.setattr(process, "run", no_process)
    again = compare(folder=copy, **asked)
    assert again.outcomes == first[0].outcomes
    assert capfd.readouterr() == ("", "")
    monkeypatch.setattr("w2v.comparison.figures.draw", lambda *_: ({}, []))
    one_head = compare(folder=copy, progress=True, **asked | {"heads": ["softmax"]})
    assert "vocabulary  " in capfd.readouterr().err
    assert {o.head for o in one_head.outcomes} == set(HEADS)  # what is there stays in the table


def test_the_tokenizer_is_chosen_once_for_all(copy, asked, first, monkeypatch):
    """A comparison goes on with the one that it began with, also if it is of before there was a choice."""
    assert first[0].model("cbow", "ns").config.tokenizer == Plan.load(copy).settings["tokenizer"] == "whitespace"
    monkeypatch.setattr(process, "run", no_process)
    monkeypatch.setattr("w2v.comparison.figures.draw", lambda *_: ({}, []))
    monkeypatch.setattr("w2v.corpus.stream.choose", lambda *_: pytest.fail("nothing is left to choose"))
    plan = json.loads((copy / "plan.json").read_text())
    for tokenizer in ("whitespace", None):
        plan["settings"].pop("tokenizer")
        plan["settings"] |= {"tokenizer": tokenizer} if tokenizer else {}
        (copy / "plan.json").write_text(json.dumps(plan))
        assert compare(folder=copy, **asked).outcomes == first[0].outcomes
    with pytest.raises(W2VError, match="tokenizer 'whitespace', now 'words'"):
        compare(folder=copy, **asked | {"tokenizer": "words"})


def test_the_reports_last_lines_ask_for_it_again_as_printed(first, place, undrawn, monkeypatch):
    monkeypatch.setattr(process, "run", no_process)
    monkeypatch.setattr("w2v.corpus.stream.default_cache_dir", lambda: place / "cache")
    report = first[0].folder / "report.md"
    told = report.read_text()
    exec(re.search(r"^```python\n(.*?)^```", told, re.M | re.S)[1], {})
    assert report.read_text().partition("## Again")[2] == told.partition("## Again")[2]


def test_other_settings_in_the_same_folder_are_an_error_that_names_them(copy, asked, place):
    with pytest.raises(W2VError, match="vector_size 8, now 9") as told:
        compare(folder=copy, **asked | {"vector_size": 9})
    assert "epochs" not in str(told.value)
    (place / "other.txt").write_text((place / "corpus.txt").read_text().replace("aword1", "bword1"))
    with pytest.raises(W2VError, match="vocabulary"):
        compare(folder=copy, **asked | {"corpus": place / "other.txt"})
    with pytest.raises(W2VError, match=r"held_out 0.2, now 0.25"):
        compare(folder=copy, **asked | {"held_out": 0.25})


KILLED = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
RAISED = """print('{"note": "so far so good"}'); print('{"failed": "It will not do."}'); raise SystemExit(1)"""
SILENT = "raise SystemExit(3)"


@pytest.mark.parametrize(
    ("code", "reason"), [(KILLED, "when memory runs out"), (RAISED, "It will not do."), (SILENT, "ended with code 3")]
)
def test_a_failure_is_a_row_with_its_reason_and_is_tried_again(copy, asked, first, undrawn, monkeypatch, code, reason):
    started = []

    def command(folder, training):
        started.append(training)
        return [sys.executable, "-c", code]

    monkeypatch.setattr(process, "command", command)
    for _ in range(2):
        comparison = compare(folder=copy, **asked | {"heads": ["ns", "ova", "softmax"]})
        assert [o.head for o in comparison.failed] == ["ova"]
        assert reason in comparison.failed[0].failed
        assert comparison.outcomes[0] == first[0].outcomes[0]
        assert reason in (copy / "report.md").read_text()
        assert "| CBOW ova (failed) |" in str(comparison)
    assert started == [("ova", ["cbow"], "none")] * 2


def test_no_module_of_the_current_folder_is_run(tmp_path):
    """Others may be able to write to a folder of data; what its owner wants to be found is in `sys.path`."""
    for name in ("json", "numpy", "w2v", "math", "tempfile"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('planted')")
    tried = subprocess.run(
        process.command(tmp_path / "nothing", Training("ns", ["cbow"])),
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(comparing.__file__).parents[2])},
        capture_output=True,
        text=True,
    )
    assert "planted" not in tried.stderr
    assert "nothing" in json.loads(tried.stdout)["failed"]


def test_what_does_not_fit_in_memory_is_not_started(copy, asked, undrawn, monkeypatch):
    monkeypatch.setattr(process, "run", no_process)
    monkeypatch.setattr(estimate, "available_memory", lambda: 2000)
    comparison = compare(folder=copy, **asked | {"heads": ["ns", "hs"]})
    (failed,) = comparison.failed
    assert "Not started: it needs about 0.0 GB of memory, and 0.0 GB are free." in failed.failed


def test_the_reference_engine_needs_memory_for_all_scores():
    """Skip-gram at 64 centres, 6 context words each: 384 examples x 10,000 words x 4 bytes, some four times."""
    vocab = Vocabulary([str(i) for i in range(10_000)], np.full(10_000, 2))
    slow = estimate.memory(Config(head="softmax", engine="reference"), vocab)
    assert slow == estimate.memory(Config(head="ns"), vocab) + 4 * 384 * 10_000 * 4 + 10_000 * 112 * 4
    assert estimate.memory(Config(head="ns", engine="reference"), vocab) == estimate.memory(Config(head="ns"), vocab)


def test_a_trial_that_fails_says_why_and_leaves_no_outcome(first, copy, monkeypatch, capsys):
    for error, reason in [
        (W2VError("Training diverged."), "Training diverged."),
        (MemoryError("no 8 GB"), "Memory ran out: no 8 GB."),
        (TypeError("bad head"), "TypeError: bad head"),
    ]:

        def train(*_, error=error, **__):
            raise error

        monkeypatch.setattr(trial, "train_blocks", train)
        events = []
        assert trial.attempt(copy, "ns", ["skipgram"], events.append) == 1
        assert reason in events[-1]["failed"]
        assert Outcome.load(copy, "skipgram", "ns") is None
    assert capsys.readouterr().err.count("Traceback") == 1  # only for what is not a sentence already
    assert not list(copy.glob(".*"))


def test_a_run_that_has_diverged_is_not_trained_to_its_end(tmp_path):
    config = Config(epochs=1, alpha=5.0)
    recorder = trial.Recorder(tmp_path, config, lambda event: None)
    tables = dict.fromkeys(("input", "output"), np.full((2, 3), np.nan))
    recorder.on_train_begin(Model(config, Vocabulary(["a", "b"], np.array([2, 1])), tables, []))
    recorder.on_block(Progress(1, 1, 0.005, math.nan, 5.0, 1.0))  # no mark is passed yet
    with pytest.raises(W2VError, match=r"diverged within 3% of the run: the loss is nan. Lower alpha \(5.0\)"):
        recorder.on_block(Progress(1, 1, 0.03, math.nan, 5.0, 1.0))


def test_the_time_of_copying_is_time_of_training(tmp_path, monkeypatch):
    """Other threads train meanwhile: without it the points of a curve would stand above each other."""
    config = Config(epochs=1)
    recorder = trial.Recorder(tmp_path, config, lambda event: None)
    tables = {"input": np.zeros((2, 3)), "output": np.zeros((2, 3))}
    recorder.on_train_begin(Model(config, Vocabulary(["a", "b"], np.array([2, 1])), tables, []))
    monkeypatch.setattr("w2v.comparison.recorder.np.save", lambda *_: time.sleep(0.02))
    for fraction in (0.02, 0.05, 0.1):  # blocks that were ready as soon as the copies were
        recorder.on_block(Progress(1, 1, fraction, 1.0, 0.1, 1.0))
    seconds = [second for _, second, _ in json.loads((tmp_path / "curve.json").read_text())]
    assert np.diff(seconds).min() >= 0.04


@pytest.mark.parametrize("damaged", [False, True])
def test_a_trial_that_is_broken_off_goes_on_with_its_curve(first, copy, monkeypatch, damaged):
    """The copies of the tables that its curve is measured on are kept with its states."""
    name, whole = "cbow-ns", Outcome.load(copy, "cbow", "ns")
    (copy / "trials" / f"{name}.json").unlink()
    monkeypatch.setattr(trial.Checkpoint, "of", lambda folder: Checkpoint(folder, keep=2, seconds=1e-6))
    blocks = []

    class BrokenOff(trial.Recorder):
        def on_block(self, progress):
            super().on_block(progress)
            blocks.append(progress.fraction)
            if progress.fraction > 0.7:
                raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(trial, "Recorder", BrokenOff)
        with pytest.raises(KeyboardInterrupt):
            trial.attempt(copy, "ns", ["cbow"], lambda event: None)
    states = sorted((copy / "trials" / f"{name}.unfinished" / "states").iterdir())
    assert len(states) == 2
    for state in states if damaged else states[-1:]:
        (state / "config.json").write_text("{")
    events = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the newest state is damaged, which test_ready_callbacks.py looks at
        assert trial.attempt(copy, "ns", ["cbow"], events.append) == 0
    told = " ".join(event.get("note", "") for event in events)
    assert ("Going on after epoch 1 of 2" in told, "from the beginning" in told) == (not damaged, damaged)
    again = Outcome.load(copy, "cbow", "ns")
    for one, other in zip(again.curve, whole.curve, strict=True):
        assert (one.epoch, one.loss) == (other.epoch, other.loss)
        assert one.nats == pytest.approx(other.nats, abs=0.2), "copied while blocks ahead were trained"
    assert (again.nats, again.loss, again.scores) == (whole.nats, whole.loss, whole.scores)
    assert not list((copy / "trials").glob("*.unfinished"))


def test_ctrl_c_ends_the_trial_too():
    class Impatient(Callback):
        def on_note(self, sentence):
            raise KeyboardInterrupt

    code = """print('{"note": "begun"}', flush=True); import time; time.sleep(60)"""
    began = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        process.run([sys.executable, "-c", code], Impatient())
    assert time.perf_counter() - began < 20


def test_a_head_without_encoder_is_one_trial():
    plan = Plan("", {}, "", 0.1, [], [], [], {})
    combinations = [Combination(arch, head) for arch in ("skipgram", "cbow") for head in ("ns", "pmi")]
    trials = comparing._trials(plan, combinations)
    assert [trial[:2] for trial in trials] == [("ns", ["skipgram"]), ("pmi", ["skipgram", "cbow"]), ("ns", ["cbow"])]


def test_what_follows_the_text_is_the_same_for_all_trials(asked, tmp_path, monkeypatch):
    """Skip-gram with hs alone would thin out less, and held-out examples are those of the threshold."""

    def nothing_trained(*_):
        raise W2VError("enough is known")

    monkeypatch.setattr(comparing, "_train_missing", nothing_trained)
    left = {name: value for name, value in asked.items() if name not in ("sample", "epochs")}
    with pytest.raises(W2VError, match="enough is known"):
        compare(folder=tmp_path / "r", **left)
    plan = Plan.load(tmp_path / "r")
    told = {(c.sample, c.epochs) for c in (plan.config(a, h) for a in ("skipgram", "cbow") for h in ("ns", "hs"))}
    assert len(told) == 1
    [(sample, epochs)] = told
    assert 0 < sample < 0.02
    assert epochs > 50


def test_all_share_the_settings_but_the_rate():
    plan = Plan("", {}, "", 0.1, [], [], [], {"window": 3})
    vocab = Vocabulary([str(i) for i in range(68_000)], np.full(68_000, 250))  # 17 million words
    plan = replace(plan, settings=settings_for_all(plan, vocab))
    hs, cbow = plan.config("skipgram", "hs"), plan.config("cbow", "ns")
    assert hs.sample == cbow.sample == 1e-4
    assert hs.epochs == cbow.epochs == 5
    assert hs.window == cbow.window == 3
    assert spec_of(hs.head).start_alpha(hs) != spec_of(cbow.head).start_alpha(cbow)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"heads": ["glove"]}, "no head 'glove'; there are: hs, ns, ova"),
        ({"heads": ["__main__:Mine"]}, "__main__:Mine is of the program itself, .* put it into a file"),
        ({"archs": ["rnn"]}, "no encoder 'rnn'; there are: skipgram, cbow"),
        ({"heads": []}, "nothing to compare"),
        ({"head": "ns"}, "head cannot be set for all: name them in heads and archs"),
        ({"held_out": 0.7}, "held-out share is 0.7; expected a number above 0 and below 0.5"),
        ({"corpus": [["a", "b", "a", "c"]]}, "too short to hold out a part of it: it has only one sentence"),
        ({"window": 0}, "window is 0"),
        ({"analogies": ["missing.txt"]}, "missing.txt"),
        ({"vocab_size": [3]}, "Unknown setting vocab_size"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_mistakes_are_told_before_anything_is_trained(asked, tmp_path, monkeypatch, changes, sentence):
    monkeypatch.setattr(process, "run", no_process)
    with pytest.raises(W2VError, match=sentence):
        compare(folder=tmp_path / "new", **asked | changes)


def test_ten_sentences_of_a_lesson_are_compared_with_a_word_on_how_little_that_says(tmp_path):
    heard = Heard()
    lesson = [f"the {one} saw the {other}".split() for one, other in zip("abcdefghij", "bcdefghija", strict=True)]
    settings = {"vector_size": 8, "epochs": 20, "workers": 1, "cache_dir": tmp_path}
    comparison = compare(lesson, tmp_path / "report", heads=["ns"], archs=["cbow"], callbacks=[heard], **settings)
    [outcome] = comparison.outcomes
    assert outcome.examples == 5
    assert "held out      1 of 10 sentences, 5 words" in heard.notes
    report = (comparison.folder / "report.md").read_text(encoding="utf-8")
    assert "Held out, and trained on by nobody: 1 of 10 sentences, 10 % of the words." in report
    assert "**This says little about the heads.** The held-out part has only 5 examples" in report
    assert "Of so short a text" in report.split("![maps](maps.png)")[1]
    assert (comparison.folder / "maps.png").exists()


def test_a_folder_with_something_else_is_left_alone(asked, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(W2VError, match="is not a comparison"):
        compare(folder=tmp_path, **asked)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_two_test_files_of_one_name_are_an_error(asked, place, tmp_path):
    (tmp_path / "questions.txt").write_text((place / "questions.txt").read_text())
    with pytest.raises(W2VError, match="same name"):
        compare(folder=tmp_path / "new", **asked | {"analogies": [place / "questions.txt", tmp_path / "questions.txt"]})


def test_the_command_line_goes_on_and_prints_the_table(copy, place, first):
    flags = ["--heads", "ns,softmax", "--archs", "cbow", "--held-out", "0.2", "--vocab-sizes", "20"]
    flags += ["--analogies", "questions.txt", "--similarity", "pairs.tsv", "--cache-dir", "cache"]
    flags += ["--epochs", "2", "--vector-size", "8", "--workers", "1", "--sample", "0"]
    command = [sys.executable, "-W", "error", "-m", "w2v", "compare", "corpus.txt", "-o", str(copy), *flags]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{first[0]}\n")
    assert "report.md" in done.stdout
    command[command.index("ns,softmax")] = "ns,glove"
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout) == (2, "")
    assert "there are: hs, ns, ova" in done.stderr


def test_a_damaged_plan_is_a_sentence(copy, asked):
    (copy / "plan.json").write_text(json.dumps({"colour": "blue"}))
    with pytest.raises(W2VError, match=r"plan.json is damaged"):
        compare(folder=copy, **asked)


@pytest.mark.parametrize(
    "change",
    [{"head": "foreign_heads:Boom"}, {"arch": "rnn"}, {"head": None}, {"model": "../m"}, {"curve": [1]}],
    ids=str,
)
def test_an_outcome_that_says_something_else_than_its_name_is_a_sentence(copy, asked, monkeypatch, change):
    """It would be taken for missing, and trained: a file in the folder would name what is imported and run."""
    path = next((copy / "trials").glob("cbow-*.json"))
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    monkeypatch.setattr(process, "run", no_process)
    with pytest.raises(W2VError, match=r"\.json is damaged: .*\. Delete it, to train it anew"):
        compare(folder=copy, **asked)


def test_a_report_that_another_is_writing_is_not_written_to(tmp_path):
    busy, done = Event(), Event()

    def another():
        with locked(tmp_path / "report"):
            busy.set()
            done.wait(10)

    thread = Thread(target=another)
    thread.start()
    busy.wait(10)
    with pytest.raises(W2VError, match="report is being written by process"):
        compare(["a b c d"] * 9, tmp_path / "report", **SETTINGS)
    done.set()
    thread.join()
    assert list(tmp_path.iterdir()) == []
