"""Vectors that other programs load by a name: folders of static embeddings, on this machine or on the Hugging Face hub.

    vectors.save_pretrained("folder", license="cc0-1.0")        model2vec and sentence-transformers load it
    vectors.push_to_hub("user/name", license="cc0-1.0")
    KeyedVectors.from_pretrained("folder" or "user/name")

What is in such a folder is in `formats/static_embedding.py`, how text is cut there in `formats/tokenizer_json.py`. For
a word these libraries give the vector that is here, to the bit in float32; for a text the mean of its known words'.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from itertools import islice
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict
from warnings import warn

import numpy as np

from w2v.base.atomic_folder import atomic_folder
from w2v.errors import W2VError, counted, shown
from w2v.geometry import unit_rows
from w2v.vectors import hub
from w2v.vectors.formats import model_folder, static_embedding, tokenizer_json
from w2v.vectors.formats.model_card import Card, as_markdown
from w2v.vectors.formats.static_embedding import CARD, COUNTS, EMBEDDINGS, MODULES, SCALES, SETTINGS, TENSORS, TOKENIZER
from w2v.vectors.lookup import Lookup
from w2v.vectors.quantization import Quantized, quantized, restored

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

_KNOWN_BY = (MODULES, TOKENIZER, TENSORS)
_WITHIN = (f"*/{TOKENIZER}", f"*/{TENSORS}")  # in a folder of their own, as sentence-transformers have them
_FETCHED = (*static_embedding.FILES, *_WITHIN, *model_folder.FILES, model_folder.RUN, "SHA256SUMS")
MESSAGE = "Upload word vectors"
_SAMPLE = 10_000  # words whose rounding is looked at, for the card
_CUT = {
    "words": "Texts are cut into lower-case words; punctuation is left out.",
    "whitespace": "Texts are cut at white space, and not changed otherwise.",
    "chinese": "Texts have to be cut into words before, by spaces; letters become lower-case.",
}
_CUT_WITH_PUNCTUATION = "Texts are cut into lower-case words and the marks , . ! ? between them."


class Published(TypedDict, total=False):
    """How vectors are published; see `Pretrained.save_pretrained`."""

    dtype: str
    tokenizer: Any
    keep_punctuation: bool | None
    name: str | None
    license: str | None
    language: str | Sequence[str] | None
    text: str | None
    settings: Mapping[str, Any]
    scores: Mapping[str, float]


class Pretrained(Lookup):
    """The methods of KeyedVectors that Hugging Face's libraries have made known."""

    if TYPE_CHECKING:

        @classmethod
        def load(cls, path: str | Path, limit: int | None = None) -> Self: ...

    def save_pretrained(
        self,
        folder: str | Path,
        *,
        dtype: str = "float32",
        tokenizer: Any = "auto",
        keep_punctuation: bool | None = None,
        name: str | None = None,
        license: str | None = None,
        language: str | Sequence[str] | None = None,
        text: str | None = None,
        settings: Mapping[str, Any] | None = None,
        scores: Mapping[str, float] | None = None,
        overwrite: bool = False,
    ) -> None:
        """Write a folder that model2vec and sentence-transformers load: it appears whole or not at all.

        Args:
            dtype: "float32"; "float16", half the size; "int8" with a scale for each word, a quarter. See
                `w2v/vectors/quantization.py` for how far numbers are off.
            tokenizer: how texts are cut there, "words", "whitespace" or "chinese"; "auto": `words` if it leaves the
                words here as they are, else `whitespace`.
            keep_punctuation: whether `words` keeps `, . ! ?`; None: if they are words here.
            name, license, language, text, settings, scores: for the card, README.md; what is left open is not told,
                but for the name, which is the folder's. See `w2v.vectors.formats.model_card.Card`.
            overwrite: replace such a folder that is there, its card with it.

        Raises:
            W2VError: points of the ball; an argument that is none of these; an empty word; the folder exists and is not
                to be replaced, or something else; the disk is full.
        """
        if self.geometry != "euclidean":
            raise W2VError(
                "such a folder is for vectors whose mean stands for a text, and these are points of hyperbolic space, "
                "whose distances those libraries do not know. Write a text file of them instead: a name in .txt."
            )
        if not len(self):
            raise W2VError("there are no words to write; a folder that others load needs one at least.")
        name = _place(folder).absolute().name or None if name is None else name
        card = Card(
            **({} if name is None else {"name": name}),
            license=license,
            language=language,
            text=text,
            settings=settings or {},
            scores={} if scores is None else scores,
        )
        words = self.index_to_key
        kind, keeps = tokenizer_json.chosen(words, tokenizer, keep_punctuation)
        spec = tokenizer_json.as_json(words, kind, keeps)
        _tell_others(words, kind, keeps)
        small = quantized(self.vectors, dtype)
        arrays = {EMBEDDINGS: small.numbers}
        arrays |= {} if small.scales is None else {SCALES: small.scales}
        arrays |= {} if self.counts is None else {COUNTS: np.asarray(self.counts, dtype=np.int64)}
        readme = as_markdown(
            card,
            words=words,
            size=self.vector_size,
            seen=None if self.counts is None else sum(self.counts.tolist()),
            cut=_CUT_WITH_PUNCTUATION if keeps else _CUT[kind],
            numbers=_rounding(self.vectors, small),
        )
        texts = {TOKENIZER: spec, MODULES: _modules(), SETTINGS: self._settings(dtype, kind, keeps, card), CARD: readme}
        _write(folder, texts, arrays, overwrite=overwrite)

    @classmethod
    def from_pretrained(
        cls, name: str | Path, *, revision: str | None = None, token: str | None = None, limit: int | None = None
    ) -> Self:
        """Vectors from a folder on this machine, else from a repository of the Hugging Face hub, USER/NAME.

        Folders of static embeddings are read, also those that model2vec and sentence-transformers have written, and
        all that `load` reads. From the hub come only JSON, safetensors and text: nothing that could run.

        Args:
            revision: of a repository: a branch, tag or commit. token: for one that is private.
            limit: the first so many words only.

        Raises:
            W2VError: there is no such folder or repository, the hub cannot be reached or its library is missing, or
                what is there holds no word vectors.
        """
        place = _place(name)
        if not place.exists():
            if not hub.is_repository(name):
                raise W2VError(
                    f"{shown(str(name))} is neither a folder here nor the name of a repository, USER/NAME; give one."
                )
            place = hub.download(str(name), _FETCHED, revision=revision, token=token)
            if not static_embedding.is_static_embedding(place) and not (place / model_folder.VOCAB).is_file():
                raise W2VError(
                    f"{name} holds no word vectors that are known here: neither static embeddings, as model2vec and "
                    f"sentence-transformers have them ({TOKENIZER}, {TENSORS}), nor a model of w2v."
                )
        return cls.load(place, limit)

    def push_to_hub(
        self,
        repo_id: str,
        *,
        private: bool = False,
        token: str | None = None,
        message: str = MESSAGE,
        **published: Unpack[Published],
    ) -> str:
        """Put what `save_pretrained` writes into a repository of the Hugging Face hub; returns its address.

        Args:
            repo_id: USER/NAME. It is made if it is not there; files of the same names are replaced.
            private: whether only its owner sees it, if it is made.
            token: None: that of `hf auth login` or HF_TOKEN.
            message: of the commit.
            published: arguments of `save_pretrained`; give a `license`.

        Raises:
            W2VError: as there, and where huggingface-hub is missing, the hub cannot be reached, or does not let you in.
        """
        hub.expect_repository(repo_id)
        published.setdefault("name", repo_id)
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary) / "vectors"
            self.save_pretrained(folder, **published)
            return hub.upload(folder, static_embedding.FILES, repo_id, private=private, token=token, message=message)

    def _settings(self, dtype: str, kind: str, keeps: bool, card: Card) -> str:
        """The text of config.json: what model2vec reads, and what was trained and how."""
        own = {
            "tokenizer": kind,
            "keep_punctuation": keeps,
            "settings": {str(setting): value for setting, value in card.settings.items()},
        }
        settings = {
            "model_type": "model2vec",
            "architectures": ["StaticModel"],
            "hidden_dim": self.vector_size,
            "normalize": False,
            "max_length": None,  # or the ends of long texts would be cut off
            "embedding_dtype": dtype,
            "w2v": own,
        }
        return json.dumps(settings, indent=2, default=str) + "\n"


