"""Batches in processes of their own, which can be killed at every step that they take.

They are forked from one process that has everything loaded, so that a batch takes some
tenths of a second. A step is whatever a batch does with its disk, and the beginning and
end of a replication; steps are counted by the phase in which they are taken.
"""

from __future__ import annotations

import functools
import json
import multiprocessing
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
PHASES = ("reading", "simulating", "writing", "putting together")
ON_DISK = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir"}
"""Events of Python's audit that are steps of a batch."""


class Kill(NamedTuple):
    """When a process is killed, and which."""

    phase: str
    step: int
    """Which of that phase, from 1 on."""
    torn: float = 1.0
    """How much of a file is there that is just being brought to the disk."""
    whom: str = "batch"
    """`batch`, or `worker`: one that it has at that moment."""


@dataclass(frozen=True)
class How:
    """What is special about a process."""

    kill: Kill | None = None
    block: int = 2
    """Replications of a unit."""
    begin_worker: Callable[[], None] | None = None
    """Called first by every worker process, in place of the product's own start."""
    before: Callable[[], None] | None = None
    """Called before the command."""


class Said(NamedTuple):
    """What came of a process."""

    code: int
    """Its exit code; -9 if it was killed."""
    text: str
    steps: Counter[str]
    """By phase; where a kill fell, up to it."""
    killed: str
    """The phase in which a kill fell, empty if none did."""


class Started(NamedTuple):
    """A process that runs a command."""

    process: BaseProcess
    output: Path

    def ended(self, seconds: float = 120.0) -> Said:
        """Wait for its end, and return what came of it."""
        self.process.join(seconds)
        if self.process.exitcode is None:
            self.process.kill()
            raise AssertionError(f"has not ended: {self.text()}")
        steps = self.output.with_suffix(".steps")
        told = json.loads(steps.read_text()) if steps.exists() else {}
        return Said(
            self.process.exitcode,
            self.text(),
            Counter(told.get("steps", {})),
            told.get("killed", ""),
        )

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so, while it is at work."""
        while not is_so():
            self.process.join(0.01)
            assert self.process.exitcode is None, self.text()

    def text(self) -> str:
        """Return what it has said so far."""
        text = self.output.read_text() if self.output.exists() else ""
        assert "Traceback" not in text, text
        return text

    def wait_for(self, words: str) -> None:
        """Wait until it has said something."""
        while words not in self.text():
            self.process.join(0.01)
            assert self.process.exitcode is None, self.text()


@functools.cache
def _server() -> Any:
    """Return where processes are forked."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.batches.loaded"])
    return context


def started(here: Path, words: Sequence[object], how: How = How()) -> Started:
    """Start a command of caresim in a folder."""
    output = here / f".{next(_numbers)}.said"
    said = [str(word) for word in words]
    with _findable():
        process = _server().Process(target=_play, args=(here, said, how, output))
        process.start()
    return Started(process, output)


def ended(here: Path, words: Sequence[object], how: How = How()) -> Said:
    """Give a command in a folder and wait for its end."""
    return started(here, words, how).ended()


_numbers: Iterator[int] = iter(range(1, sys.maxsize))


