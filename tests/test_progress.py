"""What a person sees during a run, on a terminal and without one."""

import builtins
import io
import sys
import types

import numpy as np
import pytest
from rich.console import Console

from w2v import PoincareModel, W2VError, Word2Vec, train
from w2v.base.config import Config
from w2v.corpus.stream import open_stream
from w2v.corpus.vocabulary import Vocabulary
from w2v.models.history import EpochRecord
from w2v.models.model import Model
from w2v.training import progress, screens
from w2v.training.callbacks import Callback, Progress, StopTraining
from w2v.training.progress import Reporter, download_bar

HALFWAY = Progress(epoch=2, epochs=4, fraction=0.375, loss=2.5, alpha=0.03, speed=1_234_567)


@pytest.fixture
def screen(monkeypatch):
    """What a reporter writes; `terminal` says whether it is a terminal."""

    def make(terminal):
        written = io.StringIO()

        def console(**options):
            options.pop("stderr", None)
            return Console(file=written, force_terminal=terminal, width=120, **options)

        monkeypatch.setattr(progress, "Console", console)
        monkeypatch.setattr(screens, "Console", console)
        return written

    return make


def test_without_a_terminal_there_are_plain_lines_now_and_then(screen, monkeypatch):
    written = screen(terminal=False)
    now = [0.0]
    monkeypatch.setattr(progress.time, "perf_counter", lambda: now[0])
    with Reporter() as reporter:
        reporter.on_block(HALFWAY)
        assert written.getvalue() == ""
        now[0] = 11.0
        reporter.on_block(HALFWAY)
        reporter.on_block(HALFWAY)
        now[0] = 22.0
        reporter.on_read(1_000_000)
    lines = written.getvalue().splitlines()
    assert lines == [
        "epoch 2/4     loss 2.5000   alpha 0.0300   1,235k words/s   38% of the run",
        "reading       1,000,000 tokens",
    ]


def test_on_a_terminal_there_is_a_bar_with_rate_loss_and_time_left(screen):
    written = screen(terminal=True)
    with Reporter() as reporter:
        reporter.on_read(500)
        reporter.on_block(HALFWAY)
        reporter._screen._bar.refresh()
    shown = written.getvalue()
    assert "reading" in shown
    assert "loss 2.5000   alpha 0.0300   1,235k words/s" in shown
    assert "━" in shown


def test_the_corpus_and_each_epoch_get_a_line(screen):
    written = screen(terminal=False)
    with open_stream([b"caf\xc3\xa9 noir".decode()] * 5, min_count=1) as stream, Reporter() as reporter:
        reporter.on_corpus(stream)
        record = EpochRecord(epoch=1, loss=1.25, examples=10, passed=3000, seconds=0.5, scores={"held-out": 6.5})
        reporter.on_epoch_end(
            Model(Config(epochs=5), stream.vocab, {"input": np.zeros((2, 4)), "output": np.zeros((2, 4))}, [record])
        )
    told = written.getvalue()
    assert "first tokens  café | noir" in told
    assert "10 tokens, 2 types, 5 sentences" in told
    assert "epoch 1       loss 1.2500   6k words/s   0.5 s   held-out 6.5000" in told


def test_the_tokenizer_that_was_chosen_gets_a_line_with_how_to_choose(screen):
    written = screen(terminal=False)
    for tokenizer in ("auto", "words"):
        with (
            open_stream(["The cat, the dog."] * 5, tokenizer=tokenizer) as stream,
            Reporter(wording=str.upper) as reporter,
        ):
            reporter.on_corpus(stream)
    lines = [line for line in written.getvalue().splitlines() if line.startswith("tokenizer")]
    why = "the text has capitals and punctuation; tokenizer='whitespace' keeps it as it is"
    assert lines == [f"tokenizer     words (chosen: {why.upper()})"]


def test_of_many_epochs_a_few_get_a_line(screen):
    """The first, then by doubling, and the last: a class-room's text is passed a thousand times."""
    written = screen(terminal=False)
    vocab = Vocabulary(["a", "b"], np.array([2, 1]))
    for epochs in (20, 1000):
        history = []
        with Reporter() as reporter:
            for epoch in range(1, epochs + 1):
                history.append(EpochRecord(epoch, 1.0, 10, 3000, 0.5))
                tables = {"input": np.zeros((2, 4)), "output": np.zeros((2, 4))}
                model = Model(Config(epochs=epochs), vocab, tables, history)
                reporter.on_epoch_end(model)
    told = [int(line.split()[1]) for line in written.getvalue().splitlines()]
    assert told == [*range(1, 21), 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000]


def test_a_token_of_megabytes_is_not_shown_whole(screen):
    written = screen(terminal=False)
    with open_stream([["a", "x" * 5_000_000, "b"]], min_count=1) as stream, Reporter() as reporter:
        reporter.on_corpus(stream)
        reporter.on_note("x" * 5_000_000)
    first, *_, note = written.getvalue().splitlines()
    assert first.startswith("first tokens  a | xxx")
    assert first.endswith("xxx | b")
    assert len(first) < 300
    assert len(note) < 300


def test_what_runs_is_told_apart_from_how(screen, monkeypatch):
    monkeypatch.setattr(progress, "LINE_EVERY", 0)
    written = screen(terminal=False)
    with Reporter() as reporter:
        reporter.on_block(Progress(487, 1000, 0.5, 2.5, 0.03, 1_234_567.0))
    assert "epoch 487/1000 loss 2.5000" in written.getvalue()


