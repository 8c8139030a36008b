"""What a person sees during a run, on a terminal and without one."""

import io

import numpy as np
import pytest
from rich.console import Console

from w2v.base.config import Config
from w2v.corpus.stream import open_stream
from w2v.corpus.vocabulary import Vocabulary
from w2v.models.history import EpochRecord
from w2v.models.model import Model
from w2v.training import progress
from w2v.training.callbacks import Progress
from w2v.training.progress import Reporter, download_bar

HALFWAY = Progress(epoch=2, epochs=4, fraction=0.375, loss=2.5, alpha=0.03, speed=1_234_567)


@pytest.fixture
def screen(monkeypatch):
    """What a reporter writes; `terminal` says whether it is a terminal."""

    def make(terminal):
        written = io.StringIO()

        def console(**options):
            options.pop("stderr")
            return Console(file=written, force_terminal=terminal, width=120, **options)

        monkeypatch.setattr(progress, "Console", console)
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
        reporter._bar.refresh()
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
