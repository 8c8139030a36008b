"""The disc as a page to explore: one HTML file that needs nothing else, neither a network nor a server.

To drag is to move the hyperbolic plane (Lamping, Rao & Pirolli 1995, "A focus+context technique based on hyperbolic
geometry"): what comes to the middle is seen large, and nothing is ever torn apart. A node under the mouse shows what is
above it, a click brings it to the middle, and so does the search. The page's motions and straight lines are
`assets/plane.js`; `assets/disc.js` draws and listens. The search is that of the map's page.
"""

import base64
import hashlib
import html
import json
import os
import re
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np
from matplotlib.colors import to_hex, to_rgb

from w2v.errors import W2VError
from w2v.plots.figure import darkened
from w2v.plots.hierarchy.view import arrange
from w2v.vectors import KeyedVectors

SCRIPTS = ("plane.js", "disc.js", "search.js")  # in this order in the file


def save_page(
    vectors: KeyedVectors,
    edges: np.ndarray,
    path: str | os.PathLike[str],
    *,
    words: Sequence[str] | None = None,
    top: int = 1500,
    centre: str | None = None,
    colour: str = "depth",
    subtrees: Sequence[str] | None = None,
    title: str | None = None,
) -> None:
    """Write a hierarchy as an .html file; arguments as for `disc.plot_disc`.

    In more than two dimensions the page moves the projection, and a node that was drawn smaller stays so.

    Raises:
        W2VError: another suffix, a file that cannot be written, or what `disc.plot_disc` raises.
    """
    path = Path(path)
    if path.suffix.lower() != ".html":
        raise W2VError(f"A page cannot be saved as {path.name!r}: its name must end in .html.")
    scene = arrange(vectors, edges, words=words, top=top, centre=centre, colour=colour, subtrees=subtrees)
    flat = np.maximum(1 - np.square(scene.points).sum(axis=1), np.finfo(float).tiny)
    inks = {hue: darkened(hue) for hue in set(scene.colours)}
    tints = {hue: to_hex(tuple(0.45 * np.array(to_rgb(hue)) + 0.55)) for hue in set(scene.colours)}
    data = {
        "names": scene.names,
        "labels": scene.labels,
        "x": scene.points[:, 0].tolist(),  # all digits: near the rim it is the last that tell points apart
        "y": scene.points[:, 1].tolist(),
        "share": np.minimum(scene.nearness / flat, 1).round(3).tolist(),
        "parents": scene.lineage.parents,
        "depths": scene.lineage.depths.tolist(),
        "sizes": scene.lineage.sizes.tolist(),
        "colours": scene.colours,
        "inks": [inks[hue] for hue in scene.colours],
        "tints": [tints[hue] for hue in scene.colours],
        "legend": [
            {"name": name, "colour": hue, "node": scene.tops[place] if scene.tops else -1}
            for place, (name, hue) in enumerate(scene.legend.items())
        ],
    }
    style = _asset("disc.css")
    script = '"use strict";\n' + "\n".join(map(_asset, SCRIPTS))
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (script, style)]
    parts = {
        "policy": f"default-src 'none'; script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}'",
        "title": html.escape(title or "A hierarchy"),
        "heading": html.escape(title or ""),
        "caption": html.escape(scene.caption),
        # Within a script no "<" may begin a tag that ends it; JSON has another way to write it.
        "data": json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"),
        "style": style,
        "script": script,
    }
    text = re.sub(r"@(\w+)@", lambda match: parts[match[1]], _asset("disc.html"))
    try:
        path.write_bytes(text.encode("utf-8", errors="replace"))  # half a surrogate pair has no UTF-8
    except OSError as error:
        raise W2VError(f"The page cannot be written to {path}: {error.strerror}.") from error


def _asset(name: str) -> str:
    return (resources.files("w2v.plots.html") / "assets" / name).read_text(encoding="utf-8")
