"""What there is for users, and what of it the reference has. Needs no Sphinx."""

import functools
import importlib
import inspect
import re
from pathlib import Path
from typing import Any

import w2v
from w2v.base.settings import SettingAttribute

DOCS = Path(__file__).parent.parent
MODULES = ["w2v.evaluation", "w2v.geometry"]  # public beside w2v; as w2v, they say in `__all__` what is
CLASSES = [
    "w2v.hyperbolic.nn.PoincareEmbedding",
    "w2v.hyperbolic.nn.PoincareNormalize",
    "w2v.hyperbolic.nn.RiemannianSGD",
    "w2v.hyperbolic.nn.SpaceParameter",
    "w2v.sklearn.W2VTransformer",
]
DIRECTIVE = re.compile(r"^\.\. (?:auto\w+|py:\w+):: (?P<name>w2v[\w.]*)(?P<options>(?:\n +:.*)*)", re.M)
SETTINGS = re.compile(r"^```\{settings\} (\w+)$", re.M)
COMMAND = re.compile(r"^```\{command\} ([\w ]+)$", re.M)


def names() -> list[str]:
    """What is imported from w2v, and from the modules beside it that are meant for users."""
    listed = [f"w2v.{name}" for name in w2v.__all__]
    listed += [f"{module}.{name}" for module in MODULES for name in importlib.import_module(module).__all__]
    return sorted([*listed, *CLASSES])


def value_of(name: str) -> Any:
    """What a dotted name stands for."""
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def members(owner: type) -> list[str]:
    """The public methods and properties of a class that are written here, in it or in a class that it is made of."""
    kinds = (staticmethod, classmethod, property, functools.cached_property)
    found = []
    for name in dir(owner):
        home = next(base for base in owner.__mro__ if name in vars(base)) if not name.startswith("_") else None
        if home is None or not home.__module__.startswith("w2v."):
            continue
        value = vars(home)[name]
        if (inspect.isfunction(value) or isinstance(value, kinds)) and not isinstance(value, SettingAttribute):
            found.append(name)
    return found


def reference() -> dict[str, str]:
    """What the pages of docs/api describe: by name, the options of its directive, in one text."""
    pages = [path.read_text(encoding="utf-8") for path in sorted((DOCS / "api").glob("*.md"))]
    return {match["name"]: match["options"] for page in pages for match in DIRECTIVE.finditer(page)}


def settings() -> set[str]:
    """The classes of settings whose fields the pages list."""
    return {name for path in (DOCS / "api").glob("*.md") for name in SETTINGS.findall(path.read_text(encoding="utf-8"))}


def commands() -> dict[str, Any]:
    """Every command there is, by what is typed after `w2v`: "train", "poincare train"."""
    from typer.main import get_command

    from w2v.cli import app

    found: dict[str, Any] = {}

    def walk(group: Any, before: str) -> None:
        for name, command in group.commands.items():
            if hasattr(command, "commands"):
                walk(command, f"{before}{name} ")
            else:
                found[before + name] = command

    walk(get_command(app), "")
    return found


def described_commands() -> set[str]:
    """Those that docs/cli.md describes."""
    return set(COMMAND.findall((DOCS / "cli.md").read_text(encoding="utf-8")))
