"""The sources of a text that several ranks read together: found by each, compared, and shared out.

A file of one name may lie in a folder that all ranks see, or be a copy on each one's disk. It has to be the same on
all, for each rank reads a part of it: so they compare names, sizes, and a digest of the first and the last bytes. A
name with `{rank}` in it is of files that only this rank has, and has for itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from w2v.base.agreeing import agreed, gathered
from w2v.base.ranks import ALONE, Ranks
from w2v.errors import W2VError
from w2v.text.files import RANK, File, Fingerprint, is_address, what_changed
from w2v.text.shares import WHOLE, Share, shares_of
from w2v.text.sources import Source, sources

_COMPARED = 1 << 16  # bytes at either end of a file


class SharedSources(NamedTuple):
    """What one rank reads of a text.

    fingerprints: of its sources, None for what cannot be recognised. shares: what it has of each; None: all of them.
    key: JSON that tells this share of this text from others; nothing, where it is the whole.
    """

    sources: Sequence[Source]
    fingerprints: Sequence[Fingerprint | None]
    shares: Sequence[Share] | None = None
    ranks: Ranks = ALONE
    key: tuple[Any, ...] = ()

    @classmethod
    def alone(cls, corpus: Any) -> SharedSources:
        """All of a corpus, for one process. Raises W2VError as `sources`."""
        found = sources(corpus)
        return cls(found, [source.fingerprint for source in found])

    def what_changed(self) -> str | None:
        """The name of what is not as it was when it was found; None: nothing, or it cannot be told."""
        files = [source for source in self.sources if isinstance(source, File)]
        return what_changed(files, self.fingerprints) if len(files) == len(self.sources) else None


def shared_sources(corpus: Any, ranks: Ranks) -> SharedSources:
    """What this rank reads of a corpus that several read together.

    corpus: as for `w2v.text.sources.sources`, or a list of its sources. Python's iterables are the same on all ranks.

    Raises W2VError on all ranks where one of them does not see a file, or sees another one under its name, and for what
    several cannot read: stdin and pipes.
    """
    found = agreed(ranks, lambda: sources(corpus, ranks.rank))
    fingerprints = agreed(ranks, lambda: [_fingerprint(source) for source in found])
    together = [not (isinstance(source, File) and source.own) for source in found]
    mine = [source for source, shared in zip(found, together, strict=True) if shared]
    facts = gathered(ranks, lambda: [_facts(source) for source in mine])
    agreed(ranks, partial(_expect_same, facts))
    sizes = [size for _, size, _ in facts[0]]
    dealt = iter(shares_of(sizes, ranks.rank, ranks.size))
    shares = [next(dealt) if shared else WHOLE for shared in together]
    of_all = ranks.gather(fingerprints)
    return SharedSources(found, fingerprints, shares, ranks, (ranks.rank, ranks.size, of_all))


def _fingerprint(source: Source) -> Fingerprint | None:
    """Raises W2VError for what gives its text once, to whoever asks first."""
    fingerprint = source.fingerprint
    if fingerprint is None and isinstance(source, File) and not is_address(source.name):
        raise W2VError(
            f"{'stdin' if source.name == '-' else source.name} gives its text once, so several ranks cannot share it. "
            "Write it to a file that all ranks see."
        )
    return fingerprint


def _facts(source: Source) -> list[Any]:
    """What has to be the same on all ranks: its name, its size in bytes if it is known, and a digest of its ends."""
    if not isinstance(source, File) or is_address(source.name):
        return [source.name, None, None]
    assert source.fingerprint
    size = source.fingerprint.size
    first = next(source.pieces_from(0), b"")[:_COMPARED]
    last = next(source.pieces_from(max(size - _COMPARED, 0)), b"")
    return [source.name, size, hashlib.sha256(first + last).hexdigest()]


def _expect_same(facts: Sequence[list[list[Any]]]) -> None:
    """Raise a W2VError that names the first rank and file by which a rank differs from rank 0."""
    names = [name for name, _, _ in facts[0]]
    advice = f"Give all ranks the same files, or put {RANK} into the names of files that each has for itself."
    for rank, theirs in enumerate(facts):
        others = [name for name, _, _ in theirs]
        for name in (name for name in names if name not in others):
            raise W2VError(f"Rank 0 reads {name}, which rank {rank} does not find. {advice}")
        for name in (name for name in others if name not in names):
            raise W2VError(f"Rank {rank} reads {name}, which rank 0 does not find. {advice}")
        if names != others:
            raise W2VError(f"Rank {rank} reads the same files as rank 0 in another order. {advice}")
        for (name, size, digest), (_, other_size, other_digest) in zip(facts[0], theirs, strict=True):
            if size != other_size:
                raise W2VError(f"{name} has {size:,} bytes on rank 0 and {other_size:,} on rank {rank}. {advice}")
            if digest != other_digest:
                raise W2VError(f"{name} does not begin or end on rank {rank} as on rank 0. {advice}")
