"""The benchmark's own promises: no figures of wrong kernels, and floors judged by medians and means."""

import importlib.util
import json
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_hex

from w2v import Config
from w2v.plots.figure import PALETTE, PAPER

FOLDER = Path(__file__).parent.parent / "experiments"


def load(name):
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def speed():
    """experiments/speed.py, a script that is no part of the package."""
    sys.path.insert(0, str(FOLDER))
    module = load("speed")
    sys.path.remove(str(FOLDER))
    return module


def test_nothing_is_measured_while_the_kernels_are_wrong(speed, monkeypatch):
    def red(command, **_):
        assert "test_kernels.py" in " ".join(command)
        return subprocess.CompletedProcess(command, 1, stdout="1 failed in 2.0s\n")

    monkeypatch.setattr(speed.subprocess, "run", red)
    with pytest.raises(SystemExit, match="do not make the reference's steps"):
        speed.check_parity()


@pytest.fixture(scope="module")
def subwords():
    """experiments/subwords.py, and the script of its runs."""
    sys.path.insert(0, str(FOLDER))
    study, runs = load("subwords"), load("subwords_run")
    sys.path.remove(str(FOLDER))
    return study, runs


def rows(phase, system, **columns):
    n = len(next(iter(columns.values())))
    return [
        {"phase": phase, "row": "skipgram-ns-100", "system": system, **{name: c[i] for name, c in columns.items()}}
        for i in range(n)
    ]


@pytest.mark.parametrize(("ours", "verdict"), [([5500, 1, 9000], "reached"), ([5490, 1, 9000], "MISSED")])
def test_speed_is_judged_by_the_ratio_of_medians(speed, ours, verdict):
    results = rows("speed", "gensim", kwords_per_s=[400, 500, 900]) + rows("speed", "w2v", kwords_per_s=ours)
    [line] = speed.summary(results, ["analogies"])
    assert verdict in line


def test_a_part_of_the_race_can_be_drawn(speed, tmp_path):
    """One of the systems left out."""
    figure = speed.draw(rows("speed", "gensim", kwords_per_s=[400]) + rows("speed", "w2v", kwords_per_s=[5000]))
    assert [bar.get_height() for bar in figure.axes[0].patches] == [0.4, 5.0, 0.0]
    assert to_hex(figure.get_facecolor()).upper() == PAPER


