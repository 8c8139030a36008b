"""Error messages in the words of the command line: settings by their flags.

Messages name settings as Python's keywords: `overwrite=True`, `min_count=2`, `max_final_vocab`. What a command prints
has its own flags instead: `--overwrite`, `--min-count 2`, `--max-final-vocab`.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from typing import Any

from typer.core import TyperCommand

from w2v.base.settings import Settings
from w2v.cli.arguments import ToldInterrupt
from w2v.errors import W2VError

ALIAS, OTHERWISE = "--column", "--field"  # how those call a field who think of a table
_running: list[tuple[dict[str, Any], str]] = []  # the command's options by name, and all that it was given


class Command(TyperCommand):
    """A command whose errors name settings by its flags, which `flagged` knows while it runs."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        args = [OTHERWISE + arg.removeprefix(ALIAS) if arg.partition("=")[0] == ALIAS else arg for arg in args]
        with self._speaking(""):
            self._refuse_other_names(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        try:
            with self._speaking(" ".join(map(str, ctx.params.values()))):
                return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            told = "Nothing was written but checkpoints, if any; an output that was there before is as it was."
            print(f"Interrupted. {told}", file=sys.stderr)
            raise ToldInterrupt.of(stop) from None

    @contextmanager
    def _speaking(self, given: str) -> Iterator[None]:
        options = {option.name: option for option in self.params if option.param_type_name == "option" and option.name}
        _running.append((options, given))
        try:
            yield
        except W2VError as error:
            if isinstance(error, EOFError):  # as gensim's is of a file cut short; click takes it for the user's Ctrl-D
                raise W2VError(flagged(str(error))) from None
            error.args = (flagged(str(error)),)
            raise
        finally:
            _running.pop()

    def _refuse_other_names(self, args: list[str]) -> None:
        """Say what to do instead of a flag that is another program's name of a setting."""
        settings = getattr(self.callback, "settings_class", Settings)
        own = {flag for option in self.params for flag in (*option.opts, *option.secondary_opts)}
        for flag in (arg.partition("=")[0] for arg in takewhile("--".__ne__, args)):
            name = flag.removeprefix("--").replace("-", "_")
            if flag.startswith("--") and flag not in own and name in settings.elsewhere:
                raise W2VError(f"{flag} {settings.elsewhere[name]}.")


def flagged(sentence: str) -> str:
    """A sentence with flags in place of keywords: `name=value` of an option, and a `name` that has an underscore.

    Left alone is what stands in quotes or in a path, what the command was given itself (a file may be called
    held_out), and keywords that the command has no flag for.
    """
    if not _running:
        return sentence
    options, given = _running[-1]

    def flag(match: re.Match[str]) -> str:
        name, value = match["name"], match["value"]
        option = options.get(name)
        if option is None or match[0] in given or (value is None and "_" not in name):
            return match[0]
        long = max(option.opts, key=len)
        if value == "False" and option.secondary_opts:
            return str(option.secondary_opts[0])
        return long if value in (None, "", "True") else f"{long} {value.strip(QUOTES)}"

    return _KEYWORD.sub(flag, sentence)


QUOTES = "'\""
_VALUE = r"""'[^']*'|"[^"]*"|(?:[^\s,;:()]*[^\s,;:().])?"""
_KEYWORD = re.compile(rf"""(?<![\w\-./\\'"`=])(?P<name>[a-z][a-z_]*)(?:=(?P<value>{_VALUE}))?(?![\w\-/\\'"`=]|\.\w)""")
