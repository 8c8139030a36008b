"""The house speaks of settings as Python's keywords, and the command line as its flags: one sentence, two wordings."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from w2v.base.config import Config
from w2v.cli import app
from w2v.cli.wording import flagged
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError
from w2v.models.model import Model

ROOT = Path(__file__).parent.parent / "w2v"
FAST = ["--vector-size", "4", "--min-count", "1", "--epochs", "1", "--workers", "1", "-q"]


def run(*arguments):
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if isinstance(done.exception, W2VError):
        raise done.exception
    return done


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.txt").write_text("a b c a b c d\n" * 50)
    return "t.txt"


def test_a_save_over_a_model_names_the_keyword_in_python_and_the_flag_on_the_command_line(corpus, tmp_path):
    tables = dict.fromkeys(("input", "output"), np.zeros((2, 3), np.float32))
    model = Model(Config(vector_size=3), Vocabulary(["a", "b"], np.array([2, 1])), tables, [])
    model.save("m")
    with pytest.raises(W2VError, match=r"m exists already\. Choose another name, or pass overwrite=True to replace it"):
        model.save("m")
    with pytest.raises(W2VError, match=r"m exists already\. Choose another name, or pass --overwrite to replace it"):
        run("train", corpus, "-o", "m", *FAST)
    (tmp_path / "r.tsv").write_text("dog\tmammal\ncat\tmammal\n")
    for command in (["demo", "-o", "m"], ["poincare", "train", "r.tsv", "-o", "m"]):
        with pytest.raises(W2VError, match=r"m exists already\..* pass --overwrite to replace it"):
            run(*command)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["train", "--size", "9"], "--size is --vector-size here."),
        (["train", "--compute-loss"], "--compute-loss is always on: `history` has the mean loss of each epoch"),
        (["compare", "--max-vocab-size=9"], "; --max-final-vocab limits the words."),
        (["poincare", "train", "--regularization-coeff", "1"], "--regularization-coeff has no counterpart here"),
    ],
)
def test_a_flag_by_another_programs_name_says_what_to_do_instead(corpus, command, sentence):
    with pytest.raises(W2VError) as caught:
        run(*command, corpus, "-o", "new")
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ["--min-count", "400"],
            "none reaches --min-count 400, and a vocabulary needs at least two. --min-count 100 or",
        ),
        (["--vector-size", "0"], "--vector-size is 0; expected at least 1"),
        (["--window", "0"], "window is 0; expected between 1"),
        (["--engine", "cpu", "--head", "nosuch"], "There is no head 'nosuch'"),
    ],
)
def test_errors_of_the_house_are_told_with_flags(corpus, options, sentence):
    with pytest.raises(W2VError, match=sentence):
        run("train", corpus, "-o", "x", *options)


def test_notes_are_told_with_flags(corpus, monkeypatch):
    monkeypatch.setattr("w2v.training.train.long_run_note", lambda *_: "With max_final_vocab=100 it would take less.")
    heard = run("train", corpus, "-o", "m", *[option for option in FAST if option != "-q"]).stderr
    assert "With --max-final-vocab 100 it would take less." in heard


def test_warnings_are_told_with_flags(tmp_path):
    """`main` prints them, which runs in a process of its own here."""
    code = """
import sys, warnings, w2v.cli
from w2v.vectors import KeyedVectors
KeyedVectors.load = lambda path: warnings.warn("set restrict_vocab=9 or max_final_vocab=2") or sys.exit(0)
sys.argv = ["w2v", "eval", "m", "--analogies", "q.txt"]
w2v.cli.main()
"""
    (tmp_path / "q.txt").write_text(": s\na b c d\n")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert "note: set --restrict-vocab 9 or max_final_vocab=2" in done.stderr, "eval has no flag for the second"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("set sample=0, or give more.", "set --sample 0, or give more."),
        ("Train with held_out=0.05.", "Train with --held-out 0.05."),
        ("Use head='hs' or cbow_mean=False.", "Use --head hs or --no-cbow-mean."),
        ("a smaller cbow_mean=True; (overwrite=True)", "a smaller --cbow-mean; (--overwrite)"),
        ("show more (window=) of min_count: it", "show more (--window) of --min-count: it"),
        ("the word 'min_count' and \"sample=0\"", "the word 'min_count' and \"sample=0\""),
        ("/data/held_out/x min_count.txt ./min_count", "/data/held_out/x min_count.txt ./min_count"),
        ("--min-count and restrict_vocab, limit=3", "--min-count and restrict_vocab, limit=3"),
        ("the sample, window and head of epochs", "the sample, window and head of epochs"),
        ("max_final_vocab is a file of yours", "max_final_vocab is a file of yours"),
    ],
)
def test_keywords_become_flags_and_data_does_not(monkeypatch, said, shown):
    told = []
    monkeypatch.setattr("w2v.text.sources.from_arguments", lambda given: told.append(flagged(said)) or sys.exit(0))
    run("train", "max_final_vocab", "-o", "m")
    assert told == [shown]
    assert flagged(said) == said, "no command is running"


def test_the_house_itself_speaks_of_no_flags():
    """Whole commands may be named to anyone (`w2v train --checkpoint FOLDER`), flags alone only by the command line."""
    texts = {
        f"{path.relative_to(ROOT)}: {node.value}"
        for path in ROOT.rglob("*.py")
        if path.parent.name not in ("cli", "scripts")
        and path.name != "again.py"  # which writes the command to repeat a comparison
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not node.value.startswith("What a person")
    }
    assert not [
        text
        for text in texts
        if re.search(r"(?<!\w)--[a-z]", re.sub(r"(w2v [a-z ]+|python -m [\w.]+ )--[a-z-]+", "", text))
    ]
