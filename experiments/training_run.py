"""One training of one system in a process of its own: prints what it took as JSON. `speed.py` calls it.

    python experiments/training_run.py SYSTEM CORPUS.txt FOLDER SETTINGS

SYSTEM is gensim or w2v, SETTINGS are those of `w2v.Config` as JSON. The vectors are saved in FOLDER. Both systems read
the text themselves; only the seconds of training are counted.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from w2v.base.config import Config


def train_w2v(corpus: Path, config: Config, folder: Path) -> dict[str, Any]:
    """Train and save; words and seconds of training."""
    from w2v.training.train import train

    model = train(corpus, config, cache_dir=folder.parent, progress=False)  # a new one: the text has to be read
    model.save(folder)
    seconds = sum(record.seconds for record in model.history)
    keep = model.vocab.keep_probability(model.config.sample_threshold)
    raw = sum(record.passed for record in model.history)
    effective = float(keep @ model.vocab.counts) * model.config.n_epochs
    return {"seconds": seconds, "raw": raw, "effective": effective, "products": model.config.matmul_precision}


def train_gensim(corpus: Path, config: Config, folder: Path) -> dict[str, Any]:
    """The same with gensim, in its fastest mode (`corpus_file`)."""
    from gensim.models import Word2Vec

    hierarchical = config.head == "hs"
    model = Word2Vec(
        sg=int(config.arch == "skipgram"),
        hs=int(hierarchical),
        negative=0 if hierarchical else config.negative,
        vector_size=config.vector_size,
        window=config.window,
        min_count=config.min_count,
        sample=config.sample,
        alpha=config.alpha,
        min_alpha=config.min_alpha,
        epochs=config.epochs,
        workers=config.threads,
        seed=config.seed,
    )
    model.build_vocab(corpus_file=str(corpus))
    began = time.perf_counter()
    words = model.corpus_total_words
    model.train(corpus_file=str(corpus), total_words=words, total_examples=model.corpus_count, epochs=config.epochs)
    seconds = time.perf_counter() - began
    folder.mkdir()
    model.wv.save(str(folder / "vectors.kv"))
    kept = sum(
        model.wv.get_vecattr(word, "count") * min(1, model.wv.get_vecattr(word, "sample_int") / 2**32)
        for word in model.wv.index_to_key
    )
    return {"seconds": seconds, "raw": words * config.epochs, "effective": float(kept * config.epochs)}


def peak_memory() -> float:
    """The most memory that this process had in use, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage tells on Linux begins with the parent's
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    system, corpus, folder, settings = sys.argv[1:]
    trained = {"gensim": train_gensim, "w2v": train_w2v}[system](
        Path(corpus), Config.of(json.loads(settings)), Path(folder)
    )
    trained["peak_mb"] = peak_memory()
    print(json.dumps(trained))
