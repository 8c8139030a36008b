"""Texts broken into lines that fit a page: titles and captions."""

from collections.abc import Sequence
from functools import cache

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties


def lines_of(text: str, font: FontProperties, renderer: RendererAgg, most: float, count: int) -> list[str]:
    """A text as at most so many lines, each no wider than `most` pixels, the last one no mere word or two.

    It is broken between words, and within one only where it alone is wider than a line, as in scripts without spaces.
    What is too long ends in an ellipsis.
    """

    @cache
    def width(part: str) -> float:
        return float(renderer.get_text_width_height_descent(part, font, False)[0])

    parts: list[str] = []  # words, each with the space after it, and letters of those that are too long
    for word in text.split():
        parts += [f"{word} "] if width(word) <= most else [*word[:-1], f"{word[-1]} "]
    widths = [width(part) for part in parts]
    lines, last = _broken(parts, widths, most)
    for share in (0.95, 0.9, 0.85, 0.8):
        narrower, longer = _broken(parts, widths, share * most)
        if last > most / 4 or len(narrower) > len(lines):
            break
        lines, last = narrower, longer
    return lines if len(lines) <= count else [*lines[: count - 1], f"{lines[count - 1][:-1].rstrip()}…"]


def _broken(parts: Sequence[str], widths: Sequence[float], most: float) -> tuple[list[str], float]:
    """Lines of parts no wider than `most`, and the width of the last one."""
    lines: list[str] = []
    width = 0.0
    for part, wide in zip(parts, widths, strict=True):
        if lines and width + wide <= most:
            lines[-1], width = lines[-1] + part, width + wide
        else:
            lines.append(part)
            width = wide
    return [line.rstrip() for line in lines], width
