"""What the folder of a batch remembers of being sent to a compute server."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from results.errors import ResultError
from simulator.batch.agenda import all_blocks
from simulator.batch.book import PlannedRun
from simulator.batch.store import Store

SUBMISSION = "jobs/submission.json"
LOGS = "jobs/logs"


class Submission(NamedTuple):
    """How a batch was sent to a compute server the last time."""

    tasks: int
    here: str
    """The folder in which it was sent."""
    command: str
    """What sends it again, there."""


def keep(store: Store, submission: Submission) -> None:
    """Write down how a batch is sent.

    Raises
    ------
    ResultError
        If the disk refuses.
    """
    store.keep_text(SUBMISSION, json.dumps(submission._asdict(), indent=1) + "\n")


def submission(store: Store) -> Submission | None:
    """Return how a batch was sent; None: it never was.

    Raises
    ------
    ResultError
        If that cannot be read.
    """
    path = store.path / SUBMISSION
    if not path.exists():
        return None
    try:
        return Submission(**json.loads(path.read_bytes()))
    except OSError as error:
        raise ResultError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, TypeError) as error:
        raise ResultError(f"{path}: is damaged; submit the batch again") from error


def unfinished(store: Store, runs: Sequence[PlannedRun], tasks: int) -> list[int]:
    """Return the tasks, from 1 on, of whose share something is missing."""
    there = {run.key: store.replications(run.key) for run in runs}
    return sorted(
        {
            place % tasks + 1
            for place, (key, numbers) in enumerate(all_blocks(runs))
            if not there[key].issuperset(numbers)
        }
    )


def ways_on(store: Store, runs: Sequence[PlannedRun]) -> list[str]:
    """Return how a batch of which something is missing is gone on with, in words."""
    sent = submission(store)
    if sent is None:
        return ["The batch command simulates what is missing."]
    tasks = unfinished(store, runs, sent.tasks)
    return [
        f"Tasks that left something undone, of {sent.tasks}: {_listed(tasks)} (killed, "
        "out of time or memory, or still at work). What they said: "
        f"{store.path.absolute() / LOGS}",
        f"What is there is kept. To go on, in {sent.here}: {sent.command}",
    ]


def _listed(numbers: Sequence[int]) -> str:
    """Return numbers in words, the first of them where there are many."""
    words = [str(number) for number in numbers[:LISTED]]
    if len(numbers) > LISTED:
        return f"{', '.join(words)} and {len(numbers) - LISTED} more"
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


LISTED = 10
"""Tasks that are named."""
