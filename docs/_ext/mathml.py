"""Formulae as MathML, which browsers draw themselves: no script, nothing from the net.

MathML needs a font that knows how signs of mathematics grow. Not every system has one, so STIX Two Math goes along.
"""

from importlib.resources import files
from pathlib import Path

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

log = logging.getLogger(__name__)
FONT = files("ziamath") / "fonts" / "STIXTwoMath-Regular.ttf"
CONVERTER = LatexToMathML(fancy_error=False)


def _mathml(node: nodes.Element, *, block: bool) -> str:
    """A formula's MathML; one that the converter cannot read is a warning, which ends the build."""
    try:
        made: str = CONVERTER.convert_with_local_state(node.astext(), displaystyle=block)
    except LatexError as error:
        log.warning("The formula %s cannot be shown: %s", node.astext(), error, location=node)
        return ""
    return made


def _inline(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append(_mathml(node, block=False))
    raise nodes.SkipNode


def _block(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append(self.starttag(node, "div", CLASS="math"))
    self.body.append(_mathml(node, block=True))
    self.body.append("</div>\n")
    raise nodes.SkipNode


def _copy_font(app: Sphinx, error: Exception | None) -> None:
    if error is None:
        (Path(app.outdir) / "_static" / FONT.name).write_bytes(FONT.read_bytes())


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.connect("build-finished", _copy_font)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
