"""A report shows names as they are, whatever they hold: in sentences, tables, commands and cells."""

import csv
import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from test_report import CALL, CBOW, FAILED, HS, NS, PLAN, TEXT

from w2v.comparison import report, table
from w2v.comparison.again import Call
from w2v.comparison.quoting import fenced, inert, name_of, plain
from w2v.comparison.results import Score
from w2v.text.sources import File, Sentences

EVIL = "a|b`c`<img src=x onerror=alert(1)>[x](javascript:y)*z*_w_ ~~s~~ $m$ &amp; \\ # \x1b[2J\nnext"


def test_marks_are_escaped_and_lines_are_one():
    assert plain(EVIL) == (
        r"a\|b\`c\`\<img src=x onerror=alert(1)\>\[x\](javascript:y)\*z\*\_w\_ \~\~s\~\~ \$m\$ \&amp; \\ \# "
        r"\\x1b\[2J next"
    )


@pytest.mark.parametrize(
    "name", ["corpus.txt", "min_count 5, sample 0.0001", "my_heads:Scaled", "Ünï 中国 (1).txt", "±0.5"]
)
def test_usual_names_are_left(name):
    assert plain(name) == name


def test_no_backticks_end_a_block_of_code():
    assert fenced("w2v x") == "```\nw2v x\n```"
    assert fenced("a ```` b\n```") == "`````\na ```` b\n```\n`````"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-x", "@SUM(A1)", "\tx", "\rx"])
def test_a_cell_is_no_formula(cell):
    assert inert(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", [-0.5, 1, "ns", "a=b", "", None])
def test_numbers_and_names_are_cells_as_they_are(cell):
    assert inert(cell) is cell


def test_a_command_can_be_repeated_whatever_files_are_called():
    files = [File("my corpus.txt", "my corpus.txt"), File("-x/1", "-x"), File("-x/2", "-x"), File("$(rm x); `y`.txt")]
    call = Call.of(files, "a folder", ["-q.txt"], ["/x/it's.tsv"], None)
    parts = shlex.split(call.again(PLAN, ["ns"], ["cbow"])[1])
    assert parts[:7] == ["w2v", "compare", "my corpus.txt", "./-x", "$(rm x); `y`.txt", "-o", "a folder"]
    assert parts[parts.index("--similarity") + 1] == "/x/it's.tsv"
    assert parts[parts.index("--analogies") + 1] == "./-q.txt"


def test_names_of_texts_are_short():
    assert name_of([Sentences([])]) == "the given sentences"
    assert name_of([File(f"/f/{letter}.gz") for letter in "abcde"]) == "a.gz b.gz and 3 more files"


def evil(outcome):
    return replace(outcome, scores={EVIL: Score("analogies", 0.5, 0.5), "=2+3": Score("similarity", 0.5, 0.5)})


def test_a_report_of_evil_names_has_the_same_parts(tmp_path: Path):
    outcomes = [evil(NS), evil(HS), evil(replace(CBOW, notes=[EVIL])), replace(FAILED, failed=EVIL)]
    call = Call.of([File(EVIL)], EVIL, [EVIL], [], [EVIL])
    report.write(
        tmp_path, outcomes, replace(PLAN, corpus=EVIL), replace(TEXT, name=EVIL), call, {"s.png": "Told."}, [EVIL]
    )
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    before, _, after = text.partition("## Again")
    assert "<img" not in before.replace("\\<img", "")
    assert "[x](" not in before.replace("\\[x\\](", "")
    assert "\x1b" not in text
    assert [line for line in before.splitlines() if line.startswith("next")] == []
    rows = [line.replace("\\|", "") for line in table.as_markdown(outcomes).splitlines()]
    assert {row.count("|") for row in rows} == {10}
    assert after.count("```") == 2


def test_cells_of_evil_names_are_data(tmp_path: Path):
    report.write(tmp_path, [evil(NS), replace(FAILED, failed="=1+1")], PLAN, TEXT, CALL, {})
    with open(tmp_path / "results.csv", encoding="utf-8", newline="") as file:
        ns, failed = csv.DictReader(file)
    assert (ns[EVIL], ns["'=2+3"], failed["failed"], failed["nats"]) == ("0.5", "0.5", "'=1+1", "nan")
