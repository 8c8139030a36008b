"""The disc as a page to explore: one HTML file that needs nothing else, neither a network nor a server.

To drag is to move the hyperbolic plane (Lamping, Rao & Pirolli 1995, "A focus+context technique based on hyperbolic
geometry"): what comes to the middle is seen large, and nothing is ever torn apart. A node under the mouse shows what is
above it, a click brings it to the middle, and so does the search. The page's motions and straight lines are
`html/assets/plane.js`; `html/assets/hierarchy.js` draws and listens.
"""

import numpy as np

from w2v.plots.figure import darkened, tinted
from w2v.plots.hierarchy.view import View
from w2v.plots.html.frame import Kind, page_text

DISC = Kind(
    item="node",
    where="in this disc",
    name="A hierarchy",
    label="A hierarchy in the hyperbolic disc. Drag, or use the arrow keys, to move it; 0 takes it back.",
    style="hierarchy",
    scripts=("plane", "hierarchy"),
    buttons='<button id="all" type="button" title="Back to where it began (0)">as it was</button>',
    caption="""<details id="about">
    <summary>About this picture</summary>
    <p><span id="caption">@caption@</span> Drag to move the plane, click a node to bring it to the middle:
    what is there is seen large.</p>
  </details>""",
)


def page_of(view: View, title: str | None = None) -> str:
    """A hierarchy as the text of an HTML file; the same arguments give the same text.

    In more than two dimensions the page moves the projection, and a node that was drawn smaller stays so.
    """
    flat = np.maximum(1 - np.square(view.points).sum(axis=1), np.finfo(float).tiny)
    tops = view.tops or [-1] * len(view.legend)
    named = {mark.colour: (name, top) for (name, mark), top in zip(view.legend.items(), tops, strict=True)}
    hues = list(dict.fromkeys([*named, *view.colours]))
    data = {
        "names": view.names,
        "labels": view.labels,
        "x": view.points[:, 0].tolist(),  # all digits: near the rim it is the last that tell points apart
        "y": view.points[:, 1].tolist(),
        "share": np.minimum(view.nearness / flat, 1).round(3).tolist(),
        "parents": view.nodes.parents,
        "depths": view.nodes.depths.tolist(),
        "sizes": view.nodes.sizes.tolist(),
        "looks": [
            {"name": name, "node": node, "colour": hue, "ink": darkened(hue), "tint": tinted(hue), "mark": "o"}
            for hue, (name, node) in ((hue, named.get(hue, ("", -1))) for hue in hues)
        ],
        "look": [hues.index(colour) for colour in view.colours],
    }
    return page_text(DISC, data, title=title, caption=view.caption)
