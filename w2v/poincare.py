"""PoincareModel: a hierarchy as points of hyperbolic space, under the names that gensim has made known."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from w2v.base.settings import SettingAttribute, held_out_share, whole_number
from w2v.base.signatures import described_by, takes
from w2v.errors import NotTrainedError, W2VError, counted
from w2v.hyperbolic.embedding import Embedding
from w2v.hyperbolic.ranking import Ranking, link_prediction, reconstruction
from w2v.hyperbolic.relations import Relations, read_relations, split
from w2v.hyperbolic.reporter import PairsReporter
from w2v.hyperbolic.settings import PoincareConfig, PoincareKeywords
from w2v.hyperbolic.trainer import train_relations
from w2v.models.history import EpochRecord, History
from w2v.training.callbacks import CallbackList, Callbacks
from w2v.training.checkpoint import Checkpoint
from w2v.training.progress import reported
from w2v.vectors import KeyedVectors
from w2v.vectors.keyed import vectors_of

if TYPE_CHECKING:
    from typing_extensions import Unpack


@described_by(PoincareConfig)
class PoincareModel:
    """An embedding of relations (Nickel & Kiela 2017).

        model = PoincareModel("mammals.tsv", size=5)               # a file of child and parent
        model = PoincareModel([("dog", "mammal"), ("cat", "mammal")], closure=True)
        model.kv.closest_parent("dog")
        print(model.reconstruction())                              # mean rank and MAP

    Every setting is an attribute that can be read, as `model.alpha`.

    Args:
        relations: a file as `read_relations` reads it, pairs (child, parent) with or without a weight, or `Relations`.
        closure: add a pair for every ancestor that is not given.
        columns: what the columns of the file or of the pairs are, such as "parent,child"; see `read_relations`. None:
            as the file's header says, else child, parent, weight.
        held_out: a share of the pairs between nodes that have both parents and children, kept out of training for
            `link_prediction`.
        config: settings in one piece; those given by name change it.
        callbacks: one or several, which are called as training goes on; see `w2v.Callback`.
        snapshots: keep the points after every so many epochs, to draw how they formed; 0: none.
        checkpoint: where the run is kept while it goes on: a folder, for its two newest states, or a `w2v.Checkpoint`.
        resume: True: go on from the newest state in `checkpoint`, if there is any; or an `embedding` of an earlier
            point of the same run.
        init: where nodes begin: a model of relations or its folder, or vectors by name. Nodes of other names begin at
            random. `burn_in` and `restart`, where they are left open, are then 0: given points have their places.
        progress: whether a bar and lines show how it goes: None: in a notebook and on a terminal; see `w2v.train`.
        settings: every field of `PoincareConfig`; gensim's `size` and its pair `init_range` are understood too.

    Unlike gensim's, it trains when it is given relations, for the setting `epochs`; without, when `fit` is called,
    which the other arguments are kept for.

    Raises:
        W2VError: a setting out of range, relations that cannot be read or trained on, or a callback that is none.
    """

    space = SettingAttribute[str]()
    vector_size = SettingAttribute[int]()
    negative = SettingAttribute[int]()
    near_negatives = SettingAttribute[bool]()
    negative_weight = SettingAttribute[float]()
    ns_exponent = SettingAttribute[float]()
    epochs = SettingAttribute[int]()
    alpha = SettingAttribute[float]()
    min_alpha = SettingAttribute[float]()
    burn_in = SettingAttribute[int | None]()
    burn_in_alpha = SettingAttribute[float | None]()
    burn_in_exponent = SettingAttribute[float]()
    restart = SettingAttribute[int | None]()
    init_range = SettingAttribute[float]()
    epsilon = SettingAttribute[float]()
    seed = SettingAttribute[int]()
    workers = SettingAttribute[int]()

    @takes(PoincareConfig, PoincareKeywords)
    def __init__(
        self,
        relations: Any = None,
        *,
        closure: bool = False,
        columns: str | Sequence[str] | None = None,
        held_out: float = 0.0,
        config: PoincareConfig | None = None,
        callbacks: Callbacks = (),
        snapshots: int = 0,
        checkpoint: str | Path | Checkpoint | None = None,
        resume: Embedding | bool | None = None,
        init: Any = None,
        progress: bool | None = None,
        **settings: "Unpack[PoincareKeywords]",
    ) -> None:
        self._asked = PoincareConfig.of(settings, config)
        self._embedding: Embedding | None = None
        self._held_out: Any = None
        tell, share = CallbackList(callbacks), held_out_share(held_out, below=1)
        snapshots = whole_number("snapshots", snapshots, 0)
        self._for_fit = _options(closure, columns, share, tell, snapshots, checkpoint, resume, init, progress)
        if relations is not None:
            self.fit(relations)

    @takes(PoincareConfig, PoincareKeywords, again=True)
    def fit(
        self,
        relations: Any,
        *,
        closure: bool | None = None,
        columns: str | Sequence[str] | None = None,
        held_out: float | None = None,
        config: PoincareConfig | None = None,
        callbacks: Callbacks = None,
        snapshots: int | None = None,
        checkpoint: str | Path | Checkpoint | None = None,
        resume: Embedding | bool | None = None,
        init: Any = None,
        progress: bool | None = None,
        **settings: "Unpack[PoincareKeywords]",
    ) -> "PoincareModel":
        """Train on relations, from the beginning unless there is something to resume; returns self.

        `model.fit(relations, init=model, ...)` trains on, on the same relations or on others.

        Args:
            relations, closure, columns, held_out, callbacks, snapshots, checkpoint, resume, init, progress: as above;
                None: those of `PoincareModel(...)`, if nothing was trained with them yet.
            config, settings: from now on, instead of those given before; those given by name change them.

        Raises:
            W2VError: as above.
        """
        asked = PoincareConfig.of(settings, self._asked if config is None else config)
        options = _options(closure, columns, held_out, callbacks, snapshots, checkpoint, resume, init, progress)
        options = self._for_fit | options
        share = held_out_share(options.get("held_out"), below=1)
        snapshots = whole_number("snapshots", options.get("snapshots", 0), 0)
        kept = {name: options.get(name) for name in ("checkpoint", "resume")}
        begin = options.get("init")
        if isinstance(begin, (str, Path)):
            begin = KeyedVectors.load(begin)
        kept["init"] = None if begin is None else vectors_of(begin)
        # What is no callback is refused before anything is read.
        with reported(options.get("callbacks"), options.get("progress"), PairsReporter) as tell:
            given, unseen = _relations(relations, options.get("closure", False), options.get("columns")), None
            for note in given.notes:
                tell.on_note(note)
            tell.on_relations(given)
            if share:
                given, unseen = split(given, share, asked.seed)
            self._embedding = train_relations(given, asked, tell, snapshots=snapshots, **kept)
        self._held_out, self._asked, self._for_fit = unseen, asked, {}
        return self

    def __repr__(self) -> str:
        nodes = "not trained" if self._embedding is None else counted(len(self._embedding.relations.nodes), "node")
        return f"{type(self).__name__}({self.space}, {nodes}, {self.vector_size} dimensions)"

    @property
    def config(self) -> PoincareConfig:
        """The settings: of a trained model those used, else those given."""
        return self._asked if self._embedding is None else self._embedding.config

    @property
    def size(self) -> int:
        """gensim's name for `vector_size`."""
        return self.vector_size

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
        return History(self.embedding.history)

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
        embedding = Embedding.load(folder)
        loaded = cls(config=embedding.config)
        loaded._embedding = embedding
        return loaded


def _options(
    closure: bool | None,
    columns: str | Sequence[str] | None,
    held_out: float | None,
    callbacks: Callbacks,
    snapshots: int | None,
    checkpoint: str | Path | Checkpoint | None,
    resume: Embedding | bool | None,
    init: Any,
    progress: bool | None,
) -> dict[str, Any]:
    """Those arguments of a fit that are given."""
    given: dict[str, Any] = {"closure": closure, "columns": columns, "held_out": held_out}
    given |= {"callbacks": callbacks, "snapshots": snapshots, "checkpoint": checkpoint, "resume": resume}
    given |= {"init": init, "progress": progress}
    return {name: value for name, value in given.items() if value is not None}


def _relations(given: Any, closure: bool, columns: str | Sequence[str] | None) -> Relations:
    if isinstance(given, Relations):
        if closure or columns is not None:
            raise W2VError(
                "closure and columns are for a file or for pairs; what Relations are was settled when they were made."
            )
        return given
    read = read_relations if isinstance(given, (str, Path)) else Relations.of
    return read(given, closure=closure, columns=columns)
