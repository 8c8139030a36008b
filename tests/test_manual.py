"""What the pages of the manual say is so: their examples, their commands, and the figures they quote."""

import csv
import importlib
import re
import statistics
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import typer
from pages import BLOCKS, PAGES, ROOT, folder, run
from typer.testing import CliRunner
from w2v_data.world import write_world

from w2v import KeyedVectors
from w2v.cli import app

__all__ = ["folder"]  # a fixture
RESULTS = ROOT / "experiments" / "results"
ANIMALS, FRUIT = ("dog", "cat", "mouse"), ("apple", "pear", "plum")


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def test_the_start_ends_with_vectors_in_a_network(folder, capsys):
    run("docs/start.md")
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "Word2Vec(skipgram ns, 19 words, 2 dimensions)"
    near, far = map(float, told[1].split())
    assert near > 0.9 > far + 0.3
    assert told[-2:] == ["torch.Size([1, 5, 50])", "torch.Size([1, 2])"]
    for name in ("small.png", "vectors.bin"):
        assert (folder / name).stat().st_size > 10_000


def test_the_thirteen_sentences_part_animals_from_fruit(tmp_path, monkeypatch):
    """By the commands of the page, as they stand there."""
    monkeypatch.chdir(tmp_path)
    [lesson] = re.findall(r"```text\n(.*?)```", read("docs/start.md"), re.S)
    (tmp_path / "lesson.txt").write_text(lesson, encoding="utf-8")
    kinds = [f"{word}\t{kind}\n" for kind, words in (("animals", ANIMALS), ("fruit", FRUIT)) for word in words]
    (tmp_path / "kinds.tsv").write_text("".join(kinds), encoding="utf-8")
    commands = re.findall(r"^(?:\$ )?w2v ((?:train lesson.txt|plot small) .*)$", read("docs/start.md"), re.M)
    assert len(commands) == 2
    for command in commands:
        done = CliRunner().invoke(app, command.split(), catch_exceptions=False)
        assert done.exit_code == 0
    assert (tmp_path / "small.png").stat().st_size > 10_000
    vectors = KeyedVectors.load("small")
    within = [vectors.similarity(a, b) for words in (ANIMALS, FRUIT) for a in words for b in words if a < b]
    across = [vectors.similarity(a, b) for a in ANIMALS for b in FRUIT]
    assert min(within) > max(across) + 0.3


