"""Errors that are also what gensim raises in the same place, so that what scripts catch is still caught."""

from w2v.errors import W2VError


class WrongTypeError(W2VError, TypeError):
    """An argument, or something in a corpus, of another kind than expected; or an argument that is none."""


class NotReadyError(W2VError, RuntimeError):
    """Something was called before what it needs is there: a vocabulary, vectors, the weights of an output layer."""


class NoSuchNameError(W2VError, AttributeError):
    """An attribute that is not there, such as one that gensim 4 has no more."""


class OtherModelError(W2VError, AttributeError):
    """What was to be loaded is something else, such as vectors without a model."""


class NoWordsError(W2VError, ZeroDivisionError):
    """A mean was asked of no words."""


class MissingFileError(W2VError, FileNotFoundError):
    """There is nothing at a path."""


class NotDoneError(W2VError, NotImplementedError):
    """What gensim does not do either."""


class NoAttributeError(W2VError, KeyError):
    """An attribute of words that was never set."""

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError would print the sentence in quotes
