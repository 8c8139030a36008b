"""Films as files: a .gif in colours chosen beforehand, or an .mp4."""

import io
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

import matplotlib
import numpy as np
from matplotlib.animation import FFMpegWriter
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image
from scipy.spatial import cKDTree

from w2v.base.atomic_file import atomic_file
from w2v.errors import W2VError
from w2v.plots.figure import INK, PAPER, QUIET
from w2v.plots.fonts import known_glyphs

RATE = 12  # pictures a second
STEP = 1 / RATE


class Moment(NamedTuple):
    """One picture of a film: what draws it on the figure, and for how many seconds it is seen."""

    draw: Callable[[], None]
    seconds: float = STEP


def check_suffix(path: Path, suffixes: Sequence[str]) -> str:
    """The suffix of a film's name; a W2VError unless it is one of `suffixes` and can be written here."""
    suffix = path.suffix.lower()
    if suffix not in suffixes:
        raise W2VError(f"A film cannot be saved as {path.name!r}: its name must end in {', '.join(suffixes)}.")
    if suffix == ".mp4" and shutil.which("ffmpeg") is None:
        raise W2VError("An .mp4 needs the program ffmpeg, which is not installed; install it, or write a .gif.")
    return suffix


def write_film(figure: Figure, moments: Iterable[Moment], path: Path, palette: np.ndarray) -> None:
    """Draw a film's pictures on a figure, one after the other, and write them as .gif or .mp4, whole or not at all.

    Args:
        palette: of `palette_of`, for a .gif.

    Raises:
        W2VError: the file cannot be written.
    """
    with atomic_file(path) as file, known_glyphs():
        if path.suffix.lower() == ".gif":
            file.write(_gif(figure, moments, palette))
        else:
            _write_mp4(figure, moments, path, str(file.name))


def palette_of(colours: Iterable[str], backgrounds: Sequence[str] = (PAPER,)) -> np.ndarray:
    """At most 256 colours, uint8 [C, 3]: those of type, those given, and what lies between them and the backgrounds.

    So no group gets another's colour, as it might when a picture's colours are counted down by how much of it they
    cover."""
    grounds = [255 * np.array(to_rgb(ground)) for ground in backgrounds]
    inks = [255 * np.array(to_rgb(colour)) for colour in dict.fromkeys([INK, QUIET, *colours])]
    steps = min(16, (256 - len(grounds)) // (len(inks) * len(grounds)))
    shares = np.arange(1, steps + 1)[:, None] / steps
    mixed = [colour for ground in grounds for ink in inks for colour in ground + (ink - ground) * shares]
    return np.rint([*grounds, *mixed]).astype(np.uint8)


def _pictures(figure: Figure, moments: Iterable[Moment]) -> Iterator[tuple[np.ndarray, float]]:
    """Each picture, uint8 [H, W, 3], and for how long it is seen."""
    for moment in moments:
        moment.draw()
        figure.canvas.draw()
        yield np.asarray(cast(FigureCanvasAgg, figure.canvas).buffer_rgba())[:, :, :3].copy(), moment.seconds


def _gif(figure: Figure, moments: Iterable[Moment], palette: np.ndarray) -> bytes:
    """A picture like the one before only lengthens that one; of the others, what changed is written."""
    quantized = nearest_colours(palette)
    seen: list[Image.Image] = []
    spans: list[int] = []
    for picture, seconds in _pictures(figure, moments):
        image = quantized(picture)
        if seen and image.tobytes() == seen[-1].tobytes():
            spans[-1] += round(1000 * seconds)
        else:
            seen.append(image)
            spans.append(round(1000 * seconds))
    buffer = io.BytesIO()
    seen[0].save(buffer, format="GIF", save_all=True, append_images=seen[1:], duration=spans, loop=0, disposal=1)
    return buffer.getvalue()


def nearest_colours(palette: np.ndarray) -> Callable[[np.ndarray], Image.Image]:
    """A function from a picture, uint8 [H, W, 3], to one in the nearest colours of a palette, uint8 [C, 3].

    Pillow's own looks a colour up in a coarse grid, and so may turn white into a tint of it."""
    tree = cKDTree(palette)
    known = np.full(1 << 24, -1, dtype=np.int16)  # by a pixel's 24 bits, what was found so far

    def quantized(picture: np.ndarray) -> Image.Image:
        red, green, blue = np.moveaxis(picture.astype(np.int32), 2, 0)
        codes = red << 16 | green << 8 | blue
        new = np.unique(codes[known[codes] < 0])
        known[new] = tree.query(np.stack([new >> 16, new >> 8 & 255, new & 255], axis=1))[1]
        image = Image.fromarray(known[codes].astype(np.uint8))
        image.putpalette(palette.tobytes())
        return image

    return quantized


def _write_mp4(figure: Figure, moments: Iterable[Moment], path: Path, to: str) -> None:
    """Have ffmpeg write the film that is meant for `path` to the file `to`, whose name does not say what it is."""
    writer = FFMpegWriter(fps=RATE, extra_args=["-pix_fmt", "yuv420p", "-loglevel", "error", "-f", "mp4"])
    program: Any = {"animation.ffmpeg_path": shutil.which("ffmpeg")}  # a matplotlibrc of this folder may name another
    try:
        with matplotlib.rc_context(program), writer.saving(figure, to, figure.dpi):
            for _, seconds in _pictures(figure, moments):
                for _ in range(max(round(seconds * RATE), 1)):
                    writer.grab_frame()
    except (subprocess.CalledProcessError, BrokenPipeError) as error:  # ffmpeg has failed, or is gone
        said = str(getattr(error, "stderr", "") or "").strip().rpartition("\n")[2] or "it ended before the film did"
        raise W2VError(f"{path} was not written: the program ffmpeg failed ({said:.200}).") from error
