"""`python -m fuzz` in tests/: run the cases of all readers, or of those named, and print a table."""

import argparse
import logging
import os
import sys
from pathlib import Path

from fuzz import harness
from fuzz.readers import READERS


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("readers", nargs="*", help=f"{', '.join(READERS)}; none: all. A beginning names several.")
    parser.add_argument("--cases", type=int, default=20_000, help="of each reader")
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at a time")
    parser.add_argument("--keep", type=Path, help="put the files of cases with a fault here")
    given = parser.parse_args()
    names = [name for name in READERS if not given.readers or any(map(name.startswith, given.readers))]
    cases = range(given.first, given.first + given.cases)
    logging.disable()  # what readers note is no part of the table
    tallies = harness.run(names, cases, given.jobs, given.keep)
    print(harness.table(tallies))
    return int(any(tally.faults for tally in tallies.values()))


if __name__ == "__main__":
    sys.exit(main())