def test_quiet_is_quiet(screen):
    written = screen(terminal=True)
    with Reporter(quiet=True) as reporter:
        reporter.on_note("a note")
        reporter.on_block(HALFWAY)
    with download_bar("text8", quiet=True) as on_progress:
        on_progress(5, 10)
    assert written.getvalue() == ""


def test_a_download_shows_how_far_it_is(screen):
    written = screen(terminal=True)
    with download_bar("text8") as on_progress:
        on_progress(5_000_000, 10_000_000)
    assert "text8" in written.getvalue()
    assert "5.0/10.0 MB" in written.getvalue()


SENTENCES = [["the", "cat", "sat"], ["the", "dog", "sat"], ["a", "cat", "and", "a", "dog"]] * 20
PAIRS = [("dog", "mammal"), ("cat", "mammal"), ("mammal", "animal"), ("bird", "animal"), ("wren", "bird")]
FEW = {"vector_size": 8, "epochs": 2, "workers": 1}
RUNS = {
    "Word2Vec": lambda **how: Word2Vec(SENTENCES, **FEW, **how),
    "fit": lambda **how: Word2Vec(**FEW).fit(SENTENCES, **how),
    "later": lambda **how: Word2Vec(**FEW, **how).fit(SENTENCES),
    "train": lambda **how: train(SENTENCES, Config(**FEW), **how),
    "PoincareModel": lambda **how: PoincareModel(PAIRS, **FEW, **how),
    "relations": lambda **how: PoincareModel(**FEW).fit(PAIRS, **how),
}


@pytest.fixture(params=RUNS)
def start(request):
    """A run from Python: of a function that takes `progress` and `callbacks`."""
    return RUNS[request.param]


def test_a_script_whose_stderr_is_no_terminal_is_silent_and_can_have_a_log(start, capfd, caplog, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")  # as machines for tests set it, and rich then takes a pipe for a terminal
    with caplog.at_level("WARNING", "w2v"):
        start()
    assert capfd.readouterr() == ("", "")
    assert caplog.messages == []
    with caplog.at_level("INFO", "w2v"):
        start()
    assert capfd.readouterr() == ("", "")
    assert caplog.messages[-1].startswith("epoch 2  ")
    assert {record.name for record in caplog.records} == {"w2v"}


def test_who_asks_for_it_is_told_anywhere_once(start, capfd):
    start(progress=True)
    told = capfd.readouterr().err.splitlines()
    assert told[-1].startswith("epoch 2  ")
    with Reporter() as reporter:
        start(progress=True, callbacks=[reporter])
    assert len(capfd.readouterr().err.splitlines()) <= len(told), "a reporter among the callbacks is the only one"


def test_on_a_terminal_a_bar_is_there_unless_it_is_not_wanted(start, screen, monkeypatch):
    written = screen(terminal=True)
    monkeypatch.setattr(written, "isatty", lambda: True)
    start()
    assert "\x1b[2K" in written.getvalue()
    assert "epoch 2  " in written.getvalue()
    before = written.getvalue()
    start(progress=False)
    assert written.getvalue() == before


def test_what_is_neither_yes_nor_no_is_told(start):
    with pytest.raises(W2VError, match="progress is 'loud'; expected 0 or 1"):
        start(progress="loud")


@pytest.fixture
def cell(monkeypatch):
    """What a notebook's cell shows: the states of its output, one after the other, as data of several kinds."""
    states = []

    def display(data, *, raw, display_id):
        assert raw
        assert display_id is True
        states.append(data)
        return types.SimpleNamespace(update=lambda data, *, raw: states.append(data))

    shell = type("ZMQInteractiveShell", (), {})()
    monkeypatch.setattr(builtins, "get_ipython", lambda: shell, raising=False)
    monkeypatch.setitem(sys.modules, "IPython", types.ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", types.SimpleNamespace(display=display))
    return states


def test_in_a_notebook_a_cell_has_one_output_that_is_written_anew(start, cell, capfd, monkeypatch):
    monkeypatch.setattr(screens, "DRAW_EVERY", 0)
    start()
    assert capfd.readouterr() == ("", "")
    assert any("━" in state["text/html"] and "loss" in state["text/html"] for state in cell)
    last = cell[-1]
    assert "━" not in last["text/html"], "the bar goes, and the lines stay"
    assert last["text/plain"].splitlines()[-1].startswith("epoch 2  ")
    number = len(cell)
    start(progress=False)
    assert len(cell) == number


def test_a_cell_shows_words_as_they_are(cell):
    shown = screens.Notebook()
    shown.say("first tokens  <b>bold</b> | [red]a | \x1b[2Jb " + "x " * 100)
    assert "&lt;b&gt;bold&lt;/b&gt; | [red]a | \\x1b[2Jb" in cell[-1]["text/html"]
    assert cell[-1]["text/html"].count("\n") == 1
    assert len(cell[-1]["text/plain"].splitlines()) == 1


def test_a_run_that_ends_early_tells_its_last_epoch(capfd):
    class Enough(Callback):
        def on_epoch_end(self, model):
            if len(model.history) == 3:
                raise StopTraining("Enough.")

    with Reporter() as reporter:
        train([["a", "b", "c"]] * 20, Config(epochs=100, vector_size=4, workers=1), callbacks=[reporter, Enough()])
    told = capfd.readouterr().err
    assert [line.split()[1] for line in told.splitlines() if line.startswith("epoch")] == ["1", "2", "3"]
