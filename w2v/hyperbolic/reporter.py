"""What a person sees while relations are embedded."""

from w2v.hyperbolic.relations import Relations
from w2v.training.progress import Reporter


class PairsReporter(Reporter):
    """Writes how a run goes to stderr."""

    def __enter__(self) -> "PairsReporter":
        super().__enter__()
        return self

    def on_relations(self, relations: Relations) -> None:
        """The relations are read."""
        for note in relations.notes:
            self.on_note(note)
        self.say(f"relations     {len(relations):,} pairs of {len(relations.nodes):,} nodes")
        left_out = {"of a node with itself": relations.dropped_loops, "that came again": relations.duplicates}
        dropped = [f"{number:,} {which}" for which, number in left_out.items() if number]
        if dropped:
            self.say(f"left out      pairs: {', '.join(dropped)}")
        if relations.added:
            self.say(f"closure       {relations.added:,} pairs added, one for each ancestor that was not given")
        for cycle in relations.cycles:
            self.say(f"cycle         {' -> '.join([*cycle, cycle[0]])}")
