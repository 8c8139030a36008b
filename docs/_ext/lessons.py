"""Lessons as pages: a script's cells, and below each code cell what is kept of its output. Nothing is run."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from docutils import nodes
from myst_parser.parsers.sphinx_ import MystParser
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

LESSONS = Path(__file__).parent.parent / "lessons"
WORDS = {  # a language's: of the line below the title, and of pictures
    "en": ("Script: {script}", "Also [in Chinese]({twin})", "What this code draws ({number})"),
    "zh-CN": ("脚本：{script}", "[英文版]({twin})", "这段代码画出的图（{number}）"),
}


def _load_runner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lesson_runner", LESSONS / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


runner = _load_runner()


def language_of(docname: str) -> str:
    """The language of a page, as HTML names it."""
    return "zh-CN" if docname.startswith("docs/zh/") else "en"


def as_markdown(path: Path, language: str = "en") -> str:
    """A lesson's script and its kept outputs as Markdown.

    Raises:
        ExtensionError: what is kept belongs to other code than the script's; run the lesson again.
    """
    cells = runner.cells_of(path.read_text(encoding="utf-8"))
    outputs = runner.kept(path)
    if [cell.source for cell in cells if not cell.markdown] != [output["code"] for output in outputs]:
        raise ExtensionError(f"The outputs kept of {path.name} are of other code; docs/lessons/run.py makes new ones.")
    script, also, alt = WORDS[language]
    below = script.format(script=f"{{download}}`{path.name}`")
    if (twin := _twin(path, language)) is not None:
        below += " · " + also.format(twin=twin)
    kept, parts, number = iter(outputs), [], 0
    for cell in cells:
        if cell.markdown:
            parts.append(cell.source)
            continue
        parts.append(_fenced("python", cell.source))
        output = next(kept)
        if output["text"]:
            parts.append(_fenced("{code-block} text", f":class: output\n\n{output['text']}"))
        for picture in output["pictures"]:
            number += 1
            parts.append(f"![{alt.format(number=number)}](/docs/lessons/outputs/{picture})")
    title, _, rest = "\n\n".join(parts).partition("\n")
    return f"{title}\n\n{below}\n{rest}\n"


def _twin(path: Path, language: str) -> str | None:
    """The way from a lesson to itself in the other language, if it is there."""
    other = "../zh/lessons" if language == "en" else "../../lessons"
    return f"{other}/{path.name}" if (path.parent / other / path.name).is_file() else None


def _fenced(kind: str, text: str) -> str:
    fence = "`" * max(3, *(len(run) + 1 for run in text.split() if set(run) == {"`"}), 3)
    return f"{fence}{kind}\n{text}\n{fence}"


class LessonParser(MystParser):
    """Parses a script with cell marks as the Markdown that it is with its outputs."""

    supported = ("lesson",)

    def parse(self, inputstring: str, document: nodes.document) -> None:
        env = document.settings.env
        path = Path(env.doc2path(env.docname))
        env.note_dependency(str(runner.OUTPUTS / f"{path.stem}.json"))
        super().parse(as_markdown(path, language_of(env.docname)), document)


def _tell_language(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    context["language"] = language_of(pagename)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_source_suffix(".py", "lesson")
    app.add_source_parser(LessonParser)
    app.connect("html-page-context", _tell_language)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
