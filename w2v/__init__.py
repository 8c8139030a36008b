"""Word vectors: CBOW and Skip-gram encoders, interchangeable output heads, several engines.

    from w2v import Word2Vec, KeyedVectors

Names are imported when they are first used, so that a query does not wait for what only training needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from w2v.comparison.run import compare
    from w2v.config import Config
    from w2v.errors import NotTrainedError, UnknownWordError, W2VError
    from w2v.poincare import PoincareModel
    from w2v.training.callbacks import Callback
    from w2v.vectors import KeyedVectors, PoincareKeyedVectors
    from w2v.word2vec import Word2Vec

__version__ = "0.1.0"

_HOMES = {
    "Callback": "w2v.training.callbacks",
    "Config": "w2v.config",
    "KeyedVectors": "w2v.vectors",
    "NotTrainedError": "w2v.errors",
    "PoincareKeyedVectors": "w2v.vectors",
    "PoincareModel": "w2v.poincare",
    "UnknownWordError": "w2v.errors",
    "W2VError": "w2v.errors",
    "Word2Vec": "w2v.word2vec",
    "compare": "w2v.comparison.run",
}

__all__ = [
    "Callback",
    "Config",
    "KeyedVectors",
    "NotTrainedError",
    "PoincareKeyedVectors",
    "PoincareModel",
    "UnknownWordError",
    "W2VError",
    "Word2Vec",
    "compare",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'w2v' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
