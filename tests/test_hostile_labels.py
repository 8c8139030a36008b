"""Pictures and tables of any names: none is broken by what a name holds. Pages are in `test_page.py`."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
import zlib

import numpy as np
import pytest
from PIL import Image

from w2v.base.terminal import harmless
from w2v.models.history import EpochRecord
from w2v.plots.figure import Mark, Sheet, mark_of, marks_legend, panel_title, save_figure, shortened
from w2v.plots.hierarchy.disc import plot_disc
from w2v.plots.training import comparison
from w2v.plots.training.curves import plot_history
from w2v.plots.words.exports import write_projector
from w2v.plots.words.film import write_film
from w2v.plots.words.map import plot_words
from w2v.plots.words.side_by_side import side_by_side
from w2v.plots.words.tree import plot_tree
from w2v.plots.words.two_models import plot_moves
from w2v.vectors import KeyedVectors, PoincareKeyedVectors

HOSTILE = [
    *(
        "\x1b[2J\0\x07\x0b\x7f\x85\x9b",
        "\ud800 \udcff\ufffe\uffff\U0010ffff",
        "tab\there\nline\rend\u2028",
        "",
        " ",
        "_under",
    ),
    *("עברית \u202eexe.txt", "👩‍👩‍👧日本e\u0301\u200b", "$x^2$", "$\\frac{", "%s {0} @title@ ${x}", "w" * 3000),
    *("<b>&amp;\"'", "</script><script>alert(1)</script>", "<!--", "-->]]></svg>", "(paren\\ %%EOF"),
]
COUNTS = np.arange(len(HOSTILE), 0, -1)


def some(seed: int = 0) -> KeyedVectors:
    return KeyedVectors(HOSTILE, np.random.default_rng(seed).normal(size=(len(HOSTILE), 6)), COUNTS)


def history() -> list[EpochRecord]:
    return [EpochRecord(epoch, 1.0, 0.1, 1.0, 10, dict.fromkeys(HOSTILE[:3], 0.5)) for epoch in (1, 2)]


def disc() -> tuple[PoincareKeyedVectors, np.ndarray]:
    n = len(HOSTILE)
    points = np.random.default_rng(1).uniform(-0.5, 0.5, size=(n, 2))
    return PoincareKeyedVectors(HOSTILE, points), np.array([(i, 0 if i < 9 else 1 + i % 8) for i in range(1, n)])


GROUPS = dict(zip(HOSTILE, HOSTILE[::-1], strict=True))
KEYS = [("Skip-gram", name) for name in HOSTILE]
TITLE = "".join(HOSTILE)[:200]
PICTURES = {
    "map": lambda: plot_words(some(), groups=GROUPS, method="pca", note=TITLE, title=TITLE, dpi=40),
    "moves": lambda: plot_moves(some(), some(3), names=(HOSTILE[0], HOSTILE[2]), method="pca", title=TITLE, dpi=40),
    "tree": lambda: plot_tree(some(), HOSTILE, title=TITLE, dpi=40),
    "side by side": lambda: side_by_side({HOSTILE[1]: some(), HOSTILE[2]: some(3)}, HOSTILE, method="pca", dpi=40),
    "disc": lambda: plot_disc(*disc(), title=TITLE, subtrees=HOSTILE[1:9], dpi=40),
    "curves": lambda: plot_history({name: history() for name in HOSTILE}, title=TITLE, dpi=40),
    "bars": lambda: comparison.bars({name: dict.fromkeys(KEYS[:11], (1.0, name)) for name in HOSTILE[:6]}, dpi=40),
}


def check_pdf(content: bytes) -> None:
    """Every object is where the table says, and every stream unpacks: what a reader needs to open it."""
    assert content.startswith(b"%PDF-1.")
    assert content.endswith(b"%%EOF\n")
    start = int(re.search(rb"startxref\s+(\d+)\s+%%EOF\n$", content)[1])
    table = re.match(rb"xref\s+0 (\d+)\s+((?:\d{10} \d{5} [nf]\s?\n)+)trailer", content[start:])
    entries = table[2].splitlines()
    assert len(entries) == int(table[1])
    for number, entry in enumerate(entries):
        place, _, kind = entry.split()
        if kind != b"n":
            continue
        written = content[int(place) :]
        assert written.startswith(b"%d 0 obj" % number)
        head, _, body = written.partition(b"stream\n")
        length = re.search(rb"/Length (\d+) 0 R", head)
        if b"endobj" in head or b"/FlateDecode" not in head or length is None:
            continue
        size = int(re.match(rb"\d+ 0 obj\s+(\d+)", content[int(entries[int(length[1])].split()[0]) :])[1])
        zlib.decompress(body[:size])
        assert body[size:].lstrip().startswith(b"endstream")


@pytest.mark.parametrize("kind", PICTURES)
@pytest.mark.filterwarnings("ignore:No installed font")
def test_pictures_of_any_names_are_well_formed(tmp_path, kind):
    figure = PICTURES[kind]()
    save_figure(figure, tmp_path / "p.svg")
    root = ElementTree.parse(tmp_path / "p.svg").getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))
    if kind != "map":
        return  # what is made of a text does not depend on what it is for
    save_figure(figure, tmp_path / "p.pdf")
    check_pdf((tmp_path / "p.pdf").read_bytes())
    save_figure(figure, tmp_path / "p.png")
    with Image.open(tmp_path / "p.png") as picture:
        picture.load()


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
@pytest.mark.filterwarnings("ignore:No installed font")
def test_a_name_is_shown_wherever_it_is_written(tmp_path, name):
    """One at a time, so that none hides behind another's fault; as text, with its dollars and backslashes."""
    sheet = Sheet(6.0, 3.0, dpi=40, texts=[name])
    sheet.title(name)
    sheet.legend(
        [*marks_legend({name: mark_of(0)}), (name, *[line for _, line in marks_legend({"": Mark("#000000")})])]
    )
    sheet.caption([name])
    label = sheet.write(1.0, 1.0, shortened(name))
    panel_title(sheet.room(), name)
    save_figure(sheet.figure, tmp_path / "p.svg")
    ElementTree.parse(tmp_path / "p.svg")
    assert label.get_text() == (harmless(name) if len(harmless(name)) <= 28 else harmless(name[:29])[:27] + "…")


@pytest.mark.filterwarnings("ignore:No installed font")
def test_films_of_any_names(tmp_path):
    write_film({1: some(), 2: some(3)}, tmp_path / "f.gif", method="pca", title=HOSTILE[0], figsize=(3, 3), dpi=40)
    with Image.open(tmp_path / "f.gif") as film:
        assert film.n_frames > 1


def test_a_row_of_the_projector_is_a_word_whatever_it_holds(tmp_path):
    """Line ends of all kinds, since programs differ in which they obey, and never a quote that opens a longer cell."""
    metadata = write_projector(some(), tmp_path / "v.tsv", groups=GROUPS)
    lines = metadata.read_text(encoding="utf-8").split("\n")
    assert lines.pop() == ""
    assert [len(line.split("\t")) for line in lines] == [4] * (len(HOSTILE) + 1)
    assert len(metadata.read_text(encoding="utf-8").splitlines()) == len(lines)
    assert len(np.loadtxt(tmp_path / "v.tsv", ndmin=2)) == len(HOSTILE)
