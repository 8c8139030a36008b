"""The documents of `documents.py`: paragraphs of a text, and documents with topics, of the demo world's sentences."""

import json
import lzma
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from w2v_data.lexicon import COUNTRIES

SHORTEST = 20  # words of a paragraph
ABOUT, BESIDE = 2, 6  # sentences of a document that are about its country, and that are not


class Documents(NamedTuple):
    """Documents in a file, a line each, and what is asked of their vectors, in another."""

    file: Path
    asked: Path
    count: int


def lines_of(corpus: Path) -> Iterator[str]:
    """The lines of a text, maybe of an .xz file."""
    with (lzma.open if corpus.suffix == ".xz" else open)(corpus, "rt", encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n")


def long(lines: Iterable[str]) -> Iterator[str]:
    """Those that are paragraphs, and no headings."""
    return (line for line in lines if line.count(" ") + 1 >= SHORTEST)


def paragraphs(lines: Iterable[str], trained: int, held_out: int) -> tuple[list[str], list[int], list[str], list[int]]:
    """Paragraphs to be trained and to be held out, each with its number in the text, by which neighbours are known."""
    numbered = list(enumerate(islice(long(lines), trained + held_out)))
    every = max(len(numbered) // held_out, 3)  # so that what is held out has its neighbours
    apart = [pair for pair in numbered if pair[0] % every == every // 2][:held_out]
    taken = {number for number, _ in apart}
    rest = [pair for pair in numbered if pair[0] not in taken][:trained]
    return [text for _, text in rest], [n for n, _ in rest], [text for _, text in apart], [n for n, _ in apart]


def topics(sentences: Sequence[str], held_out: int, seed: int = 1) -> tuple[list[str], list[int], list[str], list[int]]:
    """Documents about one country each, to be trained and to be held out, each with the country's number."""
    countries = {line.split()[0]: number for number, line in enumerate(filter(None, COUNTRIES.split("\n")))}
    about: dict[int, list[str]] = {number: [] for number in countries.values()}
    others = []
    for sentence in sentences:
        of = {countries[word] for word in sentence.split() if word in countries}
        if not of:
            others.append(sentence)
        elif len(of) == 1:
            about[of.pop()].append(sentence)
    random, made = Random(seed), list[tuple[str, int]]()
    for number, some in about.items():
        for start in range(0, len(some) - ABOUT + 1, ABOUT):
            document = some[start : start + ABOUT] + random.sample(others, BESIDE)
            random.shuffle(document)
            made.append((" ".join(document), number))
    random.shuffle(made)
    apart, rest = made[:held_out], made[held_out:]
    return [text for text, _ in rest], [n for _, n in rest], [text for text, _ in apart], [n for _, n in apart]


def written(folder: Path, name: str, kind: str, texts: Sequence[str], labels: Sequence[int], *apart: Any) -> Documents:
    """The two files of some documents. kind: as for `documents_run.score`; apart: held-out texts, and their labels."""
    held, of = apart or ([], [])
    file, asked = folder / f"{name}.txt", folder / f"{name}.json"
    file.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    told = {"kind": kind, "labels": list(labels), "held_out": list(held), "held_out_labels": list(of)}
    asked.write_text(json.dumps(told), encoding="utf-8")
    return Documents(file, asked, len(texts))
