"""The table in docs/from-gensim.md is what both libraries have, with a reason where a name is missing."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "from-gensim.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.replace("\\|", "").strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| `")
]


def test_the_page_is_what_the_script_makes():
    pytest.importorskip("gensim", minversion="4.4")
    command = [sys.executable, "-W", "ignore", str(ROOT / "experiments" / "gensim_names.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_each_name_has_an_answer_and_a_reason_where_it_is_no():
    assert len(ROWS) > 300
    assert {there for _, _, there, _ in ROWS} == {"yes", "differs", "no"}
    without = [name for name, _, there, how in ROWS if there != "yes" and not how]
    assert without == []
    unexplained = [
        name for name, _, there, how in ROWS if there == "no" and how.startswith(("no such", "not here yet"))
    ]
    assert unexplained == [], "say why in experiments/gensim_remarks.py"


def test_most_names_are_there():
    there = [there for _, _, there, _ in ROWS]
    assert there.count("no") < 0.1 * len(there)
