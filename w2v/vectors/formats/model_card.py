"""The card of published vectors: a README.md that says what they are, where they are from, and what one may do.

Above its text stand fields for the Hugging Face hub, which finds models by them
(https://huggingface.co/docs/hub/model-cards): the licence, the languages, the library that loads it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

from w2v.errors import W2VError, counted, shown

TAGS = ("word2vec", "w2v", "word-embeddings", "static-embeddings", "sentence-transformers", "model2vec")
LIBRARY, TASK = "sentence-transformers", "feature-extraction"
_LICENSE = re.compile(r"[a-z0-9][a-z0-9.+-]*").fullmatch
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]+)*").fullmatch
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|])")


@dataclass(frozen=True, kw_only=True)
class Card:
    """What is told of vectors; all but the name may be left open.

    license: as the hub spells it, "cc0-1.0", "apache-2.0". language: one code or several, "en". text: a sentence or
    more, in Markdown, on what the vectors were trained on. settings, scores: by name.

    Raises W2VError for a licence or a language that the hub would not know, and for a score that is no number.
    """

    name: str = "Word vectors"
    license: str | None = None
    language: str | Sequence[str] | None = None
    text: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for what, value in (("name", self.name), ("text", self.text)):
            if value is not None and (not isinstance(value, str) or not value.strip()):
                raise W2VError(f"{what} is {shown(value)}; expected a string that is not empty.")
        if self.license is not None and not (isinstance(self.license, str) and _LICENSE(self.license.lower())):
            raise W2VError(
                f"license is {shown(self.license)}; expected a short name as the Hugging Face hub has it, such as "
                f"'cc0-1.0', 'cc-by-4.0', 'apache-2.0' or 'mit', or 'other'."
            )
        for code in self.languages:
            if not isinstance(code, str) or not _LANGUAGE(code):
                raise W2VError(f"language is {shown(code)}; expected a code such as 'en', or a list of them.")
        for what, values in (("settings", self.settings), ("scores", self.scores)):
            if not isinstance(values, Mapping):
                raise W2VError(f"{what} is {shown(values)}; expected values by name, a mapping.")
        for name, score in self.scores.items():
            if not _is_number(score):
                raise W2VError(f"the score {name!r:.60} is {shown(score)}; expected a number.")

    @property
    def languages(self) -> list[str]:
        """The codes of all languages."""
        if self.language is None:
            return []
        if isinstance(self.language, str):
            return [self.language]
        if not isinstance(self.language, (list, tuple)):
            raise W2VError(f"language is {shown(self.language)}; expected a code such as 'en', or a list of them.")
        return list(self.language)


def as_markdown(card: Card, *, words: Sequence[str], size: int, seen: int | None, cut: str, numbers: str) -> str:
    """The text of the README.md.

    words: V, the most frequent first. size: D. seen: how many words of the text they are together, where that is known.
    cut: how a text becomes words. numbers: what was rounded.
    """
    example = next((word for word in words[:1000] if word.isalnum() and len(word) > 3), words[0])
    name = " ".join(card.name.split())
    told = [f"{card.text.strip()}\n"] if card.text else []
    if seen:
        told.append(f"The text they were trained on has {counted(seen, 'word')}, these alone counted.")
    parts = [
        _fields(card),
        f"# {_plain(name)}\n",
        f"Vectors of {size:,} numbers for {counted(len(words), 'word')}, written by w2v. The vector of a text is the "
        "mean of the vectors of its words; words that are not known are passed over.\n",
        _code("sentence_transformers", "SentenceTransformer", f"SentenceTransformer({name!r}).encode([{example!r}])"),
        _code("model2vec", "StaticModel", f"StaticModel.from_pretrained({name!r}).encode([{example!r}])"),
        _code("w2v", "KeyedVectors", f"KeyedVectors.from_pretrained({name!r}).most_similar({example!r})"),
        "## Text\n",
        *(told or ["It is not told here what they were trained on."]),
        f"\n{cut}\n",
        *_table("Settings", "setting", card.settings),
        *_table("Scores", "score", {name: f"{value:.4g}" for name, value in card.scores.items()}),
        "## Numbers\n",
        f"{numbers}\n",
        "## Licence\n",
        f"{card.license.lower()}" if card.license else "None is stated: ask who made them before you use them.",
    ]
    return "\n".join(parts) + "\n"


def _fields(card: Card) -> str:
    """What the hub reads, in YAML; all of it was checked, or is from here."""
    lines = [f'license: "{card.license.lower()}"'] if card.license else []
    if card.languages:
        lines += ["language:", *(f'- "{code}"' for code in card.languages)]  # without quotes Norwegian, no, is false
    lines += [f"library_name: {LIBRARY}", f"pipeline_tag: {TASK}", "tags:", *(f"- {tag}" for tag in TAGS)]
    return "\n".join(["---", *lines, "---", ""])


def _code(module: str, name: str, use: str) -> str:
    return f"```python\nfrom {module} import {name}\n\n{use}\n```\n"


def _table(title: str, what: str, values: Mapping[str, Any]) -> list[str]:
    if not values:
        return []
    rows = [f"| {_plain(str(name))} | {_plain(str(value))} |" for name, value in values.items()]
    return [f"## {title}\n", f"| {what} | |", "| --- | --- |", *rows, ""]


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _plain(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))
