"""Every Python block of the README and of docs/ runs as it is written. Those of the manual are in `test_manual.py`."""

import re

import pytest
from pages import BLOCKS, ROOT, folder, run

__all__ = ["folder"]  # a fixture


def test_the_pages_with_examples_are_known():
    assert set(BLOCKS) == {
        "README.md",
        "docs/documents.md",
        "docs/explain.md",
        "docs/extending.md",
        "docs/files.md",
        "docs/gallery.md",
        "docs/hyperbolic-layers.md",
        "docs/mathematics.md",
        "docs/python.md",
        "docs/start.md",
        "docs/subwords.md",
        "docs/trouble.md",
    }


def test_the_readmes_example_runs(folder, capsys):
    run("README.md")
    assert capsys.readouterr().out.startswith("[('queen', 0.")
    assert (folder / "model-python" / "config.json").exists()


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


@pytest.mark.parametrize("page", ["promises.md", "mathematics.md"])
def test_every_test_that_a_page_names_is_there(page):
    """A reference `::test_x` without a file is to the file before it."""
    file, named = "", 0
    for reference in re.findall(
        r"`((?:\w+/)?(?:test_\w+\.py)?(?:::test_\w+)?)`", (ROOT / "docs" / page).read_text(encoding="utf-8")
    ):
        path, _, test = reference.partition("::")
        if not path.endswith(".py") and not test:
            continue  # a folder
        file = path or file
        source = (ROOT / "tests" / file).read_text(encoding="utf-8")
        assert not test or f"\ndef {test}(" in source, reference
        named += 1
    assert named > 30
