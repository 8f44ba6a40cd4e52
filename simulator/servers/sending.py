"""Sending a batch to the scheduler of a compute server."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from simulator.executors import RunError
from simulator.servers.schedulers import Scheduler

PATIENCE = 120
"""Seconds that a scheduler may take to answer."""


class Sent(NamedTuple):
    """The numbers that a scheduler gave to what it was sent."""

    tasks: str
    merge: str


def sent(scheduler: Scheduler, tasks: Path, merge: Path) -> Sent:
    """Send all tasks, and what is to follow them.

    Parameters
    ----------
    scheduler : Scheduler
    tasks, merge : Path
        The scripts.

    Raises
    ------
    RunError
        If the scheduler is not there or refuses; it says what was sent already.
    """
    first = _given(scheduler, tasks, ())
    try:
        words = [word.format(job=first) for word in scheduler.after]
        return Sent(first, _given(scheduler, merge, words))
    except RunError as error:
        raise RunError(
            f"job {first} was sent, but not what puts it together; when it has ended: "
            f"caresim merge {merge.parent.parent}. {error}"
        ) from error


def _given(scheduler: Scheduler, script: Path, more: Sequence[str]) -> str:
    """Give a script to the scheduler; return the number of the job."""
    words = [*scheduler.send, *more]
    words += [str(script)] if scheduler.takes_file else []
    try:
        answer = subprocess.run(
            words,
            input=None if scheduler.takes_file else script.read_text(encoding="utf-8"),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except FileNotFoundError as error:
        raise RunError(
            f"there is no {scheduler.send[0]} here: submit on a machine of the server "
            f"that has {scheduler.title}'s commands"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise RunError(
            f"{scheduler.send[0]} has not answered in {PATIENCE} s"
        ) from error
    found = re.search(scheduler.said, answer.stdout, re.MULTILINE)
    if answer.returncode != 0 or found is None:
        said = " ".join((answer.stderr or answer.stdout).split())
        raise RunError(f"{scheduler.send[0]} refuses {script}: {said}")
    return found[1]
