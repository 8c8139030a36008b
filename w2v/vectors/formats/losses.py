"""What a format cannot hold is told: n-grams, numbers of words; and a file that holds more than vectors stays."""

from __future__ import annotations

import os
import warnings
from contextlib import suppress
from pathlib import Path

from w2v.errors import W2VError, counted
from w2v.vectors.composer import Composer
from w2v.vectors.formats.gensim_pickle import is_pickle
from w2v.vectors.formats.names import FOLDER
from w2v.vectors.formats.opened import opened
from w2v.vectors.formats.recognise import FASTTEXT, FLORET, container_of
from w2v.vectors.formats.table import WHOLE, Table

_FLORET = ".floret"
_MORE = {
    FASTTEXT: "a model of fastText's, with n-grams, and with what further training needs",
    FLORET: "floret's rows of n-grams, of which vectors of any word are made",
}
_KEPT_BY = {"floret": " (a .floret file has them)", "fasttext": " (model.save_fasttext keeps them)", "": ""}
_PICKLE = "what gensim saved, which may be a whole model"


def refuse_to_replace(path: str | Path, ending: str = "") -> None:
    """Raise a W2VError where a file lies there that holds more than words and vectors, which would take its place.

    ending: of the format that is to be written (`names.py`).
    """
    if not os.path.isfile(path):
        return
    head = b""
    with suppress(W2VError, OSError), opened(path) as there:  # what cannot be read is no such file
        head = there.head
    kind = container_of(head)
    more = _PICKLE if is_pickle(head) else _MORE.get(kind or "")
    if more and not (kind == FLORET and ending == _FLORET):
        raise W2VError(
            f"{path} was not written: the file of that name is {more}, and words and vectors alone would take its "
            "place. Choose another name: one without an ending makes a folder, which keeps n-grams, and "
            "model.save_fasttext(path) writes models of fastText's. If it is to be replaced, remove it first."
        )


def warn_of_losses(path: str | Path, ending: str, table: Table) -> None:
    """Warn of n-grams and of further numbers of words that the format of this ending has no place for."""
    if ending == FOLDER:
        return
    lost = []
    if table.composer is not None and ending != _FLORET:
        lost.append(f"n-grams, so that no other words have vectors there{_KEPT_BY[_kind_of(table.composer)]}")
    if names := [name for name in table.attributes if name != WHOLE]:
        lost.append(f"{counted(len(names), 'attribute')} of its words ({', '.join(map(repr, names))!s:.60})")
    if lost:
        warnings.warn(
            f"{path} was written without {' and without '.join(lost)}. A folder, whose name has no ending, keeps all.",
            stacklevel=4,
        )


def _kind_of(composer: Composer) -> str:
    """Whose files have such n-grams; "": nobody's, where each has a row of its own."""
    return composer.subwords.scheme if composer.subwords.bucket is not None else ""
