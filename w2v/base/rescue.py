"""A finished model is kept somewhere, when it cannot be saved where it was meant to be: hours of training are in it."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from w2v.base.disk_errors import reason
from w2v.errors import W2VError

_LONGEST = 200  # bytes of a name, which leaves room for what is added to it


def save_somewhere(save: Callable[[Path], object], folder: str | Path) -> tuple[Path, str | None]:
    """Save to `folder`; where that fails, beside it, in the home folder or in the system's folder of temporaries.

    Args:
        save: writes to the path that it is given, whole or not at all; it raises OSError or W2VError where it cannot.
        folder: what was asked for.

    Returns:
        Where it is saved, and None, or a sentence that says why it is there and not in `folder`.

    Raises:
        W2VError: it could not be saved anywhere; the sentence says why not, for each place.
    """
    folder = Path(folder)
    failures: list[tuple[Path, str]] = []
    for place in _places(folder):
        try:
            save(place)
        except (OSError, W2VError) as error:
            failures.append((place, str(error) if isinstance(error, W2VError) else reason(error)))
        else:
            why = failures[0][1] if failures else None
            return place, None if why is None else f"{why} So the finished model is saved as {place}."
    told = " ".join(f"{place}: {why}" for place, why in failures)
    raise W2VError(f"The finished model could not be saved anywhere. {told}")


def _places(folder: Path) -> Iterator[Path]:
    """Where to try, best first. The system's temporaries are last: they may be gone when it is started again."""
    yield folder
    name = os.fsencode(Path(os.path.abspath(folder)).name or "model")[:_LONGEST].decode(errors="ignore")
    seen = []
    for parent in (Path(os.path.abspath(folder)).parent, _home(), Path(tempfile.gettempdir())):
        if parent is not None and parent not in seen:
            seen.append(parent)
            yield next(place for place in _numbered(parent / f"{name}-rescued") if not os.path.lexists(place))


def _numbered(path: Path) -> Iterator[Path]:
    yield path
    number = 2
    while True:
        yield path.with_name(f"{path.name}-{number}")
        number += 1


def _home() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:
        return None
