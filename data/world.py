"""The demo world's generator: from a seed to a text and the questions that vectors trained on it must answer.

The text is drawn theme by theme (a country, a couple, a verb, ...), with ranks of Zipf's kind: the first
words of each list are met most often. Only `random.Random(seed).random()` is used, whose sequence Python
promises to keep, so that the same seed gives the same bytes on every machine.
"""

import re
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import TypeVar

from w2v.base.atomic_file import atomic_file

from . import lexicon, questions, sentences
from .taxonomy import HABITS, TAXONOMY, Taxonomy

Item = TypeVar("Item")

RECORD = ("country", "capital", "nationality", "currency", "continent", "city", "water", "dish", "product")
HE = {"he": "he", "his": "his", "him": "him", "himself": "himself"}
SHE = {"he": "she", "his": "her", "him": "her", "himself": "herself"}


@dataclass(frozen=True)
class World:
    """The files of one world; each line of `data/README.md` about them holds for every seed."""

    corpus: Path
    analogies: Path
    similarity: Path
    hypernyms: Path
    groups: Path


def write_world(folder: Path, seed: int = 1, tokens: int = 400_000) -> World:
    """Write a world into `folder` (made if missing; an earlier world's files are replaced); return its files.

    `seed` chooses the sentences; the questions are the same for every seed. The corpus has `tokens` words, or
    a few more, for the last sentence is finished. With the default, each word of the questions is met some
    forty times or more; with much less, some stay under a `min_count` of 5.
    """
    folder.mkdir(parents=True, exist_ok=True)
    world = World(
        corpus=folder / "corpus.txt",
        analogies=folder / "analogies.txt",
        similarity=folder / "similarity.tsv",
        hypernyms=folder / "hypernyms.tsv",
        groups=folder / "groups.tsv",
    )
    _write(world.corpus, _until(tokens, _Storyteller(seed).tell()))
    _write(world.analogies, questions.analogies())
    _write(world.similarity, questions.similarity())
    _write(world.hypernyms, questions.hypernyms())
    _write(world.groups, questions.groups())
    return world


def _write(path: Path, lines: Iterator[str]) -> None:
    with atomic_file(path) as file:
        file.writelines(f"{line}\n".encode("ascii") for line in lines)


def _until(tokens: int, lines: Iterator[str]) -> Iterator[str]:
    written = 0
    while written < tokens:
        line = next(lines)
        written += line.count(" ") + 1
        yield line


@lru_cache
def _cumulated(size: int) -> list[float]:
    """Cumulated weights of `size` ranks: Zipf's law, the last still a third of the first."""
    return list(accumulate(1 / (rank + size / 2) for rank in range(size)))


class _Slots(dict[str, str]):
    """What fills a pattern: the words of the theme's record and, where it has none, a draw from the lists."""

    def __init__(self, teller: "_Storyteller", **record: str) -> None:
        super().__init__(record)
        self.teller = teller

    def __missing__(self, slot: str) -> str:
        first = slot.removesuffix("2")
        word = self.teller.word(first)
        while slot != first and word == self[first]:
            word = self.teller.word(first)
        self[slot] = word
        return word


