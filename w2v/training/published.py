"""A trained model's vectors for other programs: as `KeyedVectors.save_pretrained`, with the run on the card."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from w2v.models.model import Model
from w2v.training.defaults import used
from w2v.vectors.formats.model_folder import CONFIG, HISTORY, read_settings
from w2v.vectors.pretrained import MESSAGE, Published

if TYPE_CHECKING:
    from typing_extensions import Unpack


def told_of(model: Model) -> Published:
    """The arguments of `save_pretrained` that follow from a run: how its text was cut, settings, loss and scores."""
    config = model.config
    told: Published = {
        "tokenizer": config.tokenizer,
        "keep_punctuation": config.keep_punctuation or None,
        "settings": used(config, model.vocab, len(model.tags or ())),
    }
    if model.history:
        last = model.history[-1]
        told["scores"] = {f"loss, mean of epoch {last.epoch}": last.loss, **last.scores}
    return told


def read_told(path: Path) -> Published:
    """The same of a saved model, whose head is not imported for it; nothing of what is no model of text.

    Raises W2VError where the folder is damaged.
    """
    if not (path / CONFIG).is_file() or not (path / HISTORY).is_file():
        return {}
    settings = read_settings(path)
    return {} if "space" in settings else told_of(Model.load(path, settings.get("head")))


def with_own(told: Published, published: Published) -> Published:
    """What follows from a run, and what a user says, who has the last word; scores of both are told."""
    if "tokenizer" in published:  # and that of the run has no say in punctuation
        told = {**told, "keep_punctuation": None}
    more = published.get("scores") or {}
    return {**told, **published, "scores": {**told.get("scores", {}), **more} if isinstance(more, Mapping) else more}


class SavesPretrained:
    """The methods of a trained model that Hugging Face's libraries have made known."""

    if TYPE_CHECKING:

        @property
        def model(self) -> Model: ...

        @property
        def tokenizer(self) -> Any: ...

    def save_pretrained(self, folder: str | Path, *, overwrite: bool = False, **published: Unpack[Published]) -> None:
        """Write the word vectors as a folder that model2vec and sentence-transformers load, with the run on its card.

        The output table is not in it: `save` writes the whole model. Give a `license`, and in `text` what it was
        trained on. See `w2v.KeyedVectors.save_pretrained` for the other arguments.

        Raises:
            W2VError: as there; nothing is trained; the tokenizer was a function, and no other is given.
        """
        self.model.vectors.save_pretrained(folder, overwrite=overwrite, **self._told(published))

    def push_to_hub(
        self,
        repo_id: str,
        *,
        private: bool = False,
        token: str | None = None,
        message: str = MESSAGE,
        **published: Unpack[Published],
    ) -> str:
        """Put what `save_pretrained` writes on the Hugging Face hub; see `w2v.KeyedVectors.push_to_hub`."""
        return self.model.vectors.push_to_hub(
            repo_id, private=private, token=token, message=message, **self._told(published)
        )

    def _told(self, published: Published) -> Published:
        told = told_of(self.model)
        if callable(self.tokenizer):
            told["tokenizer"] = self.tokenizer
        return with_own(told, published)
