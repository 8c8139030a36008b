"""Layers and an optimiser for anyone's torch model: rows that live in the Poincaré ball, and steps that stay there.

    x <- move(x, -lr * grad),   grad = (1 - |x|^2)^2 / 4 times autograd's gradient       (Nickel & Kiela 2017, eq. 5)

`move` is the retraction x + v, scaled back into the ball where it left it, or the exponential map. Parameters say
themselves which space they live in, so one optimiser trains a whole model: what says nothing gets plain SGD.
"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

from w2v.errors import W2VError
from w2v.geometry import EUCLIDEAN, SPACES, PoincareBall, Space

METHODS = ("retraction", "expmap")


class SpaceParameter(nn.Parameter):
    """A parameter whose rows are points of `space`, an instance of `w2v.geometry.Space`; copies and pickles keep it."""

    space: Space

    def __new__(cls, data: Tensor, space: Space, requires_grad: bool = True) -> "SpaceParameter":
        parameter = super().__new__(cls, data, requires_grad)
        parameter.space = space
        return parameter

    def __deepcopy__(self, memo: dict[int, Any]) -> "SpaceParameter":
        if id(self) not in memo:
            memo[id(self)] = SpaceParameter(self.data.clone(), self.space, self.requires_grad)
        return memo[id(self)]

    def __reduce_ex__(self, protocol: Any) -> Any:
        return SpaceParameter, (self.data, self.space, self.requires_grad)


class PoincareNormalize(nn.Module):
    """The projection into the ball: [..., D], rows longer than 1 - eps scaled back to that length, others untouched.

    Args:
        eps: in (0, 1); None: what the input's dtype bears, 3.7e-11 for float64 and 2.4e-5 for float32.
    """

    def __init__(self, eps: float | None = None) -> None:
        super().__init__()
        self.space = PoincareBall(eps)

    def forward(self, x: Tensor) -> Tensor:
        """[..., D] -> [..., D]"""
        return self.space.projx(x)

    def extra_repr(self) -> str:
        return f"eps={self.space.margin}"


class PoincareEmbedding(nn.Embedding):
    """nn.Embedding whose rows are points of the Poincaré ball; train it with `RiemannianSGD`.

    Rows start uniform in the cube [-radius, radius]^D, all but at the origin, where a hierarchy can still unfold to all
    sides. `weight` is a SpaceParameter. A plain optimiser would take steps that ignore the metric and leave the ball.

    Args:
        num_embeddings, embedding_dim: V and D, the shape of `weight`.
        padding_idx: a row that stays at the origin and is not trained.
        radius: in (0, 1 / sqrt(D)).
        sparse: the gradient is sparse: a step costs what the batch touches. Only some optimisers take that.
        eps: how near to the boundary a row may come, in (0, 1); None: as in PoincareNormalize.

    Raises W2VError for a radius outside its range.
    """

    weight: SpaceParameter  # [V, D]

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        *,
        radius: float = 1e-3,
        sparse: bool = True,
        eps: float | None = None,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        if not 0 < radius < embedding_dim**-0.5:
            raise W2VError(
                f"radius is {radius}; rows start within a cube of that half side, which must lie in the ball: "
                f"expected more than 0 and less than 1 / sqrt(D), here {embedding_dim**-0.5:.3g}."
            )
        self.radius = radius  # before nn.Embedding fills the rows with it
        super().__init__(num_embeddings, embedding_dim, padding_idx, sparse=sparse, device=device, dtype=dtype)
        self.weight = SpaceParameter(self.weight.data, PoincareBall(eps))

    def reset_parameters(self) -> None:
        """Draw all rows anew."""
        nn.init.uniform_(self.weight, -self.radius, self.radius)
        self._fill_padding_idx_with_zero()

    @classmethod
    def from_pretrained(  # type: ignore[override]
        cls,
        embeddings: Tensor,
        freeze: bool = True,
        padding_idx: int | None = None,
        *,
        sparse: bool = True,
        eps: float | None = None,
    ) -> "PoincareEmbedding":
        """An embedding that starts from given points of the ball, floating [V, D], copied; freeze: do not train them.

        Raises W2VError where a row is not inside the ball, as vectors of a Euclidean model are not.
        """
        longest = float(embeddings.norm(dim=1).max())
        if not longest < 1:
            raise W2VError(
                f"the longest of the given vectors has length {longest:.3g}; points of the Poincaré ball are shorter "
                "than 1. For vectors of a Euclidean model use torch.nn.Embedding."
            )
        rows, dim = embeddings.shape
        layer = cls(rows, dim, padding_idx, sparse=sparse, eps=eps, device=embeddings.device, dtype=embeddings.dtype)
        with torch.no_grad():
            layer.weight.copy_(layer.weight.space.projx(embeddings))
        layer.weight.requires_grad_(not freeze)
        return layer


class RiemannianSGD(torch.optim.Optimizer):
    """Gradient descent on manifolds (Bonnabel 2013), for dense gradients and for those of sparse embeddings.

    Each parameter moves in the space that its group names (`space`), else in its own (`SpaceParameter`), else in flat
    space. A row that occurs several times in a batch gets one step along the sum of its gradients. As the metric at the
    origin is 4, the first steps there are a quarter of plain SGD's.

    Args:
        params: parameters, or groups of them as torch's optimisers take them.
        lr: the rate, above 0; of a group, as all that follows may be.
        space: a space, or its name ("euclidean", "poincare", "lorentz"), for parameters that do not say; None: flat.
        method: "retraction", x + v projected into the space, cheap and right to first order; or "expmap", the geodesic.
        burn_in: how many of the first steps take only `burn_in_factor` of the rate, while the angles find their order.

    Raises W2VError for a rate, space, method or burn-in that is none.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float,
        *,
        space: Space | str | None = None,
        method: str = "retraction",
        burn_in: int = 0,
        burn_in_factor: float = 0.1,
    ) -> None:
        defaults = {"lr": lr, "space": space, "method": method, "burn_in": burn_in, "burn_in_factor": burn_in_factor}
        super().__init__(params, {**defaults, "steps": 0})

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """As torch's; settings are checked here, and a space is kept by its name, so that a state dict is plain."""
        group = {**self.defaults, **param_group}
        if isinstance(group["space"], Space):
            group["space"] = group["space"].name
        if group["space"] not in (None, *SPACES):
            raise W2VError(f"there is no space {group['space']!r}; expected one of {', '.join(SPACES)}, or None.")
        if group["method"] not in METHODS:
            raise W2VError(f"there is no method {group['method']!r}; expected one of {', '.join(METHODS)}.")
        if not group["lr"] > 0:
            raise W2VError(f"lr is {group['lr']}; expected a rate above 0, such as 0.1.")
        if group["burn_in"] < 0 or not 0 < group["burn_in_factor"] <= 1:
            raise W2VError(
                f"burn_in is {group['burn_in']} with burn_in_factor {group['burn_in_factor']}; "
                "expected a number of steps, 0 for none, and a factor above 0 and at most 1."
            )
        super().add_param_group(group)

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One step of every parameter that has a gradient; closure: evaluates the loss anew, which is then returned."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            rate = group["lr"] * (group["burn_in_factor"] if group["steps"] < group["burn_in"] else 1.0)
            group["steps"] += 1
            for parameter in group["params"]:
                if parameter.grad is not None:
                    space = SPACES[group["space"]] if group["space"] else getattr(parameter, "space", EUCLIDEAN)
                    _move(parameter, space, rate, group["method"])
        return loss


def _move(parameter: Tensor, space: Space, rate: float, method: str) -> None:
    """One step of the rows that the gradient touches."""
    gradient = parameter.grad
    assert gradient is not None
    rows: Any = ...
    if gradient.is_sparse:  # as embeddings make it: whole rows
        gradient = gradient.coalesce()
        rows, gradient = gradient.indices()[0], gradient.values()
    points = parameter[rows]
    step = -rate * space.egrad2rgrad(points, gradient)
    parameter[rows] = space.retr(points, step) if method == "retraction" else space.expmap(points, step)
