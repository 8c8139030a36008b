"""What the defaults learn from small texts, beside gensim's: every encoder and head, from a class-room's text upwards.

    python experiments/small_texts.py [SIZES ...] [--heads ns,hs] [--seeds 3]

The class-room's text is thirteen sentences, window 1, two dimensions; right is a seed in which `dog` is nearer to `cat`
than to `jack`. The text of 1,000 words is planted: sentences of eight words of one of six topics. The others are of the
demo world, a new one for each seed: `groups` is the share of a word's five nearest, among the words of all topics or
groups, that are of its own; `analogies` the share of right answers, of those that could be answered; `rank` the median
rank of a word's twin (king and emperor, oak and birch) among all its neighbours.

Everything else is left to the defaults, but for gensim's min_count in the class-room, whose words it would drop, and
for one thread, so that a seed gives the same bits. Heads that gensim lacks stand beside its negative sampling.

Results go to experiments/results/small_texts.csv as soon as they are there; a second call goes on from it.
"""

import csv
import statistics
import tempfile
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from machine import describe, need
from w2v_data import questions
from w2v_data.world import write_world

from w2v import KeyedVectors, Word2Vec, evaluation, heads

RESULTS = Path(__file__).parent / "results" / "small_texts.csv"
CLASS_ROOM = """
jack like dog; jack like cat; jack like apple; jack like banana; dog cat animal; cat dog animal; dog eat fish
cat eat fish; dog drink milk; cat drink milk; apple banana fruit like; banana apple fruit like
apple banana movie book music like
"""
TWINS = 7.0  # pairs judged so similar, or more
Row = dict[str, Any]
Words = tuple[list[str], np.ndarray]


def class_room(_tokens: int, _seed: int) -> tuple[list[list[str]], dict[str, Any], Any]:
    """Thirteen sentences, what is set for them, and their score."""
    sentences = [sentence.split() for sentence in CLASS_ROOM.replace("\n", ";").split(";") if sentence.strip()]
    return sentences, {"window": 1, "vector_size": 2}, lambda vectors: {"right": float(is_right(vectors))}


def is_right(vectors: KeyedVectors) -> bool:
    return vectors.similarity("dog", "cat") > vectors.similarity("dog", "jack")


