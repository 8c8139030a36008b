"""Run lessons cell by cell, as a notebook does, and keep what each cell printed and drew.

    python docs/lessons/run.py                                       # all lessons
    python docs/lessons/run.py docs/lessons/1_counts_to_vectors.py   # these

A lesson is a plain script with cell marks: `# %% [markdown]` begins text, `# %%` code. It runs in a folder of its own
that is removed afterwards. The last expression of a cell is shown: a figure as a picture, all else as text.

What was shown is kept in `outputs/NAME.json`, for each code cell in order {"code", "text", "pictures"}, the pictures as
.png files beside it; pages are made of these. A translation of a lesson has the same code, and so the same outputs.
"""

import ast
import contextlib
import io
import json
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from pprint import pformat
from typing import Any, NamedTuple

HERE = Path(__file__).parent
OUTPUTS = HERE / "outputs"
MARK = re.compile(r"^# %%(?P<markdown> \[markdown\])?\s*$", re.M)
DPI, COLOURS, LARGEST = 120, 256, 200_000  # of pictures: dots per inch, colours, and bytes
WIDTH = 100  # characters of a shown list or dictionary, before it is broken into lines


class Cell(NamedTuple):
    """A part of a lesson."""

    markdown: bool
    source: str  # of text without the marks of comments
    line: int  # of the script, from 1, where the source begins


class Output(NamedTuple):
    """What a code cell showed."""

    code: str
    text: str
    pictures: list[bytes]  # .png files


def lessons() -> list[Path]:
    """All lessons, in their order."""
    return sorted(HERE.glob("[0-9]_*.py"))


def cells_of(script: str) -> list[Cell]:
    """The cells of a lesson's script. Raises a ValueError where something stands before the first one."""
    marks = list(MARK.finditer(script))
    if not marks or script[: marks[0].start()].strip():
        raise ValueError("A lesson begins with a cell mark: '# %%' or '# %% [markdown]'.")
    cells = []
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        body = script[mark.end() : following.start() if following else None]
        source = body.strip("\n")
        line = script[: mark.end()].count("\n") + 1 + body[: len(body) - len(body.lstrip("\n"))].count("\n")
        if mark["markdown"]:
            source = "\n".join(re.sub(r"^# ?", "", line) for line in source.split("\n"))
        cells.append(Cell(bool(mark["markdown"]), source, line))
    return cells


def run(path: Path) -> tuple[list[Output], dict[str, Any]]:
    """What the code cells of a lesson showed, and the names that there were at its end."""
    names: dict[str, Any] = {"__name__": "__main__"}
    outputs = []
    with _folder_of_its_own(), _no_windows():
        for cell in cells_of(path.read_text(encoding="utf-8")):
            if not cell.markdown:
                outputs.append(_run(cell, path, names))
    return outputs, names


def keep(path: Path, outputs: list[Output]) -> None:
    """Write outputs in place of those kept before."""
    OUTPUTS.mkdir(exist_ok=True)
    for old in OUTPUTS.glob(f"{path.stem}-*.png"):
        old.unlink()
    kept, number = [], 0
    for output in outputs:
        pictures = []
        for picture in output.pictures:
            number += 1
            pictures.append(f"{path.stem}-{number}.png")
            (OUTPUTS / pictures[-1]).write_bytes(picture)
        kept.append({"code": output.code, "text": output.text, "pictures": pictures})
    text = json.dumps(kept, ensure_ascii=False, indent=1)
    (OUTPUTS / f"{path.stem}.json").write_text(text + "\n", encoding="utf-8")


def kept(path: Path) -> list[dict[str, Any]]:
    """What `keep` wrote for a lesson, or for a translation of it."""
    return json.loads((OUTPUTS / f"{path.stem}.json").read_text(encoding="utf-8"))


def _run(cell: Cell, path: Path, names: dict[str, Any]) -> Output:
    """Run a cell in the lesson's names; a failure tells the line of the script."""
    body = ast.parse("\n" * (cell.line - 1) + cell.source, str(path)).body
    last = ast.Expression(body.pop().value) if body and isinstance(body[-1], ast.Expr) else None  # type: ignore[attr-defined]
    told, pictures = io.StringIO(), []
    with contextlib.redirect_stdout(told):
        exec(compile(ast.Module(body, []), path, "exec"), names)
        value = eval(compile(last, path, "eval"), names) if last else None
        if hasattr(value, "savefig"):
            pictures.append(_picture(value))
        elif value is not None:
            plain = type(value) in (list, dict, tuple, set)
            print(pformat(value, width=WIDTH, sort_dicts=False) if plain else value)
    pictures = _drawn() + pictures
    return Output(cell.source, "\n".join(line.rstrip() for line in told.getvalue().split("\n")).rstrip(), pictures)


def _drawn() -> list[bytes]:
    """The figures that pyplot has, which are closed."""
    if "matplotlib.pyplot" not in sys.modules:
        return []
    from matplotlib import pyplot

    pictures = [_picture(pyplot.figure(number)) for number in pyplot.get_fignums()]
    pyplot.close("all")
    return pictures


def _picture(figure: Any) -> bytes:
    """A figure as a small .png; the same figure gives the same bytes."""
    from PIL import Image

    large, small = io.BytesIO(), io.BytesIO()
    figure.savefig(large, format="png", dpi=DPI, metadata={"Software": None})
    palette = {"method": Image.Quantize.MAXCOVERAGE, "kmeans": 4, "dither": Image.Dither.NONE}  # keeps rare hues apart
    Image.open(large).convert("RGB").quantize(COLOURS, **palette).save(small, "png", optimize=True)
    if small.tell() > LARGEST:
        raise ValueError(f"A picture takes {small.tell():,} bytes; draw a smaller one, of at most {LARGEST:,}.")
    return small.getvalue()


@contextlib.contextmanager
def _folder_of_its_own() -> Iterator[None]:
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


@contextlib.contextmanager
def _no_windows() -> Iterator[None]:
    """pyplot, if a lesson has it, opens none."""
    import matplotlib

    before = matplotlib.get_backend()
    matplotlib.use("agg")
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", ".* is non-interactive, and thus cannot be shown")  # plt.show()
            yield
    finally:
        matplotlib.use(before)


def main() -> None:
    for path in [Path(name).resolve() for name in sys.argv[1:]] or lessons():
        outputs, _ = run(path)
        keep(path, outputs)
        pictures = sum(len(output.pictures) for output in outputs)
        print(f"{path.name}: {len(outputs)} cells, {pictures} pictures")


if __name__ == "__main__":
    main()
