"""A batch made ready to be sent to a compute server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from results.errors import ResultError
from scenarios.studies.study import Study
from simulator.batch.batches import Asked, opened_batch, planned
from simulator.batch.book import Prepared
from simulator.batch.store import Store
from simulator.servers.needs import Needs, needs
from simulator.servers.scripts import Scripts, Site, scripts
from simulator.servers.sending import Sent, sent
from simulator.servers.submission import LOGS, Submission, keep


class Order(NamedTuple):
    """A batch that a compute server is to do, or what of it is missing."""

    folder: Path
    site: Site
    needs: Needs
    scripts: Scripts
    missing: int
    """Replications."""
    jobs: Sent | None = None
    """Numbers of what was sent."""

    def text(self) -> str:
        """Return both scripts, each under the name of its file."""
        if not self.missing:
            return ""
        return "\n".join(
            f"# {_file(self.folder, name)}\n{text}"
            for name, text in self.scripts._asdict().items()
        )

    def sentences(self) -> list[str]:
        """Return what is asked for and what was sent, in words."""
        if not self.missing:
            return [
                "Nothing is missing. To put the runs together: caresim merge "
                f"{self.folder}"
            ]
        task = self.needs.task
        tasks = "1 task" if self.needs.tasks == 1 else f"{self.needs.tasks} tasks"
        said = [
            f"{self.missing:,} replications are missing: {tasks} for "
            f"{self.site.scheduler.title}, the longest {task.sentence()}."
        ]
        if self.jobs is None:
            return [*said, "Nothing was sent; --send does it."]
        return [
            *said,
            f"Sent: job {self.jobs.tasks} does the work, job {self.jobs.merge} puts "
            "the runs together once it has ended.",
            f"How far it is: caresim status {self.folder}",
            f"What tasks say: {self.folder / LOGS}",
        ]

    def as_dict(self) -> dict[str, Any]:
        """Return the order as plain data: seconds and bytes as planned."""
        return {
            "folder": str(self.folder),
            "scheduler": self.site.scheduler.title,
            "missing": self.missing,
            "tasks": self.needs.tasks,
            "workers": self.needs.workers,
            "task": self.needs.task._asdict(),
            "merge": self.needs.merge._asdict(),
            "scripts": {
                str(_file(self.folder, name)): text
                for name, text in self.scripts._asdict().items()
            },
            "jobs": None if self.jobs is None else self.jobs._asdict(),
        }

    def sent(self) -> Order:
        """Return the order once it is sent; where nothing is missing, nothing is.

        Raises
        ------
        RunError
            If the scheduler is not there or refuses.
        """
        if not self.missing:
            return self
        files = [_file(self.folder, name) for name in self.scripts._fields]
        return self._replace(jobs=sent(self.site.scheduler, *files))


class Wish(NamedTuple):
    """What was asked for, beside the study."""

    asked: Asked
    """Its workers are those of each task."""
    tasks: int | None
    words: Sequence[str]
    """What follows ``caresim`` in a task, but for workers and shard."""
    command: str
    """What sends the batch again."""


def order(
    asking: Study,
    wish: Wish,
    site: Site,
    folder: Path,
    told: Callable[[Prepared], None],
) -> Order:
    """Plan a batch, write down what is to be run, and write its scripts.

    Parameters
    ----------
    asking : Study
    wish : Wish
    site : Site
    folder : Path
        Absolute; on a disk that all of the server's machines see.
    told : callable
        Told each run that is read.

    Raises
    ------
    ScenarioError
        If a scenario is wrong; nothing is written then.
    RunError
        If one cannot be simulated.
    ResultError
        If the folder holds something else, or cannot be written.
    """
    plan = planned(asking, wish.asked, folder)
    began = perf_counter()
    store, _ = opened_batch(asking, wish.asked, folder, told)
    reading = perf_counter() - began
    found = needs(plan, store, wish.tasks, wish.asked.workers, reading)
    made = scripts(site, found, asking.name, folder, wish.words)
    for name, text in made._asdict().items():
        store.keep_text(str(_file(Path(), name)), text)
    _make_folder(folder / LOGS)
    keep(store, Submission(found.tasks, str(site.here), wish.command))
    return Order(folder, site, found, made, _missing(store))


def _missing(store: Store) -> int:
    """Return how many replications are missing; runs of one key share theirs."""
    return sum(
        len(store.missing(run))
        for run in {
            run.key: run
            for run in sorted(store.book().runs, key=lambda run: run.replications)
        }.values()
    )


def _file(folder: Path, name: str) -> Path:
    """Return the file of a script."""
    return folder / "jobs" / f"{name}.sh"


def _make_folder(path: Path) -> None:
    """Make a folder, into which schedulers write."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ResultError(f"{path}: cannot be made: {error.strerror}") from error
