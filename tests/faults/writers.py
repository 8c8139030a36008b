"""All that writes files, each with something old in place: what a storm of faults and power cuts act on."""

import gzip
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import numpy as np

from w2v.base.config import Config
from w2v.corpus.vocabulary import Vocabulary

WORDS = [f"word{i}" for i in range(40)]
Files = dict[str, str]  # by their paths in a folder, what distinguishes their contents
ADDRESS: dict[Path, str] = {}  # where a folder is served
NEW, OLD = 2.0, 1.0  # what the numbers of new and old files are made of


class Writer(NamedTuple):
    """One way to write: the same call, with another content, has put the old files there."""

    write: Callable[[Path, float], None]  # into a folder
    add: Callable[[Path], None] = lambda folder: None  # what a user has put there besides
    is_first: bool = False  # nothing old is there
    several: bool = False  # files that are whole each, and not together


def vocabulary(of: float) -> Vocabulary:
    return Vocabulary(WORDS, np.arange(len(WORDS), 0, -1) * int(of))


def vectors(of: float):
    from w2v.vectors import KeyedVectors

    table = np.random.default_rng(int(of)).normal(size=(len(WORDS), 4)).astype(np.float32)
    return KeyedVectors(WORDS, table, vocabulary(of).counts)


def model(of: float):
    from w2v.models.history import EpochRecord
    from w2v.models.model import Model

    table = vectors(of).vectors
    record = EpochRecord(1, of, 100, 100, 1.0)
    state = {"state": table} if of == OLD else {}
    return Model(Config(vector_size=4), vocabulary(of), {"input": table, "output": table}, [record], False, state)


