"""What a comparison compares: encoders, heads, and what words' vectors are made of, each with each."""

from collections.abc import Sequence
from typing import NamedTuple

from w2v.base.class_names import class_name
from w2v.errors import W2VError
from w2v.examples.encoders import ENCODERS
from w2v.examples.subwords import SCHEMES
from w2v.heads import check_name

ENCODER_NAMES = {"skipgram": "Skip-gram", "cbow": "CBOW"}  # as people write them
SUBWORD_NAMES = {"none": "", "fasttext": "subwords", "floret": "floret subwords"}
NONE = SCHEMES[0]


class Combination(NamedTuple):
    """One row of a comparison."""

    arch: str
    head: str
    subword: str = NONE

    @property
    def label(self) -> str:
        """Among the rows of one encoder: the head's name, and its subwords."""
        return " with ".join(filter(None, [self.head, SUBWORD_NAMES[self.subword]]))

    @property
    def name(self) -> str:
        """For people."""
        return f"{ENCODER_NAMES[self.arch]} {self.label}"

    @property
    def told(self) -> str:
        """As it is asked for."""
        return " ".join(self if self.subword != NONE else self[:2])

    @property
    def shared_stem(self) -> str:
        """The head and its subwords in names of files; the name of a class, module:Class, has a colon."""
        return self.head.replace(":", ".") + (f"-{self.subword}" if self.subword != NONE else "")

    @property
    def stem(self) -> str:
        """All of it in names of files."""
        return f"{self.arch}-{self.shared_stem}"


class Training(NamedTuple):
    """What one process trains: a head with an encoder, or with several where its training knows of none."""

    head: str
    archs: list[str]
    subword: str = NONE

    @property
    def rows(self) -> list[Combination]:
        """What comes of it."""
        return [Combination(arch, self.head, self.subword) for arch in self.archs]

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.rows[0].label} with {listed([ENCODER_NAMES[arch] for arch in self.archs])}"


def asked_for(
    archs: str | Sequence[str],
    heads: str | type | Sequence[str | type],
    subwords: str | Sequence[str],
    *,
    oov: bool = False,
) -> list[Combination]:
    """Each encoder with each head and each kind of subwords, of one or several.

    oov: whether words of no vocabulary are to be scored.

    Raises:
        W2VError: one that there is not, or none at all; or oov, and nothing composes vectors of such words.
    """
    archs = [archs] if isinstance(archs, str) else list(archs)
    subwords = [subwords] if isinstance(subwords, str) else list(subwords)
    given = [heads] if isinstance(heads, (str, type)) else list(heads)
    named = [head if isinstance(head, str) else class_name(head) for head in given]
    for arch in archs:
        if arch not in ENCODERS:
            raise W2VError(f"There is no encoder {arch!r}; there are: {', '.join(ENCODERS)}.")
    for head in named:
        if head.startswith("__main__:"):
            raise W2VError(f"{head} is of the program itself, which other processes cannot import: put it into a file.")
        check_name(head)
    for subword in subwords:
        if subword not in SCHEMES:
            raise W2VError(f"There are no subwords {subword!r}; there are: {', '.join(SCHEMES)}.")
    if not archs or not named:
        raise W2VError("There is nothing to compare: name at least one head and one encoder.")
    every = [Combination(arch, head, subword) for arch in archs for head in named for subword in subwords or [NONE]]
    if oov and all(each.subword == NONE for each in every):
        raise W2VError(
            "oov asks for scores of words that are not in the vocabulary, and nothing here has subwords to compose "
            "them of. Name kinds of subwords to compare, none and fasttext, or leave it out."
        )
    return list(dict.fromkeys(every))


def in_order(combinations: Sequence[Combination]) -> list[Combination]:
    """Each once, encoder by encoder, and in each the heads in the same order, without subwords and with them."""
    archs, heads, subwords = (dict.fromkeys(names) for names in zip(*combinations, strict=True))
    every = [Combination(arch, head, subword) for arch in archs for head in heads for subword in subwords]
    return [each for each in every if each in combinations]


def listed(names: Sequence[str]) -> str:
    """Names as in a sentence: a, b and c."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
