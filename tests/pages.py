"""The pages that tests read: where they are, and their Python blocks, which run as a reader would run them."""

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
    (tmp_path / "my-text.txt").write_bytes(world.corpus.read_bytes())
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