@contextmanager
def _findable() -> Iterator[None]:
    """Let new processes find the sources."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT)
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


# In the new process


def _play(here: Path, words: list[str], how: How, output: Path) -> None:
    from simulator import workers
    from simulator.batch import book
    from simulator.cli import main

    os.chdir(here)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _redirect(output)
    book.MOST = how.block
    # Workers have loaded what this process has; others are spawned, and take seconds.
    forked = multiprocessing.get_context("fork")
    workers.multiprocessing.get_context = lambda _: forked  # type: ignore[attr-defined]
    if how.begin_worker is not None:
        begin = functools.partial(
            _begin_both, workers.depend_on_parent, how.begin_worker
        )
        workers.depend_on_parent = begin  # type: ignore[attr-defined]
    watch = _Watch(here, how.kill, output.with_suffix(".steps"))
    watch.begin()
    if how.before is not None:
        how.before()
    try:
        main(words)
    finally:
        watch.end()


def _begin_both(first: Callable[[], None], second: Callable[[], None]) -> None:
    first()
    second()


def _redirect(output: Path) -> None:
    """Send what is said to a file."""
    handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(handle, stream)
    os.close(handle)


class _Watch:
    """Counts steps, and kills at one."""

    def __init__(self, here: Path, kill: Kill | None, report: Path) -> None:
        self.here, self.kill, self.report = str(here), kill, report
        self.phases = [PHASES[0]]
        self.steps: Counter[str] = Counter()
        self.killed = ""
        self.is_over = False
        self.lock = threading.RLock()
        self.process = os.getpid()

    def begin(self) -> None:
        """Begin to count."""
        from simulator.batch import batches, work
        from simulator.batch.store import Store

        self._phase_of(batches, "conducted", "simulating")
        self._phase_of(batches, "merged", "putting together")
        self._phase_of(Store, "keep", "writing")
        self._around(work, "replicate")
        fsync = os.fsync

        def synced(handle: int) -> None:
            self.step(handle)
            fsync(handle)

        os.fsync = synced
        sys.addaudithook(self._audited)

    def end(self) -> None:
        """Write down how many steps there were."""
        self.is_over = True
        self._write("")

    def step(self, handle: int | None = None) -> None:
        """Count a step; at the last one, kill."""
        with self.lock:
            if self.is_over or os.getpid() != self.process:
                return
            phase = self.phases[-1]
            self.steps[phase] += 1
            kill = self.kill
            if kill is None or (kill.phase, kill.step) != (phase, self.steps[phase]):
                return
            if kill.whom == "batch":
                if handle is not None and kill.torn < 1.0:
                    _tear(handle, kill.torn)
                self._write(phase)
                os.kill(os.getpid(), signal.SIGKILL)
            self._kill_worker(kill, phase)

    def _kill_worker(self, kill: Kill, phase: str) -> None:
        workers = [w.pid for w in multiprocessing.active_children() if w.pid]
        if workers:
            self.killed = phase
            os.kill(workers[kill.step % len(workers)], signal.SIGKILL)

    def _write(self, killed: str) -> None:
        self.is_over = True
        told = {"steps": self.steps, "killed": killed or self.killed}
        self.report.write_text(json.dumps(told))

    def _audited(self, event: str, args: tuple[Any, ...]) -> None:
        if self.is_over or event not in ON_DISK:
            return
        path = str(args[0])
        if path.startswith(self.here) or not path.startswith("/"):
            self.step()

    def _phase_of(self, owner: Any, name: str, phase: str) -> None:
        """Let a function be a phase."""
        whole = getattr(owner, name)

        @functools.wraps(whole)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self.phases.append(phase)
            try:
                return whole(*args, **kwargs)
            finally:
                self.phases.pop()

        setattr(owner, name, wrapped)

    def _around(self, owner: Any, name: str) -> None:
        """Let the beginning and the end of a function be steps."""
        whole = getattr(owner, name)

        @functools.wraps(whole)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self.step()
            made = whole(*args, **kwargs)
            self.step()
            return made

        setattr(owner, name, wrapped)


def _tear(handle: int, share: float) -> None:
    """Leave only the first part of a file."""
    status = os.fstat(handle)
    if os.path.isfile(f"/proc/self/fd/{handle}"):  # noqa: PTH113
        os.ftruncate(handle, int(status.st_size * share))


def dying_worker(
    numbers: tuple[int, ...], marks: Path | None = None, spares: int = 1
) -> None:
    """Let a worker that begins be killed when it comes to some replications.

    Parameters
    ----------
    numbers : tuple of int
    marks : Path, optional
        A folder in which every death leaves a file; without it they never end.
    spares : int
        How many workers each replication kills.
    """
    from simulator.batch import work

    whole = work.replicate

    def wrapped(model: Any, seed: int, number: int, *args: Any, **more: Any) -> Any:
        if number in numbers and _may_kill(number, marks, spares):
            os.kill(os.getpid(), signal.SIGKILL)
        return whole(model, seed, number, *args, **more)

    work.replicate = wrapped


def _may_kill(number: int, marks: Path | None, spares: int) -> bool:
    """Return whether one more worker is to die, and note it."""
    if marks is None:
        return True
    for turn in range(1, spares + 1):
        try:
            (marks / f"died-{number}-{turn}").touch(exist_ok=False)
        except FileExistsError:
            continue
        return True
    return False
