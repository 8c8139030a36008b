"""How a comparison is asked for again: the command line, or the lines of Python, that a report ends with."""

import os
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from w2v.base.config import Config
from w2v.base.settings import plain
from w2v.comparison.combinations import NONE
from w2v.comparison.results import Plan
from w2v.text.files import STDIN, File
from w2v.text.sources import Source


@dataclass(frozen=True)
class Call:
    """What a comparison was asked for with and its plan does not say: paths as they were given.

    corpus: named on a command line (`text.sources.from_arguments`), for which there is a command; or what Python gave.
    """

    corpus: Any
    folder: str
    analogies: tuple[str, ...] = ()
    similarity: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  # on the maps

    @classmethod
    def of(
        cls,
        corpus: Any,
        folder: str | Path,
        analogies: Iterable[str | Path],
        similarity: Iterable[str | Path],
        words: Iterable[Any] | None,
    ) -> "Call":
        return cls(
            corpus, str(folder), tuple(map(str, analogies)), tuple(map(str, similarity)), tuple(map(str, words or ()))
        )

    def again(
        self, plan: Plan, heads: Sequence[str], archs: Sequence[str], subwords: Sequence[str] = (NONE,)
    ) -> tuple[str, str]:
        """The language, and the code, that asks for these heads, encoders and kinds of subwords, from the folder of
        the first call.
        """
        named = _named(self.corpus)
        if named is None:
            return "python", self._python(plan, heads, archs, subwords)
        return "", self._command(named, plan, heads, archs, subwords)

    def _command(
        self, named: Sequence[str], plan: Plan, heads: Sequence[str], archs: Sequence[str], subwords: Sequence[str]
    ) -> str:
        told = [*map(_no_option, named), "-o", _no_option(self.folder)]
        told += ["--heads", ",".join(heads), "--archs", ",".join(archs)]
        told += ["--subword", ",".join(subwords)] if list(subwords) != [NONE] else []
        told += ["--held-out", f"{plan.held_out:g}"]
        for flag, paths in (("--analogies", self.analogies), ("--similarity", self.similarity)):
            for path in paths:
                told += [flag, _no_option(path)]
        told += ["--oov"] if plan.oov else []
        if plan.vocab_sizes:
            told += ["--vocab-sizes", ",".join(map(str, plan.vocab_sizes))]
        if self.words:
            told += ["--words", ",".join(self.words)]
        switches = {setting.name for setting in fields(Config) if setting.type is bool}
        for name, value in plan.settings.items():
            flag = name.replace("_", "-")
            if name in switches:
                told += [f"--{'' if value else 'no-'}{flag}"]
            elif value is not None:
                told += [f"--{flag}", f"{value}"]
        return f"w2v compare {shlex.join(told)}"

    def _python(self, plan: Plan, heads: Sequence[str], archs: Sequence[str], subwords: Sequence[str]) -> str:
        corpus, sentences = _literal(self.corpus), ""
        if corpus is None:
            corpus, sentences = "sentences", "  # sentences: those of the first call"
        told: dict[str, Any] = {"heads": list(heads), "archs": list(archs)}
        told |= {"subwords": list(subwords)} if list(subwords) != [NONE] else {}
        told |= {"held_out": plan.held_out}
        lists = {"analogies": self.analogies, "similarity": self.similarity, "words": self.words}
        told |= {name: list(given) for name, given in lists.items() if given}
        told |= {"oov": True} if plan.oov else {}
        told |= {"vocab_sizes": plan.vocab_sizes} if plan.vocab_sizes else {}
        told |= {name: plain(value) for name, value in plan.settings.items()}
        keywords = "".join(f"    {name}={value!r},\n" for name, value in told.items())
        imports = "from pathlib import Path\n\n" if "Path(" in corpus else ""
        return (
            f"{imports}from w2v import compare\n\ncompare(\n    {corpus},{sentences}\n    {self.folder!r},\n{keywords})"
        )


def _named(corpus: Any) -> list[str] | None:
    """What was named on a command line; None where sentences came from Python."""
    if not isinstance(corpus, list) or not corpus or not all(isinstance(source, File) for source in corpus):
        return None
    found: list[Source] = corpus
    return list(dict.fromkeys(source.asked or source.name for source in found if isinstance(source, File)))


def _literal(corpus: Any) -> str | None:
    """Paths as Python writes them; None for sentences, which are no part of a report."""
    if isinstance(corpus, (str, os.PathLike)):
        return repr(os.fspath(corpus))
    if isinstance(corpus, (list, tuple)) and corpus and all(isinstance(path, os.PathLike) for path in corpus):
        return f"[{', '.join(f'Path({os.fspath(path)!r})' for path in corpus)}]"
    return None


def _no_option(path: str) -> str:
    """A path that a command does not take for one of its options."""
    return f".{os.sep}{path}" if path.startswith("-") and path != STDIN else path
