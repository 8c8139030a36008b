"""The pictures of docs/gallery.md: of every kind that there is, of the demo's world, of Wikipedia and of lessons.

    w2v train enwiki17m.txt -o skipgram
    w2v train enwiki17m.txt -o cbow --arch cbow
    python experiments/gallery.py skipgram cbow
    python experiments/gallery.py                # those that need no Wikipedia

The demo's model is trained here, for its checkpoints. What has a command is drawn by it, and what has lines of Python
by those that stand in the gallery, so that it says how to draw each; a picture is then halved and has its colours
counted down, for a smaller file.
"""

import os
import re
import tempfile
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from machine import need
from PIL import Image
from typer.testing import CliRunner
from w2v_data.world import write_world

from w2v.cli import app
from w2v.demo import CONFIG
from w2v.plots.animation import nearest_colours, palette_of
from w2v.plots.figure import GREY, PALETTE, darkened
from w2v.plots.words.side_by_side import frequent_words
from w2v.training.checkpoint import Checkpoint
from w2v.training.train import train
from w2v.vectors import KeyedVectors

IMAGES = Path(__file__).parent.parent / "docs" / "images"
GALLERY = IMAGES.parent / "gallery.md"
CAPITALS = (
    "france:paris,germany:berlin,italy:rome,spain:madrid,japan:tokyo,russia:moscow,poland:warsaw,austria:vienna,"
    "portugal:lisbon,hungary:budapest"
)
PICTURES = {
    "world": "plot {demo} --words-file {groups}",
    "frequent": "plot {skipgram} --words-file {frequent} --clusters 8",
    "near": "plot {skipgram} --near river,piano,doctor,physics",
    "capitals": "plot {skipgram} --analogy " + CAPITALS,
    "moves": "plot {skipgram} {cbow} --words-file {some}",
    "tree": "plot {skipgram} --tree --top 20",
    "history": "plot {demo} {skipgram} {cbow} --history",
    "forming": "plot {kept} --animate --words-file {groups}",
    "disc": "poincare plot {taxonomy} --colour subtree",
    "taxonomy": "poincare plot {taxonomy} --colour subtree --top 24",
}
BLOCKS = {  # pictures of the gallery's Python, which saves them under these names
    "lesson": "lesson.gif",
    "sampling": "sampling.png",
    "surfaces": "surfaces.png",
    "codes": "codes.png",
    "expected": "expected.png",
}
WIKIPEDIA = {"frequent", "near", "capitals", "moves", "tree", "history"}
FILMS = {"forming", "taxonomy"}
SHADED = {"surfaces", "disc"}  # in colours between the usual ones
TAXONOMY = "--closure --vector-size 2 --epochs 800 --snapshots 20 --seed 2 --workers 1 --quiet"
SENTENCES = 8_000  # of the world for the film: of all of them the first epoch learns nearly everything
TITLES = {
    "world": "A small world",
    "frequent": "Three hundred frequent words of Wikipedia",
    "near": "Four neighbourhoods",
    "capitals": "From country to capital",
    "moves": "From Skip-gram to CBOW",
    "tree": "Twenty words, and the codes that tell them apart",
    "history": "Three runs",
    "forming": "A small world forms",
    "disc": "The taxonomy of a small world",
    "taxonomy": "A taxonomy forms",
}


def main(
    skipgram: Annotated[Path | None, typer.Argument(help="A model of enwiki17m trained with Skip-gram.")] = None,
    cbow: Annotated[Path | None, typer.Argument(help="One trained with CBOW.")] = None,
    only: Annotated[str | None, typer.Option(help="Draw this one: " + ", ".join([*PICTURES, *BLOCKS]))] = None,
    output: Annotated[Path, typer.Option(help="The folder for the pictures.")] = IMAGES,
) -> None:
    need("openTSNE")
    asked = {name for name in [*PICTURES, *BLOCKS] if only in (None, name) and (cbow or name not in WIKIPEDIA)}
    with tempfile.TemporaryDirectory() as folder:
        world = write_world(Path(folder))
        places = {
            "demo": f"{folder}/demo", "frequent": f"{folder}/frequent", "some": f"{folder}/some",
            "groups": world.groups, "kept": f"{folder}/kept", "taxonomy": f"{folder}/taxonomy",
            "skipgram": skipgram, "cbow": cbow,
        }  # fmt: skip
        if asked & {"world", "history"}:
            train(world.corpus, CONFIG).save(places["demo"])
        if "forming" in asked:
            part, lines = Path(folder) / "part.txt", world.corpus.read_text(encoding="utf-8").splitlines(keepends=True)
            part.write_text("".join(lines[:: len(lines) // SENTENCES]), encoding="utf-8")
            train(part, CONFIG.replace(epochs=3), callbacks=[Checkpoint(places["kept"])])
        if asked & {"disc", "taxonomy"}:
            called(f"poincare train {world.hypernyms} -o {places['taxonomy']} {TAXONOMY}".split())
        if asked & WIKIPEDIA:
            vectors = KeyedVectors.load(skipgram)
            for name, n in (("frequent", 300), ("some", 150)):
                Path(places[name]).write_text("\n".join(frequent_words(vectors, n)), encoding="utf-8")
        for name, command in PICTURES.items():
            if name in asked:
                path = output / f"gallery-{name}{'.gif' if name in FILMS else '.png'}"
                arguments = [part.format(**places) for part in command.split()]
                called([*arguments, "--title", TITLES[name], "-o", str(path)])
                tell(path)
        if asked & set(BLOCKS):
            before = Path.cwd()
            os.chdir(folder)  # where the gallery's lines save their pictures
            try:
                exec("\n".join(re.findall(r"^```python\n(.*?)^```", GALLERY.read_text("utf-8"), re.M | re.S)), {})
            finally:
                os.chdir(before)
            for name, file in BLOCKS.items():
                if name in asked:
                    path = output / f"gallery-{name}{Path(file).suffix}"
                    path.write_bytes((Path(folder) / file).read_bytes())
                    tell(path)


def called(arguments: list[str]) -> None:
    """Run a command of w2v."""
    done = CliRunner().invoke(app, arguments)
    if done.exception:
        raise done.exception


def tell(path: Path) -> None:
    print(f"{path.name:<24}{shrunk(path) / 1000:>6.0f} kB", flush=True)


def shrunk(path: Path) -> int:
    """Halve a .png and count its colours down; how many bytes the file has."""
    if path.suffix == ".png":
        with Image.open(path) as image:
            half = image.convert("RGB").resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)
        if any(name in path.stem for name in SHADED):
            small = half.quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=4, dither=Image.Dither.NONE)
        else:
            small = nearest_colours(palette_of([GREY, *PALETTE, *map(darkened, PALETTE)]))(np.asarray(half))
        small.save(path, optimize=True)
    return path.stat().st_size


if __name__ == "__main__":
    typer.run(main)