def planted(tokens: int, seed: int) -> tuple[list[list[str]], dict[str, Any], Any]:
    """Sentences of eight words of one topic, nothing set, and their score."""
    generator = np.random.default_rng(seed)
    topics = [[f"{name}{i}" for i in range(8)] for name in ("red", "sea", "oak", "cat", "sun", "bread")]
    sentences = [generator.choice(topics[generator.integers(6)], 8).tolist() for _ in range(tokens // 8)]
    group_of = {word: number for number, topic in enumerate(topics) for word in topic}
    return sentences, {}, lambda vectors: {"groups": in_own_group(vectors, group_of)}


def world(tokens: int, seed: int) -> tuple[list[list[str]], dict[str, Any], Any]:
    """A text of the demo world, nothing set, and its scores."""
    with tempfile.TemporaryDirectory() as folder:
        files = write_world(Path(folder), seed, tokens)
        sentences = [line.split() for line in files.corpus.read_text(encoding="ascii").splitlines()]
        asked = evaluation.read_questions(files.analogies)
    return sentences, {}, lambda vectors: world_scores(vectors, asked)


def world_scores(vectors: KeyedVectors, asked: Any) -> dict[str, float]:
    table = (vectors.index_to_key, vectors.vectors)
    return {
        "groups": in_own_group(vectors, {w: g for g, words in questions.GROUPS.items() for w in words.split()}),
        "analogies": evaluation.score_analogies(*table, asked).accuracy,
        "rank": median_rank(vectors),
    }


def in_own_group(vectors: KeyedVectors, group_of: dict[str, Any]) -> float:
    """Of each grouped word's five nearest grouped words, the share that are of its own group."""
    group_of = {word: group for word, group in group_of.items() if word in vectors}
    unit = normalised(vectors, list(group_of))
    similar, groups = unit @ unit.T, np.array(list(group_of.values()))
    np.fill_diagonal(similar, -np.inf)
    return float((groups[np.argsort(-similar, axis=1)[:, :5]] == groups[:, None]).mean())


def median_rank(vectors: KeyedVectors) -> float:
    """Of each word of a pair of twins, the rank of the other among its neighbours."""
    lines = [line.split() for line in questions.SIMILARITY.strip("\n").split("\n")]
    pairs = [pair.split("-") for score, *pairs in lines if float(score) >= TWINS for pair in pairs]
    unit, ranks = normalised(vectors, vectors.index_to_key), []
    for one, other in [pair for a, b in pairs for pair in ((a, b), (b, a)) if a in vectors and b in vectors]:
        similar = unit @ unit[vectors.key_to_index[one]]
        similar[vectors.key_to_index[one]] = -np.inf
        ranks.append(1 + int((similar > similar[vectors.key_to_index[other]]).sum()))
    return statistics.median(ranks)


def normalised(vectors: KeyedVectors, words: list[str]) -> np.ndarray:
    rows = np.stack([vectors[word] for word in words]).astype(np.float64)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def by_gensim(sentences: list[list[str]], settings: dict[str, Any], arch: str, head: str, seed: int) -> KeyedVectors:
    flags = {"hs": 1, "negative": 0} if head == "hs" else {}
    if settings:
        flags["min_count"] = 1
    from gensim.models import Word2Vec as GensimWord2Vec

    model = GensimWord2Vec(sentences, sg=int(arch == "skipgram"), seed=seed, workers=1, **flags, **settings)
    return KeyedVectors(model.wv.index_to_key, model.wv.vectors)


def main(
    sizes: Annotated[list[int] | None, typer.Argument(help="Words of text; 30 is the class-room's.")] = None,
    chosen: Annotated[str, typer.Option("--heads", help="Separated by commas.")] = ",".join(heads.names()),
    seeds: Annotated[int, typer.Option(min=1)] = 3,
    output: Annotated[Path, typer.Option(help="The CSV file.")] = RESULTS,
) -> None:
    need("gensim")
    rows: list[Row] = []
    if output.exists():
        with open(output, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    texts = {30: class_room, 1_000: planted}
    for size in sizes or (30, 1_000, 10_000, 100_000, 1_000_000):
        for seed in range(1, seeds + 1):
            sentences, settings, score = texts.get(size, world)(size, seed)
            for arch in ("skipgram", "cbow"):
                for system, head in [
                    *(("gensim", head) for head in ("ns", "hs")),
                    *(("w2v", h) for h in chosen.split(",")),
                ]:
                    place = {"words": size, "arch": arch, "system": system, "head": head, "seed": seed}
                    if any(all(row[name] == str(value) for name, value in place.items()) for row in rows):
                        continue
                    row: Row = dict(place)
                    if system == "gensim":
                        vectors = by_gensim(sentences, settings, arch, head, seed)
                        row |= {"sample": 1e-3, "epochs": 5, "alpha": 0.025}
                    else:
                        how = {"arch": arch, "head": head, "seed": seed, "workers": 1, "progress": False}
                        model = Word2Vec(sentences, **how, **settings)
                        vectors, config = model.wv, model.model.config
                        row |= {"sample": config.sample, "epochs": config.epochs, "alpha": config.alpha}
                    found = score(vectors)
                    row |= {
                        name: round(found[name], 4) if name in found else ""
                        for name in ("right", "groups", "analogies", "rank")
                    }
                    rows.append({name: str(value) for name, value in (row | describe()).items()})
                    with open(output, "w", encoding="utf-8", newline="") as file:
                        writer = csv.DictWriter(file, rows[-1])
                        writer.writeheader()
                        writer.writerows(rows)
    print_means(rows)


def print_means(rows: list[Row]) -> None:
    """A line for each size, encoder, system and head."""
    for key in dict.fromkeys((row["words"], row["arch"], row["system"], row["head"]) for row in rows):
        same = [row for row in rows if (row["words"], row["arch"], row["system"], row["head"]) == key]
        means = {
            name: statistics.mean(float(row[name]) for row in same)
            for name in ("right", "groups", "analogies", "rank")
            if same[0][name] != ""
        }
        told = "   ".join(f"{name} {value:.3f}" for name, value in means.items())
        settings = f"sample {same[0]['sample']}, {same[0]['epochs']} epochs, alpha {same[0]['alpha']}"
        print(f"{key[0]:>8} {key[1]:<9} {key[2]:<7} {key[3]:<9} {told}   ({settings})")


if __name__ == "__main__":
    typer.run(main)
