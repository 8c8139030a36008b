"""The pictures of docs/gallery.md: every kind that `w2v plot` draws, of the demo's world and of Wikipedia.

    w2v train enwiki17m.txt -o skipgram
    w2v train enwiki17m.txt -o cbow --arch cbow
    python experiments/gallery.py skipgram cbow

The demo's model is trained here, for its checkpoints. All is drawn through the command line, so that the gallery can
say how to draw it; a picture is then halved and has its colours counted down, for a smaller file.
"""

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
CAPITALS = (
    "france:paris,germany:berlin,italy:rome,spain:madrid,japan:tokyo,russia:moscow,poland:warsaw,austria:vienna,"
    "portugal:lisbon,hungary:budapest"
)
PICTURES = {
    "world": "{demo} --words-file {groups}",
    "frequent": "{skipgram} --words-file {frequent} --clusters 8",
    "near": "{skipgram} --near river,piano,doctor,physics",
    "capitals": "{skipgram} --analogy " + CAPITALS,
    "moves": "{skipgram} {cbow} --words-file {some}",
    "tree": "{skipgram} --tree --top 20",
    "history": "{demo} {skipgram} {cbow} --history",
    "forming": "{kept} --animate --words-file {groups}",
}
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
}


def main(
    skipgram: Annotated[Path, typer.Argument(help="A model of enwiki17m trained with Skip-gram.")],
    cbow: Annotated[Path, typer.Argument(help="One trained with CBOW.")],
    only: Annotated[str | None, typer.Option(help="Draw this one: " + ", ".join(PICTURES))] = None,
    output: Annotated[Path, typer.Option(help="The folder for the pictures.")] = IMAGES,
) -> None:
    need("openTSNE")
    with tempfile.TemporaryDirectory() as folder:
        world = write_world(Path(folder))
        train(world.corpus, CONFIG).save(Path(folder) / "demo")
        part, kept = Path(folder) / "part.txt", Path(folder) / "kept"
        lines = world.corpus.read_text(encoding="utf-8").splitlines(keepends=True)
        part.write_text("".join(lines[:: len(lines) // SENTENCES]), encoding="utf-8")
        train(part, CONFIG.replace(epochs=3), callbacks=[Checkpoint(kept)])
        vectors = KeyedVectors.load(skipgram)
        for name, n in (("frequent", 300), ("some", 150)):
            (Path(folder) / name).write_text("\n".join(frequent_words(vectors, n)), encoding="utf-8")
        places = {
            "demo": f"{folder}/demo", "frequent": f"{folder}/frequent", "some": f"{folder}/some",
            "groups": world.groups, "kept": kept, "skipgram": skipgram, "cbow": cbow,
        }  # fmt: skip
        for name, command in PICTURES.items():
            if only in (None, name):
                path = output / f"gallery-{name}{'.gif' if name == 'forming' else '.png'}"
                arguments = [part.format(**places) for part in command.split()]
                done = CliRunner().invoke(app, ["plot", *arguments, "--title", TITLES[name], "-o", str(path)])
                if done.exception:
                    raise done.exception
                print(f"{path.name:<24}{shrunk(path) / 1000:>6.0f} kB", flush=True)


def shrunk(path: Path) -> int:
    """Halve a .png and count its colours down; how many bytes the file has."""
    if path.suffix == ".png":
        with Image.open(path) as image:
            half = image.convert("RGB").resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)
        palette = palette_of([GREY, *PALETTE, *map(darkened, PALETTE)])
        nearest_colours(palette)(np.asarray(half)).save(path, optimize=True)
    return path.stat().st_size


if __name__ == "__main__":
    typer.run(main)
