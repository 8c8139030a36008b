"""One training with subwords, or without, in a process of its own: prints what came of it. `subwords.py` calls it.

    python experiments/subwords_run.py LIBRARY CORPUS.txt FOLDER SETTINGS ASKED

LIBRARY is fasttext or w2v; SETTINGS are those of `w2v.Config` as JSON, which for fastText are translated. The model is
saved in FOLDER, and there the clock stops. ASKED, as JSON, are the test files that it is scored on then.

Words per second are what each says of its training alone: fastText's last line of progress (it counts the words of its
vocabulary and ends of lines, before subsampling), and w2v's history (words of the text, before subsampling).
"""

import json
import math
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from subwords_cases import score_cases
from training_run import peak_memory

BEGAN = time.perf_counter()  # before a library is loaded, for that is part of a command's time
MORPHOLOGICAL = "gram"  # what the names of such sections of analogies begin with
RESTRICT = 30_000  # words that analogies are asked over


class Trained(NamedTuple):
    """A model's words [V] and vectors [V, D], most frequent first, and what it says of other words."""

    words: list[str]
    table: np.ndarray
    compose: Callable[[str], np.ndarray | None]  # the vector [D] of a word; None: it has none
    told: dict[str, Any]


def train_w2v(corpus: Path, settings: Mapping[str, Any], folder: Path) -> Trained:
    """Train and save."""
    from w2v.base.config import Config
    from w2v.training.train import train

    cache = folder.parent / "cache"  # a new one: it has to read the text
    model = train(corpus, Config.of(dict(settings)), cache_dir=cache, progress=False)
    model.save(folder)
    cost = cost_until_now()
    seconds = sum(record.seconds for record in model.history)
    vectors = model.vectors

    def compose(word: str) -> np.ndarray | None:
        if word not in vectors:
            return None
        return vectors[word]

    return Trained(
        model.vocab.words,
        vectors.vectors,
        compose,
        cost
        | {
            "kwords_per_s": sum(record.passed for record in model.history) / seconds / 1000,
            "training_s": seconds,
            "sample": model.config.sample,
            "alpha": model.config.alpha or "",
            "input_rows": len(model.state["input"]),
        },
    )


def train_fasttext(corpus: Path, settings: Mapping[str, Any], folder: Path) -> Trained:
    """The same with fastText's own library, as its Python package trains, but with a seed, which that does not take."""
    import fasttext

    library = fasttext.FastText
    max_n = 0 if settings["subword"] == "none" else settings["max_n"]
    options = {
        "input": str(corpus),
        "model": settings["arch"],
        "loss": settings["head"],
        "lr": settings["alpha"],
        "dim": settings["vector_size"],
        "ws": settings["window"],
        "epoch": settings["epochs"],
        "minCount": settings["min_count"],
        "minn": settings["min_n"] if max_n else 0,
        "maxn": max_n,
        "neg": settings["negative"],
        "bucket": settings["bucket"] if max_n else 0,
        "thread": settings["workers"],
        "t": settings["sample"],
        "seed": settings["seed"],
        "verbose": 2,
    }
    arguments = library._build_args({**library.unsupervised_default, **options}, set())
    model = library._FastText(args=arguments)
    rate = options["thread"] * last_rate(said_while(lambda: library.fasttext.train(model.f, arguments)))
    model.set_args(model.f.getArgs())
    folder.mkdir()
    model.save_model(str(folder / "model.bin"))
    cost = cost_until_now()
    words, counts = model.get_words(include_freq=True)
    known = [word for word in words if word != "</s>"]  # the end of a line

    def compose(word: str) -> np.ndarray | None:
        vector = model.get_word_vector(word)
        return vector if vector.any() else None  # zeros are what it has for words that it does not know

    return Trained(
        known,
        np.stack([model.get_word_vector(word) for word in known]),
        compose,
        cost
        | {
            "kwords_per_s": rate / 1000 or math.nan,
            "training_s": int(counts.sum()) * options["epoch"] / rate if rate else math.nan,
            "sample": options["t"],
            "alpha": options["lr"],
            "input_rows": len(words) + options["bucket"],
        },
    )


