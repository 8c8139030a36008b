"""`{command} train`: usage, arguments and options of a command, from the command itself."""

import re

import typer
from docutils import nodes
from public import commands
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

GENERAL = "Options"  # of those in no group
FLAG = re.compile(r"(?<![\w`-])(--[a-z][\w-]*)")


def as_markdown(name: str) -> str:
    """Usage, arguments and options of a command, a heading for each group of options.

    Raises:
        KeyError: there is no such command.
    """
    command = commands()[name]
    context = typer.Context(command, info_name=f"w2v {name}")
    usage = context.get_usage().removeprefix("Usage:").strip()
    parts = [f"```{{program}} w2v {name}\n```", plain(command.help.strip()), f"```text\n{' '.join(usage.split())}\n```"]
    arguments: list[tuple[str, str]] = []
    groups: dict[str, list[tuple[str, str]]] = {}
    for parameter in command.params:
        if (record := parameter.get_help_record(context)) is None:  # a hidden one
            continue
        of_group = groups.setdefault(parameter.rich_help_panel or GENERAL, [])
        (arguments if parameter.param_type_name == "argument" else of_group).append(record)
    if arguments:
        rows = [f"| `{named.partition(' ')[0]}` | {_cell(told)} |" for named, told in arguments]
        parts.append("\n".join(["| argument | what it is |", "| --- | --- |", *rows]))
    for group, options in groups.items():
        if options and len(groups) > 1:
            parts.append(f"**{group}**")
        for flags, told in options:
            parts.append(f"````{{option}} {flags.replace(' / ', ', ')}\n{plain(told)}\n````")
    return "\n\n".join(parts)


def plain(text: str) -> str:
    """A help text, in which Markdown's signs but backquotes are signs, and flags are code."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(
        part if part.startswith("`") else FLAG.sub(r"`\1`", re.sub(r"[<*\[$]", r"\\\g<0>", part)) for part in parts
    )


def _cell(text: str) -> str:
    return plain(" ".join(text.split())).replace("|", "\\|")


class CommandDirective(SphinxDirective):
    """`{command} NAME`, what is typed after w2v."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        return self.parse_text_to_nodes(as_markdown(" ".join(self.arguments[0].split())))


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("command", CommandDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
