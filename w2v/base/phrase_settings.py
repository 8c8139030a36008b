"""What settings of phrases have in common, on the command line and in Python: thresholds and connector words."""

from collections.abc import Iterable
from typing import Any

from w2v.errors import W2VError, shown

THRESHOLDS = {"default": 10.0, "npmi": 0.5}  # usual ones, by scoring
ENGLISH = "english"  # the name for the words below
ENGLISH_CONNECTOR_WORDS = frozenset(
    ["a", "an", "the", "for", "of", "with", "without", "at", "from", "to", "in", "on", "by", "and", "or"]
)


def check_threshold(name: str, threshold: float, scoring: str) -> None:
    """Raise W2VError where no score could be above it, or all would be."""
    if scoring == "npmi" and not -1 <= threshold <= 1:
        raise W2VError(f"{name} is {threshold!r}; npmi's scores lie between -1 and 1, so expected one of these.")
    if scoring == "default" and not threshold > 0:
        raise W2VError(f"{name} is {threshold!r}; expected above 0, for scores by `default` fall to 0 for no company.")


def connectors(given: str | Iterable[str]) -> frozenset[str]:
    """Connector words: those of a collection, or of a string, separated by white space; "english" stands for a list.

    Raises W2VError for anything else.
    """
    if isinstance(given, str):
        return ENGLISH_CONNECTOR_WORDS if given.strip() == ENGLISH else frozenset(given.split())
    words: list[Any] = list(given) if isinstance(given, Iterable) else [given]
    if odd := [word for word in words if not isinstance(word, str)]:
        raise W2VError(f"The connector words have {shown(odd[0])} among them; expected words, such as {{'of', 'the'}}.")
    return frozenset(words)


def connectors_as_text(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings whose connector words are a string, as a file of settings has them, where they are a collection."""
    given = settings.get("phrase_connectors")
    if given is None or isinstance(given, str):
        return settings
    words = sorted(connectors(given))
    if broken := [word for word in words if len(word.split()) != 1]:
        raise W2VError(f"phrase_connectors has {broken[0]!r}; expected words without white space.")
    return settings | {"phrase_connectors": " ".join(words) or None}
