"""The benchmark's own promises: no figures of wrong kernels, and floors judged by medians and means."""

import importlib.util
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest
from matplotlib.colors import to_hex

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