def cost_until_now() -> dict[str, float]:
    """Seconds and memory of this process."""
    return {"whole_s": time.perf_counter() - BEGAN, "peak_mb": peak_memory()}


def said_while(work: Callable[[], Any]) -> str:
    """What compiled code writes to the standard error while it works."""
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 2)
        try:
            work()
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        file.seek(0)
        return file.read().decode(errors="replace")


def last_rate(said: str) -> int:
    """Words a second and thread, of the last line of fastText's progress; 0 where it tells of none."""
    return int(([0, *re.findall(r"words/sec/thread:\s*(\d+)", said)])[-1])


def scores(trained: Trained, asked: Mapping[str, Any]) -> dict[str, float]:
    """Percents of analogies, and rank correlations with people's judgements.

    Rare words: of all pairs that have vectors, and of those whose words are in the vocabulary (the same for all
    systems), and of the others.
    """
    from w2v import evaluation

    table, found = (trained.words, trained.table), {}
    if asked["analogies"]:
        answered = evaluation.score_analogies(
            *table, evaluation.read_questions(asked["analogies"]), restrict_vocab=RESTRICT
        )
        of_forms = [section for section in answered.sections if section.name.startswith(MORPHOLOGICAL)]
        others = [section for section in answered.sections if not section.name.startswith(MORPHOLOGICAL)]
        for name, sections in (("", answered.sections), ("_morphological", of_forms), ("_semantic", others)):
            total = sum(section.total for section in sections)
            if total:
                found[f"analogies{name}"] = round(100 * sum(section.correct for section in sections) / total, 2)
    for path in asked["similarity"]:
        judged = evaluation.score_similarity(*table, evaluation.read_pairs(path))
        found[Path(path).stem] = round(judged.spearman, 4)
    if asked["rare_words"]:
        pairs = [
            (one.lower(), other.lower(), score) for one, other, score in evaluation.read_pairs(asked["rare_words"])
        ]
        vocabulary = {word.lower() for word in trained.words}
        new = {word for one, other, _ in pairs for word in (one, other)} - vocabulary
        composed = {word: vector for word in sorted(new) if (vector := trained.compose(word)) is not None}
        every = ([*trained.words, *composed], np.vstack([trained.table, *composed.values()]))
        parts = {
            "": pairs,
            "_known": [pair for pair in pairs if {*pair[:2]} <= vocabulary],
            "_unknown": [pair for pair in pairs if not {*pair[:2]} <= vocabulary],
        }
        for name, part in parts.items():
            judged = evaluation.score_similarity(*every, part, restrict_vocab=None)
            found[f"rare_words{name}"] = round(judged.spearman, 4)
            found[f"rare_words{name}_pairs"] = judged.used
        found["rare_words_covered"] = round(found["rare_words_pairs"] / len(pairs), 4)
    if asked["cases"]:
        forms = json.loads(Path(asked["cases"]).read_text(encoding="utf-8"))
        new = {each["form"] for each in forms} - set(trained.words)
        composed = {word: vector for word in sorted(new) if (vector := trained.compose(word)) is not None}
        found |= score_cases(*table, composed, forms)
    return found


def main() -> None:
    library, corpus, folder, settings, asked = sys.argv[1:]
    train = {"fasttext": train_fasttext, "w2v": train_w2v}[library]
    trained = train(Path(corpus), json.loads(settings), Path(folder))
    saved = sum(path.stat().st_size for path in Path(folder).iterdir()) / 2**20
    found = trained.told | {"saved_mb": saved, "words": len(trained.words)}
    for name in ("kwords_per_s", "training_s", "whole_s", "peak_mb", "saved_mb"):
        found[name] = round(found[name], 2)
    print(json.dumps(found | scores(trained, json.loads(asked))))


if __name__ == "__main__":
    main()
