"""`{settings} Config`: each setting of a class of settings with its meaning, default and range, from its field."""

import dataclasses
import typing
from typing import Any

from commands import plain
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import w2v


def as_markdown(name: str) -> str:
    """The settings of one of w2v's classes, a heading for each group of them."""
    settings_class = getattr(w2v, name)
    groups: dict[str, list[Any]] = {}
    for field in dataclasses.fields(settings_class):
        groups.setdefault(field.metadata["group"], []).append(field)
    types = typing.get_type_hints(settings_class)
    parts = []
    for group, fields in groups.items():
        parts.append(f"**{group}**")
        for field in fields:
            kind = types[field.name]
            kind = kind.__name__ if isinstance(kind, type) else str(kind)
            meaning = field.metadata["help"]
            if field.metadata["expected"]:
                meaning += f" Expected: {field.metadata['expected']}."
            options = f":type: {kind}\n:value: {field.default!r}"
            parts.append(f"````{{py:attribute}} w2v.{name}.{field.name}\n{options}\n\n{plain(meaning)}\n````")
    return "\n\n".join(parts)


class SettingsDirective(SphinxDirective):
    """`{settings} NAME`, the name of a class of settings in w2v."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        return self.parse_text_to_nodes(as_markdown(self.arguments[0]))


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("settings", SettingsDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
