"""Looks at the site that `make docs` has built, for what Sphinx does not look at.

    python docs/check.py build/site

- Every link within the site leads to a file, and to a place in it, that is there.
- No page loads anything from the net: no script, style, font or picture.
- Every public name, method and setting, and every option of every command has its place in the reference.
- The search finds pages, English and Chinese ones, from disk: in a browser, where there is one.

Prints what is wrong, a line each, and exits with 1 if anything is.
"""

import dataclasses
import re
import sys
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

sys.path.insert(0, str(Path(__file__).parent / "_ext"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import browser
import public

RELATIONS = {"stylesheet", "icon", "preload", "prefetch", "manifest"}  # of a <link> that a browser fetches by itself
SEARCHES = {  # what is typed, and a page that must be among the first found
    "negatively sampled": "docs/lessons/2_negative_sampling.html",  # by their stems
    "采样": "docs/zh/lessons/2_negative_sampling.html",  # within a longer word
    "most_similar": "docs/api/vectors.html#w2v.KeyedVectors.most_similar",
}
FIRST = 8
FETCHED_BY_CSS = re.compile(r"""(?:url\(\s*["']?|@import\s+["'])([^"')\s]+)""")


class Page(HTMLParser):
    """What a page has: the places that links can lead to, its links, and what it loads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.places: set[str] = {"", "top"}
        self.links: list[str] = []
        self.loads: list[str] = []
        self._in_style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.places |= {given[name] for name in ("id", "name") if name in given}
        self._in_style = tag == "style"
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if "src" in given:
            self.loads.append(given["src"])
        if "srcset" in given:
            self.loads += [each.split()[0] for each in given["srcset"].split(",")]
        fetched = tag == "use" or (tag == "link" and RELATIONS & set(given.get("rel", "").split()))
        if fetched and "href" in given:
            self.loads.append(given["href"])
        self.loads += FETCHED_BY_CSS.findall(given.get("style", ""))

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.loads += FETCHED_BY_CSS.findall(data)


def faults(site: Path) -> Iterator[str]:
    """What is wrong with the links of a site, and with what it loads, a line each."""
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    if not pages:
        yield f"there are no pages in {site}"
        return
    for path, page in pages.items():
        name = path.relative_to(site)
        for link in page.links:
            if not _leads_somewhere(path, link, pages):
                yield f"{name}: the link {link} leads nowhere"
        for load in page.loads:
            yield from _not_from_here(name, path, load)
    for path in sorted(site.rglob("*.css")):
        for load in FETCHED_BY_CSS.findall(path.read_text(encoding="utf-8")):
            yield from _not_from_here(path.relative_to(site), path, load)


def _leads_somewhere(path: Path, link: str, pages: dict[Path, Page]) -> bool:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return True  # out of the site, where nothing is looked up
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if target.is_dir():
        target /= "index.html"
    if target not in pages:
        return target.is_file()
    return unquote(parts.fragment) in pages[target].places


def _not_from_here(name: Path, path: Path, load: str) -> Iterator[str]:
    parts = urlsplit(load)
    if parts.scheme == "data" or load.startswith("#"):
        return
    if parts.scheme or parts.netloc:
        yield f"{name}: loads {load} from the net"
    elif not (path.parent / unquote(parts.path)).is_file():
        yield f"{name}: loads {load}, which is not there"


def left_out(site: Path) -> Iterator[str]:
    """What is public and has no place in the reference."""
    from sphinx.util.inventory import InventoryFile  # here, for tests look at the rest without Sphinx

    inventory = InventoryFile.loads((site / "objects.inv").read_bytes(), uri="").data
    described = {name for kind, objects in inventory.items() if kind.startswith("py:") for name in objects}
    wanted = list(public.names())
    for name in public.reference():
        if isinstance(value := public.value_of(name), type):
            wanted += [f"{name}.{member}" for member in public.members(value)]
    for name in public.settings():
        wanted += [f"w2v.{name}.{field.name}" for field in dataclasses.fields(public.value_of(f"w2v.{name}"))]
    yield from (f"the reference has no {name}" for name in wanted if name not in described)
    options = set(inventory["std:cmdoption"])
    for command, made in public.commands().items():
        for option in (each for each in made.params if each.param_type_name == "option" and not each.hidden):
            name = f"w2v {command}.{max(option.opts, key=len)}".replace(" ", "-", command.count(" ") + 1)
            if name not in options:
                yield f"the reference has no {name}"


def not_found(site: Path) -> Iterator[str]:
    """What the search does not find."""
    if (reason := browser.why_not()) is not None:
        print(f"The search was not tried: {reason}.")
        return
    with tempfile.TemporaryDirectory() as folder, browser.Browser(Path(folder)) as window:
        for query, page in SEARCHES.items():
            window.open(site / "search.html")
            window.run("location.search = '?q=' + encodeURIComponent(arguments[0])", query)
            try:
                window.wait_for("document.querySelector('#search-results li > a')")
            except AssertionError:
                yield f"the search finds nothing for {query}: {window.complaints()}"
                continue
            shown = "return [...document.querySelectorAll('#search-results li > a')].map(a => a.getAttribute('href'))"
            if page not in (found := window.run(shown)[:FIRST]):
                yield f"the search for {query} finds {found}, and not {page}"
        yield from (f"a page complains: {complaint}" for complaint in window.complaints())


if __name__ == "__main__":
    place = Path(sys.argv[1]).resolve()
    found = [*faults(place), *left_out(place), *not_found(place)]
    print("\n".join(found) or "All links lead somewhere, nothing comes from the net, and the reference is complete.")
    sys.exit(1 if found else 0)
