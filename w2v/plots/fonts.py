"""Fonts that have all characters of what is written, in whatever script."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib
from matplotlib import font_manager
from matplotlib.font_manager import FontEntry

FONT, MONOSPACE = "DejaVu Sans", "DejaVu Sans Mono"


def fonts_for(text: str) -> list[str]:
    """Font families that have all characters of a text between them; a UserWarning where none are installed.

    Of fonts with as many of the characters, those without serifs go first, as beside `FONT` they should, and of
    families for East Asia the one whose forms of Chinese characters the text's script asks for.
    """
    families = [FONT]
    missing = {ord(char) for char in text if char.isprintable()} - _characters(font_manager.findfont(FONT))
    if not missing:
        return families
    upright = [font for font in font_manager.fontManager.ttflist if font.style == "normal"]
    fonts = {font.name: font for font in upright if not font.name.startswith("Last Resort")}
    found = {name: missing & _characters(font.fname) for name, font in fonts.items()}
    looks = {name: _looks(font, missing) for name, font in fonts.items()}
    while missing:
        best = max(found, key=lambda name: (len(found[name] & missing), *looks[name], name))
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


def _looks(font: FontEntry, codes: set[int]) -> tuple[bool, bool, bool]:
    """How well a font goes with `FONT` for some characters: without serifs, not fixed in width, of their region."""
    metrics = font_manager.get_font(font.fname).get_sfnt_table("OS/2")
    family, kind = metrics["panose"][:2] if metrics else (0, 0)
    kana, hangul = any(0x3040 <= code < 0x3100 for code in codes), any(0xAC00 <= code < 0xD7A4 for code in codes)
    region = "JP" if kana else "KR" if hangul else "SC"
    return not (family == 2 and 2 <= kind <= 10), "Mono" not in font.name, font.name.endswith(region)


def _characters(font_file: str) -> set[int]:
    return set(font_manager.get_font(font_file).get_charmap())
