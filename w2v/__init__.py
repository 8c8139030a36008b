"""Word vectors: CBOW and Skip-gram encoders, interchangeable output heads, several engines.

    from w2v import Word2Vec, train, plot_words

What is here is what there is for users; it is imported when it is first used, so that a query does not wait for what
only training or drawing needs.
"""

import importlib as _importlib  # with a line before it, for editors offer what has none
import typing as _typing

if _typing.TYPE_CHECKING:
    from w2v.base.config import Config
    from w2v.comparison.run import compare
    from w2v.corpus.phrase_search import find_phrases
    from w2v.corpus.phrases import FrozenPhrases, Phrases
    from w2v.doc2vec import Doc2Vec
    from w2v.errors import NotTrainedError, UnknownWordError, W2VError
    from w2v.explanation.explain import explain
    from w2v.heads.base import Head
    from w2v.heads.spec import HeadSpec
    from w2v.hyperbolic.settings import PoincareConfig
    from w2v.models.prediction import predict
    from w2v.plots.explanation.losses import plot_loss_surfaces
    from w2v.plots.explanation.page import save_explanation
    from w2v.plots.explanation.sampling import plot_sampling
    from w2v.plots.figure import save_figure
    from w2v.plots.hierarchy.disc import plot_disc
    from w2v.plots.hierarchy.file import save_disc
    from w2v.plots.hierarchy.film import plot_forming
    from w2v.plots.training.curves import plot_history
    from w2v.plots.words.film import write_film
    from w2v.plots.words.map import plot_words
    from w2v.plots.words.prediction import plot_prediction
    from w2v.plots.words.tree import plot_tree
    from w2v.plots.words.two_models import plot_moves
    from w2v.poincare import PoincareModel
    from w2v.training.callbacks import Callback, StopTraining
    from w2v.training.checkpoint import Checkpoint, latest
    from w2v.training.early_stopping import EarlyStopping
    from w2v.training.evaluate import Evaluate
    from w2v.training.more import train_more
    from w2v.training.snapshots import Snapshots
    from w2v.training.train import train
    from w2v.vectors import KeyedVectors, PoincareKeyedVectors
    from w2v.word2vec import Word2Vec

__version__ = "0.1.0"

__all__ = [
    "Callback",
    "Checkpoint",
    "Config",
    "Doc2Vec",
    "EarlyStopping",
    "Evaluate",
    "FrozenPhrases",
    "Head",
    "HeadSpec",
    "KeyedVectors",
    "NotTrainedError",
    "Phrases",
    "PoincareConfig",
    "PoincareKeyedVectors",
    "PoincareModel",
    "Snapshots",
    "StopTraining",
    "UnknownWordError",
    "W2VError",
    "Word2Vec",
    "compare",
    "explain",
    "find_phrases",
    "latest",
    "plot_disc",
    "plot_forming",
    "plot_history",
    "plot_loss_surfaces",
    "plot_moves",
    "plot_prediction",
    "plot_sampling",
    "plot_tree",
    "plot_words",
    "predict",
    "save_disc",
    "save_explanation",
    "save_figure",
    "train",
    "train_more",
    "write_film",
]

_HOMES = {
    "Callback": "w2v.training.callbacks",
    "Checkpoint": "w2v.training.checkpoint",
    "Config": "w2v.base.config",
    "Doc2Vec": "w2v.doc2vec",
    "EarlyStopping": "w2v.training.early_stopping",
    "Evaluate": "w2v.training.evaluate",
    "FrozenPhrases": "w2v.corpus.phrases",
    "Head": "w2v.heads.base",
    "HeadSpec": "w2v.heads.spec",
    "KeyedVectors": "w2v.vectors",
    "NotTrainedError": "w2v.errors",
    "Phrases": "w2v.corpus.phrases",
    "PoincareConfig": "w2v.hyperbolic.settings",
    "PoincareKeyedVectors": "w2v.vectors",
    "PoincareModel": "w2v.poincare",
    "Snapshots": "w2v.training.snapshots",
    "StopTraining": "w2v.training.callbacks",
    "UnknownWordError": "w2v.errors",
    "W2VError": "w2v.errors",
    "Word2Vec": "w2v.word2vec",
    "compare": "w2v.comparison.run",
    "explain": "w2v.explanation.explain",
    "find_phrases": "w2v.corpus.phrase_search",
    "latest": "w2v.training.checkpoint",
    "plot_disc": "w2v.plots.hierarchy.disc",
    "plot_forming": "w2v.plots.hierarchy.film",
    "plot_history": "w2v.plots.training.curves",
    "plot_loss_surfaces": "w2v.plots.explanation.losses",
    "plot_moves": "w2v.plots.words.two_models",
    "plot_prediction": "w2v.plots.words.prediction",
    "plot_sampling": "w2v.plots.explanation.sampling",
    "plot_tree": "w2v.plots.words.tree",
    "plot_words": "w2v.plots.words.map",
    "predict": "w2v.models.prediction",
    "save_disc": "w2v.plots.hierarchy.file",
    "save_explanation": "w2v.plots.explanation.page",
    "save_figure": "w2v.plots.figure",
    "train": "w2v.training.train",
    "train_more": "w2v.training.more",
    "write_film": "w2v.plots.words.film",
}


def __getattr__(name: str) -> _typing.Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'w2v' has no attribute {name!r}")
    return getattr(_importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
