"""The disc as a page to explore: one HTML file that needs nothing else, neither a network nor a server.

To drag is to move the hyperbolic plane (Lamping, Rao & Pirolli 1995, "A focus+context technique based on hyperbolic
geometry"): what comes to the middle is seen large, and nothing is ever torn apart. A node under the mouse shows what is
above it, a click brings it to the middle, and so does the search. With states of the training there is a slider, and
between two of them every node moves along a geodesic. The page's motions and straight lines are
`html/assets/plane.js`; `html/assets/hierarchy.js` draws and listens.
"""

from collections.abc import Mapping

import numpy as np

from w2v.plots.figure import darkened, tinted
from w2v.plots.hierarchy.film import State, about, moment_of
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


TINY = np.finfo(float).tiny


def page_of(view: View, title: str | None = None, states: Mapping[int, State] | None = None) -> str:
    """A hierarchy as the text of an HTML file; the same arguments give the same text.

    In more than two dimensions the page moves the projection, and a node that was drawn smaller stays so.

    states: by epoch, of `film.states_of`, the last of which is shown first; None: the view alone.
    """
    final = State(view.points, view.nearness, view.scale)
    moments = {moment_of(epoch, state): state for epoch, state in states.items()} if states else {"": final}
    flats = [np.maximum(1 - np.square(state.points).sum(axis=1), TINY) for state in moments.values()]
    tops = view.tops or [-1] * len(view.legend)
    named = {mark: (name, top) for (name, mark), top in zip(view.legend.items(), tops, strict=True)}
    looks = list(dict.fromkeys([*named, *view.marks]))
    data = {
        "names": view.names,
        "labels": view.labels,
        "frames": list(moments),
        # All digits: near the rim it is the last that tell points apart.
        "x": [state.points[:, 0].tolist() for state in moments.values()],
        "y": [state.points[:, 1].tolist() for state in moments.values()],
        "share": [
            np.minimum(state.near / flat, 1).round(3).tolist()
            for state, flat in zip(moments.values(), flats, strict=True)
        ],
        "parents": view.nodes.parents,
        "depths": view.nodes.depths.tolist(),
        "sizes": view.nodes.sizes.tolist(),
        "looks": [
            {
                "name": name, "node": node, "colour": mark.colour, "ink": darkened(mark.colour),
                "tint": tinted(mark.colour), "mark": mark.shape,
            }
            for mark, (name, node) in ((mark, named.get(mark, ("", -1))) for mark in looks)
        ],
        "look": [looks.index(mark) for mark in view.marks],
    }  # fmt: skip
    return page_text(DISC, data, title=title, caption=about(view, states) if states else view.caption)