def test_every_table_of_a_figure_is_drawn_in_the_style_of_the_maps(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    redraw = load("redraw")
    for name, draw in redraw.DRAWN_BY.items():
        figure = draw(redraw.rows_of(redraw.RESULTS / f"{name}.csv"))
        figure.canvas.draw()
        assert (redraw.RESULTS / f"{name}.png").exists()
        assert to_hex(figure.get_facecolor()).upper() == PAPER
        colours = {to_hex(line.get_color()).upper() for axes in figure.axes for line in axes.lines}
        assert colours <= set(PALETTE)
        boxes = [axes.get_tightbbox() for axes in figure.axes]
        assert all(box.x0 >= 0 and box.x1 <= figure.bbox.x1 and box.y0 >= 0 for box in boxes)
        assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
    assert {path.stem for path in redraw.RESULTS.glob("*.png")} == set(redraw.DRAWN_BY)


@pytest.mark.parametrize(("ours", "verdict"), [([36.0, 37.0], "reached"), ([36.0, 36.9], "MISSED")])
def test_scores_are_judged_by_means(speed, ours, verdict):
    """Half a point below gensim's at most."""
    results = rows("accuracy", "gensim", analogies=[36.5, 37.5]) + rows("accuracy", "w2v", analogies=ours)
    [line] = speed.summary(results, ["analogies"])
    assert verdict in line


def test_settings_are_gensims_or_our_own(speed):
    for row in speed.ROWS:
        theirs, ours = (speed.settings(row, system, 5, 2) for system in ("gensim", "w2v-defaults"))
        assert speed.settings(row, "w2v", 5, 2) == theirs
        assert (theirs.sample, theirs.alpha, theirs.negative, theirs.window) == (1e-3, 0.025, 5, 5)
        assert (ours.sample, ours.alpha) == (None, None)
        assert ours.vector_size == theirs.vector_size


def test_a_study_without_its_library_names_the_extra_before_it_does_anything(speed, monkeypatch):
    monkeypatch.setitem(sys.modules, "gensim", None)
    with pytest.raises(
        SystemExit, match=r"^This study needs gensim, which is not installed: pip install '\.\[bench\]'"
    ):
        speed.run(quick=True)
    monkeypatch.setitem(sys.modules, "openTSNE", None)
    with pytest.raises(SystemExit, match=r"needs gensim and openTSNE, which are .*'\.\[bench,plots\]'"):
        speed.need("gensim", "openTSNE", "pytest")


def test_fasttexts_settings_are_those_it_has_where_nothing_is_said(subwords):
    library = pytest.importorskip("fasttext").FastText.unsupervised_default
    same = subwords[0].SAME | {"bucket": subwords[0].BUCKET}
    names = {"dim": "vector_size", "ws": "window", "neg": "negative", "t": "sample", "lr": "alpha"}
    names |= {"minCount": "min_count", "minn": "min_n", "maxn": "max_n", "bucket": "bucket", "loss": "head"}
    assert {name: library[name] for name in names} == {name: same[ours] for name, ours in names.items()}


def test_every_system_of_the_study_of_subwords_has_settings_that_there_are(subwords):
    study, _ = subwords
    configs = {name: Config.of(settings) for name, (_, settings) in study.SYSTEMS.items()}
    assert configs["own-words"].alpha is None
    assert configs["ngrams"] == configs["words"].replace(subword="fasttext")
    assert {name for names in study.PHASES.values() for name in names} <= configs.keys()


def test_systems_take_turns(subwords):
    study, _ = subwords
    steps = study.plan(["quality", "speed"], ["cbow"], ["fasttext", "words"], seeds=2, repetitions=1, epochs=5)
    assert [tuple(step) for step in steps] == [
        *(("quality", "cbow", system, 5, seed, 0) for seed in (1, 2) for system in ("fasttext", "words")),
        *(("speed", "cbow", system, 1, 1, 0) for system in ("fasttext", "words")),
    ]


@pytest.mark.parametrize(("ours", "verdict"), [([0.5, 0.7], "reached"), ([0.5, 0.69], "BELOW")])
def test_scores_of_subwords_are_judged_by_means(subwords, ours, verdict):
    results = [
        {"phase": "quality", "arch": "cbow", "corpus": "text", "system": system, "wordsim353": str(score)}
        for system, scores in {"fasttext": [0.6, 0.6], "ngrams": ours}.items()
        for score in scores
    ]
    [line] = subwords[0].summary(results)
    assert line.startswith("text cbow wordsim353: fasttext 0.600  ngrams 0.")
    assert "± 0." in line
    assert line.endswith(f"({verdict})")


@pytest.mark.parametrize(("ours", "verdict"), [(500.0, "reached"), (499.0, "MISSED")])
def test_the_speed_of_subwords_is_judged_by_the_ratio_of_medians(subwords, ours, verdict):
    results = [
        {"phase": "speed", "arch": "cbow", "corpus": "text", "system": system}
        | {"kwords_per_s": speed, "whole_s": "2", "peak_mb": "3"}
        for system, speeds in {"fasttext": ["90", "100", "900"], "ngrams": [str(ours)]}.items()
        for speed in speeds
    ]
    first, second, third = subwords[0].summary(results)
    assert f"times as fast as fasttext (floor 5: {verdict})" in first
    assert "1.0 times as fast as fasttext" in second
    assert third == "text cbow MiB: fasttext 3.0  ngrams 3.0"


def test_words_a_second_are_those_of_the_last_line_that_fasttext_says(subwords):
    _, runs = subwords
    line = "\rProgress: 100.0% words/sec/thread:   {} lr:  0.02"
    said = f"Read 0M words\n{line.format(41_000)}{line.format(42_000)}"
    assert (runs.last_rate(said), runs.last_rate("Read 0M words")) == (42_000, 0)


def test_rare_words_are_scored_with_and_without_those_that_are_unknown(subwords, tmp_path):
    """Pairs: three of the vocabulary, two of words that are composed, and one of a word of which nothing is known."""
    lines = ["one two 9", "one three 5", "two three 4", "One ones 9", "one threes 1", "one qqqq 5"]
    (tmp_path / "rare.tsv").write_text("\n".join(lines), encoding="utf-8")
    known = {"one": [1.0, 0.0], "two": [1.0, 0.2], "three": [0.4, 1.0]}
    new = {"ones": [1.0, 0.1], "threes": [0.0, 1.0]}
    _, runs = subwords
    trained = runs.Trained(
        list(known), np.array([*known.values()]), lambda w: np.array(new[w]) if w in new else None, {}
    )
    found = runs.scores(
        trained, {"analogies": None, "similarity": [], "rare_words": tmp_path / "rare.tsv", "cases": None}
    )
    assert [found[f"rare_words{part}_pairs"] for part in ("", "_known", "_unknown")] == [5, 3, 2]
    assert found["rare_words_covered"] == round(5 / 6, 4)
    assert found["rare_words_known"] == 0.5
    assert 0.8 < found["rare_words"] < 1


@pytest.mark.parametrize("library", ["w2v", "fasttext"])
def test_a_run_of_subwords_says_what_it_took_and_learned(subwords, library, tmp_path):
    pytest.importorskip(library)
    study, _ = subwords
    (tmp_path / "text.txt").write_text("her here there hers\nthere her\n" * 20, encoding="utf-8")
    (tmp_path / "rare.tsv").write_text("her here 9\nthere hers 1\nheres theres 5\n", encoding="utf-8")
    settings = study.SAME | {"subword": "fasttext", "bucket": 50, "vector_size": 4, "epochs": 1, "seed": 1}
    settings |= {"arch": "cbow", "workers": 1, "sample": 1.0}
    asked = {"analogies": None, "similarity": [], "rare_words": str(tmp_path / "rare.tsv"), "cases": None}
    command = [sys.executable, FOLDER / "subwords_run.py", library, tmp_path / "text.txt", tmp_path / "model"]
    command += [json.dumps(settings), json.dumps(asked)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(told.stdout.splitlines()[-1])
    assert found["words"] == 4
    assert found["input_rows"] == 54 + (library == "fasttext")  # it has one for the ends of lines
    assert found["rare_words_covered"] == 1
    assert found["whole_s"] > 0
