"""gensim's own tests, as its wheel brings them, with `w2v.gensim` in the place of gensim's modules.

    python experiments/gensim_suite.py                  all suites; writes results/gensim_suite.csv
    python experiments/gensim_suite.py keyedvectors     one of them, and prints what fails

Nothing of the tests is copied: gensim is imported, each of its modules that `w2v.gensim` has is exchanged for ours,
and the test module is imported then, so that it finds ours. What gensim's `utils` has beyond ours stays, for the tests'
own files.
"""

import importlib
import importlib.util
import sys
import unittest
from pathlib import Path

SUITES = ["word2vec", "keyedvectors", "phrases", "poincare"]
MODULES = ["models.word2vec", "models.keyedvectors", "models.phrases", "models.poincare", "models.callbacks"]


def exchange() -> None:
    """Put the modules of `w2v.gensim` in the place of gensim's, for whatever is imported from now on."""
    import gensim.models

    for name in MODULES:
        if importlib.util.find_spec(f"w2v.gensim.{name}") is None:
            continue
        ours = importlib.import_module(f"w2v.gensim.{name}")
        sys.modules[f"gensim.{name}"] = ours
        setattr(gensim.models, name.removeprefix("models."), ours)


class Outcomes(unittest.TestResult):
    """The outcome of each test, and the last line of its traceback where it failed."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[str, str, str]] = []

    def addSuccess(self, test: unittest.TestCase) -> None:  # noqa: N802
        self.rows.append((test.id(), "passed", ""))

    def addFailure(self, test: unittest.TestCase, err: tuple) -> None:  # noqa: N802
        self.rows.append((test.id(), "failed", f"{err[0].__name__}: {err[1]}".replace("\n", " ")[:200]))

    addError = addFailure  # noqa: N815

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:  # noqa: N802
        self.rows.append((test.id(), "skipped", reason))


def run(suite: str) -> list[tuple[str, str, str]]:
    """Test, outcome and reason, of one test module."""
    tests = unittest.defaultTestLoader.loadTestsFromModule(importlib.import_module(f"gensim.test.test_{suite}"))
    outcomes = Outcomes()
    tests.run(outcomes)
    return outcomes.rows


def main(suites: list[str]) -> None:
    exchange()
    for suite in suites or SUITES:
        rows = run(suite)
        print(suite, sum(outcome == "passed" for _, outcome, _ in rows), "of", len(rows))
        for test, outcome, reason in rows:
            if outcome != "passed":
                print(f"   {outcome:8} {test.rpartition('.')[2]}  {reason}")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main(sys.argv[1:])
