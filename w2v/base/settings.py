"""What classes of settings have in common: fields that carry their help text and their test, checked once, when made.

    @tells_names
    @dataclass(frozen=True, kw_only=True, repr=False)
    class Mine(Settings):
        epochs: int = setting("Training", 5, "Passes over the data.", **at_least(1))

The command line's flags, the saved `config.json` and the documentation all come from these fields.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NoReturn, TypeVar, get_args, overload

from w2v.base import json_text
from w2v.base.atomic_file import write_text
from w2v.base.other_names import told
from w2v.errors import W2VError, shown

if TYPE_CHECKING:
    from typing_extensions import Never, Self

Value = TypeVar("Value")
Made = TypeVar("Made", bound="Settings")


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


def whole_number(name: str, given: Any, least: int, else_: str = "") -> int:
    """A whole number from `least`, Python's or NumPy's. Raises W2VError for anything else.

    else_: what the caller accepts besides.
    """
    number = plain(given)
    if not isinstance(number, int) or isinstance(number, bool) or number < least:
        raise W2VError(f"{name} is {shown(given)}; expected a whole number, at least {least}{else_}{_whole(number)}.")
    return number


def held_out_share(given: Any, below: float = 0.5, *, needed: bool = False) -> float:
    """A share to hold out, above 0, or unless it is `needed` 0.0, for None and 0. Raises W2VError for anything else."""
    share = 0.0 if given is None else plain(given)
    if not _has_type(share, float) or not 0 <= share < below or (needed and share == 0):
        raise W2VError(
            f"The held-out share is {shown(given)}; expected a number above 0 and below {below}, such as 0.01."
        )
    return float(share)


def plain(value: Any) -> Any:
    """Numbers and strings of NumPy or torch as Python's, arrays of them as lists; anything else as it is."""
    is_array = hasattr(value, "tolist") and not isinstance(value, type)
    return value.tolist() if is_array else value


def is_on(name: str, value: Any) -> bool:
    """What a switch of C's kind says. Raises W2VError for what is not 0 or 1, False or True; '0' would be true, too."""
    if not _has_type(switch := _as_type(plain(value), bool), bool):
        raise W2VError(f"{name} is {shown(value)}; expected 0 or 1.")
    return bool(switch)


@dataclass(frozen=True, kw_only=True, repr=False)
class Settings:
    """Base of settings: each field is made by `setting`.

    NumPy's numbers and strings become Python's, and 0 and 1 are understood where True or False is expected. A number
    that should be whole and has a point, such as 100.0, is refused, as scikit-learn and torch do.

    Raises:
        W2VError: a value is of another type or outside its range; the sentence names the setting, the value, the range.
    """

    elsewhere: ClassVar[Mapping[str, str]] = {}  # settings of other programs, and what stands for them

    def __post_init__(self) -> None:
        for each in fields(self):
            value = _as_type(plain(getattr(self, each.name)), each.type)
            object.__setattr__(self, each.name, value)
            if not _has_type(value, each.type):
                raise W2VError(f"{each.name} is {shown(value)}; expected {_wanted(each.type, value)}.")
            if not each.metadata["check"](value):
                raise W2VError(f"{each.name} is {shown(value)}; expected {each.metadata['expected']}.")

    def __repr__(self) -> str:
        """What differs from the defaults, as Python would have it: `Config(head='hs', epochs=5)`."""
        told = [
            f"{each.name}={value!r}" for each in fields(self) if (value := getattr(self, each.name)) != each.default
        ]
        return f"{type(self).__name__}({', '.join(told)})"

    @classmethod
    def of(cls, settings: Mapping[str, Any], config: Self | None = None) -> Self:
        """Settings from keywords: the defaults, or those of `config`, changed by them.

        Raises:
            W2VError: an unknown name (`check_names`), a value out of range, or a `config` that is none.
        """
        if config is None:
            config = cls()
        elif not isinstance(config, cls):
            raise W2VError(f"config is {shown(config)}; expected a {cls.__name__}, as {cls.__name__}(epochs=5) makes.")
        return config.replace(**settings)

    def replace(self, **settings: Any) -> Self:
        """The same with some settings changed."""
        settings = self.translated({name: plain(value) for name, value in settings.items()})
        self.check_names(settings)
        return dataclasses.replace(self, **settings)

    @classmethod
    def check_names(cls, names: Iterable[str]) -> None:
        """Raise a W2VError for names of no settings: what to do instead, which was meant, or which there are."""
        known = [each.name for each in fields(cls)]
        if unknown := [name for name in names if name not in known]:
            raise W2VError(told(unknown, known, cls.elsewhere))

    @staticmethod
    def translated(settings: dict[str, Any]) -> dict[str, Any]:
        """Settings under the names that other programs have for them, under ours."""
        return settings

    def as_json(self, **more: str) -> str:
        """The settings, and what else readers of them should know, as the text of a file."""
        return json.dumps(asdict(self) | more, indent=2) + "\n"

    def save(self, path: Path) -> None:
        """Write the settings as JSON, whole or not at all."""
        write_text(path, self.as_json())

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote. Raises W2VError where that is damaged."""
        return cls.of(json_text.mapping(json_text.parse(path.read_bytes(), str(path)), str(path)))


def tells_names(settings_class: type[Made]) -> type[Made]:
    """A class of settings that takes other programs' names, too, and tells of unknown ones in a sentence."""
    made: Any = settings_class
    init = made.__init__

    @wraps(init)
    def telling(self: Any, **settings: Any) -> None:
        settings = made.translated(settings)
        made.check_names(settings)
        init(self, **settings)

    made.__init__ = telling
    return settings_class


class SettingAttribute(Generic[Value]):
    """A setting as an attribute of what is trained by it, which has them all as `config`; it cannot be assigned to."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, model: None, owner: type) -> Self: ...
    @overload
    def __get__(self, model: object, owner: type) -> Value: ...
    def __get__(self, model: Any, owner: type) -> Self | Value:
        return self if model is None else getattr(model.config, self._name)

    def __set__(self, model: object, value: Never) -> NoReturn:
        raise AttributeError(
            f"The setting {self._name} of a {type(model).__name__} cannot be assigned to: it says what was trained "
            f"with, or what was asked for. Train with another as fit(..., {self._name}={shown(value)})."
        )


def available_cores() -> int:
    """Cores this process may run on: in a container or under taskset fewer than the machine has.

    Processes that torchrun has started on this machine share them.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    together = os.environ.get("LOCAL_WORLD_SIZE", "1")
    return max(cores // int(together), 1) if together.isdecimal() and int(together) else cores


def _as_type(value: Any, annotation: Any) -> Any:
    """0 and 1 as False and True where these are expected."""
    return bool(value) if annotation is bool and isinstance(value, int) and value in (0, 1) else value


def _has_type(value: Any, annotation: Any) -> bool:
    if value is None:
        return "None" in str(annotation)
    if annotation in (float, float | None):
        return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
    if annotation is bool:
        return isinstance(value, bool)
    if annotation in (str, str | None):
        return isinstance(value, str)
    return isinstance(value, int) and not isinstance(value, bool)


def _wanted(annotation: Any, value: Any) -> str:
    names = {int: "a whole number", float: "a finite number", bool: "True or False", str: "a word"}
    parts = get_args(annotation) or (annotation,)
    return " or ".join(names.get(part, "nothing (None)") for part in parts) + (_whole(value) if int in parts else "")


def _whole(value: Any) -> str:
    """How to write a whole number that came with a point."""
    return f", such as {int(value)}" if isinstance(value, float) and value.is_integer() else ""
