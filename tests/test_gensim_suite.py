"""gensim's own tests with w2v.gensim in gensim's place: at least 95 in a hundred of those in scope pass."""

import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "experiments"
SUITES = {
    "word2vec": 60,
    "keyedvectors": 30,
    "phrases": 40,
    "poincare": 30,
    "fasttext": 70,
    "doc2vec": 40,
}  # and how many tests each has at least

pytest.importorskip("gensim", minversion="4.4")
pytest.importorskip("testfixtures")


def outcomes(folder, *suites):
    """The rows of the table, from a process of its own, since it exchanges modules."""
    command = [sys.executable, "-W", "ignore", str(FOLDER / "gensim_suite.py"), *suites, "--output", "table.csv"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with (folder / "table.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def check(rows):
    """That enough passed, and that what did not has a reason."""
    count = Counter(row["outcome"] for row in rows)
    assert set(count) <= {"passed", "failed", "out of scope"}
    failed = [f"{row['test']}: {row['reason']}" for row in rows if row["outcome"] == "failed"]
    assert count["passed"] >= 0.95 * (count["passed"] + count["failed"]), "\n".join(failed)
    assert count["out of scope"] <= 0.2 * len(rows), "most of the tests are in scope"
    assert all(row["reason"] for row in rows if row["outcome"] != "passed")


@pytest.mark.parametrize("suite", ["keyedvectors", "phrases", "poincare"])
def test_a_suite_passes(tmp_path, suite):
    rows = outcomes(tmp_path, suite)
    assert len(rows) >= SUITES[suite]
    check(rows)


@pytest.mark.long
def test_all_suites_pass(tmp_path):
    rows = outcomes(tmp_path)
    of = Counter(row["suite"] for row in rows)
    assert all(of[suite] >= number for suite, number in SUITES.items())
    check(rows)


def test_what_is_out_of_scope_is_a_test_of_gensims(tmp_path):
    """A name in the list that gensim no longer has would hide nothing, and is a mistake."""
    code = "import gensim_suite as s; print([(u, t) for u in s.SUITES for t in s.OUT_OF_SCOPE[u]])"
    code += "\nimport importlib, unittest\nfor u in s.SUITES:\n    m = importlib.import_module(f'gensim.test.test_{u}')"
    code += "\n    for t in s.OUT_OF_SCOPE[u]:\n        c, n = t.split('.'); getattr(getattr(m, c), n)"
    done = subprocess.run([sys.executable, "-c", code], cwd=FOLDER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_unknown_suite_is_told(tmp_path):
    command = [sys.executable, str(FOLDER / "gensim_suite.py"), "ldamodel"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "there are word2vec, keyedvectors, phrases, poincare" in done.stderr