def embedding(of: float):
    from w2v.hyperbolic.embedding import Embedding
    from w2v.hyperbolic.relations import Relations
    from w2v.hyperbolic.settings import PoincareConfig

    pairs = np.array([[i, i // 2] for i in range(1, 20)], dtype=np.int32)
    relations = Relations([f"n{i}" for i in range(20)], pairs, np.ones(len(pairs)))
    points = np.full((20, 2), of / 10)
    snapshots = {1: points} if of == OLD else {}
    return Embedding(PoincareConfig(vector_size=2, epochs=1), relations, points, [], snapshots)


def notes(folder: Path) -> None:
    """What is a user's own in a model's folder."""
    (folder / "m" / "notes.txt").write_text("mine")
    (folder / "m" / "more" / "deep").mkdir(parents=True)
    (folder / "m" / "more" / "deep" / "config.json").write_text("mine, too")


def figure(of: float):
    from w2v.plots.figure import Sheet

    sheet = Sheet(2, 1.5, dpi=40)
    sheet.room().plot([0, of], [of, 0])
    return sheet.figure


def film(folder: Path, of: float) -> None:
    from w2v.plots.animation import Moment, palette_of, write_film

    drawn = figure(of)
    write_film(drawn, [Moment(lambda: drawn.axes[0].plot([0, 1])) for _ in range(2)], folder / "a.gif", palette_of([]))


def picture(suffix: str) -> Writer:
    def write(folder: Path, of: float) -> None:
        from w2v.plots.figure import save_figure

        save_figure(figure(of), folder / f"a{suffix}")

    return Writer(write)


def page(folder: Path, of: float) -> None:
    from w2v.plots.html.frame import save_page

    save_page(f"page {of}" * 1000, folder / "a.html")


def projector(folder: Path, of: float) -> None:
    from w2v.plots.words.exports import write_projector

    groups = {WORDS[0]: f"group {of}"}
    write_projector(vectors(of), folder / "a.tsv", groups=groups)


def parquet(folder: Path, of: float) -> None:
    from w2v.plots.words.exports import write_parquet

    write_parquet(vectors(of), folder / "a.parquet", method="pca")


def report(folder: Path, of: float) -> None:
    from w2v.comparison.report import Text, write
    from w2v.comparison.results import Outcome, Plan, Point

    curve = [Point(1, 1, of, of)]
    outcome = Outcome("cbow", "ns", nats=of, examples=10, frequencies=of, loss=of, alpha=of, curve=curve, model="m")
    outcome = Outcome(**{**vars(outcome), "words_per_second": of, "seconds": of, "peak_memory": int(of)})
    plan = Plan("text", {}, "", 0.1, [], [], [], {"epochs": 5, "sample": 0.0})
    (folder / "report").mkdir(exist_ok=True)
    plan.save(folder / "report")
    outcome.save(folder / "report")
    write(folder / "report", [outcome], plan, Text("text", 10, 10, 10, 1.0, 10, 10), {})


@contextmanager
def server(root: Path) -> Iterator[None]:
    """Serves what downloads load, a process of its own, which no fault reaches."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", root]
    environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as site:
        assert site.stdout
        ADDRESS.update({root: f"http://127.0.0.1:{site.stdout.readline().split('port ')[1].split()[0]}"})
        yield
        site.terminate()


def download(packed: bool) -> Writer:
    def write(folder: Path, of: float) -> None:
        from w2v.corpus.catalogue import fetch_url

        content = f"a text of {of} ".encode() * 1000
        source = folder.parent / f"source-{of}"  # outside of what faults act on
        source = source.with_suffix(".gz") if packed else source
        if not source.exists():
            source.write_bytes(gzip.compress(content, mtime=0) if packed else content)
        [(root, address)] = ADDRESS.items()
        fetch_url(
            f"{address}/{quote(str(source.relative_to(root)))}",
            folder / "t",
            f"sha256:{hashlib.sha256(content).hexdigest()}",
        )

    return Writer(write, is_first=True)


def world(folder: Path, of: float) -> None:
    from w2v_data.world import write_world

    write_world(folder, seed=int(of), tokens=500)


def stream(folder: Path, of: float) -> None:
    """Of a text whose stream is kept; the cache is not what is looked at, but has to be right and without leftovers."""
    from w2v.corpus.stream import open_stream

    text = folder.parent / "text"
    if not text.exists():
        text.write_text("a b c d\n" * 50)
        os.utime(text, (1, 1))
    with open_stream(text, min_count=1, cache_dir=folder) as opened:
        assert dict(zip(opened.vocab.words, opened.vocab.counts.tolist(), strict=True)) == dict.fromkeys("abcd", 50)
        assert opened.report.tokens == 200


def keyed(name: str) -> Writer:
    return Writer(lambda folder, of: vectors(of).save(folder / name))


def saved_model(folder: Path, of: float) -> None:
    model(of).save(folder / "m", overwrite=True)


def checkpoint(folder: Path, of: float) -> None:
    model(of).save_checkpoint(folder / "m")


def hierarchy(folder: Path, of: float) -> None:
    embedding(of).save(folder / "m", overwrite=True)


WRITERS = {
    "model": Writer(saved_model, notes),
    "first model": Writer(lambda folder, of: model(of).save(folder / "deep" / "m", overwrite=True), is_first=True),
    "checkpoint": Writer(checkpoint, notes),
    "hierarchy": Writer(hierarchy, notes),
    "vectors.bin": keyed("v.bin"),
    "vectors.txt": keyed("v.txt"),
    "vectors.txt.gz": keyed("v.txt.gz"),
    "vocabulary": Writer(lambda folder, of: vocabulary(of).save(folder / "vocab.txt")),
    "settings": Writer(lambda folder, of: Config(alpha=of).save(folder / "config.json")),
    "png": picture(".png"),
    "svg": picture(".svg"),
    "pdf": picture(".pdf"),
    "gif": Writer(film),
    "page": Writer(page),
    "projector": Writer(projector, several=True),
    "parquet": Writer(parquet),
    "report": Writer(report, several=True),
    "download": download(packed=False),
    "packed download": download(packed=True),
    "world": Writer(world, several=True),
    "stream": Writer(stream, is_first=True),
}
HOLDS_NOTHING = re.compile(r"t\.part|deep|stream-.*").fullmatch  # kept to go on from; an empty folder; a cache's entry


def look(folder: Path) -> Files:
    """The files in a folder, but for temporaries and what may remain of a broken attempt."""
    found = {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        ours = any(part.startswith(".w2v-") for part in parts)
        if not ours and path.is_file() and not (HOLDS_NOTHING(parts[0]) and len(parts) < 3 and parts[0] != "deep"):
            found["/".join(parts)] = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    return found
