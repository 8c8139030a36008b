"""Every Python block of the README and of docs/ runs as it is written."""

import gzip
import re
from pathlib import Path

import pytest
from w2v_data.world import write_world

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCKS = {
    page.relative_to(ROOT).as_posix(): blocks
    for page in PAGES
    if (blocks := list(re.finditer(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)))
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where a reader sits: a corpus, and pairs of child and parent, under the names that the pages have for them."""
    world = write_world(tmp_path / "world", tokens=60_000)
    (tmp_path / "corpus.txt.gz").write_bytes(gzip.compress(world.corpus.read_bytes()))
    world.hypernyms.rename(tmp_path / "animals.tsv")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(page: str) -> None:
    """The blocks of a page, from top to bottom, as one session."""
    names: dict[str, object] = {"__name__": "__main__"}
    text = (ROOT / page).read_text(encoding="utf-8")
    for block in BLOCKS[page]:
        before = text[: block.start(1)].count("\n")  # so that a failure tells the line of the page
        exec(compile("\n" * before + block[1], ROOT / page, "exec"), names)


def test_the_pages_with_examples_are_known():
    assert set(BLOCKS) == {
        "README.md",
        "docs/documents.md",
        "docs/explain.md",
        "docs/files.md",
        "docs/gallery.md",
        "docs/hyperbolic-layers.md",
        "docs/python.md",
        "docs/subwords.md",
    }


def test_the_readmes_example_runs(folder, capsys):
    run("README.md")
    told = capsys.readouterr().out
    assert "| Skip-gram ns" in told
    assert "| CBOW hs" in told
    assert (folder / "map.png").stat().st_size > 10_000


def test_the_examples_of_what_python_users_hold_run(folder, capsys):
    run("docs/python.md")
    told = capsys.readouterr().out
    assert "Word2Vec(cbow hs, not trained, 50 dimensions)\n8 3 " in told
    assert "words ['all', 'and', 'at', 'cheap', 'good', 'not']\nreviews.csv is a table (CSV)" in told
    assert "epoch 4: loss" in told
    assert "\n10 True\nTrue\n" in told
    assert "the word 'kign' is not in the vocabulary" in told
    pictures = {path.name for path in folder.iterdir() if path.suffix in (".png", ".svg", ".html")}
    assert re.search(r"amid the cat the mouse\n +softmax +ns +hs\nchased ", told)
    assert "hs: decisions on the way to 'chased', whose product is 0." in told
    assert "torch.Size([3, 4, 100])" in told
    assert re.search(r"\nking\nTrue\n(KeyedVectors\(.* words, 100 dimensions\) green\n){3}", told)
    assert pictures == {
        "expected.png",
        "map.png",
        "arrows.svg",
        "moves.png",
        "curves.png",
        "tree.png",
        "disc.png",
        "disc.html",
    }


def test_the_example_of_files_runs(folder, capsys):
    run("docs/files.md")
    assert len(set(capsys.readouterr().out.splitlines())) == 1, "the same neighbour from each file"


def test_the_example_of_documents_runs(folder, capsys):
    run("docs/documents.md")
    assert "animals" in capsys.readouterr().out.splitlines()[0]


def test_the_examples_of_a_step_run(folder, capsys):
    run("docs/explain.md")
    told = capsys.readouterr().out
    assert told.startswith("skipgram ns, epoch 50; words are counted in this sentence\n")
    before, after = map(float, re.search(r"\n([\d.]+) nats before, ([\d.]+) after\n", told).groups())
    assert after < before
    for name in ("fox.html", "sampling.png", "surfaces.png"):
        assert (folder / name).stat().st_size > 10_000


@pytest.mark.long  # a film is a hundred pictures
def test_the_pictures_of_the_gallery_are_drawn(folder):
    run("docs/gallery.md")
    for name in ("lesson.gif", "lesson.html", "sampling.png", "surfaces.png", "codes.png", "expected.png"):
        assert (folder / name).stat().st_size > 10_000


def test_the_examples_of_subwords_run(folder, capsys):
    run("docs/subwords.md")
    told = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"KeyedVectors\([\d,]+ words \+ [\d,]+ n-grams, 100 dimensions\)", told[0])
    assert told[1] == "True False"
    assert "'walk" in told[2]
    assert told[4:] == [
        "KeyedVectors(3 words, 100 dimensions)",
        "True",
        "KeyedVectors(0 words + 2,000 rows of n-grams, 100 dimensions)",
        "KeyedVectors(2 words, 100 dimensions)",
    ]


def test_the_example_of_hyperbolic_layers_learns_the_tree(capsys):
    run("docs/hyperbolic-layers.md")
    accuracy, *levels = (float(line.split()[-1]) for line in capsys.readouterr().out.splitlines())
    assert accuracy > 0.9
    assert len(levels) == 4
    assert levels == sorted(levels)


def test_every_promise_names_tests_that_there_are():
    """A reference `::test_x` without a file is to the file before it."""
    file, named = "", 0
    for reference in re.findall(
        r"`((?:\w+/)?(?:test_\w+\.py)?(?:::test_\w+)?)`", (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
    ):
        path, _, test = reference.partition("::")
        file = path or file
        source = (ROOT / "tests" / file).read_text(encoding="utf-8")
        assert not test or f"\ndef {test}(" in source, reference
        named += bool(path or test)
    assert named > 50
