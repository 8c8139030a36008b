"""Words and their places: what is known, what is not, and what to say then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NoReturn

from w2v.corpus.vocabulary import spelling_hint
from w2v.errors import UnknownWordError, W2VError, counted
from w2v.vectors.terms import Key, key_of, several


class Words:
    """V distinct words, the number of each, and the way from one to the other. Neither is copied."""

    _nor = ""  # what else was looked for

    def __init__(self, index_to_key: list[str], key_to_index: dict[str, int]) -> None:
        self.index_to_key, self.key_to_index = index_to_key, key_to_index

    def __len__(self) -> int:
        return len(self.index_to_key)

    def __iter__(self) -> Iterator[str]:
        return iter(self.index_to_key)

    def __contains__(self, key: object) -> bool:
        return self.get_index(key, -1) >= 0  # type: ignore[arg-type]

    def get_index(self, key: Key, default: int | None = None) -> int:
        """The row of a word. Unless there is a default for what is none, raises UnknownWordError, which offers the
        nearest spellings, and W2VError for what cannot be a word.
        """
        if isinstance(key, str) and (index := self.key_to_index.get(key)) is not None:
            return index
        try:
            key = key_of(key)
        except W2VError:
            if default is None:
                raise
            return default
        index = self.key_to_index.get(key, -1) if isinstance(key, str) else int(key)
        if 0 <= index < len(self):
            return index
        if default is not None:
            return default
        if not isinstance(key, str):
            raise UnknownWordError(f"there is no word number {key} among {counted(len(self), 'word')}, counted from 0.")
        raise UnknownWordError(
            f"the word {key!r} is not in the vocabulary of {counted(len(self), 'word')}{self._nor}.",
            lambda: spelling_hint(key, self.index_to_key),
        )

    def known(self, words: Iterable[Key]) -> list[int]:
        """The indices of those words that are in the vocabulary, as often as they come.

        Raises UnknownWordError when none is, W2VError for an empty list, or what is none.
        """
        asked = several(words)
        return [index for word in asked if (index := self.get_index(word, -1)) >= 0] or self._none_known(asked)

    def _none_known(self, asked: Sequence[Key]) -> NoReturn:
        if len(asked) == 1:
            self.get_index(asked[0])  # tells near spellings
        raise UnknownWordError(
            f"none of the {len(asked)} words, {asked[0]!r} and so on, is in the vocabulary of "
            f"{counted(len(self.index_to_key), 'word')}; at least one must be.",
            lambda: spelling_hint(str(asked[0]), self.index_to_key),
        )
