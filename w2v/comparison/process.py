"""A trial's process, as the comparison that starts it sees it."""

import json
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from w2v.base import child
from w2v.comparison.combinations import Training
from w2v.training.callbacks import Callback, Progress


def command(folder: Path, training: Training) -> list[str]:
    """The command of a trial."""
    return child.command("w2v.comparison.trial:main", str(folder), training.head, training.subword, *training.archs)


def run(command: Sequence[str], tell: Callback) -> str | None:
    """Run a trial and pass on what it reports; returns the reason why it failed, if it did.

    When this process is interrupted, the trial is told to end, and waited for: it keeps how far it is.
    """
    reason = None
    how: dict[str, Any] = {"text": True, "encoding": "utf-8"}
    how["start_new_session"] = True  # a terminal's Ctrl-C is for this process, which ends that one
    with subprocess.Popen(command, stdout=subprocess.PIPE, **how) as process:
        assert process.stdout
        try:
            for line in process.stdout:
                for what, told in _events(line).items():
                    if what == "block":
                        tell.on_block(Progress(**told))
                    elif what == "note":
                        tell.on_note(told)
                    else:
                        reason = told
        except BaseException:
            process.terminate()
            raise
    if process.returncode == 0:
        return None
    if process.returncode == -signal.SIGKILL:
        return "Its process was killed from outside, which is what the system does when memory runs out."
    return reason or f"Its process ended with code {process.returncode} and gave no reason."


def _events(line: str) -> dict[str, Any]:
    """What a line of a trial's says; nothing, where something else has printed it."""
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
