"""`w2v demo`: the whole package in about a minute, on the made-up world of `data/`."""

from pathlib import Path

from w2v import evaluation
from w2v.base import leftovers
from w2v.base.atomic_file import settle
from w2v.base.config import Config
from w2v.base.folder_swap import put
from w2v.comparison.run import compare
from w2v.errors import W2VError
from w2v.plots.figure import save_figure
from w2v.plots.words.map import plot_words
from w2v.plots.words.selection import read_words
from w2v.training.progress import Reporter
from w2v.training.train import train

# A few hundred thousand words are little: more passes and a gentler subsampling make up for it.
CONFIG = Config(epochs=15, sample=1e-3, window=5)


def run(folder: Path, reporter: Reporter, *, overwrite: bool = False) -> None:
    """Write the world's text, train on it, print neighbours, analogies and scores, draw the map, and compare heads.

    Args:
        folder: gets `world/` (the text and its questions), `model/`, `map.png` and `comparison/`.
        reporter: shows the progress.

    Raises:
        W2VError: the folder holds something and `overwrite` is not set.
    """
    from w2v_data.world import write_world

    if folder.exists() and not overwrite and any(folder.iterdir()):
        raise W2VError(f"{folder} exists already. Choose another name, or pass overwrite=True to replace its files.")
    (folder / "world").mkdir(parents=True, exist_ok=True)
    world = write_world(folder / "world")
    model = train(world.corpus, CONFIG, callbacks=[reporter])
    model.save(folder / "model", overwrite=overwrite)
    vectors = model.vectors

    for word in ("france", "queen", "walked", "dog"):
        neighbours = ", ".join(neighbour for neighbour, _ in vectors.most_similar(word, topn=6))
        print(f"{word:<8} is near {neighbours}")
    for a, b, c in (("france", "paris", "italy"), ("man", "king", "woman"), ("walk", "walked", "climb")):
        [(answer, score)] = vectors.most_similar(positive=[b, c], negative=[a], topn=1)
        print(f"{a} is to {b} as {c} is to {answer} ({score:.2f})")
    table = (vectors.index_to_key, vectors.vectors)
    print(evaluation.score_analogies(*table, evaluation.read_questions(world.analogies)))
    print(evaluation.score_similarity(*table, evaluation.read_pairs(world.similarity)))

    words, groups = read_words(world.groups)
    title = "A small world, learned from its text"
    figure = plot_words(vectors, words, groups=groups, title=title)
    save_figure(figure, folder / "map.png")
    print(f"the map is in {folder / 'map.png'}, the model in {folder / 'model'}: try w2v nn {folder / 'model'} paris")

    print("\nthree output heads and two encoders compared, in little time:")
    members: dict[str, list[str]] = {}
    for word in words:
        members.setdefault(groups[word], []).append(word)
    with leftovers.temporary_folder(folder) as fresh:
        comparison = compare(
            world.corpus,
            fresh / "comparison",
            heads=("softmax", "ns", "hs"),
            held_out=0.05,
            analogies=[world.analogies],
            similarity=[world.similarity],
            words=[word for group in members.values() for word in group[:6]],
            callbacks=[reporter],
            epochs=2,
            sample=1e-3,
            vector_size=50,
        )
        with put(fresh / "comparison", folder / "comparison", overwrite=True) as remove_old:
            settle(folder, folder / "comparison")
            remove_old()
    print(comparison)
    print(f"the report, with curves and maps, is {folder / 'comparison' / 'report.md'}")
