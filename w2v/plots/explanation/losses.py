"""The loss of one pair as a surface: what heads want of the scores of a target and of one other word.

Each panel is a head's own loss over x = <h, o_target> and y = <h, o_other>, in a vocabulary of these two words, with
the way that gradient descent takes from several places. Softmax looks at the difference alone: its valley is a slope
along which both scores may rise together. Negative sampling wants each score where it belongs, and its two parts do not
know of each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from w2v.base.config import Config
from w2v.errors import W2VError
from w2v.heads import build
from w2v.plots.figure import GREY, INK, PALETTE, PAPER, QUIET, Sheet, style_curves
from w2v.plots.fonts import FONT

WIDTH, GAP, MOST = 9.0, 0.6, 3  # inches: the page, and between panels; heads
FITTING = ("ns", "softmax", "ova")  # whose scores are inner products with the rows of words
POINTS, LEVELS = 81, 13  # of the grid each way; lines of equal loss
STEPS, RATE = 400, 0.05  # of the ways downhill


def plot_loss_surfaces(
    heads: Sequence[str] = ("ns", "softmax"),
    *,
    negative: int = 1,
    reach: float = 4.0,
    title: str | None = None,
    dpi: int = 200,
) -> Figure:
    """Draw the losses of heads over the scores of a target and of one other word; the same arguments, the same picture.

    Args:
        heads: one to three of ns, softmax and ova.
        negative: K, how often the other word is drawn as a negative sample (ns), at least 1.
        reach: scores go from -reach to reach, above 0.
        title: above the panels.
        dpi: dots per inch.

    Raises:
        W2VError: another head, none or more than three, or a number out of its range.
    """
    if not 1 <= len(heads) <= MOST or (unfit := [head for head in heads if head not in FITTING]):
        what = ", ".join(map(repr, unfit)) if 1 <= len(heads) <= MOST else f"{len(heads)} heads"
        raise W2VError(f"Loss surfaces were asked for of {what}; expected one to {MOST} of {', '.join(FITTING)}.")
    if not 0 < reach < 1e3:
        raise W2VError(f"reach is {reach!r}; expected a number above 0, such as 4.")
    sheet = Sheet(WIDTH, dpi=dpi, texts=[title])
    sheet.title(title)
    sheet.caption([
        "The loss of one pair in nats, over the scores of the target and of one other word, the darker the larger. The "
        "lines are lines of equal loss, the arrows the ways that gradient descent takes.",
    ])  # fmt: skip
    wide = min((WIDTH - 2 * sheet.margin - 0.45 - GAP * (len(heads) - 1)) / len(heads), 5.0)
    sheet.fit(wide + 0.75)
    for number, name in enumerate(heads):
        left = sheet.margin + 0.45 + number * (wide + GAP)
        axes = sheet.panel(left, sheet.head + 0.3, wide, wide)
        style_curves(axes, f"{name}" + (f", K = {negative}" if name == "ns" else ""), "score of the target")
        if number == 0:
            axes.set_ylabel("score of the other word", size=8, color=QUIET, family=FONT)
        _surface(axes, name, negative, float(reach))
    return sheet.figure


def losses_at(name: str, scores: np.ndarray, negative: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """A head's loss [N], and its gradient by the scores [N, 2], where target and other word have these; float64 [N, 2].

    The head is asked itself: with the identity as its output table, hidden vectors are scores.
    """
    import torch

    head = build(
        Config(head=name, vector_size=2, negative=negative, shared_negatives=1), np.ones(2, np.int64),
        torch.eye(2, dtype=torch.float64),
    )  # fmt: skip
    hidden = torch.tensor(np.asarray(scores, np.float64), requires_grad=True)
    target = torch.zeros(len(hidden), dtype=torch.int64)
    drawn: dict[str, Any] = {"noise": torch.tensor([1])} if len(head.noise()) else {}
    loss = head(hidden, target, **drawn)
    (gradient,) = torch.autograd.grad(loss.sum(), hidden)
    return loss.detach().numpy(), gradient.numpy()


def _surface(axes: Axes, name: str, negative: int, reach: float) -> None:
    ticks = np.linspace(-reach, reach, POINTS)
    x, y = np.meshgrid(ticks, ticks)
    loss, _ = losses_at(name, np.stack([x.ravel(), y.ravel()], axis=1), negative)
    loss = loss.reshape(x.shape)
    shades = LinearSegmentedColormap.from_list("loss", [PAPER, "#CFE0EC", PALETTE[0]])
    axes.contourf(x, y, loss, levels=40, cmap=shades)
    lines = axes.contour(x, y, loss, levels=LEVELS, colors=[INK], linewidths=0.5, alpha=0.6)
    axes.clabel(lines, list(lines.levels)[::2], fontsize=6.5, fmt="%g")
    axes.axhline(0, color=GREY, linewidth=0.6)
    axes.axvline(0, color=GREY, linewidth=0.6)
    axes.set_aspect("equal")
    axes.grid(visible=False)
    far = 0.8 * reach
    ways = [np.array([(-far, far), (0.0, 0.0), (far, far), (-far, -far), (0.0, far)])]
    for _ in range(STEPS):
        ways.append(ways[-1] - RATE * losses_at(name, ways[-1], negative)[1])
    for way in np.stack(ways, axis=1):
        path = way[np.abs(way).max(axis=1) <= reach]
        axes.plot(*path.T, color=PALETTE[1], linewidth=1.4)
        axes.scatter([path[0, 0]], [path[0, 1]], color=PALETTE[1], s=16, zorder=3, linewidths=0)
        if len(path) > 2:
            arrow = {"arrowstyle": "-|>", "color": PALETTE[1], "linewidth": 1.4, "shrinkA": 0, "shrinkB": 0}
            axes.annotate("", path[-1], path[-min(len(path), 12)], arrowprops=arrow)
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach))
