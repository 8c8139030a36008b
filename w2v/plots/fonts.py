"""Fonts that have all characters of what is written, in whatever script."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib
from matplotlib import font_manager

FONT, MONOSPACE = "DejaVu Sans", "DejaVu Sans Mono"


def fonts_for(text: str) -> list[str]:
    """Font families that have all characters of a text between them; a UserWarning where none are installed."""
    families = [FONT]
    missing = {ord(char) for char in text if char.isprintable()} - _characters(font_manager.findfont(FONT))
    if not missing:
        return families
    found = {
        font.name: missing & _characters(font.fname)
        for font in font_manager.fontManager.ttflist
        if font.style == "normal" and not font.name.startswith("Last Resort")
    }
    while missing:
        best = max(found, key=lambda name: (len(found[name] & missing), name))
        if not found[best] & missing:
            listed = " ".join(map(chr, sorted(missing)[:10]))
            warnings.warn(
                f"No installed font has the characters {listed}, so they are drawn as boxes; install one (for "
                "Chinese, Japanese and Korean: Noto Sans CJK, on Debian and Ubuntu the package fonts-noto-cjk) and "
                f"empty {matplotlib.get_cachedir()}, where matplotlib remembers the fonts it saw.",
                UserWarning,
                stacklevel=4,
            )
            break
        families.append(best)
        missing -= found[best]
    return families


@contextmanager
def known_glyphs() -> Iterator[None]:
    """Without matplotlib's warnings of characters that no font has: `fonts_for` has given a better one."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        yield


def _characters(font_file: str) -> set[int]:
    return set(font_manager.get_font(font_file).get_charmap())
