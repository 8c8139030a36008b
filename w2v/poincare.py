"""PoincareModel: a hierarchy as points of hyperbolic space, under the names that gensim has made known."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from w2v.errors import NotTrainedError, W2VError
from w2v.hyperbolic.embedding import Embedding
from w2v.hyperbolic.ranking import Ranking, link_prediction, reconstruction
from w2v.hyperbolic.relations import Relations, read_relations, split
from w2v.hyperbolic.settings import PoincareConfig
from w2v.hyperbolic.trainer import train_relations
from w2v.models.history import EpochRecord
from w2v.settings import held_out_share, whole_number
from w2v.training.callbacks import CallbackList, Callbacks
from w2v.vectors import KeyedVectors


class PoincareModel:
    """An embedding of relations (Nickel & Kiela 2017).

        model = PoincareModel("mammals.tsv", size=5)               # a file of child and parent
        model = PoincareModel([("dog", "mammal"), ("cat", "mammal")], closure=True)
        model.kv.closest_parent("dog")
        print(model.reconstruction())                              # mean rank and MAP

    Args:
        relations: a file as `read_relations` reads it, pairs (child, parent) with or without a weight, or `Relations`.
        closure: add a pair for every ancestor that is not given.
        columns: what the columns of the file or of the pairs are, such as "parent,child"; see `read_relations`. None:
            as the file's header says, else child, parent, weight.
        held_out: a share of the pairs between nodes that have both parents and children, kept out of training for
            `link_prediction`.
        callbacks: one or several, called while it trains; see `w2v.hyperbolic.trainer`.
        snapshots: keep the points after every so many epochs, to draw how they formed; 0: none.
        settings: every field of `PoincareConfig`; gensim's `size` and its pair `init_range` are understood too.

    Unlike gensim's, it trains when it is given relations, for the setting `epochs`; without, when `fit` is called.

    Raises:
        W2VError: a setting out of range, relations that cannot be read or trained on, or a callback that is none.
    """

    def __init__(
        self,
        relations: Any = None,
        *,
        closure: bool = False,
        columns: str | Sequence[str] | None = None,
        held_out: float = 0.0,
        callbacks: Callbacks = (),
        snapshots: int = 0,
        **settings: Any,
    ) -> None:
        self.config = PoincareConfig.of(settings)
        self._embedding: Embedding | None = None
        self._held_out: Any = None
        tell = CallbackList(callbacks)
        if relations is not None:
            self.fit(
                relations,
                closure=closure,
                columns=columns,
                held_out=held_out,
                callbacks=tell,
                snapshots=snapshots,
            )

    def fit(
        self,
        relations: Any,
        *,
        closure: bool = False,
        columns: str | Sequence[str] | None = None,
        held_out: float = 0.0,
        callbacks: Callbacks = (),
        snapshots: int = 0,
    ) -> "PoincareModel":
        """Train on relations, from the beginning; arguments as above. Returns self."""
        tell = CallbackList(callbacks)  # what is no callback is told before anything is read
        held_out, snapshots = held_out_share(held_out, below=1), whole_number("snapshots", snapshots, 0)
        given = _relations(relations, closure, columns)
        for note in given.notes:
            tell.on_note(note)
        self._held_out = None
        if held_out:
            given, self._held_out = split(given, held_out, self.config.seed)
        self._embedding = train_relations(given, self.config, tell, snapshots=snapshots)
        return self

    @property
    def embedding(self) -> Embedding:
        """Settings, relations, points and history.

        Raises:
            NotTrainedError: nothing has been trained yet; `hasattr` answers False.
        """
        if self._embedding is None:
            raise NotTrainedError(
                "Nothing is trained yet. Call fit(relations), or give the relations to PoincareModel(...)."
            )
        return self._embedding

    @property
    def kv(self) -> KeyedVectors:
        """The nodes to be queried: `PoincareKeyedVectors`, with space="euclidean" plain `KeyedVectors`.

        The same object each time, until `fit` makes others. Raises as `embedding` does.
        """
        return self.embedding.vectors

    @property
    def history(self) -> list[EpochRecord]:
        """Loss, pairs, clamps and seconds of each epoch. Raises as `embedding` does."""
        return self.embedding.history

    def reconstruction(self) -> Ranking:
        """Mean rank and MAP of the relations trained on, over all nodes."""
        trained = self.embedding
        return reconstruction(trained.points, trained.relations, space=trained.space, workers=self.config.workers)

    def link_prediction(self, *, masked: bool = True) -> Ranking:
        """Mean rank and MAP of the pairs held out; masked=False: of all pairs of their nodes, which is to be compared
        with published figures (`w2v.hyperbolic.ranking.link_prediction` says why).

        Raises:
            W2VError: none were held out, or the model was loaded: a saved one does not keep them.
        """
        if self._held_out is None:
            raise W2VError("No pairs were held out. Train with held_out=0.05, and ask before the model is saved away.")
        trained = self.embedding
        return link_prediction(
            trained.points,
            self._held_out,
            trained.relations,
            masked=masked,
            space=trained.space,
            workers=self.config.workers,
        )

    def save(self, folder: str | Path, *, overwrite: bool = False) -> None:
        """Write the model's folder; see `w2v.hyperbolic.embedding.Embedding.save`."""
        self.embedding.save(folder, overwrite=overwrite)

    @classmethod
    def load(cls, folder: str | Path) -> "PoincareModel":
        """Read a model's folder; see `w2v.hyperbolic.embedding.Embedding.load`."""
        loaded = cls()
        loaded._embedding = Embedding.load(folder)
        loaded.config = loaded._embedding.config
        return loaded


def _relations(given: Any, closure: bool, columns: str | Sequence[str] | None) -> Relations:
    if isinstance(given, Relations):
        if closure or columns is not None:
            raise W2VError(
                "closure and columns are for a file or for pairs; what Relations are was settled when they were made."
            )
        return given
    read = read_relations if isinstance(given, (str, Path)) else Relations.of
    return read(given, closure=closure, columns=columns)
