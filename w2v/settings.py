"""What classes of settings have in common: fields that carry their help text and their test, checked once, when made.

    @dataclass(frozen=True, kw_only=True)
    class Mine(Settings):
        epochs: int = setting("Training", 5, "Passes over the data.", **at_least(1))

The command line's flags, the saved `config.json` and the documentation all come from these fields.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from w2v.errors import W2VError

if TYPE_CHECKING:
    from typing_extensions import Self


def setting(
    group: str, default: Any, help: str, check: Callable[[Any], bool] = lambda value: True, expected: str = ""
) -> Any:
    """A dataclass field that carries its group and help text, its validity test and the words for what is valid."""
    metadata = {"group": group, "help": help, "check": check, "expected": expected}
    return field(default=default, metadata=metadata)


def at_least(least: float) -> dict[str, Any]:
    """The test and the words for numbers from `least` on."""
    return {"check": lambda value: value >= least, "expected": f"at least {least}"}


def between(least: float, most: float) -> dict[str, Any]:
    """The test and the words for numbers from `least` to `most`."""
    return {"check": lambda value: least <= value <= most, "expected": f"between {least} and {most}"}


def above(bound: float) -> dict[str, Any]:
    """The test and the words for numbers greater than `bound`."""
    return {"check": lambda value: value > bound, "expected": f"above {bound}"}


def one_of(*choices: str) -> dict[str, Any]:
    """The test and the words for a choice."""
    return {"check": lambda value: value in choices, "expected": "one of: " + ", ".join(choices)}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Base of settings: each field is made by `setting`.

    Raises:
        W2VError: a value is of another type or outside its range; the sentence names the setting, the value, the range.
    """

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if not _has_type(value, each.type):
                raise W2VError(f"{each.name} is {value!r}; expected {_type_name(each.type)}.")
            if not each.metadata["check"](value):
                raise W2VError(f"{each.name} is {value!r}; expected {each.metadata['expected']}.")

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Self:
        """Settings from keywords.

        Raises:
            W2VError: an unknown name (the known ones are listed) or a value out of range.
        """
        return cls().but(**settings)

    def but(self, **settings: Any) -> Self:
        """The same with some settings changed."""
        settings = self.translated(settings)
        known = [each.name for each in fields(self)]
        unknown = [name for name in settings if name not in known]
        if unknown:
            raise W2VError(f"Unknown setting {', '.join(unknown)}; there are: {', '.join(known)}.")
        return replace(self, **settings)

    @staticmethod
    def translated(settings: dict[str, Any]) -> dict[str, Any]:
        """Settings under the names that other programs have for them, under ours."""
        return settings

    def save(self, path: Path) -> None:
        """Write the settings as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote."""
        return cls.of(json.loads(path.read_text(encoding="utf-8")))


def available_cores() -> int:
    """Cores this process may run on: in a container or under taskset fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _has_type(value: Any, annotation: Any) -> bool:
    if value is None:
        return "None" in str(annotation)
    if annotation in (float, float | None):
        return isinstance(value, (int, float)) and not isinstance(value, bool) and value == value
    if annotation is bool:
        return isinstance(value, bool)
    if annotation is str:
        return isinstance(value, str)
    return isinstance(value, int) and not isinstance(value, bool)


def _type_name(annotation: Any) -> str:
    names = {int: "a whole number", float: "a number", bool: "True or False", str: "a word"}
    return " or ".join(names.get(part, "nothing (None)") for part in get_args(annotation) or (annotation,))
