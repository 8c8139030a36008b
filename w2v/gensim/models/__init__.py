"""What `gensim.models` has of word vectors; a name is imported when it is first used."""

import importlib as _importlib
import typing as _typing

_HOMES: dict[str, str] = {  # name: the module here that has it
    "FrozenPhrases": "phrases",
    "KeyedVectors": "keyedvectors",
    "Phraser": "phrases",
    "Phrases": "phrases",
}


def __getattr__(name: str) -> _typing.Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'w2v.gensim.models' has no attribute {name!r}")
    return getattr(_importlib.import_module(f"w2v.gensim.models.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOMES)
