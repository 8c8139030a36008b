"""Errors that a user can act on: a sentence saying what was given, what was expected and what to do."""


class W2VError(ValueError):
    """Base of every error this package raises on purpose. The command line prints its sentence and exits with 2."""


class UnknownWordError(W2VError, KeyError):
    """A word that is not in the vocabulary. Also a KeyError, as in gensim."""

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError would print the sentence in quotes
