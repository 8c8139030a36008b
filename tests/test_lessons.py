"""Every lesson runs, shows what is kept of it, and says nothing that its code does not bear out."""

import importlib.util
import json
import re
import sys
from importlib import import_module
from pathlib import Path

import pytest

pytest.register_assert_rewrite("lesson_claims")

DOCS = Path(__file__).parent.parent / "docs"
LONG = (
    "2_negative_sampling",
    "4_which_head",
    "5_meaning_as_information",
    "6_hierarchies",
)  # they take long, or much is compiled for them


def _load_runner():
    spec = importlib.util.spec_from_file_location("lesson_runner", DOCS / "lessons" / "run.py")
    module = sys.modules["lesson_runner"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


runner = _load_runner()
LESSONS = [
    pytest.param(path, id=path.stem, marks=[pytest.mark.long] if path.stem in LONG else []) for path in runner.lessons()
]
TRANSLATED = sorted((DOCS / "zh" / "lessons").glob("[0-9]_*.py"))


def without_numbers(text: str) -> str:
    """A text whose numbers, which may move from machine to machine, are all alike, and so is the room for them."""
    return re.sub(r"\s+", " ", re.sub(r"[-+]?\d[\d,]*(\.\d+)?(e[-+]?\d+)?", "#", text))


def text_of(path: Path) -> str:
    return " ".join(
        re.sub(r"\s+", " ", cell.source) for cell in runner.cells_of(path.read_text("utf-8")) if cell.markdown
    )


def code_of(path: Path) -> list[str]:
    return [cell.source for cell in runner.cells_of(path.read_text("utf-8")) if not cell.markdown]


@pytest.mark.parametrize("path", LESSONS)
def test_a_lesson_runs_shows_what_is_kept_and_says_what_is_so(path):
    outputs, names = runner.run(path)
    kept = runner.kept(path)
    assert [without_numbers(output.text) for output in outputs] == [without_numbers(each["text"]) for each in kept]
    assert [len(output.pictures) for output in outputs] == [len(each["pictures"]) for each in kept]
    told = "\n".join(output.text for output in outputs)
    claims = import_module(f"lesson_claims.{path.stem[2:]}")
    for name, claim in vars(claims).items():
        if name.startswith("claim_"):
            claim(names, told)


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in runner.lessons()])
def test_what_is_kept_of_a_lesson_is_of_its_code(path):
    kept = runner.kept(path)
    assert [each["code"] for each in kept] == code_of(path), f"run python docs/lessons/run.py {path.name}"
    pictures = [name for each in kept for name in each["pictures"]]
    assert pictures == sorted(
        (found.name for found in runner.OUTPUTS.glob(f"{path.stem}-*.png")),
        key=lambda name: int(name.removesuffix(".png").rpartition("-")[2]),
    )
    for name in pictures:
        assert (runner.OUTPUTS / name).read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in runner.lessons()])
def test_every_claim_is_in_the_text_of_its_lesson(path):
    claims = vars(import_module(f"lesson_claims.{path.stem[2:]}"))
    passages = [re.sub(r"\s+", " ", f.__doc__).strip() for name, f in claims.items() if name.startswith("claim_")]
    assert len(passages) >= 5
    text = text_of(path)
    for passage in passages:
        assert passage in text


def test_every_lesson_has_exercises_with_answers():
    for path in runner.lessons():
        text = path.read_text("utf-8")
        assert text.index("\n# ## Exercises") < text.index("\n# ## Answers"), path


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in TRANSLATED])
def test_a_translation_has_the_code_of_its_lesson_and_as_much_text(path):
    lesson = runner.HERE / path.name
    assert code_of(path) == code_of(lesson)
    ours, theirs = (runner.cells_of(each.read_text("utf-8")) for each in (lesson, path))
    assert [cell.markdown for cell in ours] == [cell.markdown for cell in theirs]
    for ours_cell, their_cell in zip(ours, theirs, strict=True):
        if ours_cell.markdown:
            for pattern in (r"\${1,2}[^$]+\${1,2}", r"`[^`]+`"):
                assert sorted(re.findall(pattern, ours_cell.source)) == sorted(re.findall(pattern, their_cell.source))
            assert re.search(r"[\u4e00-\u9fff]", their_cell.source)


SCRIPT = """# %% [markdown]
# # A lesson
# of *two* lines
#
# $x$

# %%
import matplotlib.pyplot as plt

print("one")
plt.plot([1, 2])
1 + 1

# %%

x = 3

# %%
{"x": x}
"""


def test_a_script_is_cut_into_cells():
    cells = runner.cells_of(SCRIPT)
    assert [cell.markdown for cell in cells] == [True, False, False, False]
    assert cells[0].source == "# A lesson\nof *two* lines\n\n$x$"
    for cell in cells[1:]:
        assert SCRIPT.split("\n")[cell.line - 1] == cell.source.split("\n")[0]
    with pytest.raises(ValueError, match="begins with a cell mark"):
        runner.cells_of("x = 1\n# %%\n")


def test_a_script_runs_as_a_notebook_does_and_its_outputs_are_kept(tmp_path, monkeypatch):
    path = tmp_path / "1_lesson.py"
    path.write_text(SCRIPT)
    monkeypatch.setattr(runner, "OUTPUTS", tmp_path / "outputs")
    outputs, names = runner.run(path)
    assert names["x"] == 3
    assert [output.text for output in outputs] == ["one\n2", "", "{'x': 3}"]
    assert [len(output.pictures) for output in outputs] == [1, 0, 0]
    runner.keep(path, outputs)
    runner.keep(path, outputs)
    files = {found.name: found.read_bytes() for found in (tmp_path / "outputs").iterdir()}
    assert set(files) == {"1_lesson.json", "1_lesson-1.png"}
    assert json.loads(files["1_lesson.json"]) == runner.kept(path)
    runner.keep(path, runner.run(path)[0])
    assert files == {found.name: found.read_bytes() for found in (tmp_path / "outputs").iterdir()}, "deterministic"


def test_a_failing_cell_tells_the_line_of_the_script(tmp_path):
    path = tmp_path / "1_lesson.py"
    path.write_text("# %%\nx = 1\n\n# %%\n\ny = 2\nx / 0\n")
    with pytest.raises(ZeroDivisionError) as caught:
        runner.run(path)
    assert caught.traceback[-1].lineno + 1 == 7
    assert Path.cwd().exists()
