"""The picture of docs/subwords.md: words that a text does not have, amid the known ones that are nearest to them.

w2v train enwiki17m.txt -o subwords --subword fasttext --epochs 3
python experiments/unknown_words.py subwords
"""

from pathlib import Path
from typing import Annotated

import typer
from gallery import IMAGES, shrunk
from machine import need

from w2v.errors import W2VError
from w2v.plots.figure import save_figure
from w2v.plots.words.map import plot_words
from w2v.vectors import KeyedVectors

NEW = [
    *("electromagnetics", "neurophysiologists", "reunifications", "volcanologists", "violincellist", "clarinettist"),
    *("symphonist", "beethovens", "parliment", "enviroment", "philosophizing", "industrialising"),
]
NEAR, AMONG = 6, 40_000
COMPOSED, KNOWN = "never seen", "in the vocabulary"


def main(
    model: Annotated[Path, typer.Argument(help="A model of enwiki17m with subwords.")],
    output: Annotated[Path, typer.Option(help="The picture.")] = IMAGES / "subwords.png",
) -> None:
    need("openTSNE")
    vectors = KeyedVectors.load(model)
    if known := [word for word in NEW if word in vectors.key_to_index]:
        raise W2VError(f"{model} has seen {', '.join(known)}; the picture is of words that it has not.")
    words = dict.fromkeys(NEW, COMPOSED)
    for word in NEW:
        for near, _ in vectors.most_similar(word, topn=NEAR, restrict_vocab=AMONG):
            words.setdefault(near, KNOWN)
    title = "Words that were never seen, amid their nearest neighbours"
    figure = plot_words(vectors, list(words), groups=words, title=title, figsize=(11.0, 8.0))
    save_figure(figure, output)
    print(f"{output.name:<24}{shrunk(output) / 1000:>6.0f} kB")


if __name__ == "__main__":
    typer.run(main)
