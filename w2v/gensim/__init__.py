"""gensim's names, defaults and habits over this package: `from gensim.models import Word2Vec` becomes
`from w2v.gensim.models import Word2Vec`, `import gensim` becomes `import w2v.gensim as gensim`, and nothing else of a
script changes.

Thin: every module here translates arguments, results and attributes, and has the rooms of the house train, query, read
and write. A module is imported when it is first used.
"""

import importlib as _importlib
import typing as _typing

__version__ = "4.4.0"  # of gensim, whose names and habits these are: scripts ask which they can use

_MODULES = ["downloader", "models", "scripts", "test", "utils"]
_ELSEWHERE = ["corpora", "interfaces", "matutils", "parsing", "similarities", "topic_coherence"]  # are gensim's alone


def __getattr__(name: str) -> _typing.Any:
    if name in _MODULES:
        return _importlib.import_module(f"w2v.gensim.{name}")
    if name in _ELSEWHERE:  # an AttributeError's sentence would be lost in `from ... import`
        raise ImportError(
            f"{name} is about topics and documents, and w2v about words; import it from gensim.", name=name
        )
    raise AttributeError(f"module 'w2v.gensim' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*_MODULES, "__version__"])
