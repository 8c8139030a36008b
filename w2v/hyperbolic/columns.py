"""Which column of a file is the child, which the parent: as the caller says, as the file's header says, or child first.

A header is known by its words: "Parent Node", "parent_id" and "parentId" all hold the word parent, and "node" beside
one of them can only mean the child. Words that may be names as well ("from", "u", "node") make it doubtful: should one
of them come again as a node, then the line was a pair.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from w2v.errors import W2VError

_CHILD = {"child", "children", "hyponym", "narrower", "descendant", "subclass", "subtype", "subcategory", "sub"}
_PARENT = {"parent", "parents", "hypernym", "broader", "ancestor", "superclass", "supertype", "supercategory", "super"}
_FROM = {"source", "src", "from", "id1", "u", "subject"}
_TO = {"target", "dst", "to", "id2", "v", "object"}
_NAMING = {
    *("node", "id", "name", "key", "code", "label", "title", "number", "uri", "item", "entity", "term", "word"),
    *("concept", "synset", "sense", "lemma", "class", "category", "type", "taxon"),
}
_WEIGHT = {"weight", "weights", "strength", "score", "count", "frequency", "freq", "probability", "confidence"}
_ROLES = ("child", "parent", "weight", "-")
_WORDS = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+|[^\W\dA-Za-z_]+").findall


class Columns(NamedTuple):
    """Where in a line of `width` columns a pair stands, counted from 0; weight: None where there is none."""

    child: int
    parent: int
    weight: int | None
    width: int


class Heading(NamedTuple):
    """A first line that names the columns; doubtful: or a pair of nodes with such names."""

    names: list[str]
    columns: Columns
    doubtful: bool


def usual(width: int) -> Columns:
    """Child, parent and, of three, weight."""
    return Columns(0, 1, 2 if width == 3 else None, width)


def stated(columns: str | Sequence[str]) -> Columns:
    """Columns as a caller names them: "parent,child", or ["-", "child", "parent", "weight"], - being passed over.

    Raises W2VError unless child and parent are named once each, and weight once at most.
    """
    names = [name.strip().lower() for name in (columns.split(",") if isinstance(columns, str) else columns)]
    once = names.count("child") == names.count("parent") == 1 and names.count("weight") <= 1
    if not once or not set(names) <= set(_ROLES):
        raise W2VError(
            f"columns are {columns!r:.80}; say what each column is, in their order: child and parent once each, weight "
            f"at most once, and - for a column to pass over; such as 'parent,child' or '-,child,parent,weight'."
        )
    weight = names.index("weight") if "weight" in names else None
    return Columns(names.index("child"), names.index("parent"), weight, len(names))


def heading(fields: Sequence[str], *, by_words: bool = False) -> Heading | None:
    """What a first line says of the columns; None where it is a pair. by_words: or says nothing about child and parent,
    as a comment with two commas does."""
    names = [field.strip() for field in fields]
    if len(names) < 2 or not all(names) or any(number(name) is not None for name in names):
        return None
    words = [{word.lower() for word in _WORDS(name)} for name in names]
    surely = [_places(words, role) for role in (_CHILD, _PARENT)]
    children, parents = surely
    if not (children and parents):
        children, parents = (_places(words, role) for role in (_CHILD | _FROM, _PARENT | _TO))
    if not (children and parents) and any(surely):
        plain = [place for place, own in enumerate(words) if own and own <= _NAMING]
        children, parents = children or plain, parents or plain
    if len(children) == len(parents) == 1 and children != parents:
        weight = _weight(words, {*children, *parents})
        doubtful = len(names) == 2 and not all(surely)
        return Heading(names, Columns(children[0], parents[0], weight, len(names)), doubtful)
    if len(names) == 3 and not by_words:  # no weight stands there, so that it is no pair
        return Heading(names, usual(3), doubtful=False)
    return None


def told(where: str, found: Heading, columns: Columns) -> str:
    """One sentence on how a file is read that has a header."""
    weight = "" if columns.weight is None else f", column {columns.weight + 1} the weight"
    return (
        f"{where} is taken for a header ({', '.join(found.names)}): column {columns.child + 1} is the child, column "
        f"{columns.parent + 1} the parent{weight}. If that is wrong, say what the columns are: columns='child,parent'."
    )


def number(field: Any) -> float | None:
    """The field as a number; None where it is none."""
    try:
        return float(field)
    except (TypeError, ValueError):
        return None


def _places(words: Sequence[set[str]], role: set[str]) -> list[int]:
    """The columns whose words name that role, and hold otherwise only what any column of nodes could be called."""
    found = []
    for place, own in enumerate(words):
        beside = set().union(*(other for at, other in enumerate(words) if at != place))
        if own & role and not own - role - _NAMING - beside:
            found.append(place)
    return found


def _weight(words: Sequence[set[str]], taken: set[int]) -> int | None:
    """Which of the other columns is the weight: one called so, or a third one that is no other name of the nodes."""
    others = [place for place in range(len(words)) if place not in taken]
    called = [place for place in others if words[place] & _WEIGHT]
    if len(called) == 1:
        return called[0]
    return 2 if others == [2] and not (words[2] and words[2] <= _NAMING) else None