def told_of(page: str) -> list[tuple[str, list[str]]]:
    """Each command that a page shows with what it prints, `$ w2v ...`, and the lines below it."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"^```\n(\$ .*?)^```", read(page), re.M | re.S):
        for line in block.splitlines():
            if line.startswith("$ w2v "):
                found.append((line.removeprefix("$ w2v "), []))
            elif line != "...":
                found[-1][1].append(line)
    return found


def without_numbers(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"\d[\d,]*(\.\d+)?", "#", text)).strip()


@pytest.mark.long
@pytest.mark.parametrize("page", ["docs/start.md", "docs/trouble.md"])
def test_commands_print_what_the_page_shows(page, tmp_path):
    """But for numbers; losses of the same epoch within a twentieth, and of the neighbours the first and half of all."""
    corpus = write_world(tmp_path / "demo" / "world").corpus.read_text(encoding="utf-8")
    (tmp_path / "little.txt").write_text("".join(corpus.splitlines(keepends=True)[:600]), encoding="utf-8")
    prose = re.sub(r"\b(sydney|france|paris)\b", lambda found: found[0].capitalize(), corpus)
    prose = re.sub(r"^.", lambda found: found[0].upper(), re.sub(r" (and|but) ", r", \1 ", prose), flags=re.M)
    (tmp_path / "prose.txt").write_text(prose.replace("\n", ".\n"), encoding="utf-8")
    (tmp_path / "lesson.txt").write_text(re.findall(r"```text\n(.*?)```", read("docs/start.md"), re.S)[0])
    for command, lines in told_of(page):
        if "enwiki17m" in command:
            continue
        asked = [sys.executable, "-m", "w2v", *command.split()]
        done = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=600)
        said = done.stdout + done.stderr
        near = [line.split()[0] for line in lines if re.fullmatch(r"  \w+ +[\d.]+", line)]
        for line in lines:
            if not near:
                assert without_numbers(line) in without_numbers(said), (command, line, said)
            if loss := re.match(r"epoch (\d+) +loss ([\d.]+)", line):
                [now] = re.findall(rf"^epoch {loss[1]} +loss ([\d.]+)", said, re.M)
                assert float(loss[2]) > 100 or float(now) == pytest.approx(float(loss[2]), rel=0.05), (command, line)
        answers = re.findall(r"^  (\w+) +[\d.]+$", said, re.M)
        assert answers[: bool(near)] == near[:1], command
        assert 2 * len(set(near) & set(answers)) >= len(near), command


def test_a_bad_model_is_bad_and_its_cure_cures(folder, capsys):
    run("docs/trouble.md")
    told = capsys.readouterr().out.splitlines()
    bad, good = (float(line.split(";")[0].split()[-1]) for line in told[:2])
    assert bad > 0.7
    assert good < 0.3
    assert "'the' is in" in told[0]
    with_its_own_words, answer = told[2:]
    assert "'king'" in with_its_own_words
    assert answer.startswith("[('queen'")


def test_the_gradients_of_the_mathematics_are_autograds(capsys):
    run("docs/mathematics.md")
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in told] == ["softmax", "ns", "hs", "ova", "ball", "poincare", "pmi"]
    assert all("True" in line for line in told)
    assert not any("False" in line for line in told)


def test_a_head_of_ones_own_trains_as_the_page_says(folder, capsys, monkeypatch):
    first = BLOCKS["docs/extending.md"][0][1]
    (folder / "scaled.py").write_text(first, encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "scaled", raising=False)
    importlib.invalidate_caches()
    run("docs/extending.md")
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "Word2Vec(skipgram scaled:Scaled, 15 words, 10 dimensions)"
    before, after = map(float, re.findall(r"\d\.\d+", told[1]))
    assert before == pytest.approx(np.log(15), abs=0.02)
    assert after < before - 0.5
    assert told[-3:] == ["True", "True", "dog"]


def commands_of(page: Path) -> list[tuple[str, list[str]]]:
    """Each `w2v COMMAND ...` of a page that is no Python, in blocks and in lines, with its options."""
    text = page.read_text(encoding="utf-8")
    blocks = [block for kind, block in re.findall(r"^```(\w*)\n(.*?)^```", text, re.M | re.S) if kind != "python"]
    prose = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    blocks += re.findall(r"^ {4}(\S.*\n)", prose, re.M) + re.findall(r"`([^`\n]+)`", prose)
    found = []
    for line in "\n".join(blocks).splitlines():
        for said in re.finditer(r"(?:^|[$;&] |-m )w2v ((?:poincare )?[a-z]+)([^;&]*)", line.split("  #")[0]):
            found.append((said[1], re.findall(r"(?<=\s)--[a-z][a-z-]*", re.split(r" {3,}", said[2])[0])))
    return found


@cache
def options_of() -> dict[str, set[str]]:
    """The options that each command knows, with what `--no-` makes of them."""
    commands = dict(typer.main.get_command(app).commands)
    commands |= {f"poincare {name}": command for name, command in commands["poincare"].commands.items()}
    return {
        name: {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        for name, command in commands.items()
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_the_pages_exist_with_their_options(page):
    known = options_of()
    for command, options in commands_of(page):
        assert command in known, command
        assert set(options) - {"--help"} <= known[command], command


def test_the_commands_are_found_in_the_pages():
    assert sum(len(commands_of(page)) for page in PAGES) > 100


def test_the_readme_is_two_screens_that_lead_into_the_manual():
    text = read("README.md")
    assert len(text.splitlines()) <= 100
    for page in ("start", "choosing", "trouble", "mathematics", "how-it-works", "extending", "gallery", "hierarchies"):
        assert f"(docs/{page}.md" in text


def rows_of(table: str) -> list[dict[str, str]]:
    with open(RESULTS / table, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def mean(rows: list[dict[str, str]], column: str) -> float:
    return statistics.mean(float(row[column]) for row in rows)


def test_small_texts_are_quoted_as_they_were_measured():
    text, rows = read("docs/choosing.md"), rows_of("small_texts.csv")
    columns = [("w2v", head) for head in ("ns", "softmax", "hs", "ova", "pmi")] + [("gensim", "ns")]
    for words in ("10,000", "100,000", "1,000,000"):
        [line] = re.findall(rf"^\| {words} \| (\.\d.*) \|$", text, re.M)
        cells = line.split(" | ")
        assert len(cells) == len(columns)
        for cell, (system, head) in zip(cells, columns, strict=True):
            of_it = [
                row
                for row in rows
                if (row["words"], row["arch"], row["head"], row["system"])
                == (words.replace(",", ""), "skipgram", head, system)
            ]
            groups, analogies = re.findall(r"[\d.]+", cell)
            assert float(groups) == pytest.approx(mean(of_it, "groups"), abs=0.0051), (words, head)
            assert float(analogies) == pytest.approx(100 * mean(of_it, "analogies"), abs=0.51), (words, head)


def test_negatives_are_quoted_as_they_were_measured():
    text = read("docs/choosing.md")
    measured = {row["setting"]: row for row in rows_of("negatives.csv")}
    settings = [f"negative {n}" for n in (1, 2, 5, 10, 20)]
    settings += [f"exponent {x}" if x != 0.75 else "negative 5" for x in (0.0, 0.25, 0.5, 0.75, 1.0)]
    for name, column, digits in (("analogies, %", "analogies", 1), ("SimLex-999", "simlex999", 3)):
        [line] = re.findall(rf"^\| {name} \| (.*) \|$", text, re.M)
        numbers = [float(cell) for cell in re.findall(r"[\d.]+", line)]
        assert numbers == [pytest.approx(float(measured[each][column]), abs=0.51 / 10**digits) for each in settings]


def test_heads_are_quoted_as_they_were_measured():
    report = read("experiments/results/heads/report.md").replace("*", "")
    encoder, seen = "", 0
    for line in re.findall(r"^\| (?:Skip-gram|CBOW|neither)? ?\| `\w+` \|.*\|$", read("docs/choosing.md"), re.M):
        named, head, *cells = (cell.strip(" `") for cell in line.strip("|").split("|"))
        encoder = named or encoder
        [row] = re.findall(rf"^\| {encoder.replace('neither', 'Skip-gram')} {head} +\|(.*)\|$", report, re.M)
        measured = [cell.strip() for cell in row.split("|")]
        nats, analogies, similarity, speed = cells
        assert [nats.split(", ")[0], analogies.replace(" %", "%"), f"0{similarity}", speed] == [
            measured[i] for i in (0, 3, 4, 6)
        ]
        seen += 1
    assert seen == 7


def test_the_cost_of_softmax_is_quoted_as_it_was_measured():
    cost = {
        row["vocabulary"]: row for row in rows_of("cost.csv") if (row["arch"], row["head"]) == ("skipgram", "softmax")
    }
    [said] = re.findall(
        r"(\d+) s for a million\s+words with 1,000 different ones, (\d+) s with 10,000, (\d+) s with 100,000",
        read("docs/choosing.md"),
    )
    for seconds, words in zip(said, ("1000", "10000", "100000"), strict=True):
        assert float(seconds) == pytest.approx(float(cost[words]["seconds_per_million_words"]), abs=0.51)
