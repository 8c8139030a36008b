"""The manual: its reference is complete, its links lead somewhere, and what people ask first is found in three clicks.

`make docs` builds the site of it and looks at that (`docs/check.py`); here is what needs no Sphinx.
"""

import importlib.util
import inspect
import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from markdown_it import MarkdownIt

import w2v

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted(path for folder in (DOCS, ROOT / "experiments") for path in folder.rglob("*.md")),
]
LESSONS = sorted(DOCS.rglob("[0-9]_*.py"))
QUESTIONS = {  # what is asked: the heading of a section that answers it, and what stands there
    "how do I train on my text?": (r"own text", ["w2v train"]),
    "which head do I take?": (r"which head", [r"\bns\b", r"\bhs\b", r"\bsoftmax\b"]),
    "why does king - man + woman fail on my corpus?": (r"king - man \+ woman", ["w2v ", "analog"]),
    "how is the picture of the disc made?": (r"hierarch|disc", ["w2v poincare plot"]),
    "how do I use the vectors in torch?": (r"network|torch", ["to_embedding"]),
}


def load(path: Path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


public = load(DOCS / "_ext" / "public.py")
cells_of = load(DOCS / "lessons" / "run.py").cells_of


class Section(NamedTuple):
    """A heading, and what stands below it, parts of it included."""

    heading: str
    level: int
    text: str


class Page(NamedTuple):
    """What a page of Markdown is to who follows links."""

    anchors: set[str]
    links: list[str]
    sections: list[Section]


@cache
def read(path: Path) -> Page:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        text = "\n\n".join(cell.source for cell in cells_of(text) if cell.markdown)
    lines = text.split("\n")
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    inline = [child for token in tokens for child in token.children or []]
    links = [child.attrs["href"] for child in inline if child.type == "link_open"]
    links += [child.attrs["src"] for child in inline if child.type == "image"]
    anchors, found = set(), []
    for opening, content in pairwise(tokens):
        if opening.type == "heading_open":
            heading = "".join(child.content for child in content.children)
            slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")  # as code hosts make them
            anchors.add(slug if slug not in anchors else f"{slug}-1")
            found.append((heading, int(opening.tag[1]), opening.map[0]))
    sections = []
    for at, (heading, level, line) in enumerate(found):
        end = next((start for _, other, start in found[at + 1 :] if other <= level), len(lines))
        sections.append(Section(heading, level, "\n".join(lines[line + 1 : end])))
    return Page(anchors, links, sections)


def target_of(page: Path, link: str) -> Path:
    """The file that a link of a page leads to; of a folder what a code host shows of it."""
    path = (page.parent / link.split("#")[0]).resolve() if link.split("#")[0] else page
    return path / "README.md" if (path / "README.md").is_file() else path


def within(link: str) -> bool:
    return not re.match(r"[a-z]+:", link)


@pytest.mark.parametrize("page", [*PAGES, *LESSONS], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_to_files_and_headings_that_there_are(page):
    nowhere = []
    for link in filter(within, read(page).links):
        target = target_of(page, link)
        anchor = link.partition("#")[2]
        if not target.exists() or (anchor and anchor not in read(target).anchors):
            nowhere.append(link)
    assert nowhere == []


def in_clicks(start: Path, most: int) -> dict[Path, int]:
    """The pages that are reached from one, and by how many links."""
    reached, edge = {start: 0}, [start]
    for click in range(1, most + 1):
        targets = {target_of(page, link) for page in edge for link in filter(within, read(page).links)}
        edge = [path for path in sorted(targets) if path.suffix in (".md", ".py") and path not in reached]
        edge = [path for path in edge if path.suffix == ".md" or path in LESSONS]
        reached |= dict.fromkeys(edge, click)
    return reached


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_is_found_from_the_readme_in_three_clicks(question):
    heading, words = QUESTIONS[question]
    answers = {
        (path, section.heading)
        for path in in_clicks(ROOT / "README.md", 3)
        for section in read(path).sections
        if re.search(heading, section.heading, re.I)
        and all(re.search(word, section.text) for word in words)
        and path.is_relative_to(DOCS)
    }
    assert answers


def test_a_page_that_nothing_leads_to_is_not_found(tmp_path):
    pages = {"a": "[b](b.md#b)", "b": "# B\n[c](c.md)", "c": "[d](d.md)", "d": "", "e": ""}
    for name, text in pages.items():
        (tmp_path / f"{name}.md").write_text(text)
    assert {path.stem: clicks for path, clicks in in_clicks(tmp_path / "a.md", 2).items()} == {"a": 0, "b": 1, "c": 2}


def test_the_reference_has_every_public_name():
    assert {name.removeprefix("w2v.") for name in public.names()} >= set(w2v.__all__)
    assert [name for name in public.names() if name not in public.reference()] == []


@pytest.mark.parametrize("name", public.reference())
def test_what_the_reference_shows_says_what_it_is(name):
    value = public.value_of(name)
    if not (inspect.isclass(value) or inspect.isroutine(value)):
        return  # a constant or a type, which the page itself describes
    assert value.__doc__, name
    if inspect.isclass(value) and (members := public.members(value)):
        options = public.reference()[name]
        assert ":members:" in options
        assert ":inherited-members:" in options or set(members) <= set(vars(value)), "some are of classes before it"
        without = [member for member in members if not inspect.getdoc(inspect.getattr_static(value, member))]
        assert [member for member in without if not inspect.getdoc(getattr(value, member))] == []


def test_methods_and_properties_of_all_kinds_are_looked_at():
    assert {"most_similar", "load", "vectors", "similarity"} <= set(public.members(w2v.KeyedVectors))
    assert "window" not in public.members(w2v.Word2Vec), "a setting, which Config describes"
    assert "count" not in public.members(public.value_of("w2v.models.history.History")), "list's own"


def test_the_reference_lists_the_settings():
    assert public.settings() == {"Config", "PoincareConfig"}


def test_the_reference_has_every_command():
    assert public.described_commands() == set(public.commands())


def test_faults_of_a_site_are_seen(tmp_path):
    check = load(DOCS / "check.py")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.html").write_text(
        '<h1 id="here">B</h1><a href="../a.html">a</a><a href="https://w2v.org">w2v</a>'
    )
    (tmp_path / "a.html").write_text('<a href="sub/b.html#here">b</a>')
    (tmp_path / "style.css").write_text("p { background: url(data:image/png;base64,AA) }")
    assert list(check.faults(tmp_path)) == []
    (tmp_path / "a.html").write_text(
        '<a href="sub/b.html#there">b</a><a href="c.html">c</a><script src="https://cdn.org/x.js"></script>'
        '<link rel="stylesheet" href="//fonts.org/a.css"><link rel="next" href="https://w2v.org"><img src="gone.png">'
        "<style>@import 'https://fonts.org/b.css'; p { color: red }</style>"
    )
    (tmp_path / "style.css").write_text("@font-face { src: local('x'), url('https://fonts.org/x.woff2') }")
    assert list(check.faults(tmp_path)) == [
        "a.html: the link sub/b.html#there leads nowhere",
        "a.html: the link c.html leads nowhere",
        "a.html: loads https://cdn.org/x.js from the net",
        "a.html: loads //fonts.org/a.css from the net",
        "a.html: loads gone.png, which is not there",
        "a.html: loads https://fonts.org/b.css from the net",
        "style.css: loads https://fonts.org/x.woff2 from the net",
    ]
