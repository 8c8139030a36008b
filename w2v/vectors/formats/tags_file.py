"""What a model's folder says of documents.

tags.json       the tags, a list of strings, in the order of the rows of the table `documents`
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from w2v.base import json_text
from w2v.base.config import Config
from w2v.base.sealed_folder import Opened
from w2v.base.tensor_file import Kind, TensorFile
from w2v.errors import W2VError
from w2v.examples.input_rows import OF_DOCUMENTS

TAGS, DOCUMENTS = "tags.json", "documents"


def as_text(tags: Sequence[str]) -> str:
    """The tags, a line each."""
    return json.dumps(list(tags), indent=0) + "\n"


def tags_beside(files: Opened, arrays: TensorFile, config: Config) -> list[str] | None:
    """The tags of a saved model, each of which has a vector; None: it is none of documents.

    Raises W2VError when it is damaged.
    """
    if tags := tags_in(files, expected=config.arch in OF_DOCUMENTS):
        arrays.expect({DOCUMENTS: Kind(config.dtype, (len(tags), config.vector_size))}, TAGS)
    return tags


def tags_in(files: Opened, *, expected: bool) -> list[str] | None:
    """The tags of a saved model of documents; None: it is none. Raises W2VError when it is damaged."""
    if not expected:
        return None
    where = files.path(TAGS)
    if TAGS not in files:
        raise W2VError(f"{where} is missing: the tags of a model of documents.")
    tags = json_text.parse(files.text(TAGS), where)
    if not isinstance(tags, list) or not tags or not all(isinstance(tag, str) for tag in tags):
        raise W2VError(f"{where} is damaged: expected a list of strings.")
    if len(set(tags)) != len(tags):
        raise W2VError(f"{where} is damaged: a tag comes twice.")
    return tags
