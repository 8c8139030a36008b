"""What a newcomer may give by mistake, or as in gensim 3, and the sentences for it."""

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np

from w2v.base.settings import available_cores
from w2v.errors import W2VError, shown
from w2v.gensim.errors import WrongTypeError

USUAL_WORKERS = 3  # gensim's default, which says nothing of the machine
HOOKS = ("on_train_begin", "on_epoch_begin", "on_epoch_end", "on_train_end")
OLD_ARGUMENTS = {
    "size": "vector_size",
    "iter": "epochs",
    "sentences": "corpus_iterable",
    "total_sentences": "total_examples",
    "learning_rate": "alpha",
}
OLD_ATTRIBUTES = {
    "iter": "model.epochs",
    "size": "model.vector_size",
    "vocabulary": "the model itself, as model.raw_vocab and model.min_count",
    "trainables": "the model itself, as model.syn1neg",
    "syn0": "model.wv.vectors",
    "syn0norm": "model.wv.get_normed_vectors()",
    "syn0_lockf": "model.wv.vectors_lockf",
    "vocab": "model.wv.key_to_index",
    "index2word": "model.wv.index_to_key",
    "load_word2vec_format": "KeyedVectors.load_word2vec_format",
    "intersect_word2vec_format": "model.wv.intersect_word2vec_format",
    "save_word2vec_format": "model.wv.save_word2vec_format",
    "accuracy": "model.wv.evaluate_word_analogies",
    "evaluate_word_pairs": "model.wv.evaluate_word_pairs",
    "delete_temporary_training_data": "nothing; keep model.wv alone, where no more training is needed",
}
MADE = {
    "syn1": "build_vocab(corpus) makes it in a model with hs=1",
    "syn1neg": "build_vocab(corpus) makes it in a model with negative > 0",
    "effective_min_count": "build_vocab(corpus) finds it",
}
OF_VECTORS = {
    *("most_similar", "most_similar_cosmul", "similarity", "n_similarity", "doesnt_match", "wmdistance", "distance"),
    *("similar_by_word", "similar_by_vector", "most_similar_to_given", "get_vector", "word_vec", "index_to_key"),
    *("key_to_index", "vectors", "get_index", "closer_than", "words_closer_than", "rank", "fill_norms"),
}
OF_GRAMS = ("bucket", "min_n", "max_n", "buckets_word", "vectors_vocab", "vectors_ngrams")
Function = TypeVar("Function", bound=Callable[..., Any])


def advice(names: Iterable[str]) -> str:
    """What to give instead of arguments that were renamed; nothing where none was."""
    renamed = [f"{OLD_ARGUMENTS[name]} instead of {name}" for name in names if name in OLD_ARGUMENTS]
    return f"Since gensim 4 it is {', '.join(renamed)}." if renamed else ""


def told_by_name(function: Function) -> Function:
    """Has a method say which argument it lacks, or is none of its own, by a WrongTypeError."""
    signature = inspect.signature(function)

    @functools.wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if unknown := [name for name in kwargs if name not in signature.parameters]:
            there = ", ".join(list(signature.parameters)[1:])
            raise WrongTypeError(
                f"{type(args[0]).__name__} has no argument {', '.join(unknown)}. "
                f"{advice(unknown) or f'Its arguments are: {there}.'}"
            )
        return function(*args, **kwargs)

    return checked  # type: ignore[return-value]


def no_such_attribute(kind: str, name: str) -> str:
    """The sentence for an attribute that a model does not have."""
    if name in OF_VECTORS or (kind == "FastText" and name in OF_GRAMS):
        return f"A {kind} has no attribute {name!r}: its vectors have, model.wv.{name}."
    if name in MADE:
        return f"This {kind} has no {name} yet: {MADE[name]}."
    there = OLD_ATTRIBUTES.get(name)
    return f"A {kind} has no attribute {name!r}" + (f": since gensim 4 it is {there}." if there else ".")


def check_callbacks(callbacks: Any) -> list[Any]:
    """The callbacks as a list. Raises a WrongTypeError for what is none."""
    if any(hasattr(callbacks, hook) for hook in HOOKS) or not isinstance(callbacks, Iterable):
        raise WrongTypeError(f"callbacks is {shown(callbacks)}; expected a list of callbacks, as [{shown(callbacks)}].")
    given = list(callbacks)
    for each in given:
        if isinstance(each, type) or not all(callable(getattr(each, hook, None)) for hook in HOOKS):
            made = f"; give an instance of it, as {each.__name__}() makes one" if isinstance(each, type) else ""
            raise WrongTypeError(
                f"{shown(each)} was given as a callback; expected an object with the methods {', '.join(HOOKS)}, such "
                f"as one of a subclass of CallbackAny2Vec{made}."
            )
    return given


def call(callbacks: list[Any], hook: str, model: Any) -> None:
    """Call a method of each callback."""
    for callback in callbacks:
        getattr(callback, hook)(model)


def threads(workers: int) -> int:
    """How many threads train: all cores, but with `workers` that were asked for no more; 1 gives the same bits each
    time.
    """
    cores = available_cores()
    return cores if workers == USUAL_WORKERS or workers < 1 else min(int(workers), cores)


def whole(name: str, given: Any) -> int:
    """int(given), as gensim makes of an argument. Raises a WrongTypeError for what is no number."""
    try:
        return int(given)
    except (TypeError, ValueError) as error:
        raise WrongTypeError(f"{name} is {shown(given)}; expected a whole number.") from error


def number(name: str, given: Any) -> float:
    """float(given). Raises a WrongTypeError for what is no number."""
    try:
        return float(given)
    except (TypeError, ValueError) as error:
        raise WrongTypeError(f"{name} is {shown(given)}; expected a number.") from error


def random_state(seed: Any) -> np.random.RandomState:
    """NumPy's generator of that name. Raises a W2VError for a seed that it does not take."""
    try:
        return np.random.RandomState(seed)
    except (TypeError, ValueError) as error:
        raise W2VError(f"seed is {shown(seed)}; expected a whole number from 0 to 4294967295, or None.") from error