class _Storyteller:
    """Tells sentences for ever; its only state is the place in the random sequence."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed).random
        self.countries = [line.split() for line in lexicon.COUNTRIES.split("\n") if line]
        self.taxonomy = Taxonomy(TAXONOMY)
        self.kinds = [kind for kind in self.taxonomy.parent if self.taxonomy.ancestors(kind)[1:]]
        self.men, self.women = lexicon.MEN.split(), lexicon.WOMEN.split()
        self.lists = {slot: words.split() for slot, words in lexicon.LISTS.items()} | {
            "name": [name for couple in zip(self.men, self.women, strict=True) for name in couple],
            "country": [record[0] for record in self.countries],
            "nationality": [record[2] for record in self.countries],
            "city": [record[5] for record in self.countries],
            "adjective": [forms.split()[0] for forms in lexicon.ADJECTIVES],
            "kind": self.kinds,
        }
        self.themes: list[tuple[int, Callable[[], str]]] = [
            (30, self.country),
            (21, self.person),
            (31, self.verb),
            (21, self.adjective),
            (19, self.kind),
            (13, self.number),
            (8, self.everyday),
        ]

    def tell(self) -> Iterator[str]:
        bounds = list(accumulate(weight for weight, _ in self.themes))
        while True:
            theme = self.themes[bisect(bounds, self.random() * bounds[-1])][1]
            yield re.sub(r"\ba (?=[aeiou])", "an ", theme())

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items, the first ones more often."""
        weights = _cumulated(len(items))
        return items[bisect(weights, self.random() * weights[-1])]

    def any(self, items: Sequence[Item]) -> Item:
        """One of the items, each as often as the others."""
        return items[int(self.random() * len(items))]

    def word(self, slot: str) -> str:
        if slot == "someone":
            return f"the {self.word('job')}" if self.random() < 0.4 else self.word("name")
        return self.pick(self.lists[slot])

    def fill(self, patterns: Sequence[str], **record: str) -> str:
        return self.any(patterns).format_map(_Slots(self, **record))

    def country(self) -> str:
        role = self.any([sentences.CAPITAL, sentences.COUNTRY, sentences.NATIONALITY, sentences.CURRENCY])
        return self.fill(role, **dict(zip(RECORD, self.pick(self.countries), strict=True)))

    def person(self) -> str:
        pair = self.pick(list(lexicon.PAIRS))
        man, woman = pair.split()
        place = self.any(lexicon.PAIRS[pair])
        if self.random() < 0.1:
            return self.fill(sentences.COUPLE, man=man, woman=woman, place=place)
        patterns = sentences.PERSON + (sentences.ROYAL if pair in lexicon.ROYAL else [])
        if self.random() < 0.5:
            return self.fill(patterns, person=man, name=self.pick(self.men), place=place, **HE)
        return self.fill(patterns, person=woman, name=self.pick(self.women), place=place, **SHE)

    def verb(self) -> str:
        forms = self.pick(list(lexicon.VERBS))
        tense = self.any([sentences.BASE, sentences.THIRD, sentences.PAST, sentences.PRESENT])
        record = dict(zip(("base", "third", "past", "ing"), forms.split(), strict=True))
        return self.fill(tense, what=self.any(lexicon.VERBS[forms]), **record)

    def adjective(self) -> str:
        forms = self.pick(list(lexicon.ADJECTIVES))
        degree = self.any([sentences.POSITIVE, sentences.COMPARATIVE, sentences.SUPERLATIVE])
        things = lexicon.ADJECTIVES[forms]
        thing = self.any(things)
        thing2 = self.any([other for other in things if other != thing])
        record = dict(zip(("base", "more", "most"), forms.split(), strict=True))
        return self.fill(degree, thing=thing, thing2=thing2, **record)

    def kind(self) -> str:
        kind = self.any(self.kinds)
        parent, *further = self.taxonomy.ancestors(kind)
        # The nearest class that has habits tells most about a kind, so it speaks most often.
        classes = [each for each in (kind, parent, *further) if each in HABITS]
        habit = self.any(HABITS[classes[0] if self.random() < 0.6 else self.any(classes)])
        patterns = sentences.KIND if self.random() < 0.4 else sentences.HABIT
        siblings = [other for other in self.taxonomy.children(parent) if other != kind]
        record = {"parent": parent, "ancestor": further[0], "sibling": self.any(siblings), "habit": habit}
        return self.fill(patterns, kind=kind, **record)

    def number(self) -> str:
        singular = self.any(list(lexicon.PLURALS))
        patterns = self.any([sentences.ONE, sentences.MANY])
        place = self.any(lexicon.PLURALS[singular])
        return self.fill(patterns, singular=singular, plural=questions.plural(singular), place=place)

    def everyday(self) -> str:
        return self.fill(sentences.EVERYDAY)
