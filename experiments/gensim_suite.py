"""gensim's own tests, as its wheel brings them, with `w2v.gensim` in the place of gensim's modules.

    python experiments/gensim_suite.py                  all suites; writes results/gensim_suite.csv
    python experiments/gensim_suite.py keyedvectors     one of them, and prints what fails
    python experiments/gensim_suite.py phrases --output table.csv

Nothing of the tests is copied: gensim is imported, each of its modules that `w2v.gensim` has is exchanged for ours, as
are the functions of its `utils` that ours has, and a test module is imported then, so that it finds ours. All tests of
a module that is not here yet have failed. Those that say nothing about `w2v.gensim` are in `gensim_scope.py`, each with
its reason; of the others at least 95 in a hundred pass (`tests/test_gensim_suite.py`).
"""

import argparse
import csv
import importlib
import logging
import os
import sys
import tempfile
import types
import unittest
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gensim_scope import OUT_OF_SCOPE
from machine import describe, need

SUITES = ["word2vec", "keyedvectors", "phrases", "poincare", "fasttext", "doc2vec"]
MODULES = [*(f"models.{suite}" for suite in SUITES), "models.callbacks", "models.fasttext_inner"]
LENT = {"models.fasttext": ["_unpack"]}  # what a test module imports of gensim's, and no test in scope calls
RESULTS = Path(__file__).parent / "results" / "gensim_suite.csv"
OF_UTILS_ITSELF = {"open"}  # gensim opens its own files with it


def exchange() -> dict[str, str]:
    """Put what `w2v.gensim` has in gensim's place, for whatever is imported from now on; what is missing, and why."""
    import gensim.models
    import gensim.utils

    from w2v.gensim import utils

    for name in set(vars(utils)) & set(vars(gensim.utils)) - OF_UTILS_ITSELF:
        if getattr(vars(utils)[name], "__module__", None) == utils.__name__:
            setattr(gensim.utils, name, vars(utils)[name])
    missing = {}
    for name in MODULES:
        try:
            ours = importlib.import_module(f"w2v.gensim.{name}")
        except ImportError as error:
            missing[name.removeprefix("models.")] = f"there is no w2v.gensim.{name}: {error}"
            continue
        for private in LENT.get(name, ()):
            setattr(ours, private, getattr(importlib.import_module(f"gensim.{name}"), private))
        sys.modules[f"gensim.{name}"] = ours
        setattr(gensim.models, name.removeprefix("models."), ours)
        for public in set(vars(gensim.models)) & set(vars(ours)):
            if getattr(vars(ours)[public], "__module__", "").startswith("w2v.gensim"):
                setattr(gensim.models, public, vars(ours)[public])
    return missing


class Outcomes(unittest.TestResult):
    """The outcome of each test, and its error where it failed."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[str, str, str]] = []

    def startTest(self, test: unittest.TestCase) -> None:  # noqa: N802
        super().startTest(test)
        self.rows.append((".".join(test.id().split(".")[-2:]), "passed", ""))

    def _told(self, outcome: str, reason: str) -> None:
        name, before, _ = self.rows[-1]
        if before == "passed":  # the first of several errors is the one that led to the others
            self.rows[-1] = name, outcome, " ".join(reason.split())[:200]

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:  # noqa: N802
        self._told("failed", f"{err[0].__name__}: {err[1]}")

    addError = addFailure  # noqa: N815

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Any) -> None:  # noqa: N802
        if err:
            self.addFailure(test, err)

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:  # noqa: N802
        self._told("failed", f"skipped: {reason}")  # what is skipped for a reason is out of scope, in gensim_scope.py


@contextmanager
def _surroundings() -> Iterator[None]:
    """A folder for the tests' files, quiet, and a package that gensim needs for Word Mover's Distance, and ours not."""
    logging.getLogger().addHandler(logging.NullHandler())
    warnings.simplefilter("ignore")
    pot = types.ModuleType("ot")
    pot.emd2 = None  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as folder:
        before, tempfile.tempdir = tempfile.tempdir, folder
        here = os.getcwd()
        os.chdir(folder)  # some tests write beside themselves
        sys.modules.setdefault("ot", pot)
        try:
            yield
        finally:
            os.chdir(here)
            tempfile.tempdir = before


def run(suite: str, missing: dict[str, str]) -> list[dict[str, str]]:
    """A row for each test of a module of gensim's: suite, test, outcome, reason."""
    with _surroundings():
        module = importlib.import_module(f"gensim.test.test_{suite}")
        if getattr(sys.modules["ot"], "emd2", None) is None:
            del sys.modules["ot"]
        tests = unittest.defaultTestLoader.loadTestsFromModule(module)
        outcomes = Outcomes()
        for test in _each(tests):
            if type(test).__module__ != module.__name__:  # it imports another suite's
                continue
            name = ".".join(test.id().split(".")[-2:])
            if reason := OUT_OF_SCOPE[suite].get(name):
                outcomes.rows.append((name, "out of scope", reason))
            elif suite in missing:
                outcomes.rows.append((name, "failed", missing[suite]))
            else:
                unittest.TestSuite([test]).run(outcomes)
    return [dict(zip(("suite", "test", "outcome", "reason"), (suite, *row), strict=True)) for row in outcomes.rows]


def _each(tests: unittest.TestSuite) -> Iterator[unittest.TestCase]:
    for test in tests:
        if isinstance(test, unittest.TestSuite):
            yield from _each(test)
        else:
            yield test


def share(rows: list[dict[str, str]]) -> float:
    """Which part of the tests that are in scope passed."""
    outcomes = Counter(row["outcome"] for row in rows)
    return outcomes["passed"] / max(outcomes["passed"] + outcomes["failed"], 1)


def told(suite: str, rows: list[dict[str, str]]) -> str:
    """What came of a suite, in a line."""
    outcomes = Counter(row["outcome"] for row in rows)
    in_scope = outcomes["passed"] + outcomes["failed"]
    line = f"{suite:<13} {outcomes['passed']:3} of {in_scope:3} in scope passed ({share(rows):.1%})"
    return f"{line}, {outcomes['out of scope']} out of scope"


def main() -> None:
    parser = argparse.ArgumentParser(description="Run gensim's own tests with w2v.gensim in gensim's place.")
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"of {', '.join(SUITES)}; all of them by default")
    parser.add_argument("--output", type=Path, help=f"the table; by default {RESULTS.name}, when all suites are run")
    given = parser.parse_args()
    if unknown := [suite for suite in given.suites if suite not in SUITES]:
        parser.error(f"there is no suite {unknown[0]!r}; there are {', '.join(SUITES)}")
    need("gensim", "testfixtures")
    missing, every = exchange(), []
    for suite in given.suites or SUITES:
        rows = run(suite, missing)
        every += rows
        print(told(suite, rows), flush=True)
        for row in rows:
            if row["outcome"] == "failed":
                print(f"   {row['test'].rpartition('.')[2]}  {row['reason']}")
    print(told("all", every))
    output = given.output or (None if given.suites else RESULTS)
    if output:
        versions = {name: describe()[name] for name in ("commit", "python", "numpy", "gensim")}
        with output.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, [*every[0], *versions], lineterminator="\n")
            writer.writeheader()
            writer.writerows(row | versions for row in every)


if __name__ == "__main__":
    main()
