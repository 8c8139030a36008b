"""One training of document vectors in a process of its own: prints what came of it. `documents.py` calls it.

    python experiments/documents_run.py LIBRARY DOCUMENTS.txt FOLDER SETTINGS ASKED

LIBRARY is gensim or w2v; SETTINGS are those of `w2v.Config` as JSON, which for gensim are translated. A line of the
file is a document, and its number is its tag. The model is saved in FOLDER, and there the clock stops. ASKED, as JSON,
is the file of what is asked of it then (`documents.py` writes it), or null.

Words per second are those of training alone: words of the text, before subsampling, by seconds.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from training_run import peak_memory

BEGAN = time.perf_counter()  # before a library is loaded, for that is part of a command's time
NEAREST = 10  # documents that are looked at
SOME = 1000  # trained documents that are inferred, to see whether each finds itself


class Trained(NamedTuple):
    """The vectors of documents [N, D], what makes those of others [M, D], and what training took."""

    table: np.ndarray
    infer: Callable[[Sequence[str]], np.ndarray]
    told: dict[str, Any]


def train_w2v(documents: Path, settings: Mapping[str, Any], folder: Path) -> Trained:
    """Train and save."""
    from w2v import Config, Doc2Vec

    config = Config.of(dict(settings))
    model = Doc2Vec(corpus_file=documents, config=config, progress=False)
    model.save(folder)
    told = {"whole_s": time.perf_counter() - BEGAN, "peak_mb": peak_memory()}
    told["training_s"] = sum(record.seconds for record in model.history)
    told["kwords_per_s"] = sum(record.passed for record in model.history) / told["training_s"] / 1000
    return Trained(model.dv.vectors, lambda lines: model.infer_vectors(list(lines)), told)


def train_gensim(documents: Path, settings: Mapping[str, Any], folder: Path) -> Trained:
    """The same with gensim, in its fastest mode (`corpus_file`)."""
    from gensim.models.doc2vec import Doc2Vec

    model = Doc2Vec(
        dm=int(settings["arch"] == "pv-dm"),
        dbow_words=int(settings["dbow_words"]),
        vector_size=settings["vector_size"],
        window=settings["window"],
        negative=settings["negative"],
        ns_exponent=settings["ns_exponent"],
        sample=settings["sample"],
        alpha=settings["alpha"],
        min_alpha=settings["min_alpha"],
        min_count=settings["min_count"],
        epochs=settings["epochs"],
        workers=settings["workers"],
        seed=settings["seed"],
    )
    model.build_vocab(corpus_file=str(documents))
    began, words = time.perf_counter(), model.corpus_total_words
    model.train(corpus_file=str(documents), total_words=words, total_examples=model.corpus_count, epochs=model.epochs)
    seconds = time.perf_counter() - began
    folder.mkdir()
    model.save(str(folder / "model"))
    told = {"whole_s": time.perf_counter() - BEGAN, "peak_mb": peak_memory(), "training_s": seconds}
    told["kwords_per_s"] = words * settings["epochs"] / seconds / 1000

    def infer(lines: Sequence[str]) -> np.ndarray:
        return np.stack([model.infer_vector(line.split()) for line in lines])

    return Trained(model.dv.vectors, infer, told)


def nearest(vectors: np.ndarray, queries: np.ndarray, without: Sequence[int | None]) -> np.ndarray:
    """int64 [M, NEAREST]: the documents that are nearest to each query by cosine; without: one that comes last."""
    table, asked = (
        each / np.maximum(np.linalg.norm(each, axis=1, keepdims=True), 1e-12) for each in (vectors, queries)
    )
    found = np.empty((len(asked), min(NEAREST, len(table))), np.int64)
    for row, (query, left_out) in enumerate(zip(asked, without, strict=True)):
        cosines = table @ query
        if left_out is not None:
            cosines[left_out] = -np.inf
        found[row] = np.argsort(-cosines, kind="stable")[:NEAREST]
    return found


def score(found: np.ndarray, labels: np.ndarray, own: np.ndarray, kind: str) -> float:
    """What was asked of the nearest documents, in percent.

    found: int64 [M, NEAREST]; labels: of all documents [N]; own: those of the queries [M].
    kind: "next", how many have among them one whose label is one less or one more: a neighbour in the text; or "same",
        what share of them have the same label: of one topic.
    """
    difference = np.abs(labels[found] - own[:, None])
    return 100 * float((difference == 1).any(axis=1).mean() if kind == "next" else (difference == 0).mean())


def chance(labels: np.ndarray, kind: str) -> float:
    """The score of documents that are drawn blindly, for those that are trained, in percent."""
    values, counts = np.unique(labels, return_counts=True)
    of = dict(zip(values.tolist(), counts.tolist(), strict=True))
    if kind == "same":
        return 100 * float(np.mean([(of[label] - 1) / (len(labels) - 1) for label in labels.tolist()]))
    beside = np.array([of.get(label - 1, 0) + of.get(label + 1, 0) for label in labels.tolist()])
    missed = np.prod([1 - beside / (len(labels) - 1 - drawn) for drawn in range(NEAREST)], axis=0)
    return 100 * float(1 - missed.mean())


def scores(trained: Trained, lines: Sequence[str], asked: Mapping[str, Any]) -> dict[str, float]:
    """What trained and inferred vectors find, in percent, beside chance."""
    labels, kind = np.array(asked["labels"]), asked["kind"]
    queries = np.arange(len(labels))
    found = {"trained": score(nearest(trained.table, trained.table, queries.tolist()), labels, labels, kind)}
    held_out = trained.infer(asked["held_out"])
    near = nearest(trained.table, held_out, [None] * len(held_out))
    found["inferred"] = score(near, labels, np.array(asked["held_out_labels"]), kind)
    some = queries[:: max(len(queries) // SOME, 1)]
    again = nearest(trained.table, trained.infer([lines[i] for i in some]), [None] * len(some))
    found["itself"] = 100 * float((again[:, 0] == some).mean())
    found["chance"] = chance(labels, kind)
    return {name: round(value, 2) for name, value in found.items()}


def main() -> None:
    library, documents, folder, settings, asked = sys.argv[1:]
    train = {"gensim": train_gensim, "w2v": train_w2v}[library]
    trained = train(Path(documents), json.loads(settings), Path(folder))
    found: dict[str, Any] = {name: round(value, 2) for name, value in trained.told.items()}
    found["documents"] = len(trained.table)
    if path := json.loads(asked):
        lines = Path(documents).read_text(encoding="utf-8").splitlines()
        found |= scores(trained, lines, json.loads(Path(path).read_text(encoding="utf-8")))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
