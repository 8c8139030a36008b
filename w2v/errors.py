"""Errors that a user can act on: a sentence saying what was given, what was expected and what to do."""

import re
from collections.abc import Callable

_LONG_WORD, _LONG_SENTENCE = 200, 2000  # characters; a path may be as long as the one, a list of names as the other


class W2VError(ValueError):
    """Base of every error this package raises on purpose. The command line prints its sentence and exits with 2.

    What it shows of the data may be megabytes long, such as a token of a text without spaces: it is cut (`brief`).
    """

    def __str__(self) -> str:
        return brief(super().__str__())


class NotTrainedError(W2VError, AttributeError):
    """What only training makes was used before. Also an AttributeError, so that `hasattr` answers False."""


class NoExamplesError(W2VError):
    """A text, or what subsampling left of it in an epoch, has no two words beside each other: nothing was learned."""


class UnknownWordError(W2VError, KeyError):
    """A word that is not in the vocabulary. Also a KeyError, as in gensim.

    hint: makes a further sentence, which follows after a space, or nothing. It is called when the error is shown,
        and once at most: programs that look words up in a loop catch this error, and a search for near spellings takes
        ten thousand times as long as the look-up.
    """

    def __init__(self, sentence: str, hint: Callable[[], str] | None = None) -> None:
        super().__init__(sentence)
        self._hint = hint

    def __str__(self) -> str:
        hint, self._hint = self._hint, None
        if hint is not None and (found := hint()):
            self.args = (f"{self.args[0]} {found}",)
        return brief(str(self.args[0]))  # KeyError would print the sentence in quotes

    def __reduce__(self) -> tuple[type, tuple[str]]:
        return type(self), (str(self),)  # the hint holds the whole vocabulary


def brief(sentence: str) -> str:
    """A sentence for people: of very long words, and of the whole if it is still very long, the middle is left out."""
    shorter = re.sub(rf"\S{{{_LONG_WORD + 1},}}", lambda word: _without_middle(word[0], _LONG_WORD), sentence)
    return _without_middle(shorter, _LONG_SENTENCE)


def _without_middle(text: str, length: int) -> str:
    """The first two thirds of the characters that there may be, and the last, where there are more."""
    return text if len(text) <= length else f"{text[: 2 * length // 3]}…{text[len(text) - length // 3 :]}"


def counted(number: int, thing: str, several: str = "") -> str:
    """A number of things: `counted(1, "word")` is "1 word", `counted(2000, "word")` "2,000 words".

    several: the plural, where it is not the thing with an s.
    """
    return f"{number:,} {thing if number == 1 else several or thing + 's'}"


def shown(value: object) -> str:
    """A value as a sentence can show it: of an array its shape, and never the whole of something long."""
    if getattr(value, "shape", ()) != () and not isinstance(value, type):
        return f"an array of shape {list(value.shape)}"  # type: ignore[attr-defined]
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
