"""Settings that a function takes as `**settings`, shown one by one: to `help`, to editors and to `inspect.signature`.

    @takes(Config, ConfigKeywords)
    def __init__(self, sentences=None, **settings: Unpack[ConfigKeywords]): ...

Type checkers read the TypedDict. Whoever looks at the running program, as notebooks do when Tab is pressed, sees the
signature that is made here from the fields and that TypedDict, so that no list of settings is written twice.
"""

import inspect
from collections.abc import Callable, Collection
from dataclasses import fields
from inspect import Parameter
from typing import Any, TypeVar, get_type_hints

from w2v.base.settings import SettingAttribute, Settings

Function = TypeVar("Function", bound=Callable[..., Any])
Class = TypeVar("Class", bound=type)


class _AsBefore:
    """Stands for the default of a setting that stays as it was where it is not given."""

    def __repr__(self) -> str:
        return "as before"


def takes(
    settings: type[Settings], keywords: type, *, but: Collection[str] = (), again: bool = False
) -> Callable[[Function], Function]:
    """Show each setting, with its type and default, in the signature of a function that takes them as `**settings`.

    Args:
        settings: their class.
        keywords: the TypedDict of the same names, whose types are shown.
        but: names of settings that it does not take.
        again: whether a setting that is not given stays as it was, and has no default of its own.
    """

    def shown(function: Function) -> Function:
        signature = inspect.signature(function)
        *own, rest = signature.parameters.values()
        types = get_type_hints(keywords)
        each = [
            Parameter(
                field.name,
                Parameter.KEYWORD_ONLY,
                default=_AsBefore() if again else field.default,
                annotation=types[field.name],
            )
            for field in fields(settings)
            if field.name not in but
        ]
        function.__signature__ = signature.replace(parameters=[*own, *each, rest])  # type: ignore[attr-defined]
        return function

    return shown


def described_by(settings: type[Settings]) -> Callable[[Class], Class]:
    """Give each `SettingAttribute` of a class the help text of its setting, as `help` shows it."""

    def described(owner: Class) -> Class:
        for field in fields(settings):
            if isinstance(attribute := vars(owner).get(field.name), SettingAttribute):
                attribute.__doc__ = field.metadata["help"]
        return owner

    return described
