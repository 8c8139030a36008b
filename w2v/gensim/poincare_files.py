"""Where gensim's PoincareModel is saved: the folder of a `w2v.PoincareModel`, and in it what only gensim's has."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from w2v.base import json_text
from w2v.base.sealed_folder import opened
from w2v.errors import W2VError, shown
from w2v.gensim.errors import WrongTypeError
from w2v.gensim.paths import expect, make_way
from w2v.gensim.poincare_training import Training
from w2v.hyperbolic.embedding import Embedding

if TYPE_CHECKING:
    from typing_extensions import Self

SETTINGS = "gensim.json"
_KEPT = ("size", "train_alpha", "alpha", "negative", "workers", "epsilon", "regularization_coeff", "burn_in")
_KEPT += ("burn_in_alpha", "seed")
_OLD = (
    "A pickle of gensim's is opened by gensim alone: PoincareModel.from_gensim(gensim.models.poincare.PoincareModel"
    ".load(path)).save(folder) makes a folder of it, once."
)


class Files(Training):
    """How a PoincareModel is saved and loaded."""

    def save(self, fname_or_handle: str | Path, *args: Any, **kwargs: Any) -> None:
        """Write a folder of that name, in place of a model that may be there; `w2v poincare` reads it, too.

        A file that gensim saved is put aside. What else gensim's `save` takes (separately, sep_limit, ignore,
        pickle_protocol) is about pickles, and ignored.

        Raises W2VError where there is something else of that name, and for nodes that are no strings.
        """
        if not isinstance(fname_or_handle, (str, os.PathLike)):
            raise WrongTypeError(f"{shown(fname_or_handle)} was given to save to; expected the name of a folder.")
        if odd := [node for node in self.kv.index_to_key if not isinstance(node, str)]:
            raise W2VError(f"the node {shown(odd[0])} is no string, and models are saved with one name a line.")
        embedding = self._embedding(list(self.kv.index_to_key))
        if not len(embedding.relations):
            raise W2VError("there are no relations of two different nodes yet, so that there is nothing to save.")
        for node in embedding.relations.nodes:
            if "\n" in node or "\r" in node:
                raise W2VError(f"the node {node!r:.60} holds a line break, and models are saved with one name a line.")
        plain = {name: getattr(self, name) for name in _KEPT}
        kept = {name: value.item() if isinstance(value, np.generic) else value for name, value in plain.items()}
        kept |= {"init_range": list(self._range()), "dtype": np.dtype(self.dtype).name}
        kept |= {"burn_in_done": self._burn_in_done, "loops": [u for u, v in self.all_relations if u == v]}
        make_way(Path(fname_or_handle))
        embedding.save(fname_or_handle, overwrite=True, beside={SETTINGS: json.dumps(kept, indent=2) + "\n"})

    @classmethod
    def load(cls, fname: str | Path, mmap: Any = None) -> "Self":
        """Read what `save` wrote, or the folder of a `w2v.PoincareModel`; `mmap` is ignored.

        Raises W2VError where it is neither, or damaged, and for a pickle of gensim's; where there is nothing it is a
        FileNotFoundError, too.
        """
        expect(fname)
        if Path(fname).is_file():
            raise W2VError(f"{fname} is a file, and models are folders. {_OLD}")
        embedding = Embedding.load(fname)
        if embedding.geometry != "poincare":
            raise W2VError(f"{fname} has points of flat space, and these models are of the Poincaré ball.")
        with opened(fname, (), (SETTINGS,), what="a model of relations") as files:
            told = json_text.parse(files.text(SETTINGS), files.path(SETTINGS)) if SETTINGS in files else {}
            where = files.path(SETTINGS)
        model = cls.__new__(cls)
        model.__dict__.update(_settings_of(embedding) | _checked(told, where))
        model.train_data = None
        model._begin()
        relations = embedding.relations
        rows = np.repeat(relations.pairs, np.maximum(relations.weights.astype(np.int64), 1), axis=0)
        loops = told.get("loops", [])
        if not all(isinstance(node, int) and 0 <= node < len(relations.nodes) for node in loops):
            raise W2VError(f"{where} is damaged: its loops are no nodes. Copy the whole folder again.")
        model._take(relations.nodes, embedding.points, [*map(tuple, rows.tolist()), *((node, node) for node in loops)])
        model.history = list(embedding.history)
        model._burn_in_done = told.get("burn_in_done", True)
        return model

    @classmethod
    def from_gensim(cls, model: Any) -> "Self":
        """The same of a model of gensim's own, which gensim has loaded or trained. (gensim has no such method.)

        Raises W2VError where it is none.
        """
        wanted = [*_KEPT, "init_range", "dtype", "kv", "all_relations"]
        if missing := [name for name in wanted if not hasattr(model, name)]:
            raise W2VError(f"{shown(model)} is no PoincareModel of gensim's: it has no {missing[0]}.")
        made = cls.__new__(cls)
        made.__dict__.update({name: getattr(model, name) for name in wanted[:-2]})
        made.train_data = None
        made._begin()
        made._take(list(model.kv.index_to_key), np.asarray(model.kv.vectors), list(map(tuple, model.all_relations)))
        made._burn_in_done = bool(getattr(model, "_burn_in_done", True))
        return made

    def _take(self, nodes: list[Any], points: np.ndarray, rows: list[tuple[int, ...]]) -> None:
        """Nodes, their points [V, D], and relations between them."""
        self.all_relations = rows
        for node, other in rows:
            self.node_relations[node].add(other)
        counts = np.bincount(np.array(rows, dtype=np.int64).ravel(), minlength=len(nodes))
        self.kv.index_to_key, self.kv.key_to_index = nodes, {node: place for place, node in enumerate(nodes)}
        self.kv.vectors = points.astype(self.dtype)
        self.kv.counts, self.kv.norms, self.kv.next_index = counts, None, len(nodes)


def _settings_of(embedding: Embedding) -> dict[str, Any]:
    """gensim's settings, of a model that was trained by other names."""
    config = embedding.config
    found = {name: getattr(config, name) for name in ("negative", "workers", "epsilon", "seed")}
    found |= {"size": config.vector_size, "alpha": config.alpha, "train_alpha": config.alpha, "dtype": np.float64}
    found |= {
        "burn_in": config.burn_in_epochs,
        "regularization_coeff": 1.0,
        "burn_in_alpha": config.burn_in_alpha or 0.01,
    }
    return found | {"init_range": (-config.init_range, config.init_range)}


def _checked(told: Any, where: str) -> dict[str, Any]:
    """What the file says of settings. Raises W2VError where it is something else."""
    settings = {name: value for name, value in json_text.mapping(told, where).items() if name in _KEPT}
    if not all(value is None or isinstance(value, (int, float)) for value in settings.values()):
        raise W2VError(f"{where} is damaged: {settings!r:.200} are not settings. Copy the whole folder again.")
    more = {name: told[name] for name in ("init_range", "dtype") if name in told}
    if "dtype" in more and more["dtype"] not in ("float16", "float32", "float64"):
        raise W2VError(f"{where} is damaged: its dtype is {more['dtype']!r:.40}. Copy the whole folder again.")
    return settings | more
