"""Joining phrases in sentences, from left to right; which words make a phrase, `phrases.py` says."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar

from w2v.base.phrase_settings import connectors
from w2v.corpus import phrase_file
from w2v.corpus.phrase_scores import Scorer
from w2v.errors import W2VError, shown

if TYPE_CHECKING:
    from typing_extensions import Self


class WordTypeError(W2VError, TypeError):
    """A word or a sentence that is of another type. Also a TypeError, as in gensim."""


class PhraseJoiner:
    """What joins phrases in sentences; which candidates are phrases, its classes say.

    connector_words: words that no phrase begins or ends with, and that may stand within one.
    """

    kinds: ClassVar[dict[str, Any]] = {}  # what a file may hold, and its class
    kind: ClassVar[str] = ""  # what it is in a file
    connector_words: frozenset[str]

    def __init__(self, connector_words: str | Iterable[str] = frozenset()) -> None:
        self.connector_words = connectors(connector_words)

    def score_candidate(self, word_a: str, word_b: str, in_between: list[str]) -> tuple[str, float] | tuple[None, None]:
        """The joined phrase and its score; (None, None) where it is none."""
        raise NotImplementedError(f"{type(self).__name__} has to say what is a phrase: define score_candidate.")

    def analyze_sentence(self, sentence: Iterable[str]) -> Iterator[tuple[str, float | None]]:
        """The words of a sentence from left to right, each with None, and phrases with their scores.

        A phrase is joined as soon as it is complete. An empty word begins none, and stays.

        Raises WordTypeError for a string instead of a list of words, and for words that are no strings.
        """
        start: str | None = None
        between: list[str] = []
        for word in checked(sentence):
            if word in self.connector_words:
                if start is None:
                    yield word, None
                else:
                    between.append(word)
                continue
            if start is not None:
                phrase, score = self.score_candidate(start, word, between) if start else (None, None)
                if phrase is not None and score is not None:
                    yield phrase, score
                    start, between = None, []
                    continue
                yield start, None
                for each in between:
                    yield each, None
            start, between = word, []
        if start is not None:
            yield start, None
            for each in between:
                yield each, None

    def __getitem__(self, sentence: Iterable[Any]) -> Any:
        """A sentence, an iterable of words, with its phrases joined: a list; of an iterable of sentences an iterable,
        which joins when it is gone over, each time anew.
        """
        first, same = _looked_at(sentence)
        if first is None or isinstance(first, str):
            return [token for token, _ in self.analyze_sentence(same)]
        return JoinedSentences(self, same)

    def find_phrases(self, sentences: Iterable[Iterable[str]]) -> dict[str, float]:
        """The different phrases in sentences, with their scores."""
        found = (token for sentence in sentences for token in self.analyze_sentence(sentence))
        return {phrase: score for phrase, score in found if score is not None}

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a file of JSON, whole or not at all, under any name; one that is there is replaced.

        A scoring function of your own is written by its name, "module:function".

        Raises W2VError for a function that cannot be found by its name, and when the system refuses.
        """
        phrase_file.write(path, self.kind, self._contents())

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, scoring: Scorer | None = None) -> Self:
        """Read what `save` wrote: Phrases or FrozenPhrases, as the file says.

        A file never makes code run: a function that it names is looked up among modules that are imported already.

        scoring: the function, instead of looking for it.

        Raises W2VError for a file that is none or is damaged, and for a function that is not found.
        """
        kind, contents = phrase_file.read(path)
        made = cls.kinds[kind]
        loaded = made.__new__(made)
        loaded._fill(contents, phrase_file.function(contents.pop("scoring"), path) if scoring is None else scoring)
        return loaded

    def _contents(self) -> dict[str, Any]:
        raise W2VError(f"A {type(self).__name__} of your own cannot be saved; Phrases and FrozenPhrases can.")

    def _fill(self, contents: dict[str, Any], scoring: Scorer) -> None:
        raise NotImplementedError


class JoinedSentences:
    """Sentences with their phrases joined, when they are asked for; as often as the sentences can be gone over."""

    def __init__(self, joiner: PhraseJoiner, sentences: Iterable[Iterable[str]]) -> None:
        self._joiner, self._sentences = joiner, sentences

    def __iter__(self) -> Iterator[list[str]]:
        for sentence in self._sentences:
            yield [token for token, _ in self._joiner.analyze_sentence(sentence)]

    def __getitem__(self, place: int) -> list[str]:
        """One of a list of sentences."""
        sentences: Any = self._sentences
        return [token for token, _ in self._joiner.analyze_sentence(sentences[place])]

    def __len__(self) -> int:
        return len(self._sentences)  # type: ignore[arg-type]  # of what has no length, Python's own error

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._joiner!r})"


def checked(sentence: Iterable[Any]) -> list[str]:
    """The words of a sentence. Raises WordTypeError for what is no iterable of strings."""
    if isinstance(sentence, (str, bytes)):
        raise WordTypeError(
            f"A sentence is {shown(sentence)}; expected a list of words. Split it, such as sentence.split()."
        )
    if not isinstance(sentence, Iterable):
        raise WordTypeError(f"A sentence is {shown(sentence)}; expected a list of words.")
    words = list(sentence)
    if not all(issubclass(kind, str) for kind in set(map(type, words))):
        odd = next(word for word in words if not isinstance(word, str))
        raise WordTypeError(
            f"A sentence has {shown(odd)} among its words, of type {type(odd).__name__}; words must be strings."
        )
    return words


def checked_sentences(sentences: Any) -> Iterable[Iterable[str]]:
    """Sentences, as far as can be seen before they are read. Raises WordTypeError."""
    if isinstance(sentences, (str, bytes, os.PathLike)) or not isinstance(sentences, Iterable):
        raise WordTypeError(
            f"The sentences are {shown(sentences)}; expected an iterable of lists of words. Of a file, give its lines: "
            "[line.split() for line in open(file)]."
        )
    return sentences


def _looked_at(given: Any) -> tuple[Any, Any]:
    """The first item, None where there is none, and the same iterable, from which nothing is missing."""
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        checked(given)  # raises
    items = iter(given)
    first = next(items, None)
    return first, chain([first], items) if items is given and first is not None else given
