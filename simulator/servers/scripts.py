"""The two scripts of a batch on a compute server: its tasks, and what comes after."""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from results.errors import ResultError
from simulator.forecast import duration_text, memory_text
from simulator.servers.needs import LARGER, LONGER, START, Need, Needs
from simulator.servers.schedulers import Scheduler

_PLAIN = re.compile(r"[\w./+=@,-]+")
_NAME = 40
"""Letters of a job's name."""


class Site(NamedTuple):
    """What differs from site to site."""

    scheduler: Scheduler
    python: str
    """The command that is Python, with caresim installed."""
    here: Path
    """The folder in which `caresim submit` was called."""
    queue: str | None = None
    account: str | None = None
    minutes: int | None = None
    """In place of what is planned."""
    megabytes: int | None = None
    """In place of what is planned."""
    parallel: str = "smp"
    """SGE's parallel environment."""
    options: tuple[str, ...] = ()
    """More lines for the scheduler."""
    before: tuple[str, ...] = ()
    """Lines of shell that come first."""


class Scripts(NamedTuple):
    """What a scheduler is given."""

    tasks: str
    merge: str


def scripts(
    site: Site, needs: Needs, study: str, folder: Path, words: Sequence[str]
) -> Scripts:
    """Return the script of all tasks and that of what follows them.

    Parameters
    ----------
    site : Site
    needs : Needs
    study : str
        Name of the study.
    folder : Path
        Of the batch, on a disk that all of the server's machines see.
    words : sequence of str
        What follows ``caresim`` in a task, but for workers and shard.

    Raises
    ------
    ResultError
        If schedulers cannot be told of the folder.
    """
    if not _PLAIN.fullmatch(str(folder)):
        raise ResultError(
            f"{folder}: schedulers take no blanks or special characters in the name of "
            "a folder; name another with --out"
        )
    name = "caresim-" + re.sub(r"[^A-Za-z0-9_-]", "-", study)[:_NAME]
    is_array = needs.tasks > 1 or site.scheduler.has_array_of_one
    number = f'"${{{site.scheduler.number}}}/{needs.tasks}"' if is_array else "1/1"
    task = shlex.join([*words, "--workers", str(needs.workers)])
    tasks = [
        *_head(site, needs, needs.task, folder, name, is_array=is_array),
        f"# Task by task a part of '{study}'; the longest: {needs.task.sentence()}.",
        *_body(site, f"{task} --shard {number}"),
    ]
    alone = needs._replace(workers=1)
    merge = [
        *_head(site, alone, needs.merge, folder, f"{name}-merge", is_array=False),
        f"# Puts the runs of '{study}' together: {needs.merge.sentence()}.",
        *_body(site, shlex.join(["merge", str(folder)])),
    ]
    return Scripts("\n".join(tasks) + "\n", "\n".join(merge) + "\n")


def _head(
    site: Site, needs: Needs, need: Need, folder: Path, name: str, *, is_array: bool
) -> list[str]:
    """Return what is for the scheduler."""
    scheduler = site.scheduler
    minutes = site.minutes or need.minutes
    megabytes = site.megabytes or need.megabytes
    lines = [*scheduler.both]
    lines += scheduler.several if needs.workers > 1 else ()
    lines += scheduler.array if is_array else scheduler.single
    lines += [scheduler.queue] if site.queue else []
    lines += [scheduler.account] if site.account else []
    filled = [
        line.format(
            name=name,
            tasks=needs.tasks,
            workers=needs.workers,
            hours=minutes // 60,
            minutes=minutes % 60,
            megabytes=megabytes,
            megabytes_each=math.ceil(megabytes / needs.workers),
            logs=folder / "jobs" / "logs",
            queue=site.queue,
            account=site.account,
            parallel=site.parallel,
        )
        for line in lines
    ]
    marked = [f"{scheduler.mark} {line}" for line in [*filled, *site.options]]
    return ["#!/bin/bash", *marked, *_asked(site)]


def _asked(site: Site) -> list[str]:
    """Return how what is asked for was found."""
    rule = (
        f"# By caresim submit. Time: {LONGER:g} times what is planned and "
        f"{duration_text(START)}; memory: {LARGER:g} times."
    )
    given = [
        f"time: {site.minutes} min" if site.minutes else "",
        f"memory: {memory_text(site.megabytes * 1e6)}" if site.megabytes else "",
    ]
    said = ", ".join(filter(None, given))
    return [rule, *([f"# Given instead: {said}."] if said else [])]


def _body(site: Site, words: str) -> list[str]:
    """Return what a machine of the server does."""
    python = shlex.join(shlex.split(site.python))
    return [
        f"cd {shlex.quote(str(site.here))} || exit 1",
        *site.before,
        f"exec {python} -P -m simulator {words}",
    ]
