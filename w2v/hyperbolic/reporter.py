"""What a person sees while relations are embedded."""

from w2v.errors import counted
from w2v.hyperbolic.relations import Relations
from w2v.training.progress import Reporter


class PairsReporter(Reporter):
    """Writes how a run goes to stderr."""

    def __enter__(self) -> "PairsReporter":
        super().__enter__()
        return self

    def on_relations(self, relations: Relations) -> None:
        """The relations are read."""
        self.say(f"relations     {counted(len(relations), 'pair')} of {counted(len(relations.nodes), 'node')}")
        left_out = {"of a node with itself": relations.dropped_loops, "that came again": relations.duplicates}
        dropped = [f"{number:,} {which}" for which, number in left_out.items() if number]
        if dropped:
            self.say(f"left out      pairs: {', '.join(dropped)}")
        if relations.added:
            self.say(
                f"closure       {counted(relations.added, 'pair')} added, one for each ancestor that was not given"
            )
        try:
            cycles = relations.cycles
        except ModuleNotFoundError as error:  # training needs it for nothing else
            self.say(f"cycle         none was looked for: that needs the package {error.name}")
            return
        for cycle in cycles:
            self.say(f"cycle         {' -> '.join([*cycle, cycle[0]])}")
