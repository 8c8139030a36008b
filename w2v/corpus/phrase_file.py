"""Phrases as a file: JSON, which any program can read and which runs no code.

{"format": "w2v phrases 1", "kind": "Phrases", "delimiter": "_", ..., "vocab": {"new": 9, "new_york": 7, ...}}
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from w2v.base import json_text
from w2v.base.atomic_file import write_bytes
from w2v.base.places import expect_name
from w2v.base.settings import plain
from w2v.corpus.phrase_scores import SCORERS, Scorer, scorer
from w2v.errors import W2VError

FORMAT = "w2v phrases 1"


def _is_count(value: Any) -> bool:
    return json_text.is_count(value)


def _is_number(value: Any) -> bool:
    return json_text.is_number(value, infinite=True)


def _is_word(value: Any) -> bool:
    return isinstance(value, str)


def _is_delimiter(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _are_words(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_word, value))


def _are_counts(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_count, value.values()))


def _are_scores(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_number, value.values()))


_BOTH: dict[str, Callable[[Any], bool]] = {
    "scoring": _is_word,
    "connector_words": _are_words,
    "min_count": _is_number,
    "threshold": _is_number,
    "delimiter": _is_delimiter,
}
_FIELDS: dict[str, dict[str, Callable[[Any], bool]]] = {
    "Phrases": _BOTH
    | {"max_vocab_size": _is_number, "min_reduce": _is_count, "corpus_word_count": _is_count, "vocab": _are_counts},
    "FrozenPhrases": _BOTH | {"phrasegrams": _are_scores},
}


def write(path: Any, kind: str, contents: dict[str, Any]) -> None:
    """Write the file, whole or not at all. path: where, or an open file of bytes."""
    try:
        text = (
            json.dumps({"format": FORMAT, "kind": kind} | contents, ensure_ascii=False, indent=0, default=_as_number)
            + "\n"
        )
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise W2VError(
            f"a word holds half a surrogate pair, at {error.object[max(error.start - 20, 0) : error.end]!r}, so it "
            "cannot be saved as UTF-8. Leave such characters out of the sentences."
        ) from error
    except TypeError as error:
        raise W2VError(f"the phrases cannot be saved: {error}.") from error
    if hasattr(path, "write"):
        path.write(data)
    else:
        write_bytes(path, data)


def read(path: str | os.PathLike[str]) -> tuple[str, dict[str, Any]]:
    """The kind, and what `write` was given. Raises W2VError for any other file."""
    expect_name(path)
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise W2VError(f"the phrases {os.fspath(path)} cannot be read: {error.strerror}.") from error
    where = os.fspath(path)
    if data[:1] == b"\x80":
        raise W2VError(
            f"{where} is a pickle, as gensim writes them; such a file can run any code, so it is not opened here. If "
            "you trust it, and with gensim installed: Phrases.of(gensim.models.phrases.Phrases.load(file)) is the same "
            "here, to be saved, and so is FrozenPhrases.of(...)."
        )
    contents = json_text.parse(data, where, infinite=True) if data[:1] == b"{" else None
    if not isinstance(contents, dict) or contents.pop("format", None) != FORMAT:
        raise W2VError(f"{where} holds no phrases; expected a file that Phrases.save or FrozenPhrases.save wrote.")
    kind = contents.pop("kind", None)
    fields = _FIELDS.get(kind) if isinstance(kind, str) else None
    if fields is None or fields.keys() != contents.keys():
        raise W2VError(f"{where} is damaged: it has not the fields of phrases.")
    if wrong := [name for name, test in fields.items() if not test(contents[name])]:
        raise W2VError(f"{where} is damaged: {wrong[0]} is {contents[wrong[0]]!r:.60}.")
    return str(kind), contents


def name_of(scoring: Scorer) -> str:
    """The name by which a scoring function is saved. Raises W2VError where it cannot be found by that again."""
    for name, function in SCORERS.items():
        if function is scoring:
            return name
    module, name = getattr(scoring, "__module__", ""), getattr(scoring, "__qualname__", "")
    if _found(module, name) is not scoring:
        raise W2VError(
            f"The scoring function {name or scoring!r} cannot be found by its name again, as a lambda or a function "
            "within another cannot. Define it at the top level of a file."
        )
    return f"{module}:{name}"


def function(name: str, path: str | os.PathLike[str]) -> Scorer:
    """The scoring function of a name, if it is one of ours or in a module that is imported already.

    Raises W2VError where it is neither, or takes other arguments than such a function.
    """
    if name in SCORERS:
        return SCORERS[name]
    found = _found(*name.partition(":")[::2])
    if found is None:
        raise W2VError(
            f"{os.fspath(path)} was saved with a scoring function of its own, {name!r:.80}, which is in no module that "
            "is imported, and none is imported because a file says so. Import it first, or give it: load(file, "
            "scoring=function)."
        )
    return scorer(found, 1.0)


def _as_number(value: Any) -> Any:
    """NumPy's numbers, which scoring functions may return, as Python's."""
    number = plain(value)
    if not json_text.is_number(number, infinite=True):
        raise TypeError(f"{value!r:.60} is no number")
    return number


def _found(module: str, name: str) -> Any:
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return found
