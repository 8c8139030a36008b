"""Every setting of an embedding of relations, under gensim's names where gensim has one."""

from dataclasses import asdict, dataclass
from typing import Any, TypedDict

from w2v.base import other_names
from w2v.base.settings import Settings, above, at_least, available_cores, between, one_of, setting, tells_names

BURN_IN_ALPHA = 0.01
LARGE = 10_000  # nodes, beyond which an eighth of all epochs is enough of a burn-in, and the rest the better spent
LORENTZ_EPSILON = 1e-5  # a radius of 12; s has an error of some time^2 / 1e16, and at 1e-5 the time is 1e5


@tells_names
@dataclass(frozen=True, kw_only=True, repr=False)
class PoincareConfig(Settings):
    """Settings of one run; gensim's `size` and its pair `init_range` are understood too.

    Raises:
        W2VError: a value is outside its range; the sentence names the setting, the value and the range.
    """

    elsewhere = other_names.RELATIONS

    space: str = setting(
        "Objective",
        "poincare",
        "Where the nodes live: poincare (the ball; steps are retractions), lorentz (the same space; steps along "
        "geodesics; saved as points of the ball), or euclidean, for comparison.",
        **one_of("poincare", "lorentz", "euclidean"),
    )
    vector_size: int = setting(
        "Objective",
        10,
        "Dimensions, at least 2.",
        check=lambda value: 2 <= value <= 10_000,
        expected="from 2, a disc, to 10000; on a line a node has room for two neighbours only",
    )
    negative: int = setting(
        "Objective", 50, "Unrelated nodes drawn, from which a node's relatives are to be told.", **between(1, 10_000)
    )
    near_negatives: bool = setting(
        "Objective",
        True,
        "After the burn-in, draw half of them from the nodes that share an ancestor, the nearer the likelier, each "
        "weighted so that the loss is that of even draws.",
    )
    negative_weight: float = setting("Objective", 1.0, "How many nodes each of them stands for.", **above(0))
    ns_exponent: float = setting(
        "Objective",
        0.0,
        "They are drawn in proportion to degree^ns_exponent; 0: all alike. Else there are no near negatives.",
        **between(-10, 10),
    )
    epochs: int = setting("Training", 800, "Passes over the relations, burn-in included.", **at_least(1))
    alpha: float = setting(
        "Training", 0.3, "Learning rate: the distance that a slope of 1 moves a point.", **between(1e-9, 10)
    )
    min_alpha: float = setting(
        "Training", 1e-4, "Learning rate at the end; it falls linearly after the restart.", **at_least(0)
    )
    burn_in: int | None = setting(
        "Training",
        None,
        "First epochs, in which nodes find their place at the rate burn_in_alpha; nothing: two fifths of all, and an "
        f"eighth where there are more than {LARGE:,} nodes.",
        check=lambda value: value is None or value >= 0,
        expected="at least 0",
    )
    burn_in_alpha: float | None = setting(
        "Training",
        None,
        f"Learning rate of the burn-in; nothing: {BURN_IN_ALPHA}, or alpha where that is less.",
        check=lambda value: value is None or 0 < value <= 10,
        expected="above 0, and at most 10",
    )
    burn_in_exponent: float = setting("Training", 1.0, "Stands for ns_exponent during the burn-in.", **between(-10, 10))
    restart: int | None = setting(
        "Training",
        None,
        "Epochs after which nodes that are nobody's parent begin again, amid their relatives; 0: never; "
        "nothing: after the burn-in and a third of what is left.",
        check=lambda value: value is None or value >= 0,
        expected="at least 0",
    )
    init_range: float = setting(
        "Training", 1e-3, "Coordinates begin at random between -init_range and init_range.", **between(1e-12, 0.01)
    )
    epsilon: float = setting(
        "Training",
        1e-12,
        f"Points stay so far from the ball's boundary (lorentz: at least {LORENTZ_EPSILON:g}).",
        **between(1e-12, 0.5),
    )
    seed: int = setting("Training", 1, "Seed of every random choice.", **between(0, 2**63 - 1))
    workers: int = setting(
        "Training", 0, "Threads; 0 means one per core. One thread gives the same bits every time.", **at_least(0)
    )

    def for_graph(self, nodes: int) -> "PoincareConfig":
        """These settings, with what was left open and depends on the number of nodes filled in."""
        return self.replace(burn_in=self.epochs // 8) if self.burn_in is None and nodes > LARGE else self

    def for_given_points(self) -> "PoincareConfig":
        """These settings, with neither a burn-in nor a restart where these were left open: points have their places."""
        return self.replace(**{name: 0 for name in ("burn_in", "restart") if getattr(self, name) is None})

    def going_on(self, epochs: int, begun: int) -> "PoincareConfig":
        """These settings of a run that has begun so many epochs, for another number of them.

        Phases that are over stay where they were, or leaves would begin again a second time; the others follow.
        """
        if epochs == self.epochs:
            return self
        longer = self.replace(epochs=epochs)
        burn_in = self.burn_in_epochs if begun > self.burn_in_epochs else max(longer.burn_in_epochs, begun)
        restart = self.restart
        if restart != 0:
            restart = self.restart_epochs if begun > self.restart_epochs else max(longer.restart_epochs, begun)
        return longer.replace(burn_in=burn_in, restart=restart)

    @property
    def burn_in_epochs(self) -> int:
        """How many epochs the burn-in takes; all of them where fewer are trained."""
        return min(self.epochs, 2 * self.epochs // 5 if self.burn_in is None else self.burn_in)

    @property
    def restart_epochs(self) -> int:
        """How many epochs there are before the restart; the burn-in's where there is none."""
        burn_in = self.burn_in_epochs
        chosen = burn_in + (self.epochs - burn_in) // 3 if self.restart is None else self.restart
        return min(max(chosen, burn_in), self.epochs)

    def learning_rate(self, done: float) -> float:
        """The rate after a share `done` in [0, 1] of the run."""
        if done < self.burn_in_epochs / self.epochs:
            return min(BURN_IN_ALPHA, self.alpha) if self.burn_in_alpha is None else self.burn_in_alpha
        falls = self.restart_epochs / self.epochs
        passed = max(done - falls, 0.0) / (1 - falls) if falls < 1 else 0.0
        return self.alpha + (min(self.min_alpha, self.alpha) - self.alpha) * passed

    def used(self) -> dict[str, Any]:
        """Each setting by name, with what a run used, in words where it is no value."""
        values = asdict(self) | {"burn_in": self.burn_in_epochs, "burn_in_alpha": self.learning_rate(0.0)}
        if not self.burn_in_epochs:
            values["burn_in_alpha"] = "none"
        values["restart"] = self.restart_epochs if self.restart != 0 else "never"
        return values | {"workers": self.workers or "0 (one per core)"}

    @property
    def threads(self) -> int:
        """The number of threads to use: `workers`, or one per core this process may run on."""
        return self.workers or available_cores()

    @staticmethod
    def translated(settings: dict[str, Any]) -> dict[str, Any]:
        """gensim's `size` is `vector_size`; its `init_range` (-0.001, 0.001) is 0.001."""
        renamed = {"vector_size" if name == "size" else name: value for name, value in settings.items()}
        bounds = renamed.get("init_range")
        if isinstance(bounds, (tuple, list)) and len(bounds) == 2 and isinstance(bounds[1], (int, float)):
            renamed["init_range"] = bounds[1] if bounds[0] == -bounds[1] else bounds
        return renamed


class PoincareKeywords(TypedDict, total=False):
    """The same as keywords, for editors and type checkers, with gensim's `size` and its pair `init_range`."""

    space: str
    vector_size: int
    negative: int
    near_negatives: bool
    negative_weight: float
    ns_exponent: float
    epochs: int
    alpha: float
    min_alpha: float
    burn_in: int | None
    burn_in_alpha: float | None
    burn_in_exponent: float
    restart: int | None
    init_range: float | tuple[float, float]
    epsilon: float
    seed: int
    workers: int
    size: int