def _place(folder: Any) -> Path:
    if not isinstance(folder, (str, PathLike)) or not str(folder):
        raise W2VError(f"a folder is needed, and {shown(folder)} was given; expected its path.")
    return Path(folder)


def _write(folder: str | Path, texts: Mapping[str, str], arrays: Mapping[str, np.ndarray], *, overwrite: bool) -> None:
    from safetensors.numpy import save_file

    size = sum(array.nbytes for array in arrays.values()) + sum(map(len, texts.values()))
    files = static_embedding.FILES
    with atomic_folder(folder, overwrite=overwrite, size=size, own=files, known_by=_KNOWN_BY) as partial:
        for file, content in texts.items():
            (partial / file).write_bytes(content.encode("utf-8"))
        save_file({name: np.asarray(array, order="C") for name, array in arrays.items()}, partial / TENSORS)


def _modules() -> str:
    """What a text goes through in sentence-transformers: one module, under the name that all of their versions know."""
    module = {"idx": 0, "name": "0", "path": ".", "type": "sentence_transformers.models.StaticEmbedding"}
    return json.dumps([module], indent=2) + "\n"


def _tell_others(words: Sequence[str], kind: str, keeps: bool) -> None:
    """Warn where many words come out of no text: the tokenizer is not theirs."""
    others = tokenizer_json.never_made(words, kind, keeps)
    examples = list(islice(others, 3))
    number = len(examples) + sum(1 for _ in others)
    if number > tokenizer_json.MOST_OTHERS * len(words):
        warn(
            f"tokenizer {kind!r} makes {counted(number, 'word')} of {len(words):,} of no text, such as "
            f"{', '.join(map(repr, examples))}: no text will have their vectors. Is it the one they were trained with?",
            stacklevel=3,
        )


def _rounding(vectors: np.ndarray, small: Quantized) -> str:
    """A sentence on what has become of the numbers."""
    if small.numbers.dtype == np.float32:
        return "float32, not rounded."
    step = -(-len(vectors) // _SAMPLE)
    sample, scales = vectors[::step], None if small.scales is None else small.scales[::step]
    cosines = (unit_rows(sample) * unit_rows(restored(small.numbers[::step], scales))).sum(axis=1)
    cosine = float(cosines[np.any(sample, axis=1)].mean(dtype=np.float64)) if sample.any() else 1.0
    how = "float16" if scales is None else "int8, with a scale for each word"
    return f"{how}, rounded from float32; the mean cosine of a word's vector with what it was is {cosine:.6f}."
