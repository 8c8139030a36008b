"""Links to files of the repository that are no pages of the manual: each such file becomes a page here.

On a code host `[rounds.py](../w2v/engines/rounds.py)` shows the file. Here it shows it too: text with colours, a
picture as a picture, a folder as the list of what is in it. What the reference describes has a link to where it is
written.
"""

import inspect
import os
from collections.abc import Iterator
from html import escape
from importlib import import_module
from pathlib import Path
from typing import Any

from docutils import nodes
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import TextLexer, get_lexer_for_filename
from pygments.util import ClassNotFound
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

log = logging.getLogger(__name__)
PICTURES = {".png", ".gif", ".svg"}
LARGEST = 200_000  # bytes that a page shows


class ToFiles(SphinxTransform):
    """Turns Markdown's links to such files into links to the pages that show them."""

    default_priority = 5  # before downloads are collected, and targets looked for

    def apply(self, **kwargs: Any) -> None:
        for node in [
            *self.document.findall(addnodes.pending_xref),
            *self.document.findall(addnodes.download_reference),
        ]:
            if node.get("reftype") == "myst" and (path := self._file_of(node)) is not None:
                _files(self.env).setdefault(self.env.docname, set()).add(path)
                uri = self.app.builder.get_relative_uri(self.env.docname, page_of(path))
                node.replace_self(nodes.reference("", "", *node.children, refuri=uri, internal=True))

    def _file_of(self, node: nodes.Element) -> str | None:
        """The path of what a link leads to, from the repository's root; None where that is a page, or nothing."""
        root = Path(self.env.srcdir)
        if node.get("refdomain") == "doc":
            if node["reftarget"] in self.env.found_docs:
                return None
            path = root / f"{node['reftarget']}.py"  # for pages can be scripts, Sphinx has cut their suffix off
        else:
            path = Path(os.path.normpath(root / Path(self.env.docname).parent / node["reftarget"].split("#")[0]))
        inside = path.is_relative_to(root) and path != root
        return path.relative_to(root).as_posix() if inside and path.exists() else None


def _link_sources(app: Sphinx, doctree: nodes.document) -> None:
    """Put a link to its source behind each Python name."""
    for signature in doctree.findall(addnodes.desc_signature):
        module = signature.get("module")
        if signature.parent["domain"] != "py" or not module:
            continue
        if (found := _source_of(app, module, signature["fullname"])) is not None:
            path, line = found
            _files(app.env).setdefault(app.env.docname, set()).add(path)
            uri = f"{app.builder.get_relative_uri(app.env.docname, page_of(path))}#L-{line}"
            link = nodes.reference("", "", nodes.inline("", "[source]"), refuri=uri, internal=True)
            link["classes"].append("viewcode-link")
            signature.append(link)


def _source_of(app: Sphinx, module: str, name: str) -> tuple[str, int] | None:
    """The file, from the repository's root, and the line where a name is defined; None where it has no code."""
    value: Any = import_module(module)
    for part in name.split("."):
        if not hasattr(value, part):
            return None  # a field without a default
        value = inspect.getattr_static(value, part) if isinstance(value, type) else getattr(value, part)
    value = getattr(value, "fget", None) or getattr(value, "func", None) or getattr(value, "__func__", None) or value
    if not (inspect.isfunction(value) or inspect.isclass(value)):
        return None
    value = inspect.unwrap(value)
    path, root = Path(inspect.getsourcefile(value) or ""), Path(app.srcdir)
    if not path.is_relative_to(root / "w2v"):  # another package, maybe within the repository
        return None
    return path.relative_to(root).as_posix(), inspect.getsourcelines(value)[1]


def page_of(path: str) -> str:
    """The name of the page that shows a file."""
    return f"files/{path}"


def _files(env: BuildEnvironment) -> dict[str, set[str]]:
    """The files that each page leads to, by the page's name."""
    if not hasattr(env, "repository_files"):
        env.repository_files = {}  # type: ignore[attr-defined]
    return env.repository_files  # type: ignore[attr-defined,no-any-return]


def _forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    _files(env).pop(docname, None)


def _merge(app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
    _files(env).update({name: files for name, files in _files(other).items() if name in docnames})


def _pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """A page for each file, and for those in a folder that is shown."""
    root = Path(app.srcdir)
    waiting = sorted(set().union(*_files(app.env).values()))
    known = set(waiting)
    while waiting:
        name = waiting.pop()
        path = root / name
        if path.is_dir():
            within = sorted(each.name for each in path.iterdir() if not each.name.startswith(("_", ".")))
            items = []
            for each in within:
                uri = app.builder.get_relative_uri(page_of(name), page_of(f"{name}/{each}"))
                items.append(f'<li><a href="{escape(uri)}">{escape(each)}</a></li>')
                if f"{name}/{each}" not in known:
                    known.add(f"{name}/{each}")
                    waiting.append(f"{name}/{each}")
            body = f"<ul>{''.join(items)}</ul>"
        elif path.suffix in PICTURES:
            body = _picture(app, name, path)
        else:
            body = _text(name, path)
        yield page_of(name), {"title": escape(name), "body": f"<h1>{escape(name)}</h1>\n{body}"}, "page.html"


def _picture(app: Sphinx, name: str, path: Path) -> str:
    copy = Path(app.outdir) / page_of(name)
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes(path.read_bytes())
    return f'<img src="{escape(path.name)}" alt="{escape(name)}">'


def _text(name: str, path: Path) -> str:
    if path.stat().st_size > LARGEST:
        log.warning("%s has %d bytes; a page shows at most %d", name, path.stat().st_size, LARGEST)
    try:
        lexer = get_lexer_for_filename(name)
    except ClassNotFound:
        lexer = TextLexer()
    made: str = highlight(path.read_text(encoding="utf-8"), lexer, HtmlFormatter(lineanchors="L", anchorlinenos=True))
    return made


def _without_contents(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Leave the contents of the manual out beside a file: they take a third of the time that building takes."""
    if pagename.startswith(page_of("")):
        context["toctree"] = lambda **options: ""


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_transform(ToFiles)
    app.connect("doctree-read", _link_sources)
    app.connect("env-purge-doc", _forget)
    app.connect("env-merge-info", _merge)
    app.connect("html-collect-pages", _pages)
    app.connect("html-page-context", _without_contents, priority=400)  # before the theme makes them
    return {"parallel_read_safe": True, "parallel_write_safe": True}
