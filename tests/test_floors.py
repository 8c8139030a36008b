"""The house stands: folders in the order of the data, imports from earlier rooms only, no circle, no file too long."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
ROOT = PROJECT / "w2v"

# The rooms of the house from the ground up: a file imports from its own room and from those before it, here.
ROOMS = [
    *("errors", "base", "text", "corpus", "examples", "kernels", "heads"),
    *("geometry", "evaluation", "vectors", "models", "engines", "training", "explanation"),
    *("hyperbolic", "plots", "comparison"),
    *("word2vec", "doc2vec", "sklearn", "poincare", "demo", "gensim", "cli", "__main__"),
]
FILES = sorted(ROOT.rglob("*.py"))


def name_of(path: Path) -> str:
    """A module's name without the package's: "training.loop"; "" is the package's own face."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in FILES}


def imports_of(path: Path) -> set[str]:
    """The modules of the package that a file imports, wherever in it, also for its types only."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "w2v":
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name.split(".")[0] == "w2v"]
        else:
            continue
        for name in names:
            inside = name.removeprefix("w2v").removeprefix(".")
            while inside not in MODULES:
                inside = inside.rpartition(".")[0]
            found.add(inside)
    return found - {name_of(path)}


@pytest.mark.parametrize("path", [path for path in FILES if name_of(path)], ids=name_of)
def test_a_file_imports_only_from_its_room_and_those_below(path):
    room = name_of(path).split(".")[0]
    assert room in ROOMS, f"{room} is a room that the plan does not know: add it to ROOMS and to docs/design.md"
    above = [name for name in imports_of(path) if ROOMS.index(name.split(".")[0]) > ROOMS.index(room)]
    assert not above, f"{name_of(path)} imports {above}, which stand above it"


def test_no_files_import_each_other_in_a_circle():
    TopologicalSorter({name: imports_of(path) for name, path in MODULES.items() if name}).prepare()


def test_the_plan_names_no_room_that_is_gone():
    assert set(ROOMS) == {name.split(".")[0] for name in MODULES if name}


def test_a_stranger_meets_few_files_at_the_root():
    assert len([path for path in FILES if path.parent == ROOT]) <= 8


@pytest.mark.parametrize("path", FILES, ids=lambda path: name_of(path) or "w2v")
def test_a_file_is_one_room_of_at_most_300_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("page", ["docs/how-it-works.md", "docs/design.md"])
def test_the_pages_show_every_room(page):
    text = (PROJECT / page).read_text(encoding="utf-8")
    assert [room for room in ROOMS if (ROOT / room).is_dir() and f"{room}/" not in text] == []
