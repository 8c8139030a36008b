"""Docstrings as this project writes them, made readable for Sphinx.

They are plain text with backquotes around code, sections as Google's (`Args:`, `Raises:`), and what is indented below
an empty line is code or a table in plain text. What reStructuredText would read into the rest, as `**settings` or
`word_`, is text. What a field of a dataclass means stands behind it as a comment.
"""

import ast
import inspect
import re
import textwrap
from typing import Any

from docutils import nodes
from public import reference, value_of
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.inspect import stringify_signature

from w2v.base.settings import SettingAttribute, Settings

CODE = re.compile(r"(`[^`]*`)")
SPECIAL = re.compile(r"[*|\\]|(?<=\w)_(?!\w)")
SECTION = re.compile(r"(Args|Raises|Returns|Yields|Attributes):$")
NAMES = re.compile(r"(?m)^( {4}\S[^:\n]*,)\n +(?=[^:\n]*:)")  # of arguments, on more lines than one
ITEM = re.compile(r"(?m)^([a-z]\w*(?:, [a-z]\w*)*):(?= )")  # what an argument or attribute is, outside of a section
DTYPE = re.compile(r"(float|int|uint|bool)\d*\b")
FIELD = re.compile(r"^ {4}(?P<name>[a-z]\w*)(?::| =).*?  # (?P<comment>(?!type:|noqa).+)$", re.M)


def as_restructured(lines: list[str]) -> list[str]:
    """The lines of a docstring, its code marked as code and its special characters escaped."""
    made: list[str] = []
    in_section = in_code = False
    for part in _parts(lines):
        text = "\n".join(part)
        if SECTION.match(part[0]):
            in_section, in_code = True, False
            made += _escaped(NAMES.sub(r"\1 ", text)).split("\n")
        elif part[0].startswith("    ") and not in_section:
            made += part if in_code else [f".. code-block:: {_language(part)}", "", *part]
            in_code = True
        else:
            in_section, in_code = in_section and part[0].startswith(" "), False
            made += _escaped(_as_list(text) if _are_items(part) else text).split("\n")
        made.append("")
    return made


def _parts(lines: list[str]) -> list[list[str]]:
    """Paragraphs, and sections, which need no empty line before them."""
    parts: list[list[str]] = [[]]
    for line in lines:
        if not line.strip():
            parts.append([])
        elif SECTION.match(line):
            parts.append([line])
        else:
            parts[-1].append(line)
    return [part for part in parts if part]


def _are_items(lines: list[str]) -> bool:
    """Whether each line says what an argument or attribute is, or goes on with it, indented."""
    return bool(ITEM.match(lines[0])) and all(line.startswith("    ") or ITEM.match(line) for line in lines)


def _language(lines: list[str]) -> str:
    try:
        ast.parse(textwrap.dedent("\n".join(lines)))
    except SyntaxError:
        return "text"
    return "python"


def _escaped(text: str) -> str:
    made = ""
    for part in CODE.split(text):
        if part.startswith("`"):
            made += ("\\ " if made[-1:].isalnum() else "") + part
        else:
            between = "\\ " if made.endswith("`") and part[:1].isalnum() else ""  # markup ends where no word goes on
            made += between + SPECIAL.sub(r"\\\g<0>", part).replace("`", "\\`")
    return made


def _as_list(text: str) -> str:
    return ITEM.sub(r"- `\1`:", re.sub(r"\n +", "\n  ", text))


_whole: dict[str, list[str]] = {}  # by name, what is said of an attribute


def field_comments(owner: type) -> dict[str, str]:
    """What the comments behind the fields of a class say, as sentences."""
    found = {}
    for match in FIELD.finditer(inspect.getsource(owner)):
        said = match["comment"]
        said = said if DTYPE.match(said) else said[0].upper() + said[1:]
        found[match["name"]] = said if said.endswith((".", "?")) else f"{said}."
    return found


def _tell_of_fields(app: Sphinx) -> None:
    """Have autodoc find these comments, where it looks for its own kind of comment."""
    classes = [value for name in reference() if isinstance(value := value_of(name), type)]
    for owner in {base for each in classes for base in each.__mro__ if base.__module__.startswith("w2v.")}:
        analyzer = ModuleAnalyzer.for_module(owner.__module__)
        analyzer.analyze()
        for name, comment in field_comments(owner).items():
            analyzer.attr_docs.setdefault((owner.__qualname__, name), [comment, ""])


def _prepare(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    lines[:] = [] if lines and lines[0].startswith("Alias for field number") else as_restructured(lines)
    if what in ("attribute", "property") and not any(SECTION.match(line) for line in lines):
        _whole[name] = [*lines]


def _keep_whole(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Undo what napoleon makes of `what it is: more about it`, the first part of which it takes for a type."""
    lines[:] = _whole.pop(name, lines)


def _as_written(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, signature: str | None, returns: str | None
) -> tuple[str | None, str | None] | None:
    """`**settings` in one piece, not each setting: they have a page. Defaults that are made anew as an ellipsis."""
    if inspect.isclass(obj) and issubclass(obj, Settings):
        return "(**settings)", None
    function = obj.__init__ if inspect.isclass(obj) else inspect.unwrap(obj) if callable(obj) else obj
    function = getattr(function, "__func__", function)
    if "__signature__" not in getattr(function, "__dict__", {}):
        return signature.replace("<factory>", "...") if signature else None, returns
    shown = vars(function).pop("__signature__")
    try:
        written = inspect.signature(function)
    finally:
        function.__signature__ = shown
    own = [parameter for parameter in written.parameters.values() if parameter.name != "self"]
    own[-1] = own[-1].replace(annotation=inspect.Parameter.empty)  # Unpack[...], which is for type checkers
    bare = inspect.Signature(own)
    return stringify_signature(bare, unqualified_typehints=True), returns


def _leave_out(app: Sphinx, what: str, name: str, obj: Any, skip: bool, options: Any) -> bool | None:
    """Settings as attributes, which the page of settings has."""
    return True if isinstance(obj, SettingAttribute) else None


def _with_dashes(app: Sphinx, doctree: nodes.document) -> None:
    """Between a parameter and what it is Sphinx puts two hyphens, which it expects to become a dash."""
    for text in [*doctree.findall(nodes.Text)]:
        if text.astext() == " -- ":
            text.parent.replace(text, nodes.Text(" – "))


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", _tell_of_fields)
    app.connect("autodoc-process-docstring", _prepare, priority=400)  # before napoleon reads the sections
    app.connect("autodoc-process-docstring", _keep_whole, priority=600)
    app.connect("autodoc-process-signature", _as_written)
    app.connect("autodoc-skip-member", _leave_out)
    app.connect("doctree-read", _with_dashes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
