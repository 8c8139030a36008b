"""Pairs (child, parent) from a file or from Python, as numbers: what a hierarchy is embedded from.

A pair says that the child is a kind of, a part of, or belongs to the parent. A hierarchy is commonly given whole, as
its transitive closure: a dog is then paired with every ancestor, up to the root (Nickel & Kiela 2017, section 4.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from w2v.errors import W2VError, counted
from w2v.hyperbolic import graph, pairs_file
from w2v.hyperbolic.columns import Columns, Heading, number, stated, told, usual

_UNSAVABLE = re.compile("[\n\r\ud800-\udfff]").search


@dataclass(frozen=True, eq=False)
class Relations:
    """V nodes and E different pairs of two different nodes, in the order of the file.

    nodes: distinct names, those with most pairs first, ties in order of appearance; a node's index is its place.
    pairs: int32 [E, 2], the indices of child and parent. weights: float64 [E], above 0; 1 where none were given.
    dropped_loops, duplicates: how many pairs were left out since child and parent were the same node (which remains,
    if need be without a pair), or since the pair
    had come before (it then has the largest of its weights). added: how many pairs the closure added. notes: sentences
    on how the file was read that the user should see.
    """

    nodes: list[str]
    pairs: np.ndarray
    weights: np.ndarray
    dropped_loops: int = 0
    duplicates: int = 0
    added: int = 0
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.pairs)

    def __repr__(self) -> str:
        return f"Relations({counted(len(self), 'pair')} of {counted(len(self.nodes), 'node')})"

    @classmethod
    def of(
        cls, rows: Iterable[Sequence[Any]], *, closure: bool = False, columns: str | Sequence[str] | None = None
    ) -> Relations:
        """Relations from Python: (child, parent) or (child, parent, weight), or as `columns` says; names are strings.

        closure, columns: as in `read_relations`. Raises W2VError for a row that is none of these, and as
        `read_relations` does.
        """
        numbered = ((f"relation {place}", row) for place, row in enumerate(rows, 1))
        return _relations("the relations", numbered, closure, columns)

    @cached_property
    def degrees(self) -> np.ndarray:
        """In how many pairs each node is, as child or as parent: int64 [V]."""
        return np.bincount(self.pairs.ravel(), minlength=len(self.nodes))

    @cached_property
    def depths(self) -> np.ndarray:
        """Steps of the longest way up to a root: int32 [V]. Nodes of one cycle are equally deep."""
        return graph.depths(self.pairs, len(self.nodes))

    @cached_property
    def parents(self) -> graph.Lists:
        """The parents of every node, ascending: of node u, `values[starts[u] : starts[u + 1]]`."""
        return graph.lists(self.pairs, len(self.nodes))

    @cached_property
    def cycles(self) -> list[list[str]]:
        """Of each group of nodes that are one another's ancestors, a shortest cycle through one of them.

        Names from child to parent, the last one's parent being the first. A hierarchy has none.
        """
        found = graph.cycles(self.pairs, len(self.nodes))
        return [[self.nodes[node] for node in cycle] for cycle in found]

    def direct_only(self) -> str | None:
        """A note where nodes are paired with their parents alone and not with what is above these; None elsewhere."""
        found = graph.direct_only(self.pairs, len(self.nodes))
        if found is None:
            return None
        child, parent, beyond = (self.nodes[node] for node in found)
        return (
            f"Nodes are paired with their parents alone: {child} with {parent}, and not with {beyond} above that. With "
            "closure=True there is a pair for every ancestor, and general nodes come to lie nearer the middle."
        )

    def reduction(self) -> np.ndarray:
        """Which pairs remain when those are left out that follow from others: bool [E].

        Left out is (u, v) where u has another parent w that descends from v: the transitive reduction. Of a cycle,
        all pairs remain.
        """
        return graph.reduction(self.pairs, len(self.nodes))


class Split(NamedTuple):
    """Relations to train on, over the same nodes, and pairs held out from them."""

    train: Relations
    held_out: np.ndarray  # int32 [H, 2], child and parent


def read_relations(
    path: str | Path,
    *,
    closure: bool = False,
    delimiter: str | None = None,
    columns: str | Sequence[str] | None = None,
) -> Relations:
    """Read lines `child, parent` or `child, parent, weight`, from a file, one with .gz .bz2 .xz .zst, a URL, or `-`.

    Columns are separated by tabs where the first line has one, else by commas, or by `delimiter`; quotes are those of
    CSV. Space around a name is not part of it. Blank lines count for nothing, and so do lines before the first pair
    that start with `# `, or with `#` and have one column. The first line is a header when its third column is no
    number, or when its words name a child and a parent (hyponym and hypernym, source and target, node and parent_id,
    ...: `columns.py`); it then says which column is which, and a note in `notes` says so.

    closure: add a pair, of weight 1, for every ancestor of a node that is not its parent yet.
    columns: what the columns are, in their order, whatever a header says: "parent,child", or ["-", "child", "parent",
        "weight"], with - for a column to pass over.

    Raises W2VError naming file and line where a line has not two or three columns or not as many as the first, a name
    is empty, or a weight is no finite number above 0; and when there are no pairs, or the closure is too large.
    """
    return _relations(str(path), pairs_file.rows(str(path), delimiter), closure, columns)


def split(relations: Relations, held_out: float = 0.05, seed: int = 1, *, inner: bool = True) -> Split:
    """Hold out pairs for link prediction, at random.

    held_out: their share, between 0 and 1, of all pairs in which neither node is a root (without a parent) or a leaf
    (without a child), as in Nickel & Kiela 2017, section 4.1; with inner=False, of all pairs. Every node keeps one
    parent at least to be placed by, so it can be fewer. Raises W2VError for another share, and where not one pair can
    be held out.
    """
    if not 0 < held_out < 1:
        raise W2VError(f"held_out is {held_out}; it must be a share between 0 and 1, such as 0.05.")
    child, parent = relations.pairs.T
    is_child, is_parent = np.zeros((2, len(relations.nodes)), dtype=bool)
    is_child[child] = True
    is_parent[parent] = True
    between = is_child & is_parent
    eligible = np.flatnonzero(between[child] & between[parent]) if inner else np.arange(len(relations))
    shuffled = np.random.default_rng(seed).permutation(len(relations))
    spared = np.zeros(len(relations), dtype=bool)
    spared[shuffled[np.unique(child[shuffled], return_index=True)[1]]] = True  # a random parent of each node
    chosen = shuffled[np.isin(shuffled, eligible) & ~spared[shuffled]][: round(held_out * len(eligible))]
    if not len(chosen):
        which = "both nodes have a parent and a child" if inner else "any may be held out"
        raise W2VError(
            f"of {counted(len(relations), 'pair')} none can be held out: of {len(eligible):,} {which}, the share to "
            f"hold out is {held_out}, and every node keeps one parent. Hold out more, or train on the transitive "
            "closure."
        )
    keep = np.ones(len(relations), dtype=bool)
    keep[chosen] = False
    train = replace(relations, pairs=relations.pairs[keep], weights=relations.weights[keep])
    return Split(train, relations.pairs[np.sort(chosen)])


def _relations(
    name: str,
    rows: Iterable[tuple[str, Sequence[Any] | Heading]],
    closure: bool,
    columns: str | Sequence[str] | None,
) -> Relations:
    """Number the nodes and tidy up the pairs of (place, fields) rows."""
    index: dict[str, int] = {}
    flat: list[int] = []
    weights: list[float] = []
    notes: list[str] = []
    loops = 0
    chosen = None if columns is None else stated(columns)
    layout, header = chosen, None
    for where, row in rows:
        if isinstance(row, Heading):
            header, layout = (where, row), chosen or row.columns
            continue
        if isinstance(row, str) or len(row) not in ((2, 3) if layout is None else (layout.width,)):
            raise W2VError(_wrong_width(where, row, layout))
        layout = layout or usual(len(row))
        child, parent = row[layout.child], row[layout.parent]
        if not isinstance(child, str) or not isinstance(parent, str):
            raise W2VError(f"{where}: {row!r:.80} has a name that is not a string; write numbers as strings.")
        child, parent = child.strip(), parent.strip()
        if not child or not parent:
            side = "parent" if child else "child"
            raise W2VError(f"{where}: the name of the {side} is empty: {row!r:.80}. Every pair needs two names.")
        if layout.weight is not None:
            weight = number(row[layout.weight])
            if weight is None or not 0 < weight < np.inf:
                raise W2VError(f"{where}: the weight {row[layout.weight]!r:.40} is not a finite number above 0.")
            weights.append(weight)
        ends = index.setdefault(child, len(index)), index.setdefault(parent, len(index))
        if child == parent:
            loops += 1
            del weights[len(flat) // 2 :]
            continue
        flat.extend(ends)
    if header is not None and header[1].doubtful and any(node in index for node in header[1].names):
        _take_as_pair(header[1], chosen, index, flat)
    elif header is not None and layout is not None:
        notes.append(told(*header, layout))
    if not flat:
        found = f"nothing but {counted(loops, 'pair')} of a node with itself" if loops else "no pairs"
        raise W2VError(f"{name}: {found}; expected lines such as 'dog<tab>mammal': a child and its parent.")
    broken = next(filter(_UNSAVABLE, index), None)
    if broken is not None:
        raise W2VError(
            f"{name}: the name {broken!r:.60} holds a line break or half a surrogate pair, and a model is saved with "
            f"one UTF-8 name a line; leave such characters out."
        )
    given = np.array(flat, dtype=np.int64).reshape(-1, 2)
    if not notes and chosen is None and (doubt := _upside_down(given)):
        notes.append(doubt)
    pairs, strength = graph.distinct(given, np.array(weights or np.ones(len(given))), len(index))
    duplicates = len(given) - len(pairs)
    added = 0
    if closure:
        implied = graph.closure(pairs, len(index))
        added = len(implied)
        pairs = np.concatenate([pairs, implied])
        strength = np.concatenate([strength, np.ones(added)])
    by_degree = np.argsort(-np.bincount(pairs.ravel(), minlength=len(index)), kind="stable")
    place = np.empty(len(index), dtype=np.int32)
    place[by_degree] = np.arange(len(index))
    names = list(index)
    return Relations([names[i] for i in by_degree], place[pairs], strength, loops, duplicates, added, tuple(notes))


def _take_as_pair(header: Heading, chosen: Columns | None, index: dict[str, int], flat: list[int]) -> None:
    """Undo what a first line did that looked like a header, since its names are those of nodes."""
    if chosen is None and header.columns.child == 1:
        flat[::2], flat[1::2] = flat[1::2], flat[::2]
    at = chosen or usual(2)
    flat[:0] = [index.setdefault(header.names[place], len(index)) for place in (at.child, at.parent)]


def _upside_down(pairs: np.ndarray) -> str | None:
    """A note on `pairs` [E, 2] with more roots than leaves, as there are where the parent is in the first column."""
    child, parent = (set(side.tolist()) for side in pairs.T)
    roots, leaves = len(parent - child), len(child - parent)
    if roots <= 2 * leaves:
        return None
    return (
        f"{roots:,} nodes have no parent and {leaves:,} no child, where most hierarchies have more of the latter. If "
        f"the parent is in the first column, say so: columns='parent,child'."
    )


def _wrong_width(where: str, row: Sequence[Any], layout: Columns | None) -> str:
    if isinstance(row, str):
        return f"{where}: {row!r:.60} is one string; expected a tuple (child, parent) or (child, parent, weight)."
    if layout is not None:
        return (
            f"{where}: {len(row)} columns, but the first line has, or was said to have, {layout.width}: {row!r:.80}. "
            f"Give all lines the same columns."
        )
    return (
        f"{where}: expected two columns (child, parent) or three (and a weight), separated by tabs or commas, and "
        f"found {len(row)}: {row!r:.80}. For another separator give it, such as delimiter=';'; for other columns say "
        f"what each is, such as columns='-,child,parent'."
    )
